// Strokes that the Dirac-GAN's pictures share: trajectories, and the heads of arrows.

import { between, stepsOf } from './dirac_geometry.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { How, Path } from './types.d.ts' */

/** @typedef {(v: number) => number} Scale */

/**
 * The head of an arrow that comes from (x0, y0) and ends at (x1, y1).
 * @param {Context} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 * @param {number} size
 */
export function head(context, x0, y0, x1, y1, size) {
  const angle = Math.atan2(y1 - y0, x1 - x0)
  context.beginPath()
  context.moveTo(x1 + Math.cos(angle) * size * 0.4, y1 + Math.sin(angle) * size * 0.4)
  for (const turn of [2.6, -2.6]) context.lineTo(x1 + Math.cos(angle + turn) * size, y1 + Math.sin(angle + turn) * size)
  context.closePath()
  context.fill()
}

/**
 * A new path along a trajectory, up to a step that may lie between two.
 * @param {Context} context
 * @param {Path} path
 * @param {number} at
 * @param {Scale} px
 * @param {Scale} py
 * @param {number} first the step that it begins at
 */
export function trace(context, path, at, px, py, first = 0) {
  const last = Math.min(Math.floor(at), stepsOf(path))
  const [x, y] = path
  context.beginPath()
  for (let i = Math.min(first, last); i <= last; i++) context.lineTo(px(x[i]), py(y[i]))
  const [ex, ey] = between(path, at)
  context.lineTo(px(ex), py(ey))
}

/**
 * A dot at each step of a trajectory.
 * @param {Context} context
 * @param {Path} path
 * @param {number} at
 * @param {Scale} px
 * @param {Scale} py
 * @param {number} radius
 */
export function dotted(context, [x, y], at, px, py, radius) {
  const last = Math.min(Math.floor(at), x.length - 1)
  context.beginPath()
  for (let i = 0; i <= last; i++) {
    const [a, b] = [px(x[i]), py(y[i])]
    context.moveTo(a + radius, b)
    context.arc(a, b, radius, 0, 7)
  }
  context.fill()
}

/**
 * The trajectories that there are, in order, and whether each is drawn as the second of two.
 * @param {Partial<Record<How, Path>>} paths
 * @param {How[]} order
 */
export function trajectories(paths, order) {
  const found = order.flatMap((how) => {
    const path = paths[how]
    return path ? [{ how, path }] : []
  })
  return found.map((one) => ({ ...one, second: found.length > 1 && one.how === 'simultaneous' }))
}
