// The question of the trial that was chosen, right above the picture: what to look at, and whether the learner's run has
// answered it, and then why that worked.

import { round } from '../shared/controls.js'
import { calm, h, text } from '../shared/elements.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'
import { solve } from './solved.js'

/** @import { Place } from '../shared/view.js' */
/** @import { TrialAnswer } from './types.d.ts' */

/** Milliseconds between two questions while something is trained. */
const OFTEN = 1000

const PHONE = 480 // as in page.css

/** When the trial was begun that the page has scrolled to: other views of this visit know it too. */
let scrolled = 0

export default class Question extends View {
  /** The question that is asked, of which runs, and in which state of them it was asked last. */
  #key = ''
  #asked = ''
  #askedAt = 0
  #asking = false

  title = h('b', {})
  about = h('span', {})
  question = h('b', { class: 'asked' })
  state = h('span', { class: 'state' })
  why = h('span', { class: 'why' })
  task = h('div', { class: 'task', 'aria-live': 'off' })

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const close = round('×', say('trials.close'), () => this.tell('closed', true))
    close.classList.add('close')
    this.task.append(h('p', {}, this.title, ' ', this.about), this.question, this.state, this.why, close)
    this.root.append(h('div', { class: 'gan tries' }, this.task))
  }

  mounted() {
    text(this.title, `${this.data.title}.`)
    text(this.about, this.data.about ?? '')
    text(this.question, this.data.question ?? '')
    const begun = this.data.begun ?? 0
    if (begun <= scrolled) return
    scrolled = begun
    // with the transport bar above it where there is room: who watches a trial wants to pause it
    const bar = innerWidth > PHONE ? this.task.ownerDocument.querySelector('.st-key-bar') : null
    const top = bar ?? this.task
    top.scrollIntoView({ behavior: calm() ? 'instant' : 'smooth', block: 'start' })
  }

  /** @param {TrialAnswer} answer */
  answer(answer) {
    this.task.classList.toggle('done', Boolean(answer.done))
    text(this.state, stated(answer))
    text(this.why, answer.done && answer.why ? say('trials.why', { why: answer.why }) : '')
    if (answer.done && this.data.chosen) solve(this.data.chosen)
  }

  draw() {
    const { source } = this
    const { chosen, run, rival, last } = this.data
    if (!chosen) return
    const key = `${chosen} ${run} ${rival} ${last}`
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
    const runs = new URLSearchParams({ run, ...(rival ? { rival, last: last ?? 'A' } : {}) })
    this.ask(key, `${encodeURIComponent(chosen)}?${runs}`)
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

/**
 * An answer as it is shown: the tick says already that it is done. A symbol keeps its case: "k = 1", not "K = 1".
 * @param {TrialAnswer} answer
 */
export function stated({ done, words }) {
  if (!done) return words
  return `✓ ${words.replace(/^\p{Ll}(?=\p{Ll})/u, (first) => first.toUpperCase())}`
}
