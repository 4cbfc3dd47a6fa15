// Four charts of the run's metrics: the raw line faint, the smoothed one bold; drawn in place, so that zoom survives.

import { h, text, help, theme, onWidth, whole, short } from './dom.js'
import { HELP } from './glossary.js'

const FLOOR = -Math.log(4)

const CHARTS = [
  {
    name: 'Losses', help: HELP.losses, before: 'How wrong D is, and how easily it spots G’s fakes. Two opponents: neither has to fall.',
    lines: [['loss_d', 'Loss_D', 'discriminator', 'solid'], ['loss_g', 'Loss_G', 'generator', 'dash']],
    axis: {}, empty: [0, 2], span: (bold, raw) => [0, 1.06 * Math.min(Math.max(...raw, 0.1), 4 * Math.max(...bold, 0.1))],
  },
  {
    name: 'D on average', help: HELP.scores, before: 'D’s belief in real images and in fakes, before and after its update. They meet at 1/2 when D cannot tell.',
    lines: [['d_real', 'D(x)', 'real', 'solid'], ['d_fake', 'D(G(z))', 'fake', 'dash'], ['d_fake_after', 'after', 'fake', 'dot']],
    axis: { tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ['0', '0.25', '1/2', '0.75', '1'] }, level: 0.5, empty: [-0.02, 1.02], span: () => [-0.02, 1.02],
  },
  {
    name: 'V(G, D)', help: HELP.value, before: 'The score of the game. D pushes it up towards 0, G down to −ln 4.',
    lines: [['value', 'V', 'text', 'solid']], axis: {}, level: FLOOR, empty: [FLOOR - 0.12, 0.05],
    // the whole game is from the floor to 0; a curve that leaves it makes the axis longer, never shorter
    span: (bold, raw) => [Math.min(FLOOR, ...bold, Math.max(Math.min(...raw), -4)) - 0.12, 0.05],
  },
  {
    name: 'Gradient norms', help: HELP.gradients, before: 'How strongly each network is pulled. G’s falling to nothing means that it has stopped learning.',
    lines: [['grad_norm_d', 'of D', 'gradients', 'solid'], ['grad_norm_g', 'of G', 'gradients', 'dash']],
    axis: { type: 'log' }, empty: [-3, 1],
    span: (bold, raw) => { const all = [...bold, ...raw].filter((v) => v > 0).map(Math.log10); return all.length ? [Math.min(...all) - 0.15, Math.max(...all) + 0.15] : [-3, 1] },
  },
]

/** Four or so round numbers on a logarithmic axis from 10^low to 10^high: 1, 2, 5 where there is room, else powers of ten. */
function logTicks([low, high]) {
  const every = Math.max(1, Math.ceil((high - low) / 4))
  const within = high - low < 0.8 ? [1, 2, 3, 5, 7] : high - low < 1.5 ? [1, 2, 5] : high - low < 2.5 ? [1, 3] : [1]
  const tickvals = []
  for (let power = Math.floor(low); power <= high; power += 1) if (power % every === 0) tickvals.push(...within.map((n) => n * 10 ** power))
  return { tickvals, ticktext: tickvals.map((v) => (v < 1e-3 || v >= 1e4 ? v.toExponential(0).replace('e+', 'e').replace('-', '−') : String(+v.toPrecision(1)))) }
}

let plotly = null

function load(src) {
  plotly ??= window.Plotly
    ? Promise.resolve(window.Plotly)
    : new Promise((done, failed) => {
        const script = h('script', { src, async: true, onload: () => done(window.Plotly), onerror: () => { plotly = null; failed(new Error('no charts')) } })
        document.head.append(script)
      })
  return plotly
}

export class Curves {
  constructor(root) {
    this.root = root
    this.charts = CHARTS.map((chart) => {
      const plot = h('div', { class: 'plot' })
      const overlay = h('p', { class: 'overlay' }, chart.before)
      const values = chart.lines.map(([, name, colour, dash]) => {
        const value = h('b', {}, '')
        return [value, h('span', { class: `key ${dash}`, style: `--c: var(--${colour === 'text' ? 'st-text-color' : colour})` }, h('i'), name, value)]
      })
      const box = h('div', { class: 'plotbox' }, plot, overlay)
      const node = h('section', { class: 'chart', 'aria-label': chart.name }, h('div', { class: 'head' }, h('span', { class: 'title' }, chart.name), help(chart.name, `${chart.help}\nFaint: every step. Bold: smoothed. Drag across a chart to zoom in, double-click to go back.`)), h('div', { class: 'keys' }, ...values.map(([, key]) => key)), box)
      return { ...chart, plot, overlay, node, values: values.map(([value]) => value) }
    })
    this.node = h('div', { class: 'gan curves' }, ...this.charts.map((c) => c.node))
    root.append(this.node)
    this.drawn = {}
    this.unsize = onWidth(this.node, () => { if (this.Plotly) this.charts.forEach((c) => c.made && this.Plotly.Plots.resize(c.plot)) })
  }

  restyle() { this.again() }

  arrived() { this.drawn = {}; this.span = null; this.zoomed = (this.zoomed || 0) + 1 }

  destroy() {
    this.unsize()
    this.gone = true
    if (this.Plotly) this.charts.forEach((c) => c.made && this.Plotly.purge(c.plot))
  }

  async draw() {
    const { source } = this
    const marks = `${source.curvesVersion || 0} ${source.cursor}`
    if (this.drawn.source === source && this.drawn.marks === marks) return
    this.drawn = { source, marks }
    if (!this.Plotly) {
      try { this.Plotly = await load(this.component.data.plotly) } catch { this.charts.forEach((c) => text(c.overlay, 'The charts could not be loaded.')); return }
      if (this.gone) return
      return this.paint(this.source)
    }
    this.paint(source)
  }

  paint(source) {
    const begun = performance.now()
    const colours = theme.of(this.root)
    const curves = source.curves || {}
    const last = Math.max(1, ...Object.values(curves).map((c) => c.x[c.x.length - 1] ?? 0))
    for (const chart of this.charts) {
      const data = [], values = []
      for (const [key, name, colour, dash] of chart.lines) {
        const c = curves[key] || { x: [], y: [], sx: [], sy: [] }
        const stroke = colours[colour] || colours.text
        data.push({ x: c.x, y: c.y, mode: 'lines', line: { color: stroke, width: 1 }, opacity: 0.25, hoverinfo: 'skip', type: 'scatter' })
        data.push({ x: c.sx, y: c.sy, mode: c.sx.length === 1 ? 'markers' : 'lines', name, line: { color: stroke, width: 2, dash }, marker: { color: stroke, size: 5 }, type: 'scatter', hovertemplate: '%{y:.3~g}' })
        values.push(nearest(c, source.cursor))
      }
      const some = (curves[chart.lines[0][0]]?.x.length || 0) > 0
      chart.overlay.hidden = some
      chart.values.forEach((node, i) => text(node, some ? ` ${short(values[i])}` : ''))
      const layout = this.layout(chart, colours, source, last, some)
      const config = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false }
      const first = !chart.made
      chart.made = true
      this.Plotly.react(chart.plot, data, layout, config)
      if (first) this.follow(chart)
    }
    // a slow machine gets its curves less often, so that drawing them never takes much of it
    source.curvesEvery = Math.max(1000, Math.min(4000, 12 * (performance.now() - begun)))
  }

  layout(chart, colours, source, last, some) {
    const shapes = []
    if (chart.level !== undefined) shapes.push({ type: 'line', xref: 'paper', x0: 0, x1: 1, y0: chart.level, y1: chart.level, line: { color: colours.unsure, width: 1.4, dash: 'dot' }, layer: 'below' })
    if (source.cursor !== null && some) shapes.push({ type: 'line', yref: 'paper', y0: 0, y1: 1, x0: source.cursor, x1: source.cursor, line: { color: colours.text, width: 1 } })
    const axis = { gridcolor: colours.line, zerolinecolor: colours.line, linecolor: colours.line, tickfont: { size: 10.5 }, automargin: false }
    const all = (which) => chart.lines.flatMap(([key]) => source.curves[key]?.[which] || []).filter((v) => v !== null)
    const range = some ? chart.span(all('sy'), all('y')) : chart.empty
    const yaxis = { ...axis, nticks: 5, range, ...chart.axis }
    if (chart.level === FLOOR && range[0] > -2.2) Object.assign(yaxis, { tickvals: [FLOOR, -1, -0.5, 0], ticktext: ['−ln 4', '−1', '−0.5', '0'] })
    if (chart.axis.type === 'log') Object.assign(yaxis, logTicks(range))
    const [first, end] = this.span || [0, some ? last : 100]
    return {
      margin: { l: 44, r: 8, t: 6, b: 24 }, height: chart.plot.clientHeight || 190, autosize: true,
      paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)', showlegend: false,
      font: { family: colours.font || 'sans-serif', size: 12, color: colours.text }, hovermode: 'x unified', dragmode: 'zoom',
      hoverlabel: { bgcolor: colours.background, bordercolor: colours.line, font: { color: colours.text, size: 12 } },
      xaxis: { ...axis, range: [first, end], nticks: 5, ...(end - first < 5 ? { tick0: 0, dtick: 1 } : {}), tickformat: ',d', hoverformat: ',d', unifiedhovertitle: { text: 'step %{x:,d}' } },
      // the axis is named where its numbers begin: a title below would cost a line of each chart
      annotations: [{ text: 'step', xref: 'paper', yref: 'paper', x: 0, y: 0, xanchor: 'right', yanchor: 'top', xshift: -10, yshift: -3, showarrow: false, font: { size: 10.5 } }],
      yaxis, shapes, uirevision: this.zoomed, transition: { duration: 0 },
    }
  }

  /** Zooming one chart along the steps zooms all four; a double click shows the whole run again. */
  follow(chart) {
    chart.plot.on('plotly_relayout', (event) => {
      if (event?.['xaxis.range[0]'] === undefined) return
      this.span = [event['xaxis.range[0]'], event['xaxis.range[1]']]
      this.again()
    })
    chart.plot.on('plotly_doubleclick', () => {
      this.span = null
      this.zoomed += 1
      this.again()
    })
  }

  again() {
    this.drawn = {}
    this.draw()
  }
}

/** The smoothed value at a step, the last one where there is none. */
export function nearest(curve, step) {
  const { sx, sy } = curve
  if (!sx?.length) return null
  if (step === null || step === undefined) return sy[sy.length - 1]
  let at = 0
  while (at < sx.length - 1 && sx[at + 1] <= step) at += 1
  return sy[at]
}
