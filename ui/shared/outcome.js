// How close G's samples are to the data, by what was measured of them: what tells a good G from a weak D.

import { fixed, known } from './numbers.js'
import { say } from './say.js'

/** @import { Evaluations } from './types.d.ts' */

/**
 * A measure: from which value to which one G is good, and outside of which it is poor.
 * @typedef {{ good: [number, number], fair: [number, number] }} Bounds
 */

/** @type {Record<string, Bounds>} shares are of what a perfect sampler scores */
const BOUNDS = {
  modes: { good: [1, 1], fair: [0.75, 1] },
  quality: { good: [0.8, 2], fair: [0.3, 2] },
  jsd: { good: [0, 0.1], fair: [0, 0.35] },
  variety: { good: [0.8, 1.25], fair: [0.4, 2] },
  nearest: { good: [0.75, 1.3], fair: [0.5, 1.6] },
}

/**
 * "good", "part" or "poor" with the measures in words; "unknown" where nothing was measured up to that step.
 * @param {Evaluations | null} evaluations
 * @param {number | null} cursor
 */
export function outcome(evaluations, cursor) {
  const steps = evaluations?.step ?? []
  let at = steps.length - 1
  while (cursor !== null && at >= 0 && Number(steps[at]) > cursor) at -= 1
  const of = (/** @type {string} */ name) => evaluations?.[name]?.[at] ?? null
  const [modes, total, quality, best, jsd, variety, nearest] = [
    'modes',
    'modes_total',
    'high_quality',
    'high_quality_oracle',
    'jsd',
    'diversity',
    'nearest',
  ].map(of)
  /** @type {Record<string, number | null>} */
  const values = {
    modes: known(modes) && known(total) ? modes / total : null,
    quality: known(quality) ? quality / (best || 1) : null,
    jsd,
    variety,
    nearest,
  }
  const told = Object.entries(values).flatMap(([name, value]) => (known(value) ? [{ ...BOUNDS[name], value }] : []))
  const all = (/** @type {'good' | 'fair'} */ level) =>
    told.every(({ value, [level]: [low, high] }) => value >= low && value <= high)
  const words = [
    known(modes) && known(total) ? say('words.measured.modes', { modes: Math.round(modes), total }) : '',
    known(jsd) ? say('words.measured.jsd', { jsd: fixed(jsd) }) : '',
    known(variety) ? say('words.measured.variety', { variety: fixed(variety) }) : '',
    known(nearest) ? say('words.measured.nearest', { nearest: fixed(nearest) }) : '',
  ].filter(Boolean)
  const kind = !told.length ? 'unknown' : all('good') ? 'good' : all('fair') ? 'part' : 'poor'
  return { kind, measures: words.join(', ') }
}
