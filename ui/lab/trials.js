// Things to try: one click sets everything and begins. The chosen card asks a question, and says when the learner's run has answered it.

import { h, text } from '../shared/elements.js'
import { View } from '../shared/view.js'

const OFTEN = 1000

export default class Trials extends View {
  constructor(place) {
    super(place)
    ;(this.question = h('b', {})), (this.state = h('span', { class: 'state' }))
    this.task = h('div', { class: 'task', 'aria-live': 'off' }, this.question, this.state)
    this.grid = h('div', { class: 'cards' })
    this.node = h(
      'div',
      { class: 'gan tries' },
      h('div', { class: 'head' }, h('span', { class: 'title' }, 'Try this')),
      this.task,
      this.grid,
    )
    this.clicked = 0
    this.root.append(this.node)
  }

  /** Another run, or none: what was known of the question says nothing about it. */
  arrived() {
    this.asked = this.key = null
  }

  mounted() {
    const { trials, chosen } = this.component.data
    const names = trials.map((one) => one.name).join()
    if (names !== this.names) {
      this.names = names
      this.grid.replaceChildren(...trials.map((one) => this.card(one)))
    }
    for (const card of this.grid.children) {
      const on = card.dataset.trial === chosen
      card.classList.toggle('on', on)
      card.setAttribute('aria-pressed', String(on))
    }
    this.chosen = trials.find((one) => one.name === chosen)
    text(this.question, this.chosen ? this.chosen.question : 'One click sets everything and begins.')
    if (!this.chosen)
      this.say({ words: 'Each shows something, and asks a question that you answer by changing a setting.' })
  }

  card(one) {
    const choose = () => {
      this.clicked = Math.max(Date.now(), this.clicked + 1) // unlike any number of this visit or one before
      this.component.setTriggerValue('moved', { trial: one.name, n: this.clicked })
    }
    const race = one.race ? h('i', { title: 'Two runs from one seed, side by side' }, 'race') : null
    return h(
      'button',
      { type: 'button', 'data-trial': one.name, onclick: choose },
      h('b', {}, one.title, race),
      h('span', {}, one.words),
    )
  }

  /** {done, words} of the question. */
  say({ done, words }) {
    this.task.classList.toggle('done', !!done)
    text(this.state, done ? `✓ ${words.replace(/^Done: ./, (start) => start.at(-1).toUpperCase())}` : words)
  }

  draw() {
    const { source, chosen } = this,
      { run, rival } = this.component.data
    if (!chosen) return
    const key = `${chosen.name} ${run} ${rival}`
    if (key !== this.key) {
      this.key = key
      this.asked = null
      this.say({ words: 'Not yet: change a setting, then Reset and Start.' })
    }
    // once a second while something is trained, and once more when it has ended
    const status = source.isRun && source.status,
      now = performance.now()
    const state = status && (status.active ? 'active' : `${status.state} ${status.step}`)
    if (!status || this.asking || (this.asked === state && (!status.active || now - this.askedAt < OFTEN))) return
    this.asked = state
    this.askedAt = now
    this.ask(
      key,
      `${encodeURIComponent(chosen.name)}?run=${encodeURIComponent(run)}${rival ? `&rival=${encodeURIComponent(rival)}` : ''}`,
    )
  }

  async ask(key, question) {
    this.asking = true
    try {
      const answer = await fetch(`${this.component.data.base}/api/trials/${question}`, {
        cache: 'no-store',
        signal: AbortSignal.timeout(20_000),
      })
      if (answer.ok && this.key === key) this.say(await answer.json())
    } catch {
      this.asked = null
    } // the server is busy or gone: asked again with the next news
    this.asking = false
    // the news that the run has ended may have come while this was under way
    if (!this.gone && this.asked !== null && this.source.status?.active === false) this.draw()
  }

  destroy() {
    this.gone = true
  }
}
