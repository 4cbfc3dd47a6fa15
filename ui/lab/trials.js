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

  /** @type {{ name: string, node: HTMLElement, button: HTMLButtonElement }[]} */
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
      this.grid.replaceChildren(...this.cards.map(({ node }) => node))
    }
    for (const { name, button } of this.cards) press(button, name === this.data.chosen)
    this.mark()
  }

  /** Those that are solved bear a tick. */
  mark() {
    const known = solved()
    for (const { name, node } of this.cards) node.classList.toggle('solved', known.has(name))
  }

  /**
   * The button lies below the words, which can hold terms to explain: a button could hold nothing to stop at.
   * @param {TrialCard} one
   */
  card({ name, title, words, race }) {
    const choose = (/** @type {PointerEvent} */ { target, pointerType }) => {
      // a finger on a term asks what it means; a mouse has been told already
      if (pointerType === 'touch' && target instanceof Element && target.closest('dfn')) return
      this.#clicked = Math.max(Date.now(), this.#clicked + 1) // unlike any number of this visit or one before
      this.tell('moved', { trial: name, n: this.#clicked })
    }
    const id = `trial-${name}`
    const button = h('button', { type: 'button', 'aria-label': title, 'aria-describedby': id })
    const side = race ? h('i', { title: say('trials.race_title') }, say('trials.race')) : null
    const tick = h('i', { class: 'tick', title: say('trials.solved_title') }, `✓ ${say('trials.solved')}`)
    const heading = h('b', {}, h('span', {}, title), tick, side)
    const node = h('div', { 'data-trial': name, onclick: choose }, button, heading, h('span', { id }, words))
    return { name, node, button }
  }
}
