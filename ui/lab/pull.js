// The pull on each fake, as arrows: minus the gradient of G's loss, in a unit that is a round number.

import { roundNumber } from '../shared/drawing.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Place } from '../shared/plane.js' */

/** How long the arrow of a pull of one unit is, as a share of the square's side. */
export const ARROW = 1 / 16
/** The longest arrow, in units. */
const MOST = 1.6
/** Arrows shorter than this many pixels are not drawn. */
const LEAST = 1.5

/**
 * A round number for the arrow of full length: nine pulls in ten are shorter. It stays while it still fits.
 * @param {ArrayLike<number>} gradient dx0, dy0, dx1, dy1, ...
 * @param {number | null} before
 */
export function pullUnit(gradient, before = null) {
  const sizes = Array.from({ length: gradient.length >> 1 }, (_, i) => Math.hypot(gradient[2 * i], gradient[2 * i + 1]))
  const most = sizes.sort((a, b) => a - b)[Math.floor(0.9 * (sizes.length - 1))] || 0
  if (!(most > 0)) return before || 1
  if (before && most > 0.3 * before && most < 1.25 * before) return before
  return roundNumber(most)
}

/**
 * Arrows on the screen for the first fakes: [x, y, dx, dy] each.
 * @param {Pick<Place, 'px' | 'py' | 'side'>} place
 * @param {ArrayLike<number>} fakes
 * @param {ArrayLike<number>} pulls in units whose arrow is ARROW long
 */
export function arrowsOf({ px, py, side }, fakes, pulls) {
  /** @type {[number, number, number, number][]} */
  const found = []
  for (let i = 0; i + 1 < Math.min(pulls.length, fakes.length); i += 2) {
    const size = Math.hypot(pulls[i], pulls[i + 1])
    const length = Math.min(size, MOST) * ARROW * side
    if (length < LEAST) continue
    found.push([px(fakes[i]), py(fakes[i + 1]), (pulls[i] / size) * length, (-pulls[i + 1] / size) * length])
  }
  return found
}

/**
 * @param {Context} context
 * @param {Place} place
 * @param {ArrayLike<number>} fakes
 * @param {ArrayLike<number>} pulls
 * @param {Colours} colours
 */
export function arrows(context, place, fakes, pulls, colours) {
  context.globalAlpha = 0.85
  draw(context, arrowsOf(place, fakes, pulls), 1.3, colours)
  context.globalAlpha = 1
}

/**
 * The arrow of one unit, ending at x.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} side of the square
 * @param {Colours} colours
 */
export const unitArrow = (context, x, y, side, colours) =>
  draw(context, [[x - ARROW * side, y, ARROW * side, 0]], 1.6, colours)

/** @type {(context: Context, all: [number, number, number, number][], width: number, colours: Colours) => void} */
function draw(context, all, width, colours) {
  const shafts = new Path2D()
  const heads = new Path2D()
  for (const [x, y, dx, dy] of all) {
    const length = Math.hypot(dx, dy)
    const head = Math.min(5, 0.45 * length)
    const ux = dx / length
    const uy = dy / length
    const [bx, by, w] = [x + dx - head * ux, y + dy - head * uy, 0.5 * head]
    shafts.moveTo(x, y)
    shafts.lineTo(bx, by)
    heads.moveTo(x + dx, y + dy)
    heads.lineTo(bx - w * uy, by + w * ux)
    heads.lineTo(bx + w * uy, by - w * ux)
  }
  context.strokeStyle = colours.gradients
  context.fillStyle = colours.gradients
  context.lineWidth = width
  context.stroke(shafts)
  context.fill(heads)
}
