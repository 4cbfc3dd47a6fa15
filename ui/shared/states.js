// What the state of a run, or of settings, is in words.

import { about, clock, known, whole } from './numbers.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { RunSource } from './run.js' */
/** @import { Preview, Status } from './types.d.ts' */

/**
 * What the status line shows; `share`: how far the bar goes.
 * @typedef {{ state: string, step: string, epoch: string, rate: string, left: string, share: number, sentence: string }} Said
 */

/** @type {Partial<Record<string, string>>} */
export const STATES = {
  ready: 'Ready',
  unready: 'Not ready',
  queued: 'Waiting',
  starting: 'Starting',
  training: 'Training',
  paused: 'Paused',
  finished: 'Finished',
  stopped: 'Stopped',
  failed: 'Failed',
  interrupted: 'Interrupted',
  crashed: 'Crashed',
  gone: 'Gone',
}

/** @type {Partial<Record<string, string>>} */
const MEANS = {
  starting: 'The worker is getting the data and both networks ready.',
  paused: 'Resume, or make single steps and watch what each one does.',
  finished: 'Trained to the end of its schedule. Drag the timeline, or open Latent to move through what it has learnt.',
  stopped: 'Saved. Continue goes on exactly where it stopped.',
  interrupted: 'The app was closed while this run trained. Continue goes on from its last saved state.',
  crashed: 'The worker died. Continue goes on from the last saved state.',
  failed: 'Training ended with an error; the last good state is kept.',
}

const ASKED = {
  pause: 'It pauses as soon as the step it is at is done.',
  stop: 'It stops as soon as the step it is at is done, and saves.',
}

const NOTHING = { epoch: '', rate: '', left: '', share: 0 }

/**
 * @param {number} n
 * @param {boolean} isImage
 */
const leftOut = (n, isImage) =>
  isImage
    ? `${whole(n)} ${n === 1 ? 'file was' : 'files were'} left out: not readable as ${n === 1 ? 'an image' : 'images'}.`
    : `${whole(n)} ${n === 1 ? 'row was' : 'rows were'} left out: not two numbers.`

/**
 * What is learnt from, and how much of it could not be read.
 * @param {Pick<Status | Preview, 'data_size' | 'skipped'>} what
 * @param {boolean} isImage
 */
function data({ data_size: size, skipped }, isImage) {
  const left = skipped ? ` (${leftOut(skipped, isImage).slice(0, -1)})` : ''
  return size ? ` from ${whole(size)} ${isImage ? (size === 1 ? 'image' : 'images') : 'points'}${left}` : ''
}

/**
 * Settings that no run has yet.
 * @param {Pick<PreviewSource, 'preview' | 'timing' | 'config' | 'error'>} source
 * @returns {Said}
 */
export function settingsSay({ preview, timing, config, error }) {
  const total = preview?.total_steps ?? config.steps
  let sentence = error || 'Preparing real samples and an untrained generator …'
  if (preview) {
    const long = timing
      ? `${about(timing.seconds_per_step * preview.total_steps)} on this machine.`
      : 'timing a few steps on this machine …'
    sentence = `Start makes the generator learn${data(preview, config.resolution !== null)} in ${whole(preview.total_steps)} steps: ${long}`
  }
  return {
    ...NOTHING,
    state: error && !preview ? 'unready' : 'ready',
    step: `step 0${total ? ` of ${whole(total)}` : ''}`,
    epoch: config.steps ? '' : `epoch 0 of ${whole(config.epochs)}`,
    sentence,
  }
}

/**
 * A run; `state`: what the page knows it to be in, as long as it has not answered.
 * @param {Pick<RunSource, 'status' | 'error' | 'offline'>} source
 * @param {string} state
 * @returns {Said}
 */
export function runSays({ status, error, offline }, state) {
  if (!status) return { ...NOTHING, state, step: 'step –', sentence: error || 'Opening the run …' }
  const { step, total_steps: total } = status
  if (error) return { ...NOTHING, state: 'gone', step: `step ${whole(step)}`, sentence: error }
  return {
    state: status.state,
    step: `step ${whole(step)}${total ? ` of ${whole(total)}` : ''}`,
    epoch: epochs(status),
    rate: rate(status),
    left: left(status),
    share: total ? step / total : 0,
    sentence: offline ? 'No connection to the server; what you see may be old. Trying again …' : sentence(status),
  }
}

/** @param {Status} status */
function epochs({ step, epoch, epochs: all }) {
  if (!all || !known(epoch)) return ''
  return `epoch ${whole(Math.min(all, Math.max(step ? 1 : 0, epoch)))} of ${whole(all)}`
}

/** @param {Status} status */
function rate({ state, images_per_second: n, is_image }) {
  if (state !== 'training' || !known(n) || n <= 0) return ''
  return `${whole(n)} ${is_image === false ? 'points' : 'images'}/s`
}

/** @param {Status} status */
function left({ state, eta, seconds }) {
  if (state === 'training' && known(eta)) return `${clock(eta)} left`
  return known(seconds) && seconds >= 0.5 ? `${clock(seconds)} trained` : ''
}

/** @param {Status} s */
function sentence(s) {
  if (s.asked) return ASKED[s.asked]
  if (s.state === 'queued') return queued(s)
  if (s.state === 'training') return s.message || training(s)
  const words = s.message || MEANS[s.state] || ''
  return s.skipped && s.active ? `${words} ${leftOut(s.skipped, s.is_image)}` : words
}

/** @param {Status} status */
function queued({ queue_position, waits_for }) {
  const place = queue_position || 1
  const before = waits_for?.length ? `it waits for “${waits_for.join('”, “')}” to end` : 'it begins in a moment'
  return `${place === 1 ? 'Next' : `Number ${place}`} in line: ${before}.`
}

/** @param {Status} s */
function training(s) {
  if (!s.device) return ''
  if (!s.step && s.head_start)
    return `D gets its head start: ${whole(s.head_start)} updates of D alone, before the first step.`
  const where = `${s.device === 'cpu' ? 'on the processor' : 'on the GPU'} in ${s.precision}`
  return `Learning${data(s, s.is_image)}, ${where}. G has ${whole(s.parameters.generator)} parameters and D ${whole(s.parameters.discriminator)}.`
}
