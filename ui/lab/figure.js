// Figure 1 of the original paper, large and alive, and below it how far the game is from what theory says.

import { head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { drawFigure } from '../shared/figure1.js'
import { curveAt, infiniteInWords, levelled } from '../shared/figure1_layout.js'
import { Framed } from '../shared/framed.js'
import { help } from '../shared/help.js'
import { fixed, known, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { Gauge } from './gauge.js'
import { steady } from './steady.js'

/** @import { Layout } from '../shared/figure1_layout.js' */
/** @import { Frame, LineFrame, LineScene, Scene } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */

const DIVERGENCES = /** @type {const} */ (['jsd', 'kl_data_g', 'kl_g_data'])

/**
 * A divergence; of an infinite one what makes it so.
 * @param {LineFrame} frame
 * @param {typeof DIVERGENCES[number]} name
 */
export function farInWords(frame, name) {
  if (name === 'jsd' || frame[name] !== null || !known(frame.jsd)) return steady(frame[name])
  const { data_density: data, g_density: g } = frame
  return name === 'kl_data_g' ? infiniteInWords(data, g, name) : infiniteInWords(g, data, name)
}

/** @extends {Framed<LineFrame, LineScene>} */
export default class Figure extends Framed {
  /** Where the figure stands on the screen. @type {Layout | null} */
  layout = null
  /** The mouse, in pixels from the left. @type {number | null} */
  pointer = null

  title = h('span', { class: 'title' })
  legend = h('span', { class: 'legend' })
  gauge = new Gauge()
  far = DIVERGENCES.map((name) => ({ name, value: h('b') }))

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const far = this.far.map(({ name, value }) => h('span', {}, `${say(`figure.far.${name}`)} `, value))
    this.node = h(
      'div',
      { class: 'gan figure' },
      head(this.title, { term: say('figure.term'), words: say('figure.help') }, this.legend),
      this.box,
      this.gauge.node,
      h(
        'p',
        { class: 'far' },
        h('span', {}, say('figure.far')),
        ...far,
        help(say('figure.far_term'), say('figure.far_help')),
      ),
    )
    this.root.append(this.node)
    this.onSize(this.box)
    this.box.addEventListener('pointermove', (event) => {
      this.pointer = event.clientX - this.box.getBoundingClientRect().left
      this.paint()
    })
    this.box.addEventListener('pointerleave', () => {
      this.pointer = null
      this.paint()
    })
  }

  mounted() {
    const { title } = this.data
    text(this.title, title ? say('figure.title_of', { title }) : say('figure.title'))
  }

  /**
   * @param {Frame | null} frame
   * @param {Scene | null} scene
   */
  takes(frame, scene) {
    return Boolean(frame && 'dim' in frame && frame.dim === 1 && scene)
  }

  accepted() {
    const { frame } = this
    if (!frame) return
    this.picture.label(say('figure.label', { step: whole(this.step) }))
    this.gauge.show(frame.value, frame.value_best, this.source.gameOf(frame))
    // a KL that is infinite is no number of JSON
    for (const { name, value } of this.far) text(value, farInWords(frame, name))
    const { d, best, data_density, g_density, x, average } = frame
    this.glide.to({ d, best: best ?? null, data_density, g_density, x, average: average?.g_density ?? null })
  }

  paint() {
    const size = this.picture.begin()
    if (!size) return
    const { context, width, height } = size
    this.box.classList.toggle('bare', Boolean(this.frame))
    if (!this.frame) return context.clearRect(0, 0, width, height)
    const drawn = this.now(this.frame)
    const { grid } = drawn
    const at = this.pointer !== null && this.layout ? this.layout.x(this.pointer) : null
    const inside = at !== null && at >= grid[0] && at <= grid[grid.length - 1] ? at : null
    const game = this.source.gameOf(this.frame)
    const shown = drawn.average ? ['live', 'average'] : ['live']
    this.layout = drawFigure(context, drawn, width, height, this.colours, shown, game, inside)
    this.read(inside, drawn)
    this.painted()
  }

  /**
   * The frame with its curves where they are on their way.
   * @param {LineFrame} frame
   * @returns {LineFrame}
   */
  now(frame) {
    const { average, ...curves } = /** @type {Record<string, number[] | null>} */ (this.glide.now())
    return /** @type {LineFrame} */ ({ ...frame, ...curves, average: average && { g_density: average } })
  }

  /**
   * What all curves are at the mouse's x.
   * @param {number | null} x
   * @param {LineFrame} frame
   */
  read(x, frame) {
    if (x === null) return text(this.legend, say('figure.words'))
    /** @param {number[]} values */
    const value = (values) => fixed(curveAt(frame.grid, values, x))
    const best = levelled(frame, this.source.gameOf(frame))
    const said = say('figure.at', {
      x: fixed(x),
      data: value(frame.data_density),
      generator: value(frame.g_density),
      d: value(frame.d),
    })
    text(this.legend, best ? say('figure.at_best', { said, best: value(best) }) : said)
  }
}
