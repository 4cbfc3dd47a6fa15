// Things to try: one click sets everything and begins. The chosen card asks a question, and says when the learner's run
// has answered it.

import { head, press } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'

/** @import { Place } from '../shared/view.js' */
/** @import { TrialAnswer, TrialCard } from './types.d.ts' */

/** Milliseconds between two questions while something is trained. */
const OFTEN = 1000

export default class Trials extends View {
  /** @type {TrialCard | null} */
  chosen = null
  #names = ''
  #clicked = 0
  /** The question that is asked, of which runs, and in which state of them it was asked last. */
  #key = ''
  #asked = ''
  #askedAt = 0
  #asking = false

  question = h('b')
  state = h('span', { class: 'state' })
  task = h('div', { class: 'task', 'aria-live': 'off' }, this.question, this.state)
  /** @type {HTMLButtonElement[]} */
  cards = []
  grid = h('div', { class: 'cards' })

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.root.append(h('div', { class: 'gan tries' }, head(say('trials.heading'), null), this.task, this.grid))
  }

  /** Another run, or none: what was known of the question says nothing about it. */
  arrived() {
    this.#asked = ''
    this.#key = ''
  }

  mounted() {
    const { chosen } = this.data
    const trials = /** @type {TrialCard[]} */ (this.data.trials)
    const names = trials.map((one) => one.name).join()
    if (names !== this.#names) {
      this.#names = names
      this.cards = trials.map((one) => this.card(one))
      this.grid.replaceChildren(...this.cards)
    }
    for (const card of this.cards) press(card, card.dataset.trial === chosen)
    this.chosen = trials.find((one) => one.name === chosen) ?? null
    text(this.question, this.chosen?.question ?? say('trials.begin'))
    if (!this.chosen) this.answer({ words: say('trials.about') })
  }

  /** @param {TrialCard} one */
  card(one) {
    const choose = () => {
      this.#clicked = Math.max(Date.now(), this.#clicked + 1) // unlike any number of this visit or one before
      this.tell('moved', { trial: one.name, n: this.#clicked })
    }
    const race = one.race ? h('i', { title: say('trials.race_title') }, say('trials.race')) : null
    return h(
      'button',
      { type: 'button', 'data-trial': one.name, onclick: choose },
      h('b', {}, one.title, race),
      h('span', {}, one.words),
    )
  }

  /** @param {TrialAnswer} answer */
  answer({ done, words }) {
    this.task.classList.toggle('done', Boolean(done))
    // the tick says already that it is done
    const rest = words.replace(/^Done: ./, (start) => start.slice(-1).toUpperCase())
    text(this.state, done ? `✓ ${rest}` : words)
  }

  draw() {
    const { source, chosen } = this
    const { run, rival } = this.data
    if (!chosen) return
    const key = `${chosen.name} ${run} ${rival}`
    if (key !== this.#key) {
      this.#key = key
      this.#asked = ''
      this.answer({ words: say('trials.not_yet') })
    }
    const status = source.isRun ? source.status : null
    if (!status || !run || this.#asking) return
    // once a second while something is trained, and once more when it has ended
    const state = status.active ? 'active' : `${status.state} ${status.step}`
    const now = performance.now()
    if (this.#asked === state && (!status.active || now - this.#askedAt < OFTEN)) return
    this.#asked = state
    this.#askedAt = now
    const runs = new URLSearchParams({ run, ...(rival ? { rival } : {}) })
    this.ask(key, `${encodeURIComponent(chosen.name)}?${runs}`)
  }

  /**
   * @param {string} key
   * @param {string} question
   */
  async ask(key, question) {
    this.#asking = true
    try {
      const address = `${this.data.base}/api/trials/${question}`
      const answer = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(20_000) })
      if (answer.ok && this.#key === key) this.answer(await answer.json())
    } catch {
      this.#asked = '' // the server is busy or gone: asked again with the next news
    }
    this.#asking = false
    // the news that the run has ended may have come while this was under way
    const over = this.source.isRun && this.source.status?.active === false
    if (!this.gone && this.#asked && over) this.draw()
  }
}
