// The fixed-noise samples, large: tiles, the plane of a game on points, or Figure 1.

import { Choice, head, key } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { drawFigure } from '../shared/figure1.js'
import { Framed } from '../shared/framed.js'
import { help } from '../shared/help.js'
import { drawPlane } from '../shared/plane.js'
import { say } from '../shared/say.js'
import { drawTiles } from './tiles.js'

/** @import { Frame, Layout, LineFrame, PlaneFrame, PlaneScene } from '../shared/types.d.ts' */
/** @import { RunSource } from '../shared/run.js' */
/** @import { Place } from '../shared/view.js' */

const WHOSE = [
  { name: 'live', label: say('samples.whose.live'), title: say('samples.whose.live.title') },
  { name: 'average', label: say('samples.whose.average'), title: say('samples.whose.average.title') },
  { name: 'both', label: say('samples.whose.both'), title: say('samples.whose.both.title') },
]

/** One choice for all samples of the visit. */
let chosen = 'both'

export default class Samples extends Framed {
  whose = chosen
  /** @type {Layout | null} of the tiles that are drawn; null for points */
  layout = null

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.title = h('span', { class: 'title' }, say('samples.title'))
    this.legend = h('span', { class: 'legend' })
    this.choice = new Choice(say('samples.whose'), WHOSE, (whose) => this.choose(whose))
    this.choice.node.hidden = true
    this.help = [say('samples.help'), say('figure.help'), say('plane.help')].map((words) =>
      help(say('samples.term'), words),
    )
    this.node = h(
      'div',
      { class: 'gan samples' },
      head(this.title, null, ...this.help, this.choice.node, this.legend),
      this.box,
    )
    this.root.append(this.node)
    this.onSize(this.box)
    this.choice.mark(this.whose)
  }

  /** @param {string} whose */
  choose(whose) {
    chosen = this.whose = whose
    this.choice.mark(whose)
    this.draw()
  }

  draw() {
    const { source } = this
    this.choice.node.hidden = !(source.isRun && source.place.average)
    if (!source.isRun && source.error && !source.preview) this.clear()
    super.draw()
  }

  clear() {
    this.frame = null
    text(this.title, say('samples.title'))
    text(this.legend, '')
    this.paint()
  }

  /**
   * @param {number} step
   */
  wish(step) {
    return `${step} ${this.whose}`
  }

  /**
   * @param {RunSource} source
   * @param {number} step
   * @returns {ReturnType<Framed['ask']>}
   */
  ask(source, step) {
    if (!source.isImage) return super.ask(source, step)
    return [source.frames.get(step), null, source.place.average && this.whose !== 'live' ? average(source, step) : null]
  }

  accepted() {
    const { source, frame } = this
    this.layout = source.layout
    const plane = planeOf(frame)
    const figure = !this.layout && !plane
    const explained = this.layout ? 0 : figure ? 1 : 2
    this.help.forEach((one, i) => {
      one.hidden = i !== explained
    })
    text(this.title, say(figure ? 'figure.title' : 'samples.title'))
    this.legend.classList.toggle('figure', figure)
    if (plane) {
      const shown = this.shown()
      this.glide.to({
        fakes: shown.includes('live') ? plane.x : null,
        averages: shown.includes('average') ? (plane.average?.x ?? null) : null,
      })
      this.legend.replaceChildren(...this.keys(shown))
    } else text(this.legend, this.words())
    const { step } = this
    this.picture.label(
      this.layout
        ? say('samples.label.tiles', { n: this.layout.count, step })
        : say(plane ? 'samples.label.plane' : 'figure.label', { step }),
    )
    this.paint()
  }

  /** What is to be seen, in the legend of tiles and of the figure. */
  words() {
    const { source, layout, step } = this
    if (!layout) return say('figure.words')
    if (this.shown().length > 1) return say('samples.alike')
    if (layout.by_class) return say('samples.classes')
    if (!source.isRun) return say('samples.untrained')
    return source.cursor === null && source.status?.active ? say('samples.same') : say('samples.then', { step })
  }

  /** @param {string[]} shown */
  keys(shown) {
    return [
      key('dot', 'real', say('samples.key.real')),
      ...(shown.includes('live') ? [key('dot', 'fake', say('samples.key.fake'))] : []),
      ...(shown.includes('average') ? [key('hollow', 'generator', say('samples.key.average'))] : []),
      key('stroke', 'discriminator', say(this.source.game.probability ? 'samples.key.half' : 'samples.key.draw')),
    ]
  }

  /** Whose samples are drawn: "live", "average", or both, as far as they are there. */
  shown() {
    const average = this.layout ? this.averaged : this.frame && 'average' in this.frame && this.frame.average
    if (!average || !this.source.isRun) return ['live']
    return this.whose === 'both' ? ['live', 'average'] : [this.whose]
  }

  paint() {
    const at = this.picture.begin()
    if (!at) return
    const { context, width, height } = at
    const { colours, frame, layout } = this
    this.box.classList.toggle('bare', Boolean(frame))
    if (!frame) {
      context.fillStyle = colours.soft
      context.fillRect(0, 0, width, height)
      return
    }
    const shown = this.shown()
    if (layout) {
      const sheets = shown.map((whose) => (whose === 'live' ? frame : this.averaged))
      const titles =
        this.source.isRun && this.source.place.average ? shown.map((name) => say(`samples.of.${name}`)) : []
      drawTiles(context, /** @type {ImageBitmap[]} */ (sheets), titles, layout, width, height, colours)
      return
    }
    const plane = planeOf(frame)
    const line = /** @type {LineFrame} */ (frame)
    const game = this.source.gameOf(plane ?? line)
    if (plane) {
      const scene = /** @type {PlaneScene | null} */ (this.scene)
      const { fakes = null, averages = null } = this.glide.now() ?? {}
      if (scene) drawPlane(context, { frame: plane, scene, fakes, averages, game }, width, height, colours)
    } else drawFigure(context, line, width, height, colours, shown, game)
  }
}

/**
 * What the average of G makes of a step; null where no picture of it is kept.
 * @param {RunSource} source
 * @param {number} step
 */
function average(source, step) {
  const found = source.averages.get(step)
  return found instanceof Promise ? found.catch(() => null) : found
}

/**
 * @param {Frame | null} frame
 * @returns {PlaneFrame | null}
 */
const planeOf = (frame) => (frame && 'dim' in frame && frame.dim === 2 ? frame : null)
