// Games, frames and scenes on points for the tests of what is drawn of them.

/** @import { Game, LineFrame, PlaneFrame, Square } from '../../ui/shared/points.d.ts' */

export const CELLS = 12

/** @type {Game} */
export const PROBABILITY = {
  name: 'non-saturating',
  probability: true,
  level: 0.5,
  value: 'V(G, D)',
  draw: -Math.log(4),
  most: 0,
  clear: 0,
  far: null,
  losses: ['', ''],
}
/** @type {Game} */
export const RELATIVE = {
  name: 'relativistic',
  probability: false,
  level: null,
  value: '−Loss_D',
  draw: -Math.LN2,
  most: 0,
  clear: 1,
  far: 4,
  losses: ['', ''],
}
/** @type {Game} */
export const WASSERSTEIN = {
  name: 'wasserstein',
  probability: false,
  level: null,
  value: 'estimated distance',
  draw: 0,
  most: null,
  clear: 0,
  far: null,
  losses: ['', ''],
}
/** @type {Game} */
export const HINGE = {
  name: 'hinge',
  probability: false,
  level: 0,
  value: '−Loss_D',
  draw: -2,
  most: 0,
  clear: 1,
  far: 2,
  losses: ['', ''],
}

/**
 * Values from the left to the right, the same in each row of CELLS x CELLS.
 * @param {(share: number) => number} value of the share of the way
 */
export const across = (value) => Array.from({ length: CELLS * CELLS }, (_, i) => value(((i % CELLS) + 0.5) / CELLS))

/**
 * A map as a frame holds it.
 * @param {number[]} values
 * @returns {[string, [number, number]]}
 */
export function packed(values) {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const view = new DataView(new ArrayBuffer(2 * values.length))
  values.forEach((v, i) => view.setUint16(2 * i, Math.round(((v - low) / (high - low || 1)) * 65535), true))
  return [btoa(String.fromCharCode(...new Uint8Array(view.buffer))), [low, high > low ? high : low + 1]]
}

/**
 * A frame of the plane [-1, 1]² whose D rises from 0 on the left to 1 on the right.
 * @param {Partial<PlaneFrame>} more
 * @returns {PlaneFrame}
 */
export function planeFrame(more = {}) {
  const [d, range] = packed(across((v) => v))
  const [best, best_range] = packed(across((v) => 1 - v))
  return { dim: 2, x: [0, 0, 0.5, 0.5], hits: null, d, range, best, best_range, s_real: [0.5], s_fake: [0.5], ...more }
}

/** @type {Square} */
export const SQUARE = [-1, 1, -1, 1]

/**
 * A frame of a line on which G is the data, and D cannot tell.
 * @param {Partial<LineFrame>} more
 * @returns {LineFrame}
 */
export function lineFrame(more = {}) {
  const grid = Array.from({ length: 61 }, (_, i) => -3 + i / 10)
  const bell = grid.map((x) => Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI))
  const half = grid.map(() => 0.5)
  return {
    dim: 1,
    grid,
    d: half,
    data_density: bell,
    g_density: bell,
    z: [1, -1, 0],
    x: [1, -1, 0],
    real: [0],
    ...more,
  }
}

/**
 * Asserts that numbers are close together.
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} wanted
 */
export function near(found, wanted, within = 1e-6) {
  if (found.length !== wanted.length) throw new Error(`${found.length} numbers, not ${wanted.length}`)
  for (let i = 0; i < found.length; i++)
    if (!(Math.abs(found[i] - wanted[i]) <= within)) throw new Error(`number ${i} is ${found[i]}, not ${wanted[i]}`)
}
