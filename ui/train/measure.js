// The full evaluation of a generator, made when it is asked for: every number beside the best there is to be expected of it.

import { button, head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { HELP } from '../shared/glossary.js'
import { help } from '../shared/help.js'
import { known, short, whole } from '../shared/numbers.js'
import { View } from '../shared/view.js'

/** @import { Measure as Row } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */

export default class Measure extends View {
  /** @type {Row[] | undefined} the rows that are shown */
  #shown

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.live = button('Measure G', () => this.ask(false))
    this.average = button('Measure its average', () => this.ask(true))
    this.words = h('p', { class: 'quiet', role: 'status' })
    this.body = h('div', {})
    const title = head('Measure', { term: 'these measures', words: HELP.measure }, this.live, this.average)
    this.node = h('div', { class: 'gan measure' }, title, this.words, this.body)
    this.root.append(this.node)
  }

  /** @param {boolean} average */
  ask(average) {
    if (this.source.isRun) this.source.measure(average)
  }

  draw() {
    const { source } = this
    const measured = source.isRun ? source.measured : null
    const busy = Boolean(measured?.busy)
    const some = source.isRun && Boolean(source.status?.checkpoints?.length)
    this.average.hidden = !source.place.average
    this.live.disabled = this.average.disabled = !some || busy
    text(this.words, this.say(some))
    this.node.classList.toggle('busy', busy)
    if (this.#shown === measured?.rows) return
    this.#shown = measured?.rows
    this.body.replaceChildren(...(measured?.rows ? [table(measured.rows)] : []))
  }

  /** @param {boolean} some whether there is a generator to measure */
  say(some) {
    const measured = this.source.isRun ? this.source.measured : null
    const whose = measured?.average ? 'The average of G' : 'G'
    if (!some)
      return 'The full evaluation of a generator that has been saved: quality, variety and distance to the data. It takes from seconds to a minute.'
    if (!measured)
      return 'The generator saved nearest to the step you look at, against the data: quality, variety, distance. It takes from seconds to a minute.'
    if (measured.busy) return `${whose} is being measured …`
    if (measured.error) return measured.error
    const { step = 0, n_fake = 0, n_real = 0, notes = [] } = measured
    const first = `${whose} at step ${whole(step)}: ${whole(n_fake)} of its samples against ${whole(n_real)} real ones.`
    return [first, ...notes].join(' ')
  }
}

const BEST = { low: 'lower is better', high: 'higher is better', reference: 'the nearer the better' }

/**
 * A value, and how much it varies from one set of samples to the next.
 * @param {number | null | undefined} value
 * @param {number | null | undefined} spread
 */
function number(value, spread) {
  if (!known(value)) return '–'
  const words = Number.isInteger(value) ? whole(value) : short(value)
  return known(spread) ? `${words} ± ${short(spread)}` : words
}

/** @param {Row[]} rows */
function table(rows) {
  const named = rows.some((row) => row.network)
  const lines = rows.map((row) => {
    const perfect = row.oracle !== undefined
    const cell = (/** @type {string} */ look, /** @type {string | Node} */ what) => h('td', { class: look }, what)
    return h(
      'tr',
      {},
      h('td', {}, h('span', { class: 'what' }, row.measure, help(row.measure, row.note))),
      named ? cell('detail', row.network || '') : null,
      cell('n', h('b', {}, number(row.value, perfect ? null : row.spread))),
      cell('n', number(row.oracle ?? row.floor, perfect ? row.spread : null)),
      cell('detail', perfect ? 'perfect sampler' : 'real against real'),
      cell('detail', BEST[row.better]),
      cell('n', whole(row.n)),
    )
  })
  const column = (/** @type {string} */ words, look = '') => h('th', { scope: 'col', class: look }, words)
  const names = h(
    'tr',
    {},
    column('Measure'),
    named ? column('In the features of') : null,
    column('G', 'n'),
    column('Held against', 'n'),
    column(''),
    column(''),
    column('Samples', 'n'),
  )
  return h('table', {}, h('thead', {}, names), h('tbody', {}, ...lines))
}
