// One step of training as it was written down (gan_core/look/slow.py), its ten parts, and what is computed of it once
// before it is drawn.

import { middleOf, tinted } from '../shared/maps.js'
import { mean, sigmoid } from '../shared/numbers.js'

/** @import { Game } from '../shared/points.d.ts' */
/** @import { PartName, Recording } from './types.d.ts' */

/**
 * What one step consists of, in order, and whose turn it is.
 * @type {{ name: PartName, who: 'd' | 'g' }[]}
 */
export const PARTS = [
  { name: 'draw', who: 'd' },
  { name: 'generate', who: 'd' },
  { name: 'classify_real', who: 'd' },
  { name: 'classify_fake', who: 'd' },
  { name: 'loss_d', who: 'd' },
  { name: 'gradient_d', who: 'd' },
  { name: 'update_d', who: 'd' },
  { name: 'loss_g', who: 'g' },
  { name: 'gradient_g', who: 'g' },
  { name: 'update_g', who: 'g' },
]

/**
 * What D says of a sample: a probability or a score.
 * @param {Game} game
 * @param {number} logit
 */
export const saidOf = (game, logit) => (game.probability ? sigmoid(logit) : logit)

/**
 * The scale that values are shown on: 0 to 1 for a probability, else all of them and a little more.
 * @param {number[]} values
 * @param {Game} game
 * @returns {[number, number]}
 */
export function rangeOf(values, game) {
  if (game.probability) return [0, 1]
  const low = Math.min(...values)
  const high = Math.max(...values)
  const aside = 0.12 * (high - low) || 0.5
  return [low - aside, high + aside]
}

/** A recording with what is drawn of it. @typedef {ReturnType<typeof filmOf>} Film */

/** @param {Recording} found */
export function filmOf(found) {
  const { at, game, update_d: d, loss_g: g } = found
  /** D over the plane as tints. @type {(map: number[], verdicts: [number, number]) => Float32Array} */
  const tints = (map, [real, fake]) => {
    const middle = middleOf({ s_real: [real], s_fake: [fake] }, game)
    return tinted(
      Float32Array.from(map, (v) => v - middle),
      game,
    )
  }
  const logits = [found.classify_real.logits, found.classify_fake.logits, g.logits, g.real_logits ?? []].flat()
  return {
    found,
    /**
     * D before its step and after it, over the plane as tints, on a line as it is.
     * @type {[ArrayLike<number>, ArrayLike<number>]}
     */
    grounds:
      at.dim === 2 ? [tints(d.before, d.verdicts_before), tints(d.after, d.verdicts_after)] : [d.before, d.after],
    /** The scales of D on a line, and of verdicts. */
    curves: rangeOf([...d.before, ...d.after], game),
    scores: rangeOf(
      logits.map((s) => saidOf(game, s)),
      game,
    ),
  }
}

// ---- numbers that the words beside the picture need

/**
 * The share of verdicts for which a condition holds, as counts.
 * @param {Game} game
 * @param {number[]} logits
 * @param {(said: number) => boolean} holds
 */
export const countOf = (game, logits, holds) => logits.filter((s) => holds(saidOf(game, s))).length

/**
 * Mean, least and most of what D says.
 * @param {Game} game
 * @param {number[]} logits
 */
export function spreadOf(game, logits) {
  const said = logits.map((s) => saidOf(game, s))
  return { mean: mean(said), least: Math.min(...said), most: Math.max(...said) }
}

/**
 * The centre of points of `dim` coordinates, x0, y0, x1, y1, ...
 * @param {number[]} flat
 * @param {number} dim
 */
export const centreOf = (flat, dim) => Array.from({ length: dim }, (_, k) => mean(flat.filter((_, i) => i % dim === k)))

/**
 * Rows of a flat list as lengths.
 * @param {number[]} flat
 * @param {number} dim
 */
export const lengthsOf = (flat, dim) =>
  Array.from({ length: flat.length / dim }, (_, i) => Math.hypot(...flat.slice(dim * i, dim * i + dim)))

/**
 * How far all weights together came, as a share of their length.
 * @param {{ moved: number[], size: number[] }} update
 */
export const shareMoved = ({ moved, size }) => Math.hypot(...moved) / Math.hypot(...size)

/** The number of weights of a network. @param {{ parameters: number }[]} layers */
export const weightsOf = (layers) => layers.reduce((sum, layer) => sum + layer.parameters, 0)

/** A share in per cent, with as many digits as it takes. @param {number} share */
export function percent(share) {
  const digits = share && share < 0.00095 ? 3 : share < 0.0095 ? 2 : 1
  return `${(100 * share).toFixed(digits)} %`
}

/** The penalty as it is in D's loss; null where it was not computed. @param {Recording['loss_d']} loss */
export const weightedPenalty = ({ penalty, penalty_weight: weight }) =>
  penalty === null || weight === null ? null : penalty * weight
