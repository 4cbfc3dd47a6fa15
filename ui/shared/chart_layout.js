// A chart as Plotly is told of it: its lines, its axes, and what stands behind the curves.

import { known } from './numbers.js'
import { say } from './say.js'
import { logTicks } from './series.js'

const FEW = 40 // values of a line that may have dots

/** @import { Drawn, Line } from './charts.js' */
/** @import { Mark } from './marks.js' */
/** @import { Trace } from './plotly.d.ts' */
/** @import { Span } from './series.js' */
/** @import { Colours } from './theme.js' */
/** @import { Curves } from './types.d.ts' */

/** Pixels around the curves; marks and the word for a logarithmic axis stand above them. */
export const MARGIN = { l: 44, r: 8, t: 18, b: 24 }

/**
 * The raw line faint, the smoothed one bold.
 * @param {Line} line
 * @param {Curves} curves
 * @param {Colours} colours
 * @param {string} measured how a smoothed line is drawn
 * @returns {Trace[]}
 */
export function tracesOf({ key: name, name: words, colour, dash }, curves, colours, measured) {
  const c = curves[name] ?? { x: [], y: [], sx: [], sy: [] }
  const stroke = colours[colour]
  const reference = /_(oracle|total)$/.test(name)
  const connectgaps = name === 'penalty' // one that is computed now and then is a line all the same
  // a line has no place for a value without neighbours, as single steps of D and G in turns leave them
  const some = c.sy.filter(known).length
  const alone = some <= FEW && c.sy.some((y, i) => known(y) && !known(c.sy[i - 1]) && !known(c.sy[i + 1]))
  const mode = reference ? 'lines' : c.sx.length === 1 ? 'markers' : alone ? 'lines+markers' : measured
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
 * @param {{ steps: Span, reach: Span, log: boolean, marks: Mark[], cursor: number | null }} what
 */
export function layoutOf(chart, colours, { steps, reach, log, marks, cursor }) {
  const axis = {
    gridcolor: colours.line,
    zerolinecolor: colours.line,
    linecolor: colours.line,
    tickfont: { size: 12 },
    automargin: false,
    nticks: 5,
  }
  const ticks = log ? logTicks(reach) : { ...chart.axis, ...chart.ticks?.(reach) }
  const [first, end] = steps
  return {
    margin: MARGIN,
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
    yaxis: { ...axis, type: log ? 'log' : 'linear', range: reach, ...ticks },
    // an axis is named where its numbers begin: a title would cost a line, or a column, of each chart
    annotations: [
      named(say('charts.step'), { y: 0, yanchor: 'top', yshift: -3 }),
      ...(log ? [named(say('charts.log'), { y: 1, yanchor: 'bottom', yshift: 1 })] : []),
    ],
    shapes: shapesOf(chart, colours, marks, cursor),
    transition: { duration: 0 },
  }
}

/**
 * @param {string} words
 * @param {Record<string, unknown>} at
 */
const named = (words, at) => ({
  text: words,
  xref: 'paper',
  yref: 'paper',
  x: 0,
  xanchor: 'right',
  xshift: -10,
  showarrow: false,
  font: { size: 12 },
  ...at,
})

/**
 * The level that a chart is about, where something happened, and the step that is looked at.
 * @param {Drawn} chart
 * @param {Colours} colours
 * @param {Mark[]} marks
 * @param {number | null} cursor
 */
function shapesOf({ level }, colours, marks, cursor) {
  const across = { type: 'line', xref: 'paper', x0: 0, x1: 1, layer: 'below' }
  const up = (/** @type {number} */ step) => ({ type: 'line', yref: 'paper', y0: 0, y1: 1, x0: step, x1: step })
  const steps = [...new Set(marks.map(({ step }) => step))]
  return [
    ...(level === undefined
      ? []
      : [{ ...across, y0: level, y1: level, line: { color: colours.unsure, width: 1.4, dash: 'dot' } }]),
    ...steps.map((step) => ({
      ...up(step),
      layer: 'below',
      opacity: 0.45,
      line: { color: colours.text, width: 1, dash: 'dot' },
    })),
    ...(cursor === null ? [] : [{ ...up(cursor), line: { color: colours.text, width: 1 } }]),
  ]
}
