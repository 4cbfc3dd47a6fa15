// The dials of the Dirac-GAN: their ranges, their scales, and the notches of their sliders.

/** @typedef {[number, number]} Range */
/**
 * Both ways between a value and its share of a slider.
 * @typedef {{ to: (v: number, range: Range) => number, from: (share: number, range: Range) => number }} Scale
 */

/** @type {Scale} */
const log = {
  to: (v, [low, high]) => Math.log(v / low) / Math.log(high / low),
  from: (share, [low, high]) => low * (high / low) ** share,
}
/** @type {Scale} */
const square = {
  to: (v, [, high]) => Math.sqrt(v / high),
  from: (share, [, high]) => high * share * share,
}
/** @type {Scale} */
const even = {
  to: (v, [low, high]) => (v - low) / (high - low),
  from: (share, [low, high]) => low + share * (high - low),
}

/** Two digits. @param {number} v */
const two = (v) => +v.toPrecision(2)

/**
 * `off`: 0 means that there is none of it.
 * @typedef {object} Dial
 * @property {'weight' | 'clip' | 'noise' | 'lr' | 'k' | 'steps'} name
 * @property {Range} range
 * @property {Scale} scale
 * @property {number} notches
 * @property {(v: number) => number} round
 * @property {boolean} [off]
 */

/** @type {Dial[]} */
export const DIALS = [
  { name: 'weight', range: [0, 10], scale: square, notches: 200, round: two },
  { name: 'clip', range: [0, 2], scale: even, notches: 40, round: two, off: true },
  { name: 'noise', range: [0, 2], scale: even, notches: 40, round: two, off: true },
  { name: 'lr', range: [0.01, 5], scale: log, notches: 200, round: two },
  { name: 'k', range: [1, 10], scale: even, notches: 9, round: Math.round },
  { name: 'steps', range: [50, 2000], scale: even, notches: 39, round: Math.round },
]

/**
 * The value at a notch.
 * @param {Dial} dial
 * @param {number} notch
 */
export const valueAt = ({ scale, range, notches, round }, notch) => round(scale.from(notch / notches, range))

/**
 * The notch that shows a value; `before`, where that shows it too: several may round to one value, and the one that the
 * reader chose stays.
 * @param {Dial} dial
 * @param {number} value
 * @param {number} before
 */
export function notchOf(dial, value, before) {
  if (valueAt(dial, before) === value) return before
  const share = dial.scale.to(value, dial.range)
  return Math.round(Math.max(0, Math.min(1, share)) * dial.notches)
}
