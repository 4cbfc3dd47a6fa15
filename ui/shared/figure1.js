// Figure 1 of Goodfellow et al. (2014), drawn from a frame of point data: densities, D(x), and the lines from z to x =
// G(z).

import { pen, polyline, segment } from './drawing.js'
import {
  BEST,
  DASHES,
  densityTicks,
  layoutOf,
  legendOf,
  legendPlaces,
  levelled,
  linesOf,
  scoreTicks,
  xTicks,
} from './figure1_layout.js'

import { fixed } from './numbers.js'
import { say } from './say.js'

/** @import { Context } from './drawing.js' */
/** @import { Colours } from './theme.js' */
/** @import { Layout } from './figure1_layout.js' */
/** @import { Game, LineFrame } from './points.d.ts' */

/**
 * The figure in a box; null where there is nothing to draw.
 * @param {Context} context
 * @param {LineFrame} frame
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 * @param {string[]} shown "live", "average", or both
 * @param {Game | null} game
 * @param {number | null} at the x under the mouse
 */
export function drawFigure(context, frame, width, height, colours, shown = ['live'], game = null, at = null) {
  context.fillStyle = colours.background
  context.fillRect(0, 0, width, height)
  if (!frame.grid?.length) return null
  const best = levelled(frame, game)
  const average = shown.includes('average') ? (frame.average?.g_density ?? null) : null
  const live = !average || shown.includes('live')
  const entries = legendOf(frame, {
    live,
    average: Boolean(average),
    best: Boolean(best),
    critic: game?.probability === false,
  })
  pen(context, colours, {})
  const legend = legendPlaces(
    entries.map(({ name }) => LINE + context.measureText(name).width),
    width,
  )
  const layout = layoutOf(frame, width, height, game, legend.rows)
  drawScale(context, layout, colours)
  drawCurves(context, layout, frame, { live, average, best }, colours)
  drawLegend(context, legend.places, entries, colours)
  drawLines(context, layout, frame, colours)
  if (at !== null) {
    context.strokeStyle = colours.text
    context.globalAlpha = 0.5
    segment(context, layout.px(at), layout.top, layout.px(at), layout.axisX)
    context.globalAlpha = 1
  }
  return layout
}

/** A line of the legend and the gap before its name. */
const LINE = 38

/**
 * D's scale on the left, with the level where it cannot tell, and that of the densities on the right.
 * @type {(context: Context, layout: Layout, colours: Colours) => void}
 */
function drawScale(context, layout, colours) {
  const { left, right, top, pd, py, critic } = layout
  context.lineWidth = 1
  context.strokeStyle = colours.line
  pen(context, colours, { colour: colours.unsure, align: 'right', base: 'middle' })
  for (const { value, name, dashed } of scoreTicks(layout)) {
    context.setLineDash(dashed ? [2, 4] : [])
    segment(context, left, pd(value), right, pd(value))
    context.fillText(name, left - 6, pd(value))
  }
  context.setLineDash([])
  context.fillText(say(critic ? 'figure.axis.score' : 'figure.axis.d'), left - 6, top - 12)
  for (const { value, name } of densityTicks(layout)) context.fillText(name, right + 34, py(value))
  context.fillText(say('figure.axis.density'), right + 34, top - 12)
}

/**
 * Both densities and D, G's density filled.
 * @param {Context} context
 * @param {Layout} layout
 * @param {LineFrame} frame
 * @param {{ live: boolean, average: number[] | null, best: number[] | null }} shown
 * @param {Colours} colours
 */
function drawCurves(context, { px, py, pd, low, high, top, base }, frame, { live, average, best }, colours) {
  const { grid } = frame
  /** @type {(values: number[], y: (v: number) => number) => void} */
  const path = (values, y) =>
    polyline(
      context,
      grid.length,
      (i) => px(grid[i]),
      (i) => y(values[i]),
    )
  /** @type {(values: number[], y: (v: number) => number, colour: string, dash: number[]) => void} */
  const curve = (values, y, colour, dash) => {
    context.strokeStyle = colour
    context.setLineDash(dash)
    path(values, y)
    context.stroke()
  }
  path(average && !live ? average : frame.g_density, py)
  context.lineTo(px(high), base)
  context.lineTo(px(low), base)
  context.globalAlpha = 0.13
  context.fillStyle = colours.fake
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 2.5
  if (live) curve(frame.g_density, py, colours.fake, DASHES.generator)
  if (average) curve(average, py, colours.generator, DASHES.average)
  curve(frame.data_density, py, colours.real, DASHES.data)
  if (best) {
    context.globalAlpha = BEST
    context.lineWidth = 1.6
    curve(best, (v) => Math.max(top, Math.min(base, pd(v))), colours.discriminator, DASHES.best)
    context.globalAlpha = 1
    context.lineWidth = 2.5
  }
  curve(frame.d, pd, colours.discriminator, DASHES.d)
  context.setLineDash([])
}

/**
 * In rows above the curves.
 * @type {(context: Context, places: { x: number, y: number }[], entries: ReturnType<typeof legendOf>, colours: Colours) => void}
 */
function drawLegend(context, places, entries, colours) {
  entries.forEach(({ name, colour, dash, alpha }, i) => {
    const { x, y } = places[i]
    context.strokeStyle = colours[colour]
    context.setLineDash(dash)
    context.lineWidth = alpha < 1 ? 1.6 : 2.5
    context.globalAlpha = alpha
    segment(context, x, y, x + 30, y)
    context.globalAlpha = 1
    context.setLineDash([])
    pen(context, colours, { colour: colours[colour], base: 'middle' })
    context.fillText(name, x + LINE, y)
  })
}

/**
 * z below, x above it, and what G makes of one.
 * @type {(context: Context, layout: Layout, frame: LineFrame, colours: Colours) => void}
 */
function drawLines(context, layout, { z, x }, colours) {
  const { left, right, base, axisX, axisZ, zLow, zHigh, px, pz } = layout
  context.lineWidth = 1
  context.strokeStyle = colours.line
  for (const y of [axisX, axisZ]) segment(context, left, y, right, y)
  context.save()
  context.beginPath()
  context.rect(left, axisX - 1, right - left, axisZ - axisX + 2)
  context.clip()
  context.strokeStyle = colours.generator
  context.globalAlpha = 0.75
  for (const i of linesOf(z)) segment(context, pz(z[i]), axisZ, px(x[i]), axisX)
  context.restore()
  pen(context, colours, { base: 'middle' })
  context.fillText('x', left - 20, axisX)
  context.fillText('z', left - 20, axisZ)
  pen(context, colours, { colour: colours.unsure, align: 'center', base: 'top' })
  for (const { value, name } of xTicks(layout))
    context.fillText(name, Math.min(right - 8, Math.max(left + 8, px(value))), base + 6)
  context.fillText(say('figure.z_range', { low: fixed(zLow), high: fixed(zHigh) }), (left + right) / 2, axisZ + 8)
}
