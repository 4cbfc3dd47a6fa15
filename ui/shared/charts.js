// Charts in a grid, drawn in place, and zoomed together along the steps.

import { layoutOf, MARGIN, tracesOf } from './chart_layout.js'
import { head, key, press } from './controls.js'
import { h, text } from './elements.js'
import { signsOf } from './marks.js'
import { known, short, whole } from './numbers.js'
import { everything, exits, mayBeLog, reachOf, WHOLE } from './ranges.js'
import { say } from './say.js'
import { onScale, wantsLog, wishLog } from './scales.js'
import { lastOf, nearest } from './series.js'
import { Strip } from './strip.js'
import { View } from './view.js'

/** @import { Plot, PlotlyModule } from './plotly.d.ts' */
/** @import { Zoom } from './ranges.js' */
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
 * `log`: whether its axis is usually logarithmic, where the reader may choose; `axis` and `span` are those of a linear one.
 * @typedef {object} Chart
 * @property {string} name
 * @property {string} help
 * @property {string} before
 * @property {Line[]} lines
 * @property {Record<string, unknown>} axis what Plotly is told of the axis
 * @property {number} [level]
 * @property {Span} empty
 * @property {Reach} span
 * @property {boolean} [log]
 * @property {(span: Span) => Record<string, unknown>} [ticks]
 */

/** @typedef {Chart & { plot: HTMLElement, overlay: HTMLElement, node: HTMLElement, values: HTMLElement[], made: boolean, scale: HTMLButtonElement, zoomed: HTMLButtonElement, marks: Strip, up: Strip, down: Strip }} Drawn */

const GAP = 22 // pixels between two marks
const EXITS = 60 // and between two signs that curves leave a chart

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
  /** @type {Zoom} */
  #zoom = WHOLE

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
    this.until(onScale(() => this.again()))
    this.onSize(this.node, async () => {
      /** @type {(Promise<unknown> | undefined)[]} */
      const done = []
      this.#each((chart) => done.push(this.plotly?.Plots.resize(chart.plot)))
      // drawn meanwhile, a chart would keep the size that it had
      await Promise.allSettled(done)
      if (this.plotly && !this.gone) this.paint()
    })
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
    // Plotly's letters and lines are no text to listen to: names and values are, in the line above them
    const plot = h('div', { class: 'plot', 'aria-hidden': 'true' })
    const overlay = h('p', { class: 'overlay' }, chart.before)
    const values = chart.lines.map(() => h('b', {}, ''))
    const keys = chart.lines.map(({ name, colour, dash }, i) => name && key(dash, colour, name, values[i]))
    const scale = h('button', { type: 'button', class: 'scale', onclick: () => this.#turn(drawn) }, say('charts.log'))
    const zoomed = h('button', { type: 'button', class: 'zoomed', hidden: true, onclick: () => this.whole() })
    const [marks, up, down] = ['marks', 'up', 'down'].map((look) => new Strip(look, say(`charts.signs.${look}`)))
    const node = h(
      'section',
      { class: 'chart', role: 'figure', 'aria-label': chart.name },
      head(chart.name, { term: chart.name, words: `${chart.help}\n${this.hint}` }, scale),
      h('div', { class: 'keys' }, ...keys.filter(Boolean)),
      zoomed,
      h('div', { class: 'plotbox' }, plot, marks.node, up.node, down.node, overlay),
    )
    /** @type {Drawn} */
    const drawn = { ...chart, plot, overlay, node, values, made: false, scale, zoomed, marks, up, down }
    return drawn
  }

  restyle() {
    this.again()
  }

  async draw() {
    this.build()
    const { cursor, zoom, marks } = this.source
    const now = `${this.version()} ${cursor} ${marks.map(({ step, words }) => step + words)}`
    if (this.#drawn === this.source && this.#marks === now && this.#zoom === zoom) return
    this.#drawn = this.source
    this.#marks = now
    this.#zoom = zoom
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
    const { source } = this
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
      reach.push(...this.#plot(chart, last, some))
    }
    this.took = performance.now() - begun
    if (this.#reach === String(reach)) return
    this.#reach = String(reach)
    for (const one of beside) if (one.plotly) one.paint()
  }

  /**
   * Draws a chart; returns from where to where its axis goes.
   * @param {Drawn} chart
   * @param {number} last step of all curves
   * @param {boolean} some whether there is anything to see
   */
  #plot(chart, last, some) {
    const { source, colours, curves } = this
    const { zoom, marks } = source
    const sides = this.#sides(chart)
    const log = this.#log(chart, sides)
    const reach = reachOf(chart, sides, log, zoom)
    const steps = zoom.steps ?? [0, some ? last : 100]
    const data = chart.lines.flatMap((line) => tracesOf(line, curves, colours, this.mode))
    const within = marks.filter(({ step }) => some && step >= steps[0] && step <= steps[1])
    this.#controls(chart, log, mayBeLog(chart, sides)) // they may take room from the plot
    const layout = layoutOf(chart, colours, { steps, reach, log, marks: within, cursor: some ? source.cursor : null })
    const config = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false }
    this.plotly?.react(chart.plot, data, layout, config)
    if (!chart.made) this.#follow(/** @type {Plot} */ (chart.plot), chart)
    chart.made = true

    const width = chart.plot.clientWidth - MARGIN.l - MARGIN.r
    const place = (/** @type {number} */ step) =>
      MARGIN.l + (width * (step - steps[0])) / Math.max(1e-9, steps[1] - steps[0])
    chart.marks.show(signsOf(within, place, GAP, (step) => source.isRun && source.lookNear(step)))
    const leave = exits(chart.lines, curves, reach, log, steps, place, EXITS)
    for (const [strip, up] of /** @type {const} */ ([
      [chart.up, true],
      [chart.down, false],
    ])) {
      const signs = leave.filter((exit) => exit.up === up)
      strip.show(
        signs.map(({ at, lines }, i) => ({
          key: String(i),
          left: Math.max(MARGIN.l + 6, Math.min(MARGIN.l + width - 6, at)),
          look: 'exit',
          colour: colours[lines[0].line.colour],
          words: [
            ...lines.map(({ line, step, value }) =>
              say('charts.exit', { name: line.name || say('charts.perfect'), value: short(value), step }),
            ),
            say('charts.exit.press'),
          ].join('\n'),
          press: () => this.#values(chart, everything(chart, sides, log)),
        })),
      )
    }
    return reach
  }

  /** The curves whose axis a chart shares; another game's lines of the same name mean something else. @param {Drawn} chart */
  #sides({ name }) {
    const alike = this.beside.filter((one) => one.charts.some((other) => other.name === name))
    return [this.curves, ...alike.map((one) => one.curves)]
  }

  /** @param {Drawn} chart @param {Curves[]} sides */
  #log(chart, sides) {
    return chart.log !== undefined && wantsLog(chart.name, chart.log) && mayBeLog(chart, sides)
  }

  /**
   * The switch of the axis, and what says that only a part is shown.
   * @param {Drawn} chart
   * @param {boolean} log
   * @param {boolean} may
   */
  #controls(chart, log, may) {
    const { steps, values } = this.source.zoom
    chart.scale.hidden = chart.log === undefined
    chart.scale.disabled = !may
    press(chart.scale, log)
    chart.scale.title = say(!may ? 'charts.log.cannot' : log ? 'charts.log.off' : 'charts.log.on')
    const own = values[chart.name]?.map((v) => short(log ? 10 ** v : v))
    chart.zoomed.hidden = !steps && !own
    chart.node.classList.toggle('part', !chart.zoomed.hidden)
    if (chart.zoomed.hidden) return
    const parts = [
      steps && say('charts.zoomed.steps', { first: Math.max(0, steps[0]), last: steps[1] }),
      own && say('charts.zoomed.values', { low: own[0], high: own[1] }),
    ].filter(Boolean)
    text(chart.zoomed, say('charts.zoomed', { part: String(parts[0]) }))
    chart.zoomed.title = say('charts.zoomed.title', { parts: parts.join(', ') })
  }

  /** @param {Drawn} chart */
  #turn(chart) {
    this.#values(chart, null)
    wishLog(chart.name, !this.#log(chart, this.#sides(chart)))
  }

  /** @param {Drawn} chart @param {Span | null} reach of its values; null for as far as they usually go */
  #values(chart, reach) {
    const { [chart.name]: _, ...others } = this.source.zoom.values
    this.source.zoomTo({ ...this.source.zoom, values: reach ? { ...others, [chart.name]: reach } : others })
  }

  /** All of the charts again. */
  whole() {
    this.source.zoomTo(WHOLE)
  }

  /**
   * Zooming one chart along the steps zooms all of them; a double click shows the whole run again.
   * @param {Plot} plot
   * @param {Drawn} chart
   */
  #follow(plot, chart) {
    plot.on('plotly_relayout', (event) => {
      const span = (/** @type {string} */ axis) => {
        const ends = [0, 1].map((i) => event?.[`${axis}.range[${i}]`])
        return ends.every(known) ? /** @type {Span} */ (ends) : null
      }
      const [steps, reach] = [span('xaxis'), span('yaxis')]
      const { zoom } = this.source
      if (!steps && !reach) return
      this.source.zoomTo({
        steps: steps ?? zoom.steps,
        values: reach ? { ...zoom.values, [chart.name]: reach } : zoom.values,
      })
    })
    plot.on('plotly_doubleclick', () => this.whole())
  }

  again() {
    this.#drawn = null
    this.draw()
  }
}
