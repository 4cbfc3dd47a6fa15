// What is going on, in words.

import { head, rich } from './controls.js'
import { describe, introduce, single, stage } from './describe.js'
import { h } from './elements.js'
import { say } from './say.js'
import { View } from './view.js'

/** @import { Place } from './view.js' */

export default class Words extends View {
  /** what the last picture of points said: between two pictures it stays */
  #stage = ''

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.lines = [0, 1, 2].map(() => h('p', {}))
    const title = head(say('words.title'), null)
    this.root.append(h('div', { class: 'gan words', 'aria-live': 'off' }, title, ...this.lines))
  }

  draw() {
    const { source } = this
    if (source.isRun && !source.isImage) {
      const frame = source.shown === null ? undefined : source.frames.peek(source.shown)
      this.#stage = stage(frame, source.shown, source.gameOf(frame && 'dim' in frame ? frame : null)) || this.#stage
    }
    const words = source.isRun ? describe(source, this.#stage) : introduce(source)
    // right after a single step it is told what that one moved, in place of means over many
    if (words && source.isRun && source.lastMoved && source.cursor === null)
      words.splice(0, 3, single(source.lastMoved, source.game), words[1], '')
    if (words) this.lines.forEach((line, i) => rich(line, words[i] || ''))
  }
}
