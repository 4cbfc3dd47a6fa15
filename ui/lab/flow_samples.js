// Samples in the picture of one step: noise, reals and fakes over what D says of their space, and the pull on each
// fake.

import { polyline } from '../shared/drawing.js'
import { ground, levelLine } from '../shared/ground.js'
import { say } from '../shared/say.js'
import { mixed } from './flow_layout.js'
import { lengthsOf } from './recording.js'

/** @import { Box } from './flow_layout.js' */
/** @import { Pen } from './flow_pen.js' */
/** @import { Film } from './recording.js' */

/**
 * Both coordinates of a point on the screen, from a value or two and its number.
 * @typedef {{ px: (v: number) => number, py: (v: number, i: number) => number }} Scales
 */

/** More of them hide each other. */
const ARROWS = 40
/** How far a bounded prior reaches. @type {Record<string, number>} */
const BOUNDS = { uniform: 1, 'uniform-half': 0.5, 'truncated-normal': 2 }

/**
 * Numbers on a line lie in a strip at the foot of a box, beside each other so that many at one place are seen to be
 * many.
 * @param {number} y
 * @param {number} h
 * @returns {Scales['py']}
 */
const strip = (y, h) => (_, i) => y + 0.93 * h - 0.026 * h * ((i * 7) % 13)

/**
 * @param {Pen} pen
 * @param {Film} film
 * @param {Box} box
 * @param {number[]} z
 */
export function drawNoise(pen, { found }, box, z) {
  const [x, y, w, h] = box
  const { latent_dim: size, prior } = found.config
  const dim = found.draw.z_dim
  pen.words(size > 2 ? say('slow.noise_of', { size }) : say('slow.noise'), x, y - 7)
  pen.frame(box, pen.colours.background)
  const most = BOUNDS[prior] ?? Math.max(...z.map(Math.abs))
  /** @param {number} v */
  const share = (v) => 0.5 + (0.45 * v) / most
  const scales = {
    px: (/** @type {number} */ v) => x + w * share(v),
    py: dim === 1 ? strip(y, h) : (/** @type {number} */ v) => y + h - h * share(v),
  }
  drawDots(pen, z, dim, scales, 1.6, pen.colours.text)
}

/**
 * @typedef {object} Look how samples are drawn
 * @property {string} title
 * @property {string} colour
 * @property {boolean} after D has made its step
 * @property {boolean} changing it is making it
 * @property {boolean} [fresh] they are just being made
 * @property {number[] | null} [to] where they are going
 * @property {number[] | null} [pull] on each
 */

/** @type {(pen: Pen, film: Film, box: Box, points: number[], look: Look) => void} */
export function drawPoints(pen, film, box, points, { title, colour, after, changing, fresh, to, pull }) {
  const { context, share } = pen
  const [x, y, w, h] = box
  const { at } = film.found
  const [before, later] = film.grounds
  const back = changing ? mixed(before, later, share) : after ? later : before
  const [low, high] = at.dim === 2 ? at.extent : [at.grid[0], at.grid[at.grid.length - 1]]
  /** @type {Scales} */
  const scales = {
    px: (v) => x + ((v - low) / (high - low)) * w,
    py: at.dim === 2 ? (v) => y + ((at.extent[3] - v) / (at.extent[3] - at.extent[2])) * h : strip(y, h),
  }
  pen.words(title, x, y - 7, { colour })
  context.save()
  context.beginPath()
  context.roundRect(x, y, w, h, 6)
  context.fillStyle = pen.colours.background
  context.fill()
  context.clip()
  if (at.dim === 2) drawGround(pen, film, box, back, changing)
  else drawScore(pen, film, box, back, changing, scales.px)
  context.globalAlpha = pen.alpha * (fresh ? share : 1)
  if (to) drawDots(pen, points, at.dim, scales, 1.5, colour, 0.3)
  drawDots(pen, to ? mixed(points, to, share) : points, at.dim, scales, at.dim === 2 ? 2 : 1.6, colour)
  if (pull) drawPulls(pen, points, pull, at.dim, scales, w)
  context.restore()
  pen.frame(box)
}

/**
 * Points of the plane, or numbers on a line.
 * @param {Pen} pen
 * @param {number[]} points
 * @param {number} dim
 * @param {Scales} scales
 * @param {number} radius
 * @param {string} colour
 */
function drawDots(pen, points, dim, { px, py }, radius, colour, alpha = 0.8) {
  const { context } = pen
  context.save()
  context.globalAlpha *= alpha
  context.fillStyle = colour
  context.beginPath()
  for (let i = 0; i < points.length; i += dim) {
    const x = px(points[i])
    const y = py(points[i + dim - 1], i)
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
  context.fill()
  context.restore()
}

/**
 * D over the plane; where it cannot tell as a line, dashed where that was before.
 * @type {(pen: Pen, film: Film, box: Box, back: ArrayLike<number>, changing: boolean) => void}
 */
function drawGround({ context, colours }, { found, grounds }, [left, top, side], back, changing) {
  if (found.at.dim !== 2) return
  const n = found.at.map
  const place = { left, top, side }
  ground(context, place, back, n, colours)
  if (changing) {
    context.setLineDash([2, 3])
    levelLine(context, place, grounds[0], n, colours, 1.1)
    context.setLineDash([])
  }
  levelLine(context, place, back, n, colours)
}

/**
 * D on the line, dashed as it was before.
 * @type {(pen: Pen, film: Film, box: Box, back: ArrayLike<number>, changing: boolean, px: Scales['px']) => void}
 */
function drawScore(pen, { found, grounds, curves }, [x, y, , h], back, changing, px) {
  if (found.at.dim !== 1) return
  const { context, colours } = pen
  const { grid } = found.at
  const [low, high] = curves
  const [top, bottom] = [y + 12, y + 0.58 * h]
  /** @type {(values: ArrayLike<number>, dash: number[]) => void} */
  const draw = (values, dash) => {
    context.setLineDash(dash)
    context.strokeStyle = colours.discriminator
    context.lineWidth = 1.5
    polyline(
      context,
      grid.length,
      (i) => px(grid[i]),
      (i) => bottom - ((values[i] - low) / (high - low)) * (bottom - top),
    )
    context.stroke()
    context.setLineDash([])
  }
  if (changing) draw(grounds[0], [2, 3])
  draw(back, [])
  const name = found.game.probability ? say('slow.d_of_x') : say('slow.score_of_x')
  pen.words(name, x + 6, y + 6, { size: 12, base: 'top', colour: colours.discriminator })
}

/**
 * Where G is pulled at each fake: the longest arrow a quarter of the picture.
 * @param {Pen} pen
 * @param {number[]} points
 * @param {number[]} pull
 * @param {number} dim
 * @param {Scales} scales
 * @param {number} width
 */
function drawPulls(pen, points, pull, dim, { px, py }, width) {
  const count = points.length / dim
  const reach = (pen.share * 0.22 * width) / (Math.max(...lengthsOf(pull, dim)) || 1)
  pen.ink(pen.colours.gradients)
  pen.context.lineWidth = 1.1
  for (let n = 0; n < Math.min(ARROWS, count); n++) {
    const i = Math.floor((n * count) / Math.min(ARROWS, count))
    const x = px(points[dim * i])
    const y = py(points[dim * i + dim - 1], dim * i)
    pen.arrow(x, y, x + reach * pull[dim * i], y - (dim === 2 ? reach * pull[2 * i + 1] : 0), 3)
  }
}
