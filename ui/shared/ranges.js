// How far the axis of a chart reaches: as far as curves usually go. What leaves it has a sign at the edge, and can be zoomed to.

import { known } from './numbers.js'
import { decades } from './series.js'

/** @import { Line, Chart } from './charts.js' */
/** @import { Span } from './series.js' */
/** @import { Curve, Curves } from './types.d.ts' */
/** @typedef {{ steps: Span | null, values: Record<string, Span> }} Zoom the steps that are looked at, and the values of a chart by its name */

/** @type {Zoom} */
export const WHOLE = { steps: null, values: {} }

/** Fewer values than this are all shown. */
const FEW = 12
/** The share of the values, on either side, that does not decide how far an axis reaches. */
const RARE = 0.02
/** How far beyond all others rare values may lie and still be shown, in heights of the others. */
const FAR = 1

/**
 * The values but for rare ones that lie far beyond all others: spikes.
 * @param {number[]} values
 * @param {boolean} log distances are counted in decades
 */
export function usual(values, log = false) {
  if (values.length < FEW) return values
  const at = log ? (/** @type {number} */ v) => (v > 0 ? Math.log10(v) : Number.NEGATIVE_INFINITY) : Number
  const sorted = values
    .map(at)
    .filter(Number.isFinite)
    .sort((a, b) => a - b)
  if (!sorted.length) return values
  const rare = Math.max(1, Math.floor(RARE * sorted.length))
  const low = sorted[Math.min(rare, sorted.length - 1)]
  const high = sorted[Math.max(0, sorted.length - 1 - rare)]
  const room = FAR * Math.max(0, high - low) || 0.5 * Math.abs(high) || 1
  return values.filter((v) => at(v) >= low - room && at(v) <= high + room)
}

/**
 * The points of a curve within a span of steps, [step, value]; the raw ones where there are any, or the smoothed ones.
 * @param {Curve | undefined} curve
 * @param {Span | null} steps
 * @param {'y' | 'sy' | 'all'} which
 * @returns {[number, number][]}
 */
export function pointsOf(curve, steps, which) {
  if (!curve) return []
  const smooth = which === 'sy' || (which === 'all' && !curve.x.length)
  const [x, y] = smooth ? [curve.sx, curve.sy] : [curve.x, curve.y]
  /** @type {[number, number][]} */
  const points = []
  x.forEach((step, i) => {
    const v = y[i]
    if (known(v) && (!steps || (step >= steps[0] && step <= steps[1]))) points.push([step, v])
  })
  return points
}

/**
 * From where to where the axis of a chart goes, for the curves of all sides; logarithms on a logarithmic one.
 * @param {Chart} chart
 * @param {Curves[]} sides
 * @param {boolean} log
 * @param {Zoom} zoom
 * @returns {Span}
 */
export function reachOf(chart, sides, log, zoom) {
  const own = zoom.values[chart.name]
  if (own) return own
  const all = (/** @type {'y' | 'sy'} */ which) =>
    sides.flatMap((curves) =>
      chart.lines.flatMap(({ key }) =>
        usual(
          pointsOf(curves[key], zoom.steps, which).map(([, v]) => v),
          log,
        ),
      ),
    )
  const [bold, raw] = [all('sy'), all('y')]
  if (!bold.length && !raw.length) return log === Boolean(chart.log) ? chart.empty : log ? [-3, 1] : [0, 10]
  return log ? decades(bold, raw) : chart.span(bold, raw)
}

/**
 * Every value there is, with a little room.
 * @param {Chart} chart
 * @param {Curves[]} sides
 * @param {boolean} log
 * @returns {Span}
 */
export function everything(chart, sides, log) {
  const all = sides.flatMap((curves) =>
    chart.lines.flatMap(({ key }) =>
      ['y', 'sy'].flatMap((which) => pointsOf(curves[key], null, /** @type {'y'} */ (which))),
    ),
  )
  const values = all.map(([, v]) => (log ? Math.log10(v) : v)).filter(Number.isFinite)
  const [low, high] = [
    Math.min(...values, chart.level ?? Number.POSITIVE_INFINITY),
    Math.max(...values, chart.level ?? Number.NEGATIVE_INFINITY),
  ]
  const room = 0.05 * (high - low) || 1
  return [low - room, high + room]
}

/**
 * Whether a chart may have a logarithmic axis: by itself, or where all that there is to see is positive.
 * @param {Chart} chart
 * @param {Curves[]} sides
 */
export const mayBeLog = (chart, sides) =>
  chart.log === true ||
  (chart.log === false &&
    sides.every((curves) => chart.lines.every(({ key }) => pointsOf(curves[key], null, 'all').every(([, v]) => v > 0))))

/** @typedef {{ at: number, up: boolean, lines: { line: Line, step: number, value: number }[] }} Exit a place where curves leave the axis, in pixels, and how far each goes there */

/**
 * Where curves leave the axis: places closer together than `gap` pixels are one.
 * @param {Line[]} lines
 * @param {Curves} curves
 * @param {Span} reach
 * @param {boolean} log
 * @param {Span} steps
 * @param {(step: number) => number} place
 * @param {number} gap
 * @returns {Exit[]}
 */
export function exits(lines, curves, reach, log, steps, place, gap) {
  const out = lines
    .flatMap((line) => pointsOf(curves[line.key], steps, 'all').map(([step, value]) => ({ line, step, value })))
    .filter(({ value }) => {
      const at = log ? (value > 0 ? Math.log10(value) : Number.NEGATIVE_INFINITY) : value
      return at < reach[0] || at > reach[1]
    })
    .sort((a, b) => a.step - b.step)
  const middle = (reach[0] + reach[1]) / 2
  /** @type {Exit[]} */
  const found = []
  for (const one of out) {
    const at = place(one.step)
    const up = (log ? Math.log10(Math.max(one.value, Number.MIN_VALUE)) : one.value) > middle
    const near = found.findLast((exit) => exit.up === up)
    const exit = near && at - near.at < gap ? near : { at, up, lines: [] }
    if (exit !== near) found.push(exit)
    const same = exit.lines.find(({ line }) => line === one.line)
    if (!same) exit.lines.push(one)
    else if (up ? one.value > same.value : one.value < same.value) Object.assign(same, one)
  }
  return found
}
