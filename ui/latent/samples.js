// One sample of a generator, drawn as what it is: a tile of a sheet, a point in the plane, or a number.

import { short } from '../shared/numbers.js'
import { drawPath } from './path.js'

/** @import { Colours } from '../shared/theme.js' */
/** @import { PlaneScene, Scene } from '../shared/types.d.ts' */
/** @import { Rendered } from './walk.js' */

/**
 * A tile of the walk's sheet.
 * @param {CanvasRenderingContext2D} context
 * @param {Rendered} walk
 * @param {number} i
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
export function tile(context, { picture, layout }, i, x, y, size) {
  if (!picture || !layout) return
  const { width, height, columns } = layout
  const [sx, sy] = [(i % columns) * width, Math.floor(i / columns) * height]
  context.imageSmoothingEnabled = size < width
  context.drawImage(picture, sx, sy, width, height, x, y, size, size)
}

/**
 * What points of the plane are drawn among.
 * @param {Scene | null} scene
 * @returns {PlaneScene | null}
 */
export const planeOf = (scene) => (scene && 'dim' in scene && scene.dim === 2 ? scene : null)

/**
 * @param {number[]} point
 * @returns {point is [number, number]}
 */
export const isPlane = (point) => point.length === 2

/**
 * A point of the plane in its scene; else its numbers, below each other.
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} point
 * @param {PlaneScene | null} scene
 * @param {number} side
 * @param {Colours} colours
 */
export function drawPoint(context, point, scene, side, colours) {
  if (scene && isPlane(point)) return drawPath(context, [point], 0, scene, side, side, colours, side < 160)
  context.fillStyle = colours.fake
  context.font = `600 13px ${colours.font}`
  context.textAlign = 'center'
  point.forEach((v, n) => {
    context.fillText(short(v), side / 2, side / 2 + 18 * (n - (point.length - 1) / 2))
  })
}
