// What the state of a run, or of settings, is in words.

import { clock, known } from './numbers.js'
import { say } from './say.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { RunSource } from './run.js' */
/** @import { PageData, Preview, Status, Timing } from './types.d.ts' */

/**
 * What the status line shows; `share`: how far the bar goes, `pending`: the sentence holds for a moment only.
 * @typedef {{ state: string, step: string, epoch: string, rate: string, left: string, share: number, sentence: string, pending: boolean }} Said
 */

const NOTHING = { epoch: '', rate: '', left: '', share: 0, pending: false }

/**
 * @param {number} n
 * @param {boolean} isImage
 */
const leftOut = (n, isImage) => say(isImage ? 'status.skipped.files' : 'status.skipped.rows', { n })

/**
 * Sentences, those that say nothing left out.
 * @param {...string} said
 */
const together = (...said) => said.filter(Boolean).join(' ')

/**
 * A time that is known to lie between two, in the unit that fits the longer one.
 * @param {number} least
 * @param {number} most
 */
export function about(least, most) {
  const [name, unit] = most < 90 ? ['seconds', 1] : most < 5400 ? ['minutes', 60] : ['hours', 3600]
  const digits = name === 'hours' && most < 36_000 ? 1 : 0
  const [from, to] = [least, most].map((time) => Math.max(10 ** -digits, time / unit).toFixed(digits))
  return say(`about.${name}`, { n: from === to ? to : say('duration.range', { from, to }) })
}

/**
 * @param {number} step
 * @param {number | null | undefined} total
 */
const stepOf = (step, total) => (total ? say('status.step.of', { step, total }) : say('status.step', { step }))

/**
 * Settings that no run has yet.
 * @param {Pick<PreviewSource, 'preview' | 'timing' | 'config' | 'error'>} source
 * @param {Pick<PageData, 'speed' | 'wrong' | 'told'>} [page]
 * @returns {Said}
 */
export function settingsSay({ preview, timing, config, error }, { speed = 0, wrong = false, told = [] } = {}) {
  // the line below says why, once
  if (wrong || (error && told.includes(error))) return { ...NOTHING, state: 'unready', step: '', sentence: '' }
  return {
    ...NOTHING,
    state: error && !preview ? 'unready' : 'ready',
    step: stepOf(0, preview?.total_steps ?? config.steps),
    pending: preview ? !timing : !error,
    sentence: preview ? ready(preview, timing, config.resolution !== null, speed) : error || say('status.preparing'),
  }
}

/**
 * @param {Preview} preview
 * @param {Timing | null} timing
 * @param {boolean} isImage
 * @param {number} speed
 */
function ready(preview, timing, isImage, speed) {
  const { total_steps: steps } = preview
  const [least, most] = (timing?.seconds_per_step ?? []).map((one) => steps * Math.max(one, speed ? 1 / speed : 0))
  const long = timing ? say('status.long', { about: about(least, most) }) : say('status.timing')
  const { data_size: n, skipped } = preview
  if (!n) return together(say('status.ready', { steps }), long)
  const said = say(isImage ? 'status.ready.images' : 'status.ready.points', { n, steps })
  return together(skipped ? leftOut(skipped, isImage) : '', said, long)
}

/**
 * A run; `state`: what the page knows it to be in, as long as it has not answered.
 * @param {Pick<RunSource, 'status' | 'error' | 'offline'>} source
 * @param {string} state
 * @returns {Said}
 */
export function runSays({ status, error, offline }, state) {
  if (!status) {
    const opening = {
      state: error ? 'gone' : state,
      step: say('status.step.unknown'),
      sentence: error || say('status.opening'),
    }
    return { ...NOTHING, ...opening, pending: !error }
  }
  const { step, total_steps: total } = status
  if (error) return { ...NOTHING, state: 'gone', step: stepOf(step, null), sentence: error }
  return {
    state: status.state,
    step: stepOf(step, total),
    epoch: epochOf(status),
    rate: rate(status),
    left: left(status),
    share: total ? step / total : 0,
    pending: false,
    sentence: offline ? say('status.offline') : sentence(status),
  }
}

/** @param {Status} status */
function epochOf({ step, epoch, endless }) {
  return endless || !step || !known(epoch) ? '' : say('status.epoch', { epoch: Math.max(1, epoch) })
}

/** @param {Status} status */
function rate({ state, images_per_second: n, is_image }) {
  if (state !== 'training' || !known(n) || n <= 0) return ''
  return say(is_image === false ? 'status.rate.points' : 'status.rate.images', { n })
}

/** @param {Status} status */
function left({ state, eta, seconds }) {
  if (state === 'training' && known(eta)) return say('status.left', { time: clock(eta) })
  return known(seconds) && seconds >= 0.5 ? say('status.trained', { time: clock(seconds) }) : ''
}

const EXPLAINED = ['starting', 'paused', 'finished', 'stopped', 'interrupted', 'crashed', 'failed']

/** @param {Status} s */
function sentence(s) {
  if (s.asked) return say(`status.asked.${s.asked}`)
  if (s.state === 'queued') return queued(s)
  if (s.state === 'training') return s.message || training(s)
  const words = s.message || (EXPLAINED.includes(s.state) ? say(`state.means.${s.state}`) : '')
  return together(words, s.skipped && s.active ? leftOut(s.skipped, s.is_image) : '')
}

/** @param {Status} status */
function queued({ queue_position, waits_for, waits }) {
  const place = queue_position || 1
  const before = waits_for?.length ? say('status.waits', { names: waits_for.join('”, “') }) : say('status.moment')
  const limit = waits && waits_for?.length ? say('status.wait', { time: clock(waits) }) : ''
  return together(place === 1 ? say('status.next') : say('status.queued', { place }), before, limit)
}

/** @param {Status} s */
function training(s) {
  if (!s.device) return ''
  if (!s.step && s.head_start) return say('status.headstart', { n: s.head_start })
  const { precision, data_size: n } = s
  const { generator, discriminator } = s.parameters
  const where = say(s.device === 'cpu' ? 'status.cpu' : 'status.gpu', { precision })
  const size = say('status.parameters', { generator, discriminator })
  if (!n) return together(where, size)
  const said = say(s.is_image ? 'status.learning.images' : 'status.learning.points', { n })
  return together(said, where, size, s.skipped ? leftOut(s.skipped, s.is_image) : '')
}
