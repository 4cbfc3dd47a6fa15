// Dirac-GAN: two parameters, theta of the generator and psi of the discriminator, and what becomes of their game.

import { head, PlayButton, press, round, Slider } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { clamp, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'
import { between, fixed, HOWS, planeOf, startAt, stepsOf } from './dirac_geometry.js'
import { paintGame, paintSteps } from './dirac_pictures.js'
import { DiracPlane } from './dirac_plane.js'
import { diracSource } from './dirac_source.js'
import { trajectories } from './dirac_strokes.js'
import { Eigenvalues } from './eigenvalues.js'
import { Playhead } from './playhead.js'

/** @import { Place } from '../shared/view.js' */
/** @import { Plane } from './dirac_geometry.js' */
/** @import { Answer, DiracSource } from './dirac_source.js' */
/** @import { DiracTrial, How, Setup } from './types.d.ts' */

/** What a set-up is, wherever it starts. */
const SAME = ['objective', 'penalty', 'weight', 'clip', 'noise', 'lr', 'k', 'how']
/** Ways of the arrow keys. @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
/** How far an arrow key moves the start, and with Shift. */
const [NEAR, FAR] = [0.05, 0.25]
/** Milliseconds without another key after which the page is told. */
const OWED = 350

/** @extends {View<DiracSource>} */
export default class Dirac extends View {
  static source = diracSource

  /** @type {Answer | null} */
  answer = null
  /** Where the plane lies on its canvas. @type {Plane | null} */
  plane = null
  /** Set-ups to try, with what each of them is. @type {{ button: HTMLButtonElement, game: string }[]} */
  offers = []
  #round = -1
  /** @type {number | null} */
  #pointer = null
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #owed
  /** Of each trajectory. @type {Map<How, HTMLElement>} */
  #distances = new Map()
  #ground = new DiracPlane()

  time = new Playhead((moving) => this.moved(moving))
  values = new Eigenvalues()
  trials = h('div', { class: 'trials' })
  legend = h('span', { class: 'legend' })
  canvas = h('canvas', { tabindex: '0', role: 'application', 'aria-label': say('dirac.plane_label') })
  overlay = h('p', { class: 'overlay' })
  play = new PlayButton(say('lab.play'), say('lab.pause'), () => this.time.toggle())
  again = round('↺', say('dirac.again'), () => this.time.restart(true))
  range = new Slider(say('dirac.step'), {}, (step) => this.time.scrub(step))
  where = h('span', { class: 'where' })
  game = h('canvas', { role: 'img' })
  steps = h('canvas', { role: 'img', 'aria-label': say('dirac.steps_label') })
  box = h('div', { class: 'plane' }, this.canvas, this.overlay)
  side = h(
    'div',
    { class: 'side' },
    h(
      'div',
      { class: 'pair first' },
      h('div', {}, head(say('dirac.game'), null), this.game),
      h('div', {}, head(say('dirac.over_steps'), null), this.steps),
    ),
    ...this.values.nodes,
  )

  /** @param {Place<DiracSource>} place */
  constructor(place) {
    super(place)
    const middle = h(
      'div',
      { class: 'middle' },
      head(say('dirac.heading'), { term: say('dirac.term'), words: say('dirac.help') }, this.legend),
      this.box,
      h('div', { class: 'timeline' }, this.play.node, this.again, this.range.node, this.where),
    )
    this.node = h('div', { class: 'gan dirac' }, this.trials, h('div', { class: 'stage' }, middle, this.side))
    this.root.append(this.node)
    this.onSize(this.box)
    this.onSize(this.side)
    this.listen()
    this.play.show(false)
  }

  destroy() {
    this.time.stop()
    clearTimeout(this.#owed)
  }

  restyle() {
    this.#ground.forget()
    this.paint()
  }

  // -- the start, under the finger

  /**
   * @param {Partial<Setup>} changes
   * @param {boolean} settled
   */
  move(changes, settled) {
    const report = this.source.move(changes, settled)
    if (report) this.tell('moved', report)
  }

  /** The start as it is, for good. */
  settle() {
    const { setup } = this.source
    if (setup) this.move({ theta: setup.theta, psi: setup.psi }, true)
  }

  listen() {
    const { canvas } = this
    /** @type {(event: PointerEvent, settled: boolean) => void} */
    const follow = (event, settled) => {
      if (!this.plane) return
      const box = canvas.getBoundingClientRect()
      const theta = startAt(this.plane.x(event.clientX - box.left))
      const psi = startAt(this.plane.y(event.clientY - box.top))
      this.move({ theta, psi }, settled)
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.source.setup || !this.plane) return
      canvas.setPointerCapture(event.pointerId)
      this.#pointer = event.pointerId
      follow(event, false)
    })
    canvas.addEventListener('pointermove', (event) => {
      if (this.#pointer === event.pointerId) follow(event, false)
    })
    canvas.addEventListener('pointerup', (event) => {
      if (this.#pointer !== event.pointerId) return
      this.#pointer = null
      follow(event, true)
    })
    canvas.addEventListener('pointercancel', (event) => {
      if (this.#pointer !== event.pointerId) return
      this.#pointer = null
      this.settle()
    })
    canvas.addEventListener('keydown', (event) => this.key(event))
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { setup } = this.source
    const way = WAYS[event.key]
    if (event.ctrlKey || event.metaKey || event.altKey || !setup || (event.key !== ' ' && !way)) return
    event.preventDefault()
    if (!way) return this.time.toggle()
    const far = event.shiftKey ? FAR : NEAR
    this.move({ theta: startAt(setup.theta + far * way[0]), psi: startAt(setup.psi + far * way[1]) }, false)
    clearTimeout(this.#owed)
    this.#owed = setTimeout(() => this.settle(), OWED)
  }

  // -- news

  mounted() {
    if (this.offers.length) return
    this.offers = /** @type {DiracTrial[]} */ (this.data.trials).map((one) => {
      const onclick = () => {
        this.time.resume()
        this.move(one.setup, true)
      }
      const words = [h('b', {}, one.title), h('span', {}, one.words)]
      const button = h('button', { type: 'button', 'data-trial': one.name, onclick }, ...words)
      this.trials.append(button)
      return { button, game: JSON.stringify(one.setup, SAME) }
    })
  }

  draw() {
    const { source, time } = this
    const { answer } = source
    text(this.overlay, source.error || (answer ? '' : say('dirac.computing')))
    if (!answer || answer === this.answer) return this.paint()
    this.answer = answer
    time.last = Math.max(...trajectories(answer.paths, HOWS).map(({ path }) => stepsOf(path)))
    this.explain(answer)
    if (answer.held) time.end()
    else if (answer.round !== this.#round || time.at > time.last) {
      this.#round = answer.round
      time.restart()
    } else this.paint()
  }

  /** What the eigenvalues say, in numbers and words, and which set-up this is. @param {Answer} answer */
  explain(answer) {
    this.values.explain(answer)
    const outcomes = HOWS.filter((how) => answer.steps[how]).map((how) => `${how} ${answer.steps[how]?.word}`)
    this.node.dataset.outcome = outcomes.join('; ')
    const now = JSON.stringify(answer.setup, SAME)
    for (const { button, game } of this.offers) press(button, game === now)
    const found = trajectories(answer.paths, HOWS)
    this.#distances = new Map(found.map(({ how }) => [how, h('b')]))
    this.legend.replaceChildren(
      ...found.map(({ how }) => {
        const kind = found.length > 1 ? how : ''
        const words = `${say('dirac.distance', { how: say(`dirac.how.${how}`) })} `
        return h('span', { class: `sort ${kind}` }, h('i'), words, this.#distances.get(how))
      }),
    )
  }

  // -- drawing

  /** @param {boolean} moving */
  moved(moving) {
    this.play.show(this.time.playing)
    this.paint(moving)
  }

  paint(moving = false) {
    const { source, answer, colours } = this
    const { setup } = source
    const { at, last } = this.time
    const width = Math.floor(this.box.clientWidth)
    if (!width || !setup) return
    this.plane = planeOf(sizeIn(width, innerWidth, innerHeight))
    this.box.style.height = `${this.plane.size}px`
    const shown = { setup, answer, at, field: source.field, game: source.fieldOf }
    this.#ground.paint(this.canvas, this.plane, shown, colours)
    if (!answer) return
    const step = Math.floor(at)
    this.range.max = last
    this.range.show(step)
    text(this.where, say('dirac.where', { step: whole(step), steps: whole(answer.setup.steps) }))
    paintGame(this.game, answer, at, colours)
    paintSteps(this.steps, answer, at, colours)
    for (const { how, path } of trajectories(answer.paths, HOWS)) {
      const distance = this.#distances.get(how)
      if (distance) text(distance, fixed(Math.hypot(...between(path, at))))
    }
    if (!moving) this.values.paint(answer, colours)
  }
}

/**
 * A side of the plane that leaves room for the transport below it.
 * @param {number} width
 * @param {number} windowWidth
 * @param {number} windowHeight
 */
const sizeIn = (width, windowWidth, windowHeight) =>
  clamp(Math.max(420, windowHeight - (windowWidth > 1080 ? 320 : 410)), 280, Math.max(280, width))
