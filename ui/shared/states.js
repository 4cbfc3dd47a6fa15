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
 * What is learnt from, and how much of it could not be read.
 * @param {Pick<Status | Preview, 'data_size' | 'skipped'>} what
 * @param {boolean} isImage
 */
function data({ data_size: n, skipped: left }, isImage) {
  if (!n) return ''
  const skipped = left ? say('status.from.skipped', { skipped: leftOut(left, isImage) }) : ''
  return say(isImage ? 'status.from.images' : 'status.from.points', { n, skipped })
}

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
  return say('status.ready', { data: data(preview, isImage), steps, long })
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
  return s.skipped && s.active ? say('status.also', { words, skipped: leftOut(s.skipped, s.is_image) }) : words
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
  return say('status.learning', {
    data: data(s, s.is_image),
    where: say(s.device === 'cpu' ? 'status.cpu' : 'status.gpu'),
    precision: s.precision,
    generator: s.parameters.generator,
    discriminator: s.parameters.discriminator,
  })
}
