// Scrubs through the kept pictures: drag, arrow keys, play.

import { button, round, Slider } from './controls.js'
import { calm, h, text } from './elements.js'
import { say } from './say.js'
import { View } from './view.js'

/** @import { Place } from './view.js' */

export default class Timeline extends View {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #playing

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const prefetch = () => this.prefetch()
    this.slider = new Slider(say('timeline.label'), {}, (index) => this.scrub(index), {
      onpointerenter: prefetch,
      onfocus: prefetch,
    })
    this.play = round('▶', say('timeline.play'), () => this.toggle())
    this.now = button(say('timeline.now'), () => this.scrub(Number.POSITIVE_INFINITY), 'now')
    this.where = h('span', { class: 'where' })
    this.fork = button(say('timeline.fork'), () => this.begin(), 'fork')
    const zero = h('span', { class: 'zero' }, '0')
    this.root.append(
      h('div', { class: 'gan timeline' }, this.play, zero, this.slider.node, this.now, this.where, this.fork),
    )
    this.until(() => this.stop())
  }

  arrived() {
    this.stop()
  }

  draw() {
    const { source } = this
    const { steps, shown } = source
    const some = steps.length > 1
    for (const one of [this.slider.node, this.play, this.now]) one.disabled = !some
    const words = say('timeline.step', { step: shown ?? 0 })
    this.slider.max = Math.max(1, steps.length - 1)
    this.slider.show(shown === null ? 0 : Math.max(0, steps.indexOf(shown)), words)
    text(this.where, words)
    this.now.classList.toggle('on', some && source.cursor === null)
    text(this.now, say(source.isRun && source.status && !source.status.active ? 'timeline.end' : 'timeline.now'))
    this.fork.hidden = !this.data.fork
    this.fork.disabled = !shown
    this.fork.title = say(shown ? 'timeline.fork.title' : 'timeline.fork.nothing')
  }

  /** The run that begins is looked at from its newest step on. */
  begin() {
    this.stop()
    this.tell('fork', { step: this.source.shown })
  }

  /** @param {number} index */
  scrub(index) {
    this.stop()
    this.lookAt(index)
  }

  /** @param {number} index of the kept pictures; the last one is the newest from then on */
  lookAt(index) {
    const { steps } = this.source
    this.source.look(index >= steps.length - 1 ? null : steps[index])
  }

  prefetch() {
    const { source } = this
    if (!source.isRun) return
    const { steps, shown } = source
    const at = shown === null ? -1 : steps.indexOf(shown)
    const far = (/** @type {number} */ step) => Math.abs(steps.indexOf(step) - at)
    source.frames.ahead([...steps].sort((a, b) => far(a) - far(b)))
  }

  toggle() {
    const { source } = this
    if (this.#playing !== undefined) return this.stop()
    if (!source.isRun || source.steps.length < 2) return
    const { steps } = source
    let at = source.cursor === null ? 0 : steps.indexOf(source.cursor)
    source.frames.ahead(steps.slice(at))
    this.#sign('❚❚', say('timeline.stop'))
    this.lookAt(at)
    const pause = calm() ? 700 : Math.max(90, Math.min(320, 6000 / steps.length))
    this.#playing = setInterval(() => {
      if (document.hidden) return
      at += 1
      this.lookAt(at)
      if (at >= this.source.steps.length - 1) this.stop()
    }, pause)
  }

  stop() {
    clearInterval(this.#playing)
    this.#playing = undefined
    this.#sign('▶', say('timeline.play'))
  }

  /**
   * @param {string} sign
   * @param {string} words
   */
  #sign(sign, words) {
    text(this.play, sign)
    this.play.setAttribute('aria-label', words)
  }
}
