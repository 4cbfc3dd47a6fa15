// Slow motion: the ten parts of one step of training, each with the numbers that the run itself will have.

import { fit } from '../shared/canvas.js'
import { button, Choice, head, PlayButton, round } from '../shared/controls.js'
import { calm, h, text } from '../shared/elements.js'
import { whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'
import { drawFlow } from './flow.js'
import { places } from './flow_layout.js'
import { filmOf, PARTS } from './recording.js'
import { SlowRequest } from './slow_request.js'
import { inWords } from './slow_words.js'

/** @import { Place } from '../shared/view.js' */
/** @import { Film } from './recording.js' */
/** @import { Recording } from './types.d.ts' */

/** Milliseconds that a part stays and takes to come, at the ordinary speed. */
const STAY = 4200
const COME = 900
const SPEEDS = [
  { name: '0.5', label: '½×' },
  { name: '1', label: '1×' },
  { name: '2', label: '2×' },
]
/** Milliseconds after which it is said why there is no step to play: a single step is over in a moment. */
const PATIENCE = 700

export default class Slow extends View {
  /** @type {Film | null} */
  film = null
  at = 0
  share = 1
  speed = 1
  playing = false
  request = new SlowRequest(
    (found) => this.found(found),
    (words) => this.cover(words),
  )
  /** @type {number | undefined} */
  #frame
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #owed

  which = h('span', { class: 'legend' })
  canvas = h('canvas', { role: 'img' })
  overlay = h('p', { class: 'overlay' }, say('slow.preparing'))
  turn = h('b')
  title = h('strong')
  corner = h('div', { class: 'corner' }, this.turn, this.title)
  box = h('div', { class: 'flow' }, this.canvas, this.corner, this.overlay)
  back = round('‹', say('slow.back'), () => this.go(this.at - 1))
  play = new PlayButton(say('lab.play'), say('lab.pause'), () => this.toggle())
  on = round('›', say('slow.on'), () => this.go(this.at + 1))
  dots = PARTS.map(({ name, who }, i) => {
    const title = say(`slow.title.${name}`)
    const label = `${i + 1}: ${title}`
    return h('button', { type: 'button', class: `dot ${who}`, title, 'aria-label': label, onclick: () => this.go(i) })
  })
  speeds = new Choice(say('slow.speed'), SPEEDS, (name) => {
    this.speed = Number(name)
    this.speeds.mark(name)
  })
  next = button(say('slow.next'), () => this.iterate())
  sentence = h('p', { class: 'sentence', 'aria-live': 'polite' })
  formula = h('p', { class: 'formula' })

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.node = h(
      'div',
      {
        class: 'gan slow',
        tabindex: '0',
        role: 'group',
        'aria-label': say('slow.label'),
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      },
      head(say('slow.heading'), { term: say('slow.term'), words: say('slow.help') }, this.which),
      this.box,
      h(
        'div',
        { class: 'way' },
        this.back,
        this.play.node,
        this.on,
        h('div', { class: 'dots' }, ...this.dots),
        this.speeds.node,
        this.next,
      ),
      h('div', { class: 'said' }, this.sentence, this.formula),
    )
    this.root.append(this.node)
    this.speeds.mark('1')
    this.onSize(this.box)
    this.mark()
  }

  destroy() {
    this.stop()
    this.request.end()
    clearTimeout(this.#owed)
  }

  // -- which step

  /** Asks for the next step whenever that is another one. */
  draw() {
    const { source } = this
    if (source.isImage) return this.cover(say('slow.images'))
    const ready = source.isRun ? source.status?.state === 'paused' : Boolean(source.preview)
    this.next.disabled = !(ready && this.film)
    if (ready) {
      clearTimeout(this.#owed)
      this.#owed = undefined
      this.request.ask(source)
    } else if (!source.isRun) {
      if (source.error) this.cover(source.error)
    } else if (source.status) this.#owed ??= setTimeout(() => this.excuse(), PATIENCE)
  }

  /** Says why there is no step to play. */
  excuse() {
    this.#owed = undefined
    const status = this.source.isRun ? this.source.status : null
    if (!status || status.state === 'paused') return
    this.request.forget()
    this.halt()
    this.cover(say(status.active ? 'slow.pause_first' : 'slow.over'))
  }

  /** @param {Recording} found */
  found(found) {
    const first = !this.film
    this.film = filmOf(found)
    this.cover('')
    this.next.disabled = false
    if (first && !this.playing) this.show(0, false)
    else this.go(0, this.playing)
  }

  /**
   * A sentence in place of the picture, which stays behind it, pale.
   * @param {string} words
   */
  cover(words) {
    text(this.overlay, words)
    this.node.classList.toggle('pale', Boolean(words) && Boolean(this.film))
    this.mark()
  }

  /** The page is told which step has been played; it has the run make it, and the next one comes by itself. */
  iterate() {
    if (!this.film || this.next.disabled) return
    this.next.disabled = true
    this.tell('turn', this.film.found.step)
  }

  // -- time

  get ready() {
    return Boolean(this.film) && !this.overlay.textContent
  }

  stop() {
    cancelAnimationFrame(this.#frame ?? 0)
    clearTimeout(this.#timer)
  }

  halt() {
    this.stop()
    this.playing = false
    this.share = 1
    this.mark()
    this.paint()
  }

  toggle() {
    if (this.playing) return this.halt()
    if (this.ready) this.go(this.at === PARTS.length - 1 ? 0 : this.at, true)
  }

  /** @param {number} at */
  go(at, playing = false) {
    if (!this.ready || at < 0 || at >= PARTS.length) return
    this.playing = playing
    this.show(at, true)
  }

  /**
   * Brings a part in, and the next one after a while if the step is being played.
   * @param {number} at
   * @param {boolean} moving
   */
  show(at, moving) {
    this.stop()
    this.at = at
    this.share = moving && !calm() && !document.hidden ? 0 : 1
    this.mark()
    this.describe()
    const begun = performance.now()
    /** @param {number} now */
    const come = (now) => {
      const t = Math.min(1, Math.max(0, now - begun) / (COME / this.speed))
      this.share = t * t * (3 - 2 * t)
      this.paint()
      if (t < 1) this.#frame = requestAnimationFrame(come)
    }
    if (this.share < 1) this.#frame = requestAnimationFrame(come)
    this.paint()
    const on = () => (at + 1 < PARTS.length ? this.show(at + 1, true) : this.halt())
    if (this.playing) this.#timer = setTimeout(on, STAY / this.speed)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    /** @type {Record<string, number>} */
    const ways = { ArrowRight: this.at + 1, ArrowLeft: this.at - 1, Home: 0, End: PARTS.length - 1 }
    const space = event.key === ' ' && event.target === this.node
    if (!(event.key in ways) && !space) return
    event.preventDefault()
    if (space) this.toggle()
    else this.go(ways[event.key])
  }

  // -- words and picture

  mark() {
    const { ready, at } = this
    this.play.show(this.playing)
    this.play.node.disabled = !ready
    this.back.disabled = !ready || at === 0
    this.on.disabled = !ready || at === PARTS.length - 1
    this.dots.forEach((dot, i) => {
      dot.disabled = !ready
      dot.classList.toggle('past', i < at)
      if (i === at) dot.setAttribute('aria-current', 'step')
      else dot.removeAttribute('aria-current')
    })
  }

  describe() {
    if (!this.film) return
    const { found } = this.film
    const { name, who } = PARTS[this.at]
    const of = who === 'd' ? found.config.k : found.config.k_g
    const turn = say(`slow.turn_${who}`)
    const update = of > 1 ? say('slow.update_of', { turn, of }) : turn
    text(this.turn, say('slow.part_of', { at: this.at + 1, count: PARTS.length, update }))
    this.turn.className = who
    const title = say(`slow.title.${name}`)
    text(this.title, title)
    text(this.which, say(this.source.isRun ? 'slow.step_of_run' : 'slow.first_step', { step: whole(found.step) }))
    const [sentence, formula] = inWords(name, found)
    text(this.sentence, sentence)
    text(this.formula, formula)
    this.node.dataset.step = String(found.step)
    this.node.dataset.part = name
    this.canvas.setAttribute('aria-label', `${title}: ${sentence}`)
  }

  paint() {
    const width = Math.floor(this.box.clientWidth)
    if (!width) return
    const place = places(width)
    const height = Math.ceil(place.height * place.scale)
    this.box.style.height = `${height}px`
    this.corner.style.maxWidth = `${Math.floor(place.corner[0] * place.scale)}px`
    const context = fit(this.canvas, width, height)
    const { film, at, share, colours } = this
    if (film) drawFlow(context, { film, at, share, colours, place })
  }
}
