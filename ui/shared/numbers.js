// Numbers in words: as short as they can be read, with a true minus, and a dash where there is none.

/**
 * A number as people write it: with a true minus.
 * @param {number | string} n
 */
export const signed = (n) => String(n).replaceAll('-', '−')

/**
 * Whether something is a number that can be shown.
 * @param {unknown} n
 * @returns {n is number}
 */
export const known = (n) => typeof n === 'number' && Number.isFinite(n)

/** @param {number} n */
export const whole = (n) => Math.round(n).toLocaleString('en-US')

/** @param {number} n @param {number} digits after the point */
export const fixed = (n, digits = 2) => signed(n.toFixed(digits))

/**
 * Three digits or so.
 * @param {number | null | undefined} n
 */
export function short(n) {
  if (!known(n)) return '–'
  const size = Math.abs(n)
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return signed(n.toExponential(1).replace('e+', 'e'))
  if (size >= 10) return fixed(n, size >= 100 ? 0 : 1)
  return fixed(n, size && size < 0.0995 ? 3 : 2)
}

/** @param {number} seconds */
export function clock(seconds) {
  const s = Math.max(0, Math.round(seconds))
  const two = (/** @type {number} */ n) => String(n).padStart(2, '0')
  const minutes = Math.floor(s / 60)
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(minutes % 60)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}

/** @param {number} logit */
export const sigmoid = (logit) => 1 / (1 + Math.exp(-logit))

/** @param {number[]} values */
export const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length

/** @param {number} v @param {number} low @param {number} high */
export const clamp = (v, low, high) => Math.max(low, Math.min(high, v))

/**
 * The number of a list nearest to one; null where there is none.
 * @param {number[]} numbers
 * @param {number} to
 */
export const nearestTo = (numbers, to) =>
  numbers.reduce(
    (best, n) => (best === null || Math.abs(n - to) < Math.abs(best - to) ? n : best),
    /** @type {number | null} */ (null),
  )
