// The full evaluation of a generator, made when it is asked for: every number beside the best there is to be expected of it.

import { h, help, known, short, text, whole } from './dom.js'
import { HELP } from './glossary.js'

export class Measure {
  constructor(root) {
    this.live = h('button', { type: 'button', class: 'plain', onclick: () => this.source.measure(false) }, 'Measure G')
    this.average = h(
      'button',
      { type: 'button', class: 'plain', onclick: () => this.source.measure(true) },
      'Measure its average',
    )
    this.words = h('p', { class: 'quiet', role: 'status' })
    this.body = h('div', {})
    this.node = h(
      'div',
      { class: 'gan measure' },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'Measure'),
        help('these measures', HELP.measure),
        this.live,
        this.average,
      ),
      this.words,
      this.body,
    )
    root.append(this.node)
  }

  draw() {
    const { source } = this
    const measured = source.measured,
      some = source.isRun && source.status?.checkpoints?.length > 0
    this.average.hidden = !source.place.average
    this.live.disabled = this.average.disabled = !some || Boolean(measured?.busy)
    const whose = measured?.average ? 'The average of G' : 'G'
    text(
      this.words,
      !some
        ? 'The full evaluation of a generator that has been saved: quality, variety and distance to the data. It takes from seconds to a minute.'
        : measured?.busy
          ? `${whose} is being measured …`
          : measured?.error ||
            (measured
              ? `${whose} at step ${whole(measured.step)}: ${whole(measured.n_fake)} of its samples against ${whole(measured.n_real)} real ones.${measured.notes?.length ? ` ${measured.notes.join(' ')}` : ''}`
              : 'The generator saved nearest to the step you look at, against the data: quality, variety, distance. It takes from seconds to a minute.'),
    )
    this.node.classList.toggle('busy', Boolean(measured?.busy))
    if (this.shown === measured?.rows) return
    this.shown = measured?.rows
    this.body.replaceChildren(...(measured?.rows ? [table(measured.rows)] : []))
  }
}

const BEST = { low: 'lower is better', high: 'higher is better', reference: 'the nearer the better' }

function table(rows) {
  const number = (value, spread) =>
    known(value)
      ? `${Number.isInteger(value) ? whole(value) : short(value)}${known(spread) ? ` ± ${short(spread)}` : ''}`
      : '–'
  const named = rows.some((r) => r.network)
  const lines = rows.map((r) => {
    const reference = r.oracle ?? r.floor,
      is = r.oracle !== undefined ? 'perfect sampler' : 'real against real'
    return h(
      'tr',
      {},
      h('td', {}, h('span', { class: 'what' }, r.measure, help(r.measure, r.note))),
      ...(named ? [h('td', { class: 'detail' }, r.network || '')] : []),
      h('td', { class: 'n' }, h('b', {}, number(r.value, r.oracle === undefined ? r.spread : null))),
      h('td', { class: 'n' }, number(reference, r.oracle !== undefined ? r.spread : null)),
      h('td', { class: 'detail' }, is),
      h('td', { class: 'detail' }, BEST[r.better]),
      h('td', { class: 'n' }, whole(r.n)),
    )
  })
  const head = ['Measure', ...(named ? ['In the features of'] : []), 'G', 'Held against', '', '', 'Samples'].map(
    (words) => h('th', { scope: 'col', class: ['G', 'Held against', 'Samples'].includes(words) ? 'n' : '' }, words),
  )
  return h('table', {}, h('thead', {}, h('tr', {}, ...head)), h('tbody', {}, ...lines))
}
