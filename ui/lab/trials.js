// Things to try: one click sets everything and begins. Those that this visitor has solved are marked.

import { head, press } from '../shared/controls.js'
import { h } from '../shared/elements.js'
import { say } from '../shared/say.js'
import { PageView } from '../shared/view.js'
import { onSolved, solved } from './solved.js'

/** @import { Place } from '../shared/view.js' */
/** @import { TrialCard } from './types.d.ts' */

export default class Trials extends PageView {
  #names = ''
  #clicked = 0

  /** @type {HTMLButtonElement[]} */
  cards = []
  grid = h('div', { class: 'cards' })

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const about = h('p', {}, `${say('trials.begin')} ${say('trials.about')}`)
    this.root.append(h('div', { class: 'gan tries' }, head(say('trials.heading'), null), about, this.grid))
    this.until(onSolved(() => this.mark()))
  }

  mounted() {
    const trials = /** @type {TrialCard[]} */ (this.data.trials)
    const names = trials.map((one) => one.name).join()
    if (names !== this.#names) {
      this.#names = names
      this.cards = trials.map((one) => this.card(one))
      this.grid.replaceChildren(...this.cards)
    }
    for (const card of this.cards) press(card, card.dataset.trial === this.data.chosen)
    this.mark()
  }

  /** Those that are solved bear a tick. */
  mark() {
    const known = solved()
    for (const card of this.cards) card.classList.toggle('solved', known.has(card.dataset.trial ?? ''))
  }

  /** @param {TrialCard} one */
  card(one) {
    const choose = () => {
      this.#clicked = Math.max(Date.now(), this.#clicked + 1) // unlike any number of this visit or one before
      this.tell('moved', { trial: one.name, n: this.#clicked })
    }
    const race = one.race ? h('i', { title: say('trials.race_title') }, say('trials.race')) : null
    const tick = h('i', { class: 'tick', title: say('trials.solved_title') }, `✓ ${say('trials.solved')}`)
    return h(
      'button',
      { type: 'button', 'data-trial': one.name, onclick: choose },
      h('b', {}, h('span', {}, one.title), tick, race),
      h('span', {}, one.words),
    )
  }
}
