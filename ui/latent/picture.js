// The sample on the way from A to B, large.

import { Picture } from '../shared/canvas.js'
import { head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { fixed, known } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { scorer } from '../shared/score.js'
import { View } from '../shared/view.js'
import { drawPath } from './path.js'
import { isPlane, planeOf, tile } from './samples.js'
import { walkSource } from './walk.js'

/** @import { Colours } from '../shared/theme.js' */
/** @import { Place } from '../shared/view.js' */
/** @import { WalkSource } from './walk.js' */

/** @extends {View<WalkSource>} */
export default class LatentPicture extends View {
  static source = walkSource
  picture = new Picture()
  #painted = ''

  /** @param {Place<WalkSource>} place */
  constructor(place) {
    super(place)
    this.score = h('p', { class: 'score' })
    this.title = h('span', { class: 'title' }, say('picture.title'))
    this.legend = h('span', { class: 'legend' })
    const line = head(this.title, null, this.legend)
    this.root.append(h('div', { class: 'gan latent-picture' }, line, this.picture.box, this.score))
    this.onSize(this.picture.box)
  }

  draw() {
    const { source } = this
    const { walk, at, walkError } = source
    this.picture.cover(walk ? '' : walkError || source.error || say('picture.rendering'))
    if (!walk) return
    const percent = Math.round((100 * at) / source.last)
    const logit = walk.scores[at]
    const score = known(logit) ? scorer(source.game)(logit).words : '–'
    text(this.title, percent === 0 ? 'A' : percent === 100 ? 'B' : say('latent.percent', { percent }))
    text(this.legend, say('picture.step', { step: walk.step }))
    text(
      this.score,
      walkError ? say('latent.score.error', { score, error: walkError }) : say('latent.score', { score }),
    )
    this.picture.label(say('picture.label', { percent }))
    this.picture.canvas.dataset.at = String(at)
    if (this.#painted !== `${source.walkVersion} ${at}`) this.paint()
  }

  /** The real points, for pictures of the plane; all views draw anew when they come. */
  async askScene() {
    const { source } = this
    if (!source.realNow && (await source.real()) && !this.gone) {
      this.paint()
      source.changed()
    }
  }

  paint() {
    const place = this.picture.begin()
    if (!place) return
    const { context, width, height } = place
    const { colours, source } = this
    const { walk, at } = source
    context.fillStyle = colours.soft
    context.fillRect(0, 0, width, height)
    if (!walk) return
    this.#painted = `${source.walkVersion} ${at}`
    if (walk.picture) {
      const size = Math.min(width, height)
      tile(context, walk, at, (width - size) / 2, (height - size) / 2, size)
    } else if (walk.points?.every(isPlane)) {
      this.askScene()
      drawPath(context, walk.points, at, planeOf(source.realNow), width, height, colours)
    } else if (walk.points) {
      const values = walk.points.map(([x]) => x)
      paintLine(context, values, at, width, height, colours)
    }
  }
}

/**
 * x = G(z) along the walk of one-dimensional data.
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} points
 * @param {number} at
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
function paintLine(context, points, at, width, height, colours) {
  const low = Math.min(...points)
  const high = Math.max(...points)
  const room = (high - low || 1) * 0.15
  const last = points.length - 1
  const px = (/** @type {number} */ i) => 40 + (i / last) * (width - 60)
  const py = (/** @type {number} */ v) =>
    height - 34 - ((v - low + room) / (high - low + 2 * room || 1)) * (height - 60)
  context.font = `12px ${colours.font}`
  context.fillStyle = colours.text
  context.fillText('x = G(z)', 8, 16)
  context.fillText('A', px(0) - 4, height - 12)
  context.fillText('B', px(last) - 4, height - 12)
  context.strokeStyle = colours.generator
  context.lineWidth = 2.5
  context.beginPath()
  points.forEach((v, i) => {
    context.lineTo(px(i), py(v))
  })
  context.stroke()
  context.fillStyle = colours.fake
  context.beginPath()
  context.arc(px(at), py(points[at]), 7, 0, 7)
  context.fill()
  context.fillStyle = colours.text
  context.fillText(fixed(points[at], 3), Math.min(width - 48, px(at) + 10), py(points[at]) - 8)
}
