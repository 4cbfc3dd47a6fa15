// What the state of a run, or of settings, is in words.

import { clock, known } from './numbers.js'
import { say } from './say.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { RunSource } from './run.js' */
/** @import { Preview, Status, Timing } from './types.d.ts' */

/**
 * What the status line shows; `share`: how far the bar goes.
 * @typedef {{ state: string, step: string, epoch: string, rate: string, left: string, share: number, sentence: string }} Said
 */

const NOTHING = { epoch: '', rate: '', left: '', share: 0 }

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

/** @param {number} seconds */
export function about(seconds) {
  if (seconds < 90) return say('about.seconds', { n: Math.max(1, Math.round(seconds)) })
  if (seconds < 5400) return say('about.minutes', { n: Math.round(seconds / 60) })
  return say('about.hours', { n: (seconds / 3600).toFixed(1) })
}

/**
 * @param {number} step
 * @param {number | null | undefined} total
 */
const stepOf = (step, total) => (total ? say('status.step.of', { step, total }) : say('status.step', { step }))

/**
 * Settings that no run has yet.
 * @param {Pick<PreviewSource, 'preview' | 'timing' | 'config' | 'error'>} source
 * @returns {Said}
 */
export function settingsSay({ preview, timing, config, error }) {
  return {
    ...NOTHING,
    state: error && !preview ? 'unready' : 'ready',
    step: stepOf(0, preview?.total_steps ?? config.steps),
    sentence: preview ? ready(preview, timing, config.resolution !== null) : error || say('status.preparing'),
  }
}

/**
 * @param {Preview} preview
 * @param {Timing | null} timing
 * @param {boolean} isImage
 */
function ready(preview, timing, isImage) {
  const { total_steps: steps } = preview
  const long = timing ? say('status.long', { about: about(timing.seconds_per_step * steps) }) : say('status.timing')
  const { data_size: n, skipped } = preview
  if (!n) return say('status.ready', { steps, long })
  const said = say(isImage ? 'status.ready.images' : 'status.ready.points', { n, steps, long })
  return together(skipped ? leftOut(skipped, isImage) : '', said)
}

/**
 * A run; `state`: what the page knows it to be in, as long as it has not answered.
 * @param {Pick<RunSource, 'status' | 'error' | 'offline'>} source
 * @param {string} state
 * @returns {Said}
 */
export function runSays({ status, error, offline }, state) {
  if (!status) return { ...NOTHING, state, step: say('status.step.unknown'), sentence: error || say('status.opening') }
  const { step, total_steps: total } = status
  if (error) return { ...NOTHING, state: 'gone', step: stepOf(step, null), sentence: error }
  return {
    state: status.state,
    step: stepOf(step, total),
    epoch: epochOf(status),
    rate: rate(status),
    left: left(status),
    share: total ? step / total : 0,
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
function queued({ queue_position, waits_for }) {
  const place = queue_position || 1
  const before = waits_for?.length ? say('status.waits', { names: waits_for.join('”, “') }) : say('status.moment')
  return place === 1 ? say('status.next', { before }) : say('status.queued', { place, before })
}

/** @param {Status} s */
function training(s) {
  if (!s.device) return ''
  if (!s.step && s.head_start) return say('status.headstart', { n: s.head_start })
  const { precision, data_size: n } = s
  const where = say(s.device === 'cpu' ? 'status.cpu' : 'status.gpu')
  const { generator, discriminator } = s.parameters
  if (!n) return say('status.learning', { where, precision, generator, discriminator })
  const said = say(s.is_image ? 'status.learning.images' : 'status.learning.points', {
    n,
    where,
    precision,
    generator,
    discriminator,
  })
  return together(said, s.skipped ? leftOut(s.skipped, s.is_image) : '')
}
