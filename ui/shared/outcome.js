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
 * "good", "part" or "poor" with the measures in words, where G falls short those that it falls short in; "unknown" where
 * nothing was measured up to that step.
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
  /** @type {Record<string, () => string>} */
  const said = {
    modes: () => say('words.measured.modes', { modes: Math.round(Number(modes)), total: Number(total) }),
    quality: () => say('words.measured.quality', { quality: Math.round(100 * Number(quality)) }),
    jsd: () => say('words.measured.jsd', { jsd: fixed(Number(jsd)) }),
    variety: () => say('words.measured.variety', { variety: fixed(Number(variety)) }),
    nearest: () => say('words.measured.nearest', { nearest: fixed(Number(nearest)) }),
  }
  const told = Object.keys(values).filter((name) => known(values[name]))
  const short = (/** @type {'good' | 'fair'} */ level) =>
    told.filter((name) => {
      const [low, high] = BOUNDS[name][level]
      const value = Number(values[name])
      return value < low || value > high
    })
  const kind = !told.length ? 'unknown' : !short('good').length ? 'good' : !short('fair').length ? 'part' : 'poor'
  // a share of samples near modes says little beside their number, unless it is what is wrong
  const reasons = {
    good: told.filter((name) => name !== 'quality'),
    part: short('good'),
    poor: short('fair'),
    unknown: [],
  }[kind]
  const samples = known(modes) || known(jsd) ? say('words.measured.points') : say('words.measured.images')
  return { kind, measures: [...reasons.map((name) => said[name]()), samples].join(', ') }
}
