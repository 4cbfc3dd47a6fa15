// A walk through noise as the path that its samples take in the plane.

import { disc, pen, polyline } from '../shared/drawing.js'
import { short } from '../shared/numbers.js'
import { dots, placeOf, ticks } from '../shared/plane.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { PlaneScene, Square } from '../shared/points.d.ts' */

/**
 * The square that is drawn: that of the data's pictures, else one around all points.
 * @param {[number, number][]} points
 * @param {PlaneScene | null | undefined} scene
 * @returns {Square}
 */
export function squareAround(points, scene) {
  if (scene?.extent) return scene.extent
  const [low, high] = [Math.min, Math.max].map((of) => [0, 1].map((k) => of(...points.map((p) => p[k]))))
  const half = 0.65 * (Math.max(high[0] - low[0], high[1] - low[1]) || 1)
  const [x, y] = [0, 1].map((k) => (low[k] + high[k]) / 2)
  return [x - half, x + half, y - half, y + half]
}

/**
 * @param {Context} context
 * @param {[number, number][]} points
 * @param {number | null} at which of the points is looked at
 * @param {PlaneScene | null | undefined} scene
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function drawPath(context, points, at, scene, width, height, colours, small = false) {
  const square = squareAround(points, scene)
  const place = placeOf(square, width, height)
  const { left, top, side, px, py } = place
  if (small) {
    context.fillStyle = colours.soft
    context.fillRect(left, top, side, side)
  }
  if (scene?.real) dots(context, scene.real, place, small ? 1 : 1.4, colours.real, 0.6)
  if (!small) ticks(context, square, place, colours)
  context.strokeStyle = colours.generator
  context.lineWidth = 2
  polyline(
    context,
    points.length,
    (i) => px(points[i][0]),
    (i) => py(points[i][1]),
  )
  context.stroke()
  context.fillStyle = colours.generator
  for (const [x, y] of points) disc(context, px(x), py(y), 2.2)
  pen(context, colours, { size: 13, weight: 600, align: 'center', base: 'bottom' })
  const ends = /** @type {const} */ ([
    ['A', points[0]],
    ['B', points[points.length - 1]],
  ])
  context.strokeStyle = colours.background
  context.lineWidth = 4
  if (points.length > 1)
    for (const [name, [x, y]] of ends) {
      context.strokeText(name, px(x), py(y) - 6) // a letter over the path, or over real points, is still read
      context.fillText(name, px(x), py(y) - 6)
    }
  if (at === null) return
  const [x, y] = points[at]
  context.fillStyle = colours.fake
  context.strokeStyle = colours.background
  context.lineWidth = 2
  disc(context, px(x), py(y), small ? 4 : 7)
  context.stroke()
  if (small) return
  pen(context, colours, { base: 'top' })
  context.fillText(`x = (${short(x)}, ${short(y)})`, left + 10, top + 8)
}
