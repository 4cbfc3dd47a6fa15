// State, step, epoch, rate, time left, a progress bar, and one sentence: what this state means for the reader.

import { about, clock, h, known, text, whole } from './dom.js'

const WORDS = {
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
const MEANS = {
  starting: 'The worker is getting the data and both networks ready.',
  paused: 'Resume, or make single steps and watch what each one does.',
  finished: 'Trained to the end of its schedule. Drag the timeline, or open Latent to move through what it has learnt.',
  stopped: 'Saved. Continue goes on exactly where it stopped.',
  interrupted: 'The app was closed while this run trained. Continue goes on from its last saved state.',
  crashed: 'The worker died. Continue goes on from the last saved state.',
  failed: 'Training ended with an error; the last good state is kept.',
}

const leftOut = (n, isImage) =>
  isImage
    ? `${whole(n)} ${n === 1 ? 'file was' : 'files were'} left out: not readable as ${n === 1 ? 'an image' : 'images'}.`
    : `${whole(n)} ${n === 1 ? 'row was' : 'rows were'} left out: not two numbers.`

/** What is learnt from, and how much of it could not be read. */
function data({ data_size: size, skipped }, isImage) {
  const left = skipped ? ` (${leftOut(skipped, isImage).slice(0, -1)})` : ''
  return size ? ` from ${whole(size)} ${isImage ? (size === 1 ? 'image' : 'images') : 'points'}${left}` : ''
}

const ASKED = {
  pause: 'It pauses as soon as the step it is at is done.',
  stop: 'It stops as soon as the step it is at is done, and saves.',
}

export class Status {
  constructor(root) {
    this.chip = h('span', { class: 'chip' })
    this.parts = Object.fromEntries(
      ['step', 'epoch', 'rate', 'left'].map((n) => [n, h('span', { class: `part ${n}` })]),
    )
    this.bar = h(
      'div',
      { class: 'bar', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': '0', 'aria-valuemax': '100' },
      h('i'),
    )
    this.sentence = h('p', { class: 'sentence' })
    this.live = h('span', { class: 'unseen', role: 'status' })
    this.node = h(
      'div',
      { class: 'gan status' },
      h('div', { class: 'line' }, this.chip, ...Object.values(this.parts)),
      this.bar,
      this.sentence,
      this.live,
    )
    root.append(this.node)
  }

  /** The server has drawn its part anew, for the state it then saw; only an answer newer than that can say it has changed since. */
  mounted() {
    this.told = null
    this.heard = this.source.polls
    for (const [key, words] of Object.entries(this.component.data.titles || {})) {
      const button = document.querySelector(`.st-key-${key} button`)
      if (button) button.title = words
    }
  }

  draw() {
    const { source } = this
    source.isRun ? this.drawRun(source) : this.drawReady(source)
  }

  show(state, step, epoch, rate, left, share, sentence) {
    this.node.dataset.state = state
    const { side } = this.component.data
    text(this.chip, `${side ? `${side} · ` : ''}${WORDS[state] || state}`)
    text(this.parts.step, step)
    text(this.parts.epoch, epoch)
    text(this.parts.rate, rate)
    text(this.parts.left, left)
    this.bar.firstChild.style.transform = `scaleX(${Math.min(1, Math.max(0, share || 0))})`
    this.bar.setAttribute('aria-valuenow', String(Math.round(100 * (share || 0))))
    text(this.sentence, sentence)
    this.sentence.title = sentence
    if (state !== this.spoken) {
      this.spoken = state
      text(this.live, `${WORDS[state] || state}. ${sentence}`)
    }
  }

  drawReady(source) {
    const { preview, timing, config } = source
    const total = preview?.total_steps ?? config.steps
    let sentence = source.error || 'Preparing real samples and an untrained generator …'
    if (preview) {
      sentence = `Start makes the generator learn${data(preview, config.resolution !== null)} in ${whole(total)} steps: `
      sentence += timing
        ? `${about(timing.seconds_per_step * total)} on this machine.`
        : 'timing a few steps on this machine …'
    }
    this.show(
      source.error && !preview ? 'unready' : 'ready',
      `step 0${total ? ` of ${whole(total)}` : ''}`,
      config.steps ? '' : `epoch 0 of ${whole(config.epochs)}`,
      '',
      '',
      0,
      sentence,
    )
  }

  drawRun(source) {
    const s = source.status
    if (!s) {
      if (source.error || !this.chip.textContent)
        this.show(this.component.data.state, 'step –', '', '', '', 0, source.error || 'Opening the run …')
      return
    }
    if (source.error) {
      this.show('gone', `step ${whole(s.step)}`, '', '', '', 0, source.error)
      this.tell('gone')
      return
    }
    let sentence = s.message || MEANS[s.state] || ''
    if (s.state === 'queued') {
      const place = s.queue_position || 1
      const before = s.waits_for?.length ? `it waits for “${s.waits_for.join('”, “')}” to end` : 'it begins in a moment'
      sentence = `${place === 1 ? 'Next' : `Number ${place}`} in line: ${before}.`
    }
    if (s.state === 'training' && !s.message) sentence = this.machine(s)
    if (s.asked) sentence = ASKED[s.asked]
    else if (s.skipped && s.active && s.state !== 'training') sentence += ` ${leftOut(s.skipped, s.is_image)}`
    if (source.offline) sentence = 'No connection to the server; what you see may be old. Trying again …'
    const moving = s.state === 'training'
    const rate =
      moving && known(s.images_per_second) && s.images_per_second > 0
        ? `${whole(s.images_per_second)} ${s.is_image === false ? 'points' : 'images'}/s`
        : ''
    const left =
      moving && known(s.eta)
        ? `${clock(s.eta)} left`
        : known(s.seconds) && s.seconds >= 0.5
          ? `${clock(s.seconds)} trained`
          : ''
    const epoch =
      s.epochs && known(s.epoch)
        ? `epoch ${whole(Math.min(s.epochs, Math.max(s.step ? 1 : 0, s.epoch)))} of ${whole(s.epochs)}`
        : ''
    this.show(
      s.state,
      `step ${whole(s.step)}${s.total_steps ? ` of ${whole(s.total_steps)}` : ''}`,
      epoch,
      rate,
      left,
      s.step / (s.total_steps || Infinity),
      sentence,
    )
    this.tell(s.state)
  }

  machine(s) {
    if (!s.device) return ''
    const where = `${s.device === 'cpu' ? 'on the processor' : 'on the GPU'} in ${s.precision}`
    if (!s.step && s.head_start)
      return `D gets its head start: ${whole(s.head_start)} updates of D alone, before the first step.`
    return `Learning${data(s, s.is_image)}, ${where}. G has ${whole(s.parameters.generator)} parameters and D ${whole(s.parameters.discriminator)}.`
  }

  /** The server draws the buttons; a rerun gives them their meaning when the state has changed. */
  tell(state) {
    // said again after a while: on a busy machine a word to the server can be lost in a rerun that is under way
    const late = performance.now() - this.toldAt > 2500
    if (this.component.data.state !== state && (this.told !== state || late) && this.source.polls > this.heard) {
      this.told = state
      this.toldAt = performance.now()
      this.component.setTriggerValue('state', state)
    }
  }
}
