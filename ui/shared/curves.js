// Charts of the run's metrics and of what evaluations found, drawn in place, so that zoom survives.

import { h, help, onWidth, short, text, theme, whole } from './dom.js'
import { HELP } from './glossary.js'

const FLOOR = -Math.log(4)
const finite = (values) => values.filter((v) => v !== null && v !== undefined)

/** All of the bold lines, and of the faint ones what lies within as much again on either side. */
function around(bold, raw) {
  const all = bold.length ? bold : raw
  if (!all.length) return [-1, 1]
  const low = Math.min(...all),
    high = Math.max(...all),
    size = high - low || Math.abs(high) || 1
  return [
    Math.max(Math.min(low, ...raw), low - 0.6 * size) - 0.06 * size,
    Math.min(Math.max(high, ...raw), high + 0.6 * size) + 0.06 * size,
  ]
}

/** Around the curves, and as far as `level` where there is one. */
const upTo = (level) => (bold, raw) => {
  const [low, high] = around(bold, raw),
    room = 0.06 * (high - low)
  return level === null ? [low, high] : [Math.min(low, level - room), Math.max(high, level + room)]
}

const decades = (bold, raw) => {
  const all = [...bold, ...raw].filter((v) => v > 0).map(Math.log10)
  return all.length ? [Math.min(...all) - 0.15, Math.max(...all) + 0.15] : [-3, 1]
}

const losses = (bold, raw) =>
  Math.min(0, ...bold, ...raw) < 0
    ? upTo(0)(bold, raw)
    : [0, 1.06 * Math.min(Math.max(...raw, 0.1), 4 * Math.max(...bold, 0.1))]

const BELIEF = {
  name: 'D on average',
  help: HELP.scores,
  before: 'D’s belief in real samples and in fakes, before and after its update. They meet at 1/2 when D cannot tell.',
  axis: { tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ['0', '0.25', '1/2', '0.75', '1'] },
  level: 0.5,
  empty: [-0.02, 1.02],
  span: () => [-0.02, 1.02],
}
const V = {
  name: 'V(G, D)',
  help: HELP.value,
  before: 'The score of the game. D pushes it up towards 0, G down to −ln 4.',
  axis: {},
  level: FLOOR,
  empty: [FLOOR - 0.12, 0.05],
  // the whole game is from the floor to 0; a curve that leaves it makes the axis longer, never shorter
  span: (bold, raw) => [Math.min(FLOOR, ...bold, Math.max(Math.min(...raw), -4)) - 0.12, 0.05],
}

/** D is a critic: mean scores without bounds. */
const scores = ({ level }) => ({
  name: 'D’s mean score',
  help: HELP.meanScores,
  before:
    level === null
      ? 'D’s mean score of real samples and of fakes. Only their difference counts; at a draw they meet.'
      : 'D’s mean score of real samples and of fakes, before and after its update. They meet at the dotted line when D cannot tell.',
  axis: {},
  level: level ?? undefined,
  empty: level === null ? [-1, 1] : [level - 1, level + 1],
  span: upTo(level),
})

const gain = ({ draw, most }) => ({
  name: most === null ? 'Estimated distance' : 'What D maximises',
  help: most === null ? HELP.distance : HELP.gain,
  before:
    most === null
      ? 'How far G’s samples still are from the data, as D measures it. It falls as G learns.'
      : `Minus D’s loss. D pushes it up towards 0, G down; where D cannot tell, its best answer gives ${short(draw)}, the dotted line.`,
  axis: {},
  level: draw,
  empty: most === null ? [-0.2, 1] : [1.15 * draw, -0.05 * draw],
  span: (bold, raw) => {
    const [low, high] = upTo(draw)(bold, raw)
    return most === null ? [low, high] : [low, Math.max(high, most - 0.04 * low)]
  },
})

/** The four charts of a game: the lines never change, what they mean does. */
function chartsOf(game, penalty) {
  const { probability, value } = game
  return [
    {
      name: 'Losses',
      help: probability ? HELP.losses : HELP.anyLosses,
      before: 'How wrong D is, and how easily it spots G’s fakes. Two opponents: neither has to fall.',
      lines: [
        ['loss_d', 'Loss_D', 'discriminator', 'solid'],
        ['loss_g', 'Loss_G', 'generator', 'dash'],
      ],
      axis: {},
      empty: [0, 2],
      span: losses,
    },
    {
      ...(probability ? BELIEF : scores(game)),
      lines: [
        ['d_real', 'D(x)', 'real', 'solid'],
        ['d_fake', 'D(G(z))', 'fake', 'dash'],
        ['d_fake_after', 'after', 'fake', 'dot'],
      ],
    },
    { ...(probability ? V : gain(game)), lines: [['value', probability ? 'V' : value, 'text', 'solid']] },
    {
      name: penalty ? 'Gradients' : 'Gradient norms',
      help: penalty ? `${HELP.gradients}\n${HELP.penalty}` : HELP.gradients,
      before: `How strongly each network is pulled. G’s falling to nothing means that it has stopped learning.${penalty ? ' Dotted: the penalty, before its weight.' : ''}`,
      lines: [
        ['grad_norm_d', 'of D', 'gradients', 'solid'],
        ['grad_norm_g', 'of G', 'gradients', 'dash'],
        ...(penalty ? [['penalty', 'penalty', 'discriminator', 'dot']] : []),
      ],
      axis: { type: 'log' },
      empty: [-3, 1],
      span: decades,
    },
  ]
}

/** Four or so round numbers on a logarithmic axis from 10^low to 10^high: 1, 2, 5 where there is room, else powers of ten. */
function logTicks([low, high]) {
  const every = Math.max(1, Math.ceil((high - low) / 4))
  const within = high - low < 0.8 ? [1, 2, 3, 5, 7] : high - low < 1.5 ? [1, 2, 5] : high - low < 2.5 ? [1, 3] : [1]
  const tickvals = []
  for (let power = Math.floor(low); power <= high; power += 1)
    if (power % every === 0) tickvals.push(...within.map((n) => n * 10 ** power))
  return {
    tickvals,
    ticktext: tickvals.map((v) =>
      v < 1e-3 || v >= 1e4 ? v.toExponential(0).replace('e+', 'e').replace('-', '−') : String(+v.toPrecision(1)),
    ),
  }
}

let plotly = null

function load(src) {
  plotly ??= window.Plotly
    ? Promise.resolve(window.Plotly)
    : new Promise((done, failed) => {
        const script = h('script', {
          src,
          async: true,
          onload: () => done(window.Plotly),
          onerror: () => {
            plotly = null
            failed(new Error('no charts'))
          },
        })
        document.head.append(script)
      })
  return plotly
}

/** Charts in a grid, zoomed together along the steps. A heir says which (`charts`), and where their curves are (`curvesOf`, `version`). */
export class Charts {
  constructor(root, name) {
    this.root = root
    this.charts = []
    this.node = h('div', { class: `gan ${name}` })
    root.append(this.node)
    this.drawn = {}
    this.unsize = onWidth(this.node, () => {
      if (this.Plotly) this.charts.forEach((c) => c.made && this.Plotly.Plots.resize(c.plot))
    })
  }

  /** Makes the charts anew where other ones are wanted. */
  build(key, charts) {
    if (this.key === key) return
    this.key = key
    this.purge()
    this.charts = charts.map((chart) => {
      const plot = h('div', { class: 'plot' })
      const overlay = h('p', { class: 'overlay' }, chart.before)
      const values = chart.lines.map(([, name, colour, dash]) => {
        const value = h('b', {}, '')
        return [
          value,
          h(
            'span',
            { class: `key ${dash}`, style: `--c: var(--${colour === 'text' ? 'st-text-color' : colour})` },
            h('i'),
            name,
            value,
          ),
        ]
      })
      const box = h('div', { class: 'plotbox' }, plot, overlay)
      const node = h(
        'section',
        { class: 'chart', 'aria-label': chart.name },
        h(
          'div',
          { class: 'head' },
          h('span', { class: 'title' }, chart.name),
          help(chart.name, `${chart.help}\n${this.hint}`),
        ),
        h('div', { class: 'keys' }, ...values.filter((_, i) => chart.lines[i][1]).map(([, key]) => key)),
        box,
      )
      return { ...chart, plot, overlay, node, values: values.map(([value]) => value) }
    })
    this.node.replaceChildren(...this.charts.map((c) => c.node))
    this.node.style.setProperty('--charts', Math.min(4, charts.length))
    this.drawn = {}
  }

  purge() {
    if (this.Plotly) this.charts.forEach((c) => c.made && this.Plotly.purge(c.plot))
  }

  restyle() {
    this.again()
  }

  arrived() {
    this.drawn = {}
    this.span = null
    this.zoomed = (this.zoomed || 0) + 1
  }

  destroy() {
    this.unsize()
    this.gone = true
    this.purge()
  }

  async draw() {
    const { source } = this
    this.build(...this.wanted(source))
    const marks = `${this.version(source)} ${source.cursor}`
    if (this.drawn.source === source && this.drawn.marks === marks) return
    this.drawn = { source, marks }
    if (!this.Plotly) {
      try {
        this.Plotly = await load(this.component.data.plotly)
      } catch {
        this.charts.forEach((c) => text(c.overlay, 'The charts could not be loaded.'))
        return
      }
      if (this.gone) return
      return this.paint(this.source)
    }
    this.paint(source)
  }

  paint(source) {
    const begun = performance.now()
    const colours = theme.of(this.root)
    const curves = (this.curves = this.curvesOf(source))
    const last = Math.max(
      1,
      ...Object.values(curves).map((c) => Math.max(c.x[c.x.length - 1] ?? 0, c.sx[c.sx.length - 1] ?? 0)),
    )
    for (const chart of this.charts) {
      const data = [],
        values = []
      for (const [key, name, colour, dash] of chart.lines) {
        const c = curves[key] || { x: [], y: [], sx: [], sy: [] }
        const stroke = colours[colour] || colours.text,
          reference = /_(oracle|total)$/.test(key)
        // a penalty that is computed now and then is a line all the same
        data.push({
          x: c.x,
          y: c.y,
          mode: 'lines',
          connectgaps: key === 'penalty',
          line: { color: stroke, width: 1 },
          opacity: 0.25,
          hoverinfo: 'skip',
          type: 'scatter',
        })
        data.push({
          x: c.sx,
          y: c.sy,
          mode: reference ? 'lines' : c.sx.length === 1 ? 'markers' : this.mode,
          connectgaps: key === 'penalty',
          name: name || 'perfect sampler',
          line: { color: stroke, width: reference ? 1.3 : 2, dash },
          marker: { color: stroke, size: 5 },
          type: 'scatter',
          hovertemplate: '%{y:.3~g}',
        })
        values.push(nearest(c, source.cursor))
      }
      const some = chart.lines.some(([key]) => curves[key]?.sx.length)
      chart.overlay.hidden = some
      text(chart.overlay, this.unknown(source) || chart.before)
      chart.values.forEach((node, i) => text(node, some ? ` ${short(values[i])}` : ''))
      const layout = this.layout(chart, colours, source, last, some)
      const config = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false }
      const first = !chart.made
      chart.made = true
      this.Plotly.react(chart.plot, data, layout, config)
      if (first) this.follow(chart)
    }
    // a slow machine gets its curves less often, so that drawing them never takes much of it
    this.took = performance.now() - begun
  }

  layout(chart, colours, source, last, some) {
    const shapes = []
    if (chart.level !== undefined)
      shapes.push({
        type: 'line',
        xref: 'paper',
        x0: 0,
        x1: 1,
        y0: chart.level,
        y1: chart.level,
        line: { color: colours.unsure, width: 1.4, dash: 'dot' },
        layer: 'below',
      })
    if (source.cursor !== null && some)
      shapes.push({
        type: 'line',
        yref: 'paper',
        y0: 0,
        y1: 1,
        x0: source.cursor,
        x1: source.cursor,
        line: { color: colours.text, width: 1 },
      })
    const axis = {
      gridcolor: colours.line,
      zerolinecolor: colours.line,
      linecolor: colours.line,
      tickfont: { size: 10.5 },
      automargin: false,
    }
    const all = (which) => finite(chart.lines.flatMap(([key]) => this.curves[key]?.[which] || []))
    const range = some ? chart.span(all('sy'), all('y')) : chart.empty
    const yaxis = { ...axis, nticks: 5, range, ...chart.axis }
    if (chart.name === V.name && range[0] > -2.2)
      Object.assign(yaxis, { tickvals: [FLOOR, -1, -0.5, 0], ticktext: ['−ln 4', '−1', '−0.5', '0'] })
    if (chart.axis.type === 'log') Object.assign(yaxis, logTicks(range))
    const [first, end] = this.span || [0, some ? last : 100]
    return {
      margin: { l: 44, r: 8, t: 6, b: 24 },
      height: chart.plot.clientHeight || 190,
      autosize: true,
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      showlegend: false,
      font: { family: colours.font || 'sans-serif', size: 12, color: colours.text },
      hovermode: 'x unified',
      dragmode: 'zoom',
      hoverlabel: { bgcolor: colours.background, bordercolor: colours.line, font: { color: colours.text, size: 12 } },
      xaxis: {
        ...axis,
        range: [first, end],
        nticks: 5,
        ...(end - first < 5 ? { tick0: 0, dtick: 1 } : {}),
        tickformat: ',d',
        hoverformat: ',d',
        unifiedhovertitle: { text: 'step %{x:,d}' },
      },
      // the axis is named where its numbers begin: a title below would cost a line of each chart
      annotations: [
        {
          text: 'step',
          xref: 'paper',
          yref: 'paper',
          x: 0,
          y: 0,
          xanchor: 'right',
          yanchor: 'top',
          xshift: -10,
          yshift: -3,
          showarrow: false,
          font: { size: 10.5 },
        },
      ],
      yaxis,
      shapes,
      uirevision: this.zoomed,
      transition: { duration: 0 },
    }
  }

  /** Zooming one chart along the steps zooms all of them; a double click shows the whole run again. */
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

Charts.prototype.mode = 'lines'
Charts.prototype.hint = 'Drag across a chart to zoom in, double-click to go back.'

/** The run's metrics: the raw line faint, the smoothed one bold. */
export class Curves extends Charts {
  constructor(root) {
    super(root, 'curves')
    this.hint = 'Faint: every step. Bold: smoothed. Drag across a chart to zoom in, double-click to go back.'
  }

  wanted({ game, penalty }) {
    return [JSON.stringify([game, penalty]), chartsOf(game, penalty)]
  }
  version(source) {
    return source.curvesVersion || 0
  }
  curvesOf(source) {
    return source.curves || {}
  }
  unknown() {
    return ''
  }

  paint(source) {
    super.paint(source)
    source.curvesEvery = Math.max(1000, Math.min(4000, 12 * this.took))
  }
}

const POINTS = [
  {
    name: 'Modes found',
    help: HELP.modes,
    before: 'How many of the data’s modes G’s samples reach.',
    lines: [
      ['modes', 'found', 'fake', 'solid'],
      ['modes_total', 'in the data', 'unsure', 'dot'],
    ],
    axis: { rangemode: 'tozero' },
    empty: [0, 10],
    span: (bold) => [0, 1.12 * Math.max(1, ...bold)],
  },
  {
    name: 'High-quality samples',
    help: HELP.quality,
    before: 'Share of G’s samples within three standard deviations of a mode.',
    lines: [
      ['high_quality', 'share', 'fake', 'solid'],
      ['high_quality_oracle', 'perfect sampler', 'unsure', 'dot'],
    ],
    axis: { tickformat: '.0%' },
    empty: [-0.02, 1.04],
    span: () => [-0.02, 1.04],
  },
  {
    name: 'Divergence',
    help: HELP.divergence,
    before:
      'How far G’s distribution is from the data’s, in nats. Dotted: what a perfect sampler scores with as many samples.',
    lines: [
      ['reverse_kl', 'reverse KL', 'fake', 'solid'],
      ['jsd', 'JSD', 'discriminator', 'dash'],
      ['kl_g_data', 'KL(G ‖ data)', 'generator', 'dashdot'],
      ['kl_data_g', 'KL(data ‖ G)', 'real', 'longdash'],
      ['reverse_kl_oracle', '', 'fake', 'dot'],
      ['jsd_oracle', '', 'discriminator', 'dot'],
      ['kl_g_data_oracle', '', 'generator', 'dot'],
      ['kl_data_g_oracle', '', 'real', 'dot'],
    ],
    axis: { type: 'log' },
    empty: [-3, 1],
    span: decades,
  },
]
const ALL = [
  {
    name: 'Variety',
    help: HELP.variety,
    before: 'How far apart G’s samples are, compared with real ones, whose distance is 1. Near 0: they are all alike.',
    lines: [['diversity', 'of G', 'fake', 'solid']],
    axis: { rangemode: 'tozero' },
    level: 1,
    empty: [0, 1.3],
    span: (bold) => [0, 1.15 * Math.max(1, ...bold)],
  },
  {
    name: 'Distance to the training data',
    help: HELP.nearest,
    before:
      'How far G’s samples lie from the nearest training image, compared with real ones, for which it is 1. Near 0: they are copies.',
    lines: [['nearest', 'of G', 'fake', 'solid']],
    axis: { rangemode: 'tozero' },
    level: 1,
    empty: [0, 2],
    span: (bold) => [0, 1.1 * Math.max(1.1, ...bold)],
  },
]

/** What evaluations have found: few steps, each a measured point. */
export class Closeness extends Charts {
  constructor(root) {
    super(root, 'curves closeness')
    this.mode = 'lines+markers'
  }

  wanted(source) {
    const images = source.isImage,
      found = Object.keys(source.evaluations || {})
    const charts = images ? ALL : [...POINTS, ALL[0]]
    // before anything is measured: what is expected of such data
    const some = charts.filter((c) => c.lines.some(([key]) => finite(source.evaluations?.[key] || []).length))
    const shown = some.length ? some : charts.slice(0, images ? 2 : 3)
    return [
      `${images} ${shown.map((c) => c.name)}`,
      shown.map((c) => ({
        ...c,
        lines: c.lines.filter(([key]) => !found.length || finite(source.evaluations[key] || []).length),
      })),
    ]
  }

  version(source) {
    return source.evaluations?.step?.length || 0
  }

  curvesOf({ evaluations }) {
    const steps = evaluations?.step || []
    return Object.fromEntries(
      Object.entries(evaluations || {}).map(([key, values]) => [key, { x: [], y: [], sx: steps, sy: values }]),
    )
  }

  unknown(source) {
    return source.isRun && source.status && !source.status.active && !source.evaluations?.step?.length
      ? 'This run was not measured while it trained.'
      : ''
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
