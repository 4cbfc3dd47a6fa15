// The full evaluation of a generator, made when it is asked for: every number beside the best there is to be expected of it.

import { button, head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { known, short, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'

/** @import { Measure as Row } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */

export default class Measure extends View {
  /** @type {Row[] | undefined} the rows that are shown */
  #shown

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.live = button(say('measure.live'), () => this.ask(false))
    this.average = button(say('measure.average'), () => this.ask(true))
    this.words = h('p', { class: 'quiet', role: 'status' })
    this.body = h('div', {})
    const title = head(
      say('measure.title'),
      { term: say('measure.term'), words: say('measure.help') },
      this.live,
      this.average,
    )
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
    text(this.words, this.line(some))
    this.node.classList.toggle('busy', busy)
    if (this.#shown === measured?.rows) return
    this.#shown = measured?.rows
    this.body.replaceChildren(...(measured?.rows ? [table(measured.rows)] : []))
  }

  /** @param {boolean} some whether there is a generator to measure */
  line(some) {
    const measured = this.source.isRun ? this.source.measured : null
    if (!some) return say('measure.none')
    if (!measured) return say('measure.ready')
    const { average, busy, error, step = 0, n_fake: fake = 0, n_real: real = 0, notes = [] } = measured
    if (busy) return say(average ? 'measure.busy.average' : 'measure.busy.live')
    if (error) return error
    const first = say(average ? 'measure.done.average' : 'measure.done.live', { step, fake, real })
    return [first, ...notes].join(' ')
  }
}

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
      cell('detail', say(perfect ? 'measure.perfect' : 'measure.real')),
      cell('detail', say(`measure.best.${row.better}`)),
      cell('n', whole(row.n)),
    )
  })
  const column = (/** @type {string} */ words, look = '') => h('th', { scope: 'col', class: look }, words)
  const names = h(
    'tr',
    {},
    column(say('measure.column.measure')),
    named ? column(say('measure.column.network')) : null,
    column(say('measure.column.g'), 'n'),
    column(say('measure.column.against'), 'n'),
    column(''),
    column(''),
    column(say('measure.column.samples'), 'n'),
  )
  return h('table', {}, h('thead', {}, names), h('tbody', {}, ...lines))
}
