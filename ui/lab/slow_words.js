// What each part of a step is in a sentence, with its numbers, and as a formula.

import { mean, short, signed, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { centreOf, countOf, lengthsOf, percent, shareMoved, spreadOf, weightedPenalty, weightsOf } from './recording.js'

/** @import { PartName, Recording } from './types.d.ts' */

/**
 * A sentence or a few, and a formula.
 * @param {PartName} part
 * @param {Recording} found
 * @returns {[string, string]}
 */
export const inWords = (part, found) => SENTENCES[part](found)

/**
 * Sentences one after the other; what is empty is left out.
 * @param {(string | false | null)[]} sentences
 */
const all = (...sentences) => sentences.filter(Boolean).join(' ')

/**
 * A sum, its minus signs as such.
 * @param {(number | null)[]} terms
 */
export const sumOf = (terms) =>
  terms
    .filter((v) => v !== null)
    .map((v) => short(v))
    .join(' + ')
    .replaceAll('+ −', '− ')

/**
 * Two numbers with as many digits as it takes to see that they differ.
 * @param {number} a
 * @param {number} b
 */
export const apart = (a, b) =>
  short(a) !== short(b) ? [short(a), short(b)] : [a, b].map((v) => signed(v.toPrecision(4)))

/** @param {number} v */
const upOrDown = (v) => (v < 0 ? 'down' : 'up')

/**
 * What D says in the game of a recording.
 * @param {Recording} found
 */
const kindOf = ({ game }) => (game.probability ? 'probability' : 'score')

/** @param {Recording} found @param {'real' | 'fake'} kind */
function judged(found, kind) {
  const { logits } = kind === 'real' ? found.classify_real : found.classify_fake
  const spread = spreadOf(found.game, logits)
  const { packing } = found.config
  return say(`slow.judged.${kindOf(found)}.${packing > 1 ? 'packs' : 'single'}.${kind}`, {
    packing,
    mean: short(spread.mean),
    least: short(spread.least),
    most: short(spread.most),
  })
}

/** @param {string} optimiser @param {number} lr */
const rule = (optimiser, lr) => say(`slow.rule.${optimiser}`, { lr: String(+lr.toPrecision(3)) })

/** @type {Record<PartName, (found: Recording) => [string, string]>} */
const SENTENCES = {
  draw({ config, at }) {
    const count = whole(config.batch_size)
    return [
      say(at.dim === 1 ? 'slow.draw.line' : 'slow.draw.plane', { count, n: config.latent_dim }),
      say('slow.drawn.formula', { prior: say(`slow.prior.${config.prior}`) }),
    ]
  },
  generate({ at, generate, draw }) {
    /** @param {number[]} points */
    const place = (points) => {
      const centre = centreOf(points, at.dim).map(short).join(', ')
      return at.dim === 1 ? centre : `(${centre})`
    }
    return [
      say('slow.generate', { fakes: place(generate.fake), reals: place(draw.real) }),
      say('slow.generate.formula'),
    ]
  },
  classify_real(found) {
    const { logits } = found.classify_real
    const right = countOf(found.game, logits, (p) => p > 0.5)
    return [
      all(
        judged(found, 'real'),
        found.game.probability && say('slow.takes_for_real', { right: whole(right), count: whole(logits.length) }),
      ),
      say(`slow.classify_real.formula.${kindOf(found)}`),
    ]
  },
  classify_fake(found) {
    const { logits } = found.classify_fake
    const right = countOf(found.game, logits, (p) => p < 0.5)
    const gap = found.classify_real.mean - found.classify_fake.mean
    return [
      all(
        judged(found, 'fake'),
        found.game.probability
          ? say('slow.sees_through', { right: whole(right), count: whole(logits.length) })
          : say(gap < 0 ? 'slow.above_reals' : 'slow.below_reals', { gap: short(Math.abs(gap)) }),
      ),
      say(`slow.classify_fake.formula.${kindOf(found)}`),
    ]
  },
  loss_d({ loss_d: d, game, config }) {
    const penalty = weightedPenalty(d)
    const penalised = penalty !== null
    const parts = `${d.real === null ? 'compares' : 'terms'}${penalised ? '_penalty' : ''}`
    const formula = [
      config.d_loss_scale === 0.5 ? `½ (${game.losses[0]})` : game.losses[0],
      penalised ? ` + ${short(d.penalty_weight)} · ${short(d.penalty)}` : '',
      config.label_smoothing ? say('slow.smoothed') : '',
      d.real === null ? '' : ` = ${sumOf([d.real, d.fake, penalty])}`,
    ].join('')
    return [
      all(
        say('slow.loss_d', { loss: short(d.loss) }),
        say(`slow.loss_d.${parts}`, { real: short(d.real), fake: short(d.fake), penalty: short(penalty) }),
        say('slow.loss_d.meaning'),
      ),
      say('slow.loss.formula', { formula, loss: short(d.loss) }),
    ]
  },
  gradient_d({ gradient_d: g, config, networks }) {
    const [reals, fakes] = [mean(g.pull_real), mean(g.pull_fake)]
    const strongest = g.layers.indexOf(Math.max(...g.layers)) + 1
    return [
      all(
        say(`slow.pushes.${upOrDown(reals)}.${upOrDown(fakes)}`, {
          reals: short(Math.abs(reals)),
          fakes: short(Math.abs(fakes)),
        }),
        say('slow.gradient_d', {
          weights: whole(weightsOf(networks.discriminator)),
          layer: strongest,
          layers: g.layers.length,
        }),
        Boolean(config.clip_grad && g.norm > config.clip_grad) && say('slow.cut', { most: short(config.clip_grad) }),
      ),
      say('slow.gradient_d.formula', { norm: short(g.norm) }),
    ]
  },
  update_d(found) {
    const { update_d: u, config, at } = found
    const [[real, realBefore], [fake, fakeBefore]] = [0, 1].map((i) => apart(u.verdicts_after[i], u.verdicts_before[i]))
    const change = mean(u.after.map((v, i) => Math.abs(v - u.before[i])))
    return [
      all(
        say('slow.update_d', { share: percent(shareMoved(u)), optimiser: say(`slow.optimiser.${config.optimiser_d}`) }),
        Boolean(config.clip) && say('slow.clipped', { most: short(config.clip) }),
        say(`slow.update_d.verdicts.${kindOf(found)}`, { real, realBefore, fake, fakeBefore }),
        say(at.dim === 1 ? 'slow.update_d.line' : 'slow.update_d.plane', { change: short(change) }),
      ),
      rule(config.optimiser_d, config.lr_d),
    ]
  },
  loss_g(found) {
    const { loss_g: g, classify_fake: before, game } = found
    const [now, then] = g.fresh ? [short(g.mean), ''] : apart(g.mean, before.mean)
    return [
      all(
        say(`slow.loss_g.${g.fresh ? 'fresh' : 'same'}.${kindOf(found)}`, { now, then }),
        say('slow.loss_g', { loss: short(g.loss) }),
      ),
      say('slow.loss.formula', { formula: game.losses[1], loss: short(g.loss) }),
    ]
  },
  gradient_g({ gradient_g: g, at, networks }) {
    const pull = lengthsOf(g.pull, at.dim)
    return [
      say('slow.gradient_g', {
        mean: short(mean(pull)),
        most: short(Math.max(...pull)),
        weights: whole(weightsOf(networks.generator)),
      }),
      say('slow.gradient_g.formula', { norm: short(g.norm) }),
    ]
  },
  update_g(found) {
    const { update_g: u, config, at, loss_g: g } = found
    const way = lengthsOf(
      u.fake.map((v, i) => v - g.fake[i]),
      at.dim,
    )
    const [after, before] = apart(u.after, u.before)
    return [
      all(
        say('slow.update_g', { share: percent(shareMoved(u)), optimiser: say(`slow.optimiser.${config.optimiser_g}`) }),
        say(`slow.update_g.verdicts.${kindOf(found)}`, { way: short(mean(way)), after, before }),
      ),
      rule(config.optimiser_g, config.lr_g),
    ]
  },
}
