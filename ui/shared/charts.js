// Charts in a grid, drawn in place, so that zoom survives, and zoomed together along the steps.

import { head, key } from './controls.js'
import { h, text } from './elements.js'
import { known, short, whole } from './numbers.js'
import { say } from './say.js'
import { lastOf, logTicks, nearest, onAllSides } from './series.js'
import { View } from './view.js'

/** @import { Plot, PlotlyModule, Trace } from './plotly.d.ts' */
/** @import { Reach, Span } from './series.js' */
/** @import { PageSource } from './store.js' */
/** @import { Colours } from './theme.js' */
/** @import { Curves } from './types.d.ts' */
/** @import { Place } from './view.js' */

/**
 * A line of a chart: whose curve it is, what it is called ("" for one that has no place in the legend), the theme's name of its colour, and its dash.
 * `count`: its values are counts; `total`: whose curve says of how many.
 * @typedef {{ key: string, name: string, colour: keyof Colours, dash: string, count?: boolean, total?: string }} Line
 */

/**
 * `before`: words over it as long as there is nothing to see. `level`: a dotted line. `empty`: the axis as long as there is nothing to see.
 * @typedef {object} Chart
 * @property {string} name
 * @property {string} help
 * @property {string} before
 * @property {Line[]} lines
 * @property {Record<string, unknown>} axis what Plotly is told of the axis
 * @property {number} [level]
 * @property {Span} empty
 * @property {Reach} span
 * @property {(span: Span) => Record<string, unknown>} [ticks]
 */

/** @typedef {Chart & { plot: HTMLElement, overlay: HTMLElement, node: HTMLElement, values: HTMLElement[], made: boolean }} Drawn */

/** @type {Promise<PlotlyModule> | null} */
let plotly = null

/** All charts of the page: those of the two sides of a race share their axes. @type {Set<Charts>} */
const shown = new Set()

/** @param {string} src */
function load(src) {
  plotly ??= new Promise((done, failed) => {
    const sorry = () => {
      plotly = null
      failed(new Error('no charts'))
    }
    const loaded = () => (window.Plotly ? done(window.Plotly) : sorry())
    if (window.Plotly) loaded()
    else document.head.append(h('script', { src, async: true, onload: loaded, onerror: sorry }))
  })
  return plotly
}

/**
 * What a line is at a step: counts have no decimals, and say of how many.
 * @param {Line} line
 * @param {Curves} curves
 * @param {number | null} cursor
 */
export function valueInWords({ key: name, count, total }, curves, cursor) {
  const value = nearest(curves[name], cursor)
  if (!count || !known(value)) return short(value)
  const all = total ? nearest(curves[total], cursor) : null
  return known(all) ? say('charts.of', { found: whole(value), total: whole(all) }) : whole(value)
}

/** An heir says which charts (`wanted`), and where their curves are (`curvesOf`, `version`). */
export class Charts extends View {
  /** how measured lines are drawn */
  mode = 'lines'
  hint = say('charts.hint')
  /** @type {PlotlyModule | null} */
  plotly = null
  /** @type {Drawn[]} */
  charts = []
  /** @type {Curves} */
  curves = {}
  /** ms that drawing has taken */
  took = 0

  #key = ''
  #marks = ''
  #reach = ''
  /** @type {PageSource | null} */
  #drawn = null
  /** @type {Span | null} the steps that were zoomed to */
  #span = null
  #zoomed = 0

  /**
   * @param {Place} place
   * @param {string} name
   */
  constructor(place, name) {
    super(place)
    this.node = h('div', { class: `gan ${name}` })
    this.root.append(this.node)
    shown.add(this)
    this.until(() => shown.delete(this))
    this.onSize(this.node, () => this.#each((chart) => this.plotly?.Plots.resize(chart.plot)))
    this.until(() => this.#each((chart) => this.plotly?.purge(chart.plot)))
  }

  // -- an heir's

  /**
   * A name for a set of charts, and the charts.
   * @returns {[string, Chart[]]}
   */
  wanted() {
    return ['', []]
  }

  /** Grows when there is something new to draw. */
  version() {
    return 0
  }

  /** @returns {Curves} */
  curvesOf() {
    return {}
  }

  /** Why there will be nothing to see; empty where there may. */
  unknown() {
    return ''
  }

  // -- drawing

  /** The same charts of the other side of a race. */
  get beside() {
    const { pair } = this.data
    return pair ? [...shown].filter((one) => one.constructor === this.constructor && one.data.run === pair) : []
  }

  /** @param {(chart: Drawn) => void} act on each that has been drawn */
  #each(act) {
    for (const chart of this.charts) if (chart.made) act(chart)
  }

  /** Makes the charts anew where other ones are wanted. */
  build() {
    const [name, charts] = this.wanted()
    if (name === this.#key) return
    this.#key = name
    this.#each((chart) => this.plotly?.purge(chart.plot))
    this.charts = charts.map((chart) => this.#make(chart))
    this.node.replaceChildren(...this.charts.map((chart) => chart.node))
    this.node.style.setProperty('--charts', String(Math.min(4, charts.length)))
    this.#drawn = null
  }

  /**
   * @param {Chart} chart
   * @returns {Drawn}
   */
  #make(chart) {
    const plot = h('div', { class: 'plot' })
    const overlay = h('p', { class: 'overlay' }, chart.before)
    const values = chart.lines.map(() => h('b', {}, ''))
    const keys = chart.lines.map(({ name, colour, dash }, i) => name && key(dash, colour, name, values[i]))
    const node = h(
      'section',
      { class: 'chart', 'aria-label': chart.name },
      head(chart.name, { term: chart.name, words: `${chart.help}\n${this.hint}` }),
      h('div', { class: 'keys' }, ...keys.filter(Boolean)),
      h('div', { class: 'plotbox' }, plot, overlay),
    )
    return { ...chart, plot, overlay, node, values, made: false }
  }

  restyle() {
    this.again()
  }

  arrived() {
    this.#drawn = null
    this.#span = null
    this.#zoomed += 1
  }

  async draw() {
    this.build()
    const marks = `${this.version()} ${this.source.cursor}`
    if (this.#drawn === this.source && this.#marks === marks) return
    this.#drawn = this.source
    this.#marks = marks
    if (!this.plotly) {
      try {
        this.plotly = await load(this.data.plotly)
      } catch {
        for (const chart of this.charts) text(chart.overlay, say('charts.failed'))
        return
      }
      if (this.gone) return
    }
    this.paint()
  }

  paint() {
    const { source, colours } = this
    const begun = performance.now()
    this.curves = this.curvesOf()
    const { beside } = this
    const last = lastOf([this.curves, ...beside.map((one) => one.curves)])
    const reach = [last]
    for (const chart of this.charts) {
      const some = chart.lines.some((line) => this.curves[line.key]?.sx.length)
      chart.overlay.hidden = some
      text(chart.overlay, this.unknown() || chart.before)
      chart.lines.forEach((line, i) => {
        text(chart.values[i], some ? ` ${valueInWords(line, this.curves, source.cursor)}` : '')
      })
      const data = chart.lines.flatMap((line) => this.traces(line, colours))
      const config = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false }
      const layout = this.layout(chart, colours, last, some)
      reach.push(...layout.yaxis.range)
      this.plotly?.react(chart.plot, data, layout, config)
      if (!chart.made) this.#follow(/** @type {Plot} */ (chart.plot))
      chart.made = true
    }
    this.took = performance.now() - begun
    if (this.#reach === String(reach)) return
    this.#reach = String(reach)
    for (const one of beside) if (one.plotly) one.paint()
  }

  /**
   * The raw line faint, the smoothed one bold.
   * @param {Line} line
   * @param {Colours} colours
   * @returns {Trace[]}
   */
  traces({ key: name, name: words, colour, dash }, colours) {
    const c = this.curves[name] ?? { x: [], y: [], sx: [], sy: [] }
    const stroke = colours[colour]
    const reference = /_(oracle|total)$/.test(name)
    const connectgaps = name === 'penalty' // one that is computed now and then is a line all the same
    const mode = reference ? 'lines' : c.sx.length === 1 ? 'markers' : this.mode
    const faint = { mode: 'lines', line: { color: stroke, width: 1 }, opacity: 0.25, hoverinfo: 'skip' }
    const bold = {
      mode,
      name: words || say('charts.perfect'),
      line: { color: stroke, width: reference ? 1.3 : 2, dash },
      marker: { color: stroke, size: 5 },
      hovertemplate: '%{y:.3~g}',
    }
    return [
      { x: c.x, y: c.y, type: 'scatter', connectgaps, ...faint },
      { x: c.sx, y: c.sy, type: 'scatter', connectgaps, ...bold },
    ]
  }

  /**
   * @param {Drawn} chart
   * @param {Colours} colours
   * @param {number} last step of all curves
   * @param {boolean} some whether there is anything to see
   */
  layout(chart, colours, last, some) {
    const { cursor } = this.source
    const mark = (/** @type {Record<string, unknown>} */ at, /** @type {Record<string, unknown>} */ line) => ({
      type: 'line',
      ...at,
      line,
    })
    const shapes = []
    if (chart.level !== undefined) {
      const at = { xref: 'paper', x0: 0, x1: 1, y0: chart.level, y1: chart.level, layer: 'below' }
      shapes.push(mark(at, { color: colours.unsure, width: 1.4, dash: 'dot' }))
    }
    if (cursor !== null && some)
      shapes.push(mark({ yref: 'paper', y0: 0, y1: 1, x0: cursor, x1: cursor }, { color: colours.text, width: 1 }))
    // another game's lines of the same name mean something else
    const alike = this.beside.filter((one) => one.charts.some((other) => other.name === chart.name))
    const sides = [this.curves, ...alike.map((one) => one.curves)]
    const all = (/** @type {'y' | 'sy'} */ which) => onAllSides(sides, chart.lines, which)
    const range = some ? chart.span(all('sy'), all('y')) : chart.empty
    const axis = {
      gridcolor: colours.line,
      zerolinecolor: colours.line,
      linecolor: colours.line,
      tickfont: { size: 12 },
      automargin: false,
      nticks: 5,
    }
    const ticks = chart.axis.type === 'log' ? logTicks(range) : chart.ticks?.(range)
    const [first, end] = this.#span ?? [0, some ? last : 100]
    return {
      margin: { l: 44, r: 8, t: 6, b: 24 },
      height: chart.plot.clientHeight || 190,
      autosize: true,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      showlegend: false,
      font: { family: colours.font, size: 12, color: colours.text },
      hovermode: 'x unified',
      dragmode: 'zoom',
      hoverlabel: {
        bgcolor: colours.background,
        bordercolor: colours.line,
        font: { color: colours.text, size: 12 },
      },
      xaxis: {
        ...axis,
        range: [first, end],
        ...(end - first < 5 ? { tick0: 0, dtick: 1 } : {}),
        tickformat: ',d',
        hoverformat: ',d',
        unifiedhovertitle: { text: `${say('charts.step')} %{x:,d}` },
      },
      yaxis: { ...axis, range, ...chart.axis, ...ticks },
      // the axis is named where its numbers begin: a title below would cost a line of each chart
      annotations: [
        {
          text: say('charts.step'),
          xref: 'paper',
          yref: 'paper',
          x: 0,
          y: 0,
          xanchor: 'right',
          yanchor: 'top',
          xshift: -10,
          yshift: -3,
          showarrow: false,
          font: { size: 12 },
        },
      ],
      shapes,
      uirevision: this.#zoomed,
      transition: { duration: 0 },
    }
  }

  /**
   * Zooming one chart along the steps zooms all of them; a double click shows the whole run again.
   * @param {Plot} plot
   */
  #follow(plot) {
    plot.on('plotly_relayout', (event) => {
      if (event?.['xaxis.range[0]'] === undefined) return
      this.#span = [event['xaxis.range[0]'], event['xaxis.range[1]']]
      this.again()
    })
    plot.on('plotly_doubleclick', () => {
      this.#span = null
      this.#zoomed += 1
      this.again()
    })
  }

  again() {
    this.#drawn = null
    this.draw()
  }
}
