// What is going on, as sentences: computed from the numbers of the run, nothing else.

import { known, mean, short, sigmoid, whole } from './numbers.js'
import { nearest } from './series.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { RunSource } from './run.js' */
/** @import { Curves, Frame, Game, LineFrame } from './types.d.ts' */

/**
 * What G makes and what D is given: "images", "points of the plane", "numbers".
 * @param {PreviewSource} source
 */
function kindOf({ isImage, fake }) {
  if (isImage) return ['noise into images', 'images']
  const plane = fake && 'dim' in fake && fake.dim === 2
  return plane ? ['noise into points of the plane', 'points'] : ['a number z into a number x', 'numbers']
}

/**
 * Before any training.
 * @param {PreviewSource} source
 */
export function introduce(source) {
  const { preview, game } = source
  const { probability, level } = game
  const [makes, what] = kindOf(source)
  const judges = probability ? 'says how likely each is real' : 'gives each a score, higher for what it takes for real'
  const first = `Two networks play a game. The **generator G** turns ${makes}; the **discriminator D** gets real ${what} and G’s fakes and ${judges}.`
  if (!preview) return [first, '', '']
  const average = (/** @type {number[]} */ logits) =>
    logits?.length ? mean(probability ? logits.map(sigmoid) : logits) : null
  const real = average(preview.d_real)
  const fake = average(preview.d_fake)
  let guess = ''
  if (known(real) && known(fake)) {
    const cannot = probability
      ? '0.50 means that it cannot tell.'
      : level === null
        ? 'Only the difference counts.'
        : `${short(level)} for both means that it cannot tell.`
    guess = probability
      ? `Before training D guesses: on average it gives real ones **${short(real)}** and fakes **${short(fake)}**. ${cannot}`
      : `Before training D scores real ones **${short(real)}** and fakes **${short(fake)}** on average. ${cannot}`
  }
  return [
    first,
    guess,
    'Press **Start**: D learns to tell them apart, G learns to fool it, and the pictures on the left change as it does.',
  ]
}

/**
 * A run, at the step that is looked at; null as long as nothing is known of it. `picture`: what the picture of points says.
 * @param {Pick<RunSource, 'curves' | 'status' | 'cursor' | 'game'>} source
 * @param {string} picture
 */
export function describe({ curves, status, cursor, game }, picture) {
  const real = nearest(curves?.d_real, cursor)
  const fake = nearest(curves?.d_fake, cursor)
  if (!status) return null
  if (!curves || !known(real) || !known(fake))
    return ['No step has been made yet: both networks are as they were drawn at random.', '', '']
  const when = cursor !== null ? `At step ${whole(cursor)}` : status.active ? 'Now' : 'At the end'
  const first = game.probability ? beliefs(when, real, fake) : scores(when, real, fake, game)
  const value = nearest(curves.value, cursor)
  return [
    first,
    known(value) ? worth(value, game) : '',
    picture || pull(curves, cursor) || update(curves, cursor, game.probability),
  ]
}

/**
 * @param {string} when
 * @param {number} real
 * @param {number} fake
 */
function beliefs(when, real, fake) {
  const gap = real - fake
  const verdict =
    gap < -0.1
      ? 'it takes fakes for the real ones'
      : gap < 0.1
        ? Math.abs((real + fake) / 2 - 0.5) < 0.15
          ? 'it can hardly tell them apart'
          : 'it can hardly tell them apart, and leans to one answer'
        : gap < 0.45
          ? 'it has a slight lead'
          : gap < 0.85
            ? 'it is ahead'
            : 'it tells nearly every one apart'
  return `${when} D gives real ones **${real.toFixed(2)}** and fakes **${fake.toFixed(2)}** on average: ${verdict}. At 0.50 and 0.50 it can no longer tell.`
}

/**
 * @param {string} when
 * @param {number} real
 * @param {number} fake
 * @param {Game} game
 */
function scores(when, real, fake, { level, far }) {
  const gap = real - fake
  const share = gap / (far ?? Number.NaN)
  const verdict = Number.isNaN(share)
    ? ''
    : share < -0.05
      ? ': it takes fakes for the real ones'
      : share < 0.1
        ? ': it can hardly tell them apart'
        : share < 0.4
          ? ': it has a slight lead'
          : share < 0.8
            ? ': it is ahead'
            : ': it tells nearly every one apart'
  const draw =
    level === null ? 'At a draw both score the same.' : `At ${short(level)} and ${short(level)} it can no longer tell.`
  return `${when} D scores real ones **${short(real)}** and fakes **${short(fake)}** on average, a difference of ${short(gap)}${verdict}. ${draw}`
}

/**
 * Where the game stands.
 * @param {number} value
 * @param {Game} game
 */
function worth(value, { probability, most, draw }) {
  if (probability) {
    const below = value < -Math.log(4) - 0.02 ? '; below −1.39 D does worse than a coin.' : '.'
    return `The game stands at V = **${short(value)}**, between −1.39 (−ln 4, D cannot tell) and 0 (D is never wrong)${below}`
  }
  if (most === null)
    return `D estimates that G’s samples are **${short(value)}** away from the data, in units of its own slope. This falls as G learns.`
  const below = value < draw * 1.02 ? `; below ${short(draw)} D does worse than by always giving the same answer.` : '.'
  return `What D maximises stands at **${short(value)}**, between ${short(draw)} (D’s best where it cannot tell) and 0 (D is never wrong)${below}`
}

/**
 * What a picture of points says: the modes reached, or which of the four stages of the original figure a line is in.
 * @param {Frame | undefined} frame
 * @param {number | null} step
 * @param {Game} game
 */
export function stage(frame, step, game) {
  if (frame && 'hits' in frame && frame.hits) {
    const { hits, x } = frame
    const near = hits.reduce((sum, n) => sum + n, 0) / (x.length / 2)
    return `G’s dots reach **${hits.filter(Boolean).length} of ${hits.length}** modes; ${Math.round(100 * near)} % of them lie within three standard deviations of one.`
  }
  if (!frame || !('grid' in frame) || !game.probability) return ''
  if (step === 0) return 'Stage (a) of the figure: both networks are untrained.'
  const { common, fromBest, fromHalf } = distances(frame)
  if (common > 0.88 && fromHalf < 0.06)
    return `Stage (d) of the figure: the densities share **${Math.round(100 * common)} %**, and D is near 1/2 wherever there are samples.`
  const best = `D is ${fromBest.toFixed(2)} away from the best answer to this G, p_data / (p_data + p_g), on average`
  return fromBest < 0.1
    ? `Stage (b) of the figure: ${best}; its slope shows G the way.`
    : `Stage (c) of the figure: G moves along D’s slope. ${best}.`
}

/**
 * Of a figure: the share that both densities have in common, and how far D is from its best answer and from 1/2, on average over both.
 * @param {LineFrame} frame
 */
export function distances({ grid, data_density: data, g_density: fake, d }) {
  const sum = (/** @type {(p: number, g: number, d: number) => number} */ of) =>
    grid.reduce((total, _, i) => total + of(data[i], fake[i], d[i]), 0)
  const all = sum((p, g) => p + g)
  return {
    common: (2 * sum((p, g) => Math.min(p, g))) / all,
    fromBest: sum((p, g, at) => (p + g > 0 ? (p + g) * Math.abs(at - p / (p + g)) : 0)) / all,
    fromHalf: sum((p, g, at) => (p + g) * Math.abs(at - 0.5)) / all,
  }
}

const MANY = 20 // values before a median means something

/**
 * Gradient of G against its own past, where it has changed by a lot.
 * @param {Curves} curves
 * @param {number | null} cursor
 */
function pull({ grad_norm_g: curve }, cursor) {
  const now = nearest(curve, cursor)
  if (!curve || !known(now)) return ''
  if (now === 0) return 'G’s gradient is **0**: it learns nothing any more. A smaller learning rate and Reset help.'
  const sorted = curve.sy.filter(known).sort((a, b) => a - b)
  const usual = sorted[sorted.length >> 1]
  if (curve.sy.length <= MANY) return ''
  if (now < usual / 10)
    return `G’s gradient is ${whole(usual / now)} times weaker than its median in this run: G learns little while D is this sure.`
  if (now > usual * 10) return `G’s gradient is ${whole(now / usual)} times stronger than its median in this run.`
  return ''
}

/**
 * What one update of D does.
 * @param {Curves} curves
 * @param {number | null} cursor
 * @param {boolean} probability
 */
function update({ d_fake, d_fake_after }, cursor, probability) {
  const before = nearest(d_fake, cursor)
  const after = nearest(d_fake_after, cursor)
  if (!known(before) || !known(after)) return ''
  return `One update of D moves its ${probability ? 'belief in' : 'score of'} the same fakes from ${short(before)} to ${short(after)}.`
}
