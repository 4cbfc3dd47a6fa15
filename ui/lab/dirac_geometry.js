// The Dirac-GAN in numbers that can be drawn: scales, places on trajectories, the complex plane, and how numbers are
// written.

import { clamp, signed } from '../shared/numbers.js'

/** @import { Complex, How, Path } from './types.d.ts' */

/** @type {How[]} */
export const HOWS = ['alternating', 'simultaneous']
/** The plane shows both parameters from minus this to this. */
export const EXTENT = 2.2
/** Of a start, on either axis. */
const REACH = 2

/**
 * A value that a start may have, to a hundredth.
 * @param {number} v
 */
export const startAt = (v) => clamp(Math.round(v * 100) / 100, -REACH, REACH)

/**
 * A number with a fixed number of digits, powers of ten where it is large, and never -0.
 * @param {number} v
 */
export function fixed(v, digits = 2) {
  if (Math.abs(v) >= 1000) return signed(v.toExponential(1).replace('e+', 'e'))
  return signed((Math.abs(v) < 0.5 * 10 ** -digits ? 0 : v).toFixed(digits))
}

/**
 * Both moduli, the larger first; one where they are the same.
 * @param {[number, number]} moduli
 */
export const moduliInWords = ([a, b]) =>
  Math.abs(a - b) < 5e-4 ? fixed(a, 3) : `${fixed(Math.max(a, b), 3)} and ${fixed(Math.min(a, b), 3)}`

// ---- the plane of theta and psi

/** Where the plane lies on a square canvas, and both ways between them. @typedef {ReturnType<typeof planeOf>} Plane */

/**
 * @param {number} size of the canvas; axes take some of it on the left and below
 */
export function planeOf(size) {
  const [left, top] = [36, 8]
  const [width, height] = [size - left - 8, size - 34 - top]
  return {
    size,
    left,
    top,
    width,
    height,
    px: (/** @type {number} */ v) => left + ((v + EXTENT) / (2 * EXTENT)) * width,
    py: (/** @type {number} */ v) => top + ((EXTENT - v) / (2 * EXTENT)) * height,
    x: (/** @type {number} */ px) => ((px - left) / width) * 2 * EXTENT - EXTENT,
    y: (/** @type {number} */ py) => EXTENT - ((py - top) / height) * 2 * EXTENT,
  }
}

// ---- trajectories

/** How many steps a trajectory has. @param {Path} path */
export const stepsOf = (path) => path[0].length - 1

/**
 * Where a trajectory is at a step that may lie between two, or beyond its end.
 * @param {Path} path
 * @param {number} at
 * @returns {[number, number]}
 */
export function between([theta, psi], at) {
  const last = theta.length - 1
  const i = Math.min(Math.floor(at), last)
  const next = Math.min(i + 1, last)
  const share = Math.min(at, last) - i
  return [theta[i] + share * (theta[next] - theta[i]), psi[i] + share * (psi[next] - psi[i])]
}

/**
 * Pixels between two steps of a trajectory, on average over all of it.
 * @param {Path} path
 * @param {Pick<Plane, 'px' | 'py'>} plane
 */
export function spacing([theta, psi], { px, py }) {
  let sum = 0
  for (let i = 0; i + 1 < theta.length; i++)
    sum += Math.hypot(px(theta[i + 1]) - px(theta[i]), py(psi[i + 1]) - py(psi[i]))
  return sum / (theta.length - 1 || 1)
}

/**
 * How far each player goes from where a trajectory is, as a share of one unit of its gradient, cut at 1.4; null at its
 * end.
 * @param {Path} path
 * @param {number} at
 * @param {number} lr
 * @returns {[number, number] | null}
 */
export function movesAt([theta, psi], at, lr) {
  const i = Math.min(Math.floor(at), theta.length - 1)
  if (i + 1 >= theta.length) return null
  /** @param {number} v */
  const move = (v) => clamp(v / lr, -1.4, 1.4)
  return [move(theta[i + 1] - theta[i]), move(psi[i + 1] - psi[i])]
}

/**
 * Which trajectory has left the picture, and how; of `steps` that were asked for those that are missing were beyond all
 * bounds.
 * @param {Path} path
 * @param {number} at
 * @param {number} steps
 */
export function whereabouts(path, at, steps) {
  const last = stepsOf(path)
  if (at >= last && last < steps) return { place: /** @type {const} */ ('beyond'), last }
  const outside = Math.max(...between(path, at).map(Math.abs)) > EXTENT
  return { place: outside ? /** @type {const} */ ('outside') : /** @type {const} */ ('inside'), last }
}

// ---- the complex plane

/**
 * How far a square around 0 has to reach for all numbers to lie in it: `least`, or that doubled until it does.
 * @param {Complex[]} numbers
 * @param {number} least
 */
export function reachOf(numbers, least) {
  const most = Math.max(0, ...numbers.flat().map(Math.abs)) * 1.12
  return most > least ? least * 2 ** Math.ceil(Math.log2(most / least)) : least
}

const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/**
 * The number that is marked on both axes: the first that is far enough from the middle.
 * @param {number} unit pixels of 1
 * @param {number} size of the picture
 */
export const tickOf = (unit, size) => TICKS.find((t) => t * unit > size / 6) ?? TICKS[TICKS.length - 1]
