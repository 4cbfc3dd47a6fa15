// State, step, epoch, rate, the worst finding, time left, a progress bar, and one sentence: what this state means for the reader.

import { calm, h, text } from './elements.js'
import { say } from './say.js'
import { runSays, settingsSay } from './states.js'
import { View } from './view.js'

/** @import { Said } from './states.js' */
/** @import { Finding } from './types.d.ts' */
/** @import { Place } from './view.js' */

const LATE = 2500 // ms after which the page is told again: on a busy machine a word can be lost in a rerun that is under way

export default class Status extends View {
  /** @type {string | null} the state that the page was told */
  #told = null
  #toldAt = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #brief
  /** answers there were when the page last spoke */
  #heard = 0

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const part = (/** @type {string} */ name) => h('span', { class: `part ${name}` })
    this.chip = h('span', { class: 'chip' })
    this.parts = { step: part('step'), epoch: part('epoch'), rate: part('rate'), left: part('left') }
    this.done = h('i')
    this.bar = h(
      'div',
      {
        class: 'bar',
        role: 'progressbar',
        'aria-label': say('status.progress'),
        'aria-valuemin': '0',
        'aria-valuemax': '100',
      },
      this.done,
    )
    this.sentence = h('p', { class: 'sentence' })
    this.live = h('span', { class: 'unseen', role: 'status' })
    this.alarm = h('button', { type: 'button', class: 'alarm', hidden: true, onclick: () => this.goToFinding() })
    const { step, epoch, rate, left } = this.parts
    const line = h('div', { class: 'line' }, this.chip, step, epoch, rate, this.alarm, left)
    this.node = h('div', { class: 'gan status' }, line, this.bar, this.sentence, this.live)
    this.root.append(this.node)
    this.until(() => clearTimeout(this.#brief))
  }

  /**
   * The server has drawn its part anew, for the state it then saw; only an answer newer than that can say it has changed since.
   */
  mounted() {
    this.#told = null
    clearTimeout(this.#brief)
    const { brief } = this.data
    if (brief) this.#brief = setTimeout(() => this.tellOnce('said'), 1000 * brief + 200)
    this.#heard = this.source.isRun ? this.source.polls : 0
    for (const [name, words] of Object.entries(this.data.titles ?? {})) {
      const button = document.querySelector(`.st-key-${name} button`)
      if (button instanceof HTMLElement) button.title = words
    }
  }

  draw() {
    const { source } = this
    if (!source.isRun) {
      this.warn([])
      this.show(settingsSay(source, this.data))
      // the page says which other runs there are, and whether this one would wait
      const { line } = this.data
      if (line !== undefined && source.line !== null && source.line !== line) this.tellOnce(`line ${source.line}`)
      return
    }
    // a run that answers nothing keeps what is known of it
    if (!source.status && !source.error && this.chip.textContent) return
    const said = runSays(source, this.data.state)
    this.show(said)
    this.warn(source.findings)
    // also one that is not there any more: the page then says why
    if (source.status || source.error) this.tellState(said.state)
  }

  /** @param {Said} said */
  show({ state, step, epoch, rate, left, share, sentence, pending }) {
    const { side } = this.data
    const name = say(`state.${state}`)
    this.node.dataset.state = state
    text(this.chip, side ? say('status.side', { side, state: name }) : name)
    text(this.parts.step, step)
    text(this.parts.epoch, epoch)
    text(this.parts.rate, rate)
    text(this.parts.left, left)
    this.done.style.transform = `scaleX(${Math.min(1, Math.max(0, share))})`
    this.bar.setAttribute('aria-valuenow', String(Math.round(100 * share)))
    text(this.sentence, sentence)
    this.sentence.title = sentence
    // what is not known yet is not read out: the state is, and the sentence once there is one
    text(this.live, say('status.spoken', { state: name, sentence: pending ? '' : sentence }).trim())
  }

  /**
   * The worst of the findings, and how many more there are.
   * @param {Finding[]} findings
   */
  warn([worst, ...others]) {
    this.alarm.hidden = !worst
    if (!worst) return
    text(this.alarm, others.length ? say('status.finding.more', { title: worst.title, n: others.length }) : worst.title)
    const words = say('status.finding', { title: worst.title, since: worst.since_words })
    this.alarm.setAttribute('aria-label', words)
    this.alarm.title = words
    this.alarm.dataset.kind = worst.kind
  }

  /** To the card that explains the finding. */
  goToFinding() {
    const named = `[data-run="${CSS.escape(this.data.run ?? '')}"][data-kind="${this.alarm.dataset.kind}"]`
    const card = document.querySelector(`.finding${named}`)
    if (!(card instanceof HTMLElement)) return
    card.focus({ preventScroll: true })
    card.scrollIntoView({ behavior: calm() ? 'auto' : 'smooth', block: 'center' })
  }

  /**
   * The server draws the buttons; a rerun gives them their meaning when the state has changed.
   * @param {string} state
   */
  tellState(state) {
    const news = this.source.isRun && this.source.polls > this.#heard
    if (this.data.state !== state && news) this.tellOnce(state)
  }

  /**
   * The page runs anew for it; not a second time for the same, unless that word has been lost.
   * @param {string} what
   */
  tellOnce(what) {
    const late = performance.now() - this.#toldAt > LATE
    if (this.#told === what && !late) return
    this.#told = what
    this.#toldAt = performance.now()
    this.tell('state', what)
  }
}
