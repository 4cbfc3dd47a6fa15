// Single dimensions of z: what each of the first of them changes in the sample of A.

import { Picture } from '../shared/canvas.js'
import { button, head, Slider } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { fixed, known, short } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { scorer } from '../shared/score.js'
import { View } from '../shared/view.js'
import { drawPath } from './path.js'
import { isPlane, planeOf } from './samples.js'
import { walkSource } from './walk.js'

/** @import { Place } from '../shared/view.js' */
/** @import { PlaneScene } from '../shared/types.d.ts' */
/** @import { Drawn, WalkSource } from './walk.js' */

const MOST = 12

/** @extends {View<WalkSource>} */
export default class Dimensions extends View {
  static source = walkSource
  picture = new Picture()
  /** @type {{ slider: Slider, value: HTMLOutputElement }[]} */
  rows = []
  /** @type {Drawn | null} */
  #painted = null
  /** @type {PlaneScene | null} */
  #scene = null

  /** @param {Place<WalkSource>} place */
  constructor(place) {
    super(place)
    this.picture.label(say('dimensions.label'))
    this.score = h('p', { class: 'score' })
    this.sliders = h('div', { class: 'sliders' })
    this.back = button(say('dimensions.back'), () => this.source.reset())
    const about = { term: say('dimensions.term'), words: say('dimensions.help') }
    const side = h('div', { class: 'side' }, this.picture.box, this.score)
    this.root.append(
      h(
        'div',
        { class: 'gan dimensions' },
        head(say('dimensions.title'), about, this.back),
        h('div', { class: 'row' }, side, this.sliders),
      ),
    )
    this.onSize(this.picture.box)
  }

  draw() {
    const { source } = this
    const { point, moved } = source
    this.picture.cover(point ? '' : source.pointError || source.error || say('dimensions.drawing'))
    this.back.disabled = !moved.size
    if (!point) return
    const many = Math.min(MOST, source.status?.latent_dim ?? point.z.length, point.z.length)
    if (this.rows.length !== many) this.build(many, point.range)
    this.rows.forEach(({ slider, value }, i) => {
      const now = moved.get(i) ?? point.z[i]
      // what is under the finger is never set from here
      if (document.activeElement === slider.node && moved.has(i)) slider.fill(now)
      else slider.show(now)
      text(value, fixed(now))
    })
    const score = known(point.score) ? scorer(source.game)(point.score).words : '–'
    text(this.score, say('latent.score', { score }))
    if (this.#painted !== point || this.#scene !== planeOf(source.realNow)) this.paint()
  }

  /**
   * @param {number} many
   * @param {[number, number]} range
   */
  build(many, [min, max]) {
    this.rows = Array.from({ length: many }, (_, i) => {
      const value = h('output', {}, '')
      const moved = (/** @type {number} */ now) => {
        this.source.set(i, now)
        text(value, fixed(now))
      }
      return { slider: new Slider(say('dimensions.slider', { i: i + 1 }), { min, max, step: 0.01 }, moved), value }
    })
    this.sliders.append(
      ...this.rows.map(({ slider, value }, i) =>
        h('label', { class: 'dim' }, h('span', {}, `z${below(i + 1)}`), slider.node, value),
      ),
    )
  }

  paint() {
    const place = this.picture.begin()
    if (!place) return
    const { context, width, height } = place
    const { colours } = this
    const { point, realNow } = this.source
    const scene = planeOf(realNow)
    context.fillStyle = colours.soft
    context.fillRect(0, 0, width, height)
    if (!point) return
    this.#painted = point
    this.#scene = scene
    if (point.picture) {
      context.imageSmoothingEnabled = width < point.picture.width
      context.drawImage(point.picture, 0, 0, width, height)
    } else if (point.value && isPlane(point.value) && scene)
      drawPath(context, [point.value], 0, scene, width, height, colours, width < 160)
    else if (point.value) {
      context.fillStyle = colours.fake
      context.font = `600 20px ${colours.font}`
      context.textAlign = 'center'
      context.fillText(`x = ${point.value.map(short).join(', ')}`, width / 2, height / 2)
    }
  }
}

/** @param {number} n in the letters of an index */
const below = (n) => String(n).replace(/\d/g, (d) => '₀₁₂₃₄₅₆₇₈₉'[Number(d)])
