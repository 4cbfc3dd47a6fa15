// The walk from A to B: a slider, and a strip of samples along it.

import { fit } from '../shared/canvas.js'
import { head, Slider } from '../shared/controls.js'
import { h } from '../shared/elements.js'
import { known } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { paintScore, scorer } from '../shared/score.js'
import { View } from '../shared/view.js'
import { drawPoint, planeOf, tile } from './samples.js'
import { walkSource } from './walk.js'

/** @import { PlaneScene } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */
/** @import { WalkSource } from './walk.js' */

const STRIP = 11
const SCORE = 24 // pixels below a sample

/** @extends {View<WalkSource>} */
export default class Interpolation extends View {
  static source = walkSource
  /** version of the walk that the strip shows */
  #painted = -1
  /** @type {PlaneScene | null} */
  #scene = null

  /** @param {Place<WalkSource>} place */
  constructor(place) {
    super(place)
    this.slider = new Slider(say('interpolation.title'), { max: 60 }, (at) => this.source.move(at))
    this.cells = Array.from({ length: STRIP }, (_, n) => {
      const canvas = h('canvas')
      const button = h('button', { type: 'button', onclick: () => this.source.move(this.#index(n)) }, canvas)
      return { button, canvas }
    })
    this.strip = h('div', { class: 'strip' })
    const about = { term: say('interpolation.term'), words: say('interpolation.help') }
    const title = head(say('interpolation.title'), about)
    const slide = h('div', { class: 'slide' }, h('b', {}, 'A'), this.slider.node, h('b', {}, 'B'))
    this.root.append(h('div', { class: 'gan interpolation' }, title, slide, this.strip))
    this.onSize(this.strip)
  }

  /**
   * Where the n-th sample of the strip is on the walk.
   * @param {number} n
   */
  #index(n) {
    return Math.round((n * this.source.last) / (STRIP - 1))
  }

  draw() {
    const { walk, at, last, walkVersion, realNow } = this.source
    this.slider.node.disabled = !walk
    if (!walk) return
    this.slider.max = last
    this.slider.show(at, say('latent.percent', { percent: Math.round((100 * at) / last) }))
    if (!this.strip.childElementCount) this.strip.append(...this.cells.map(({ button }) => button))
    this.cells.forEach(({ button }, n) => {
      button.classList.toggle('on', Math.abs(at - this.#index(n)) * 2 * (STRIP - 1) <= last)
    })
    if (this.#painted !== walkVersion || this.#scene !== planeOf(realNow)) this.paint()
  }

  paint() {
    const { walk, walkVersion, game, realNow } = this.source
    if (!walk) return
    const { colours } = this
    const score = scorer(game, walk.scores)
    const scene = planeOf(realNow)
    this.#painted = walkVersion
    this.#scene = scene
    this.cells.forEach(({ button, canvas }, n) => {
      const width = Math.floor(button.clientWidth)
      if (!width) return
      const i = this.#index(n)
      const context = fit(canvas, width, width + SCORE)
      context.clearRect(0, 0, width, width + SCORE)
      if (walk.picture) tile(context, walk, i, 0, 0, width)
      else if (walk.points) drawPoint(context, walk.points[i], scene, width, colours)
      const said = known(walk.scores[i]) ? score(walk.scores[i]) : null
      paintScore(context, said, 0, width + 3, width, colours)
      const words = said
        ? say('interpolation.label', { i: n + 1, count: STRIP, score: said.words })
        : say('interpolation.unscored', { i: n + 1, count: STRIP })
      button.setAttribute('aria-label', words)
    })
  }
}
