// What can be said of curves: where they are at a step, how far an axis has to reach for them, and which numbers to write beside it.

import { known, signed } from './numbers.js'

/** @import { Curve, Curves } from './types.d.ts' */
/** @typedef {[number, number]} Span */
/** @typedef {(bold: number[], raw: number[]) => Span} Reach from the smoothed and the raw values to the ends of the axis; logarithms on a logarithmic one */

/** @param {(number | null | undefined)[]} values @returns {number[]} */
export const finite = (values) => values.filter((v) => v !== null && v !== undefined)

/**
 * The last step that any side has.
 * @param {Curves[]} sides
 */
export const lastOf = (sides) =>
  Math.max(
    1,
    ...sides.flatMap((curves) =>
      Object.values(curves).map((c) => Math.max(c?.x[c.x.length - 1] ?? 0, c?.sx[c.sx.length - 1] ?? 0)),
    ),
  )

/**
 * All of the bold lines, and of the faint ones what lies within as much again on either side.
 * @type {Reach}
 */
export function around(bold, raw) {
  const all = bold.length ? bold : raw
  if (!all.length) return [-1, 1]
  const low = Math.min(...all)
  const high = Math.max(...all)
  const size = high - low || Math.abs(high) || 1
  return [
    Math.max(Math.min(low, ...raw), low - 0.6 * size) - 0.06 * size,
    Math.min(Math.max(high, ...raw), high + 0.6 * size) + 0.06 * size,
  ]
}

/**
 * Around the curves, and as far as `level` where there is one.
 * @param {number | null} level
 * @returns {Reach}
 */
export const upTo = (level) => (bold, raw) => {
  const [low, high] = around(bold, raw)
  const room = 0.06 * (high - low)
  return level === null ? [low, high] : [Math.min(low, level - room), Math.max(high, level + room)]
}

/**
 * All that is positive, on a logarithmic axis.
 * @type {Reach}
 */
export const decades = (bold, raw) => {
  const all = [...bold, ...raw].filter((v) => v > 0).map(Math.log10)
  return all.length ? [Math.min(...all) - 0.15, Math.max(...all) + 0.15] : [-3, 1]
}

/**
 * From 0, unless something is below it; the faint lines to four times the bold ones at most.
 * @type {Reach}
 */
export const losses = (bold, raw) =>
  Math.min(0, ...bold, ...raw) < 0
    ? upTo(0)(bold, raw)
    : [0, 1.06 * Math.min(Math.max(...raw, 0.1), 4 * Math.max(...bold, 0.1))]

/**
 * Four or so round numbers on a logarithmic axis from 10^low to 10^high: 1, 2, 5 where there is room, else powers of ten.
 * @param {Span} span
 */
export function logTicks([low, high]) {
  const size = high - low
  const every = Math.max(1, Math.ceil(size / 4))
  const within = size < 0.8 ? [1, 2, 3, 5, 7] : size < 1.5 ? [1, 2, 5] : size < 2.5 ? [1, 3] : [1]
  const tickvals = []
  for (let power = Math.floor(low); power <= high; power += 1)
    if (power % every === 0) tickvals.push(...within.map((n) => n * 10 ** power))
  return { tickvals, ticktext: tickvals.map(tick) }
}

/** @param {number} v */
const tick = (v) => (v < 1e-3 || v >= 1e4 ? signed(v.toExponential(0).replace('e+', 'e')) : String(+v.toPrecision(1)))

/**
 * The smoothed value at a step, the last one where there is none; null where nothing is known.
 * @param {Partial<Curve> | undefined} curve
 * @param {number | null} [step]
 */
export function nearest(curve, step = null) {
  const { sx, sy } = curve ?? {}
  if (!sx?.length || !sy) return null
  return sy[placeOf(sx, step)]
}

/**
 * The last that was measured until a step (null: the newest): a step of one network alone measures nothing of the other.
 * @param {Partial<Curve> | null | undefined} curve
 * @param {number | null} step
 */
export function lastKnown(curve, step) {
  const { sx, sy } = curve ?? {}
  if (!sx?.length || !sy) return null
  let at = placeOf(sx, step)
  while (at > 0 && !known(sy[at])) at -= 1
  return sy[at]
}

/**
 * @param {number[]} sx
 * @param {number | null} step
 */
function placeOf(sx, step) {
  if (step === null) return sx.length - 1
  let at = 0
  while (at < sx.length - 1 && sx[at + 1] <= step) at += 1
  return at
}
