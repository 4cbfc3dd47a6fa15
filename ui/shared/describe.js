// What is going on, as sentences: computed from the numbers of the run, nothing else.

import { fixed, known, mean, short, sigmoid } from './numbers.js'
import { outcome } from './outcome.js'
import { say } from './say.js'
import { lastKnown, nearest } from './series.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { RunSource } from './run.js' */
/** @import { Curves, Evaluations, Frame, Game, LineFrame, Moved, Preview, Status } from './types.d.ts' */

/**
 * What G makes and what D is given.
 * @param {PreviewSource} source
 */
function kindOf({ isImage, fake }) {
  if (isImage) return 'images'
  return fake && 'dim' in fake && fake.dim === 2 ? 'points' : 'numbers'
}

/**
 * Before any training.
 * @param {PreviewSource} source
 */
export function introduce(source) {
  const { preview, game } = source
  const first = say(`words.game.${kindOf(source)}.${game.probability ? 'probability' : 'score'}`)
  return preview ? [first, guess(preview, game), say('words.start')] : [first, '', '']
}

/**
 * What the untrained D makes of both.
 * @param {Preview} preview
 * @param {Game} game
 */
function guess({ d_real, d_fake }, { probability, level }) {
  if (!d_real?.length || !d_fake?.length) return ''
  const average = (/** @type {number[]} */ logits) => short(mean(probability ? logits.map(sigmoid) : logits))
  const real = average(d_real)
  const fake = average(d_fake)
  if (probability) return say('words.guess.probability', { real, fake })
  if (level === null) return say('words.guess.difference', { real, fake })
  return say('words.guess.level', { real, fake, level: short(level) })
}

/**
 * A run, at the step that is looked at; null as long as nothing is known of it. `picture`: what the picture of points says.
 * @param {Pick<RunSource, 'curves' | 'status' | 'cursor' | 'game' | 'findings' | 'evaluations'>} source
 * @param {string} picture
 */
export function describe({ curves, status, cursor, game, findings, evaluations }, picture) {
  const real = lastKnown(curves?.d_real, cursor)
  const fake = lastKnown(curves?.d_fake, cursor)
  if (!status) return null
  if (!curves || !known(real) || !known(fake)) return [beforeD(curves, cursor ?? status.step, game), '', '']
  const at = cursor ?? status.step
  const when = cursor !== null ? 'step' : status.active ? 'now' : status.state === 'finished' ? 'end' : 'last'
  const value = lastKnown(curves.value, cursor)
  const worst = findings.find((one) => cursor === null || cursor >= one.since)
  const found = outcome(evaluations, cursor)
  const alike = worst ? say('words.outcome.found') : outcomeSay(found)
  const after = nearest(curves.d_fake_after, cursor)
  if (!known(nearest(curves.d_real, cursor)) && known(after)) {
    // what D said before says nothing of the G of now, nor does V
    const number = game.probability ? fixed : short
    return [say('words.since', { fake: number(after), real: number(real) }), '', picture || pull(curves, cursor, false)]
  }
  const numbers = game.probability ? beliefs(when, at, real, fake, alike) : scores(when, at, real, fake, game, alike)
  const ahead = game.probability && real - fake > EVEN
  const end = worst || cursor !== null ? '' : arrived(status, curves, evaluations, found.kind, game)
  return [
    worst ? say('words.found', { title: worst.title, since: worst.since_words, numbers }) : numbers,
    known(value) ? end || worth(value, game) : '',
    picture || pull(curves, cursor, ahead) || update(curves, cursor, game.probability),
  ]
}

/**
 * What a single step has done, and what it has moved: D's scores of the same samples before and after it.
 * @param {Moved} moved
 * @param {Game} game
 */
export function single({ who, real, fake, loss_d, loss_g }, { probability }) {
  const number = probability ? fixed : short
  const lost = (/** @type {number | null} */ loss) => (known(loss) ? fixed(loss) : '–')
  const done = {
    d: () => say('words.single.d', { d: lost(loss_d) }),
    g: () => say('words.single.g', { g: lost(loss_g) }),
    both: () => say('words.single.both', { d: lost(loss_d), g: lost(loss_g) }),
  }[who]()
  const [realBefore, realAfter, fakeBefore, fakeAfter] = [...real, ...fake].map((one) => number(one))
  const rated = say(probability ? 'words.single.belief' : 'words.single.score', {
    real: realAfter,
    realBefore,
    fake: fakeAfter,
    fakeBefore,
  })
  return say('words.single', { done, rated, stayed: who === 'both' ? '' : say(`words.single.stayed.${who}`) }).trim()
}

/**
 * As long as no step of D has been measured: none was made, G alone has made some, or the numbers are on their way.
 * @param {Curves | null | undefined} curves
 * @param {number} step
 * @param {Game} game
 */
function beforeD(curves, step, { probability }) {
  if (!step) return say('words.none')
  const fake = nearest(curves?.d_fake_after, step)
  if (!known(fake)) return say('words.coming')
  return say('words.alone', { fake: probability ? fixed(fake) : short(fake) })
}

const EVEN = 0.1 // difference of two probabilities up to which D can hardly tell

/** @param {{ kind: string, measures: string }} found */
const outcomeSay = ({ kind, measures }) => say(`words.outcome.${kind}`, { measures })

/**
 * @param {string} when which of the sentences: now, end, last, step
 * @param {number} step
 * @param {number} real
 * @param {number} fake
 * @param {string} alike what it means that both get the same answer
 */
function beliefs(when, step, real, fake, alike) {
  const leans = Math.abs((real + fake) / 2 - 0.5) >= 0.15
  return [
    say(`words.beliefs.${when}`, { step, real: fixed(real), fake: fixed(fake) }),
    verdictOf(real - fake, [-EVEN, EVEN, 0.45, 0.85], alike, leans),
    say('words.draw.half'),
  ].join(' ')
}

/**
 * @param {string} when
 * @param {number} step
 * @param {number} real
 * @param {number} fake
 * @param {Game} game
 * @param {string} alike
 */
function scores(when, step, real, fake, { level, far }, alike) {
  const gap = real - fake
  return [
    say(`words.scores.${when}`, { step, real: short(real), fake: short(fake), gap: short(gap) }),
    far ? verdictOf(gap / far, [-0.05, 0.1, 0.4, 0.8], alike) : '',
    level === null ? say('words.draw.same') : say('words.draw.level', { level: short(level) }),
  ]
    .filter(Boolean)
    .join(' ')
}

/**
 * How far D is ahead. That it can hardly tell is said of a perfect G and of a D that learns nothing alike: so it is said which.
 * @param {number} gap
 * @param {[number, number, number, number]} bounds below the first it is wrong, then even, slightly and clearly ahead
 * @param {string} alike what it means that it can hardly tell
 * @param {boolean} leans whether it gives both the same answer where it cannot tell
 */
function verdictOf(gap, [wrong, even, slight, ahead], alike, leans = false) {
  if (gap < wrong) return say('words.verdict.wrong')
  if (gap < even) return `${say(leans ? 'words.verdict.leans' : 'words.verdict.even')} ${alike}`
  if (gap < slight) return say('words.verdict.slight')
  return say(gap < ahead ? 'words.verdict.ahead' : 'words.verdict.all')
}

const NEAR = 0.03 // of -ln 4
const CALM = 0.5 // a gradient of G below it moves nothing much any more

/**
 * That a finished game is where its theory says that it ends, by the numbers that say so; empty where one of them does not.
 * A D that cannot tell is no proof of it: `kind` is what was measured of G's samples (`outcome`).
 * @param {Status} status
 * @param {Curves} curves
 * @param {Evaluations | null | undefined} evaluations
 * @param {string} kind
 * @param {Game} game
 */
function arrived({ state }, { value, grad_norm_g: gradient }, evaluations, kind, { probability }) {
  const v = value?.sy.at(-1)
  const norm = gradient?.sy.at(-1)
  const modes = evaluations?.modes?.at(-1)
  const total = evaluations?.modes_total?.at(-1)
  if (state !== 'finished' || !probability || !known(v) || !known(norm) || !known(modes) || !known(total)) return ''
  if (Math.abs(v + Math.log(4)) > NEAR || norm > CALM || modes < total) return ''
  return say(kind === 'good' ? 'words.arrived' : 'words.rests', {
    value: short(v),
    norm: short(norm),
    found: Math.round(modes),
    total: Math.round(total),
  })
}

const LEVEL = 0.02 // of the draw: nearer to it a batch's value is on one side of it by chance

/**
 * Where the game stands.
 * @param {number} value
 * @param {Game} game
 */
function worth(value, { probability, most, draw }) {
  const at = short(value)
  if (most === null) return say(value < 0 ? 'words.distance.below' : 'words.distance', { value: at })
  const off = (value - draw) / Math.abs(draw)
  const where = off < -LEVEL ? '.below' : off < LEVEL ? '.at' : ''
  return probability
    ? say(`words.value${where}`, { value: at })
    : say(`words.gain${where}`, { value: at, draw: short(draw) })
}

/**
 * What a picture of points says: the modes reached, or how far D on a line is from its best answer. The letters (a) to (d) belong to the buttons, which say what was done.
 * @param {Frame | undefined} frame
 * @param {number | null} step
 * @param {Game} game
 */
export function stage(frame, step, game) {
  if (frame && 'hits' in frame && frame.hits) {
    const { hits, x } = frame
    const count = x.length / 2
    const near = hits.reduce((sum, n) => sum + n, 0) / count
    return say('words.modes', {
      count,
      reached: hits.filter(Boolean).length,
      modes: hits.length,
      near: Math.round(100 * near),
    })
  }
  if (!frame || !('grid' in frame) || !game.probability) return ''
  if (step === 0) return say('words.stage.a')
  const { common, fromBest, fromHalf } = distances(frame)
  if (common > 0.88 && fromHalf < 0.06) return say('words.stage.d', { common: Math.round(100 * common) })
  return say(fromBest < 0.1 ? 'words.stage.b' : 'words.stage.c', { far: fixed(fromBest) })
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
 * @param {boolean} ahead whether D is
 */
function pull({ grad_norm_g: curve }, cursor, ahead) {
  const now = nearest(curve, cursor)
  if (!curve || !known(now)) return ''
  if (now === 0) return say('words.pull.none')
  const sorted = curve.sy.filter(known).sort((a, b) => a - b)
  const usual = sorted[sorted.length >> 1]
  if (curve.sy.length <= MANY) return ''
  if (now < usual / 10) return say(ahead ? 'words.pull.weak' : 'words.pull.weak.alone', { times: usual / now })
  return now > usual * 10 ? say('words.pull.strong', { times: now / usual }) : ''
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
  if (!known(before) || !known(after) || short(before) === short(after)) return ''
  return say(probability ? 'words.update.belief' : 'words.update.score', { before: short(before), after: short(after) })
}
