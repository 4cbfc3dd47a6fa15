// Scrubs through the kept pictures: drag, arrow keys, play. It is linear in steps, with marks where something happened.

import { button, round, Slider } from './controls.js'
import { calm, h, text } from './elements.js'
import { said, signsOf } from './marks.js'
import { nearestTo } from './numbers.js'
import { say } from './say.js'
import { Strip } from './strip.js'
import { View } from './view.js'

/** @import { Place } from './view.js' */

const THUMB = 17 // pixels: the middle of the thumb goes from half of it to half of it before the end
const GAP = 24 // pixels between two marks
const TICKS = 3 // pixels between two signs of pictures, at the least

/** How many pictures a key goes on by. @type {Record<string, number>} */
const KEYS = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

export default class Timeline extends View {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #playing

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const prefetch = () => this.prefetch()
    this.slider = new Slider(say('timeline.label'), {}, (step) => this.scrub(step), {
      onpointerenter: prefetch,
      onfocus: prefetch,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
    })
    this.marks = new Strip('marks', say('timeline.marks'))
    this.list = h('ul', { class: 'unseen', 'aria-label': say('timeline.marks') })
    this.kept = h('i', { class: 'kept' })
    this.track = h('div', { class: 'track' }, this.marks.node, this.slider.node, this.kept, this.list)
    this.play = round('▶', say('timeline.play'), () => this.toggle())
    this.now = button(say('timeline.now'), () => this.scrub(this.slider.max), 'now')
    this.where = h('span', { class: 'where' })
    this.fork = button(say('timeline.fork'), () => this.begin(), 'fork')
    const zero = h('span', { class: 'zero' }, '0')
    this.root.append(h('div', { class: 'gan timeline' }, this.play, zero, this.track, this.now, this.where, this.fork))
    this.until(() => this.stop())
    this.onSize(this.track, () => this.draw())
  }

  draw() {
    const { source } = this
    const { steps, shown } = source
    const some = steps.length > 1
    for (const one of [this.slider.node, this.play, this.now]) one.disabled = !some
    const words = say('timeline.step', { step: shown ?? 0 })
    this.slider.max = Math.max(1, steps[steps.length - 1] ?? 1)
    this.slider.show(shown ?? 0, words)
    text(this.where, words)
    this.now.classList.toggle('on', some && source.cursor === null)
    text(this.now, say(source.isRun && source.status && !source.status.active ? 'timeline.end' : 'timeline.now'))
    this.fork.hidden = !this.data.fork
    this.fork.disabled = !shown
    this.fork.title = say(shown ? 'timeline.fork.title' : 'timeline.fork.nothing')
    this.paint()
  }

  /** The signs along the track. */
  paint() {
    const { source } = this
    const width = this.track.clientWidth - THUMB
    const place = (/** @type {number} */ step) =>
      THUMB / 2 + (width * Math.min(step, this.slider.max)) / this.slider.max
    const { pair } = source
    const marks = !pair
      ? source.marks
      : [
          ...source.marks.map((mark) => ({ ...mark, words: say('mark.side', { side: 'A', words: mark.words }) })),
          ...pair.marks.map((mark) => ({ ...mark, words: say('mark.side', { side: 'B', words: mark.words }) })),
        ].sort((a, b) => a.step - b.step)
    this.marks.show(signsOf(marks, place, GAP, (step) => this.scrub(step)))
    const lines = marks.length ? said(marks).split('\n') : []
    if (this.list.textContent !== lines.join('')) this.list.replaceChildren(...lines.map((line) => h('li', {}, line)))
    this.list.hidden = !lines.length
    const ticks = new Set(source.steps.map((step) => TICKS * Math.round(place(step) / TICKS)))
    const drawn = [...ticks].map((x) => `linear-gradient(var(--st-text-color) 0 0) ${x}px 0 / 1px 100% no-repeat`)
    this.kept.style.background = source.steps.length > 1 ? drawn.join(', ') : ''
  }

  /** The run that begins is looked at from its newest step on. */
  begin() {
    this.stop()
    this.tell('fork', { step: this.source.shown })
  }

  /** @param {number} step the nearest picture is shown */
  scrub(step) {
    this.stop()
    const { steps } = this.source
    this.lookAt(steps.indexOf(nearestTo(steps, step) ?? 0))
    this.draw()
  }

  /** @param {KeyboardEvent} event on the slider: from picture to picture */
  key(event) {
    const by = KEYS[event.key]
    const { steps, shown } = this.source
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || !steps.length) return
    event.preventDefault()
    this.stop()
    const at = shown === null ? 0 : steps.indexOf(shown)
    this.lookAt(Math.max(0, Math.min(steps.length - 1, at + by)))
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
