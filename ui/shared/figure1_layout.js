// Where everything of figure 1 stands: scales, D's ticks, the legend, the lines from z to x. Numbers only; figure1.js
// draws them.

import { fixed, short, signed } from './numbers.js'
import { say } from './say.js'

/** @import { Colours } from './theme.js' */
/** @import { Game, LineFrame } from './points.d.ts' */

/** Opacity of the best D beside D itself. */
export const BEST = 0.6
/** How each curve is dashed. @type {Record<'data' | 'generator' | 'average' | 'd' | 'best', number[]>} */
export const DASHES = { data: [2, 4], generator: [], average: [12, 3, 2, 3], d: [9, 5], best: [] }
/** At most so many lines from z to x. */
const LINES = 40

/** Height of a row of the legend. */
const ROW = 17

/**
 * Where the entries of the legend begin: in rows above the curves, so that none lies on one.
 * @param {number[]} widths of the entries, their lines included
 * @param {number} width of the figure
 */
export function legendPlaces(widths, width) {
  let [x, row] = [LEGEND, 0]
  const places = widths.map((wide) => {
    if (x > LEGEND && x + wide > width - 8) [x, row] = [LEGEND, row + 1]
    const place = { x, y: 10 + ROW * row }
    x += wide + 16
    return place
  })
  return { places, rows: row + 1 }
}
const LEGEND = 8

/**
 * The scale of the densities, on the right: nothing, and what reaches the top.
 * @param {Pick<Layout, 'tallest'>} layout
 */
export const densityTicks = ({ tallest }) => [0, tallest / 2, tallest].map((value) => ({ value, name: short(value) }))

/** The largest density that is drawn, of data whose own is `real`. @param {number[]} real */
const tallestOf = (real) => Math.max(...real) * 1.5

/**
 * A curve's name; one that is cut at the top says how far it goes.
 * @param {string} name
 * @param {number[] | null | undefined} density
 * @param {number[]} real
 */
function cut(name, density, real) {
  const most = Math.max(0, ...(density ?? []))
  return most > tallestOf(real) ? say('figure.legend.cut', { name, most: short(most) }) : name
}

/** @typedef {ReturnType<typeof layoutOf>} Layout */

/**
 * The scales of a figure in a box. A critic's scores have no scale of their own: the smallest of them lies on the
 * ground, the largest near the top.
 * @param {LineFrame} frame
 * @param {number} width
 * @param {number} height
 * @param {Game | null} game
 * @param {number} rows of the legend above the curves
 */
export function layoutOf(frame, width, height, game, rows = 0) {
  const { grid, d, data_density: real, z } = frame
  const [left, right, top, base] = [38, width - 38, 20 + ROW * rows, Math.round(height * 0.62)]
  const [low, high] = [grid[0], grid[grid.length - 1]]
  const tallest = tallestOf(real)
  const critic = game?.probability === false
  const level = critic ? game.level : 0.5
  const lowest = critic ? Math.min(...d, level ?? Number.POSITIVE_INFINITY) : 0
  const highest = critic ? Math.max(...d, level ?? Number.NEGATIVE_INFINITY) : 1
  const scale = (base - top) * (critic ? 0.94 : 1)
  const [zLow, zHigh] = [Math.min(...z), Math.max(...z)]
  return {
    left,
    right,
    top,
    base,
    low,
    high,
    axisX: base + 26,
    axisZ: height - 26,
    zLow,
    zHigh,
    critic,
    level,
    lowest,
    highest,
    tallest,
    px: (/** @type {number} */ v) => left + ((v - low) / (high - low)) * (right - left),
    x: (/** @type {number} */ px) => low + ((px - left) / (right - left)) * (high - low),
    py: (/** @type {number} */ v) => base - Math.min(1, v / tallest) * (base - top),
    pd: (/** @type {number} */ v) => base - ((v - lowest) / (highest - lowest || 1)) * scale,
    pz: (/** @type {number} */ v) => left + (right - left) * (0.12 + (0.76 * (v - zLow)) / (zHigh - zLow || 1)),
  }
}

/**
 * D's scale: numbers and their names; the one where D cannot tell is dashed.
 * @param {Pick<Layout, 'critic' | 'level' | 'lowest' | 'highest'>} layout
 */
export function scoreTicks({ critic, level, lowest, highest }) {
  if (!critic)
    return [
      { value: 0, name: '0', dashed: false },
      { value: 0.5, name: '½', dashed: true },
      { value: 1, name: '1', dashed: false },
    ]
  const ends = [lowest, highest].map((value) => ({ value, name: short(value), dashed: false }))
  const between = level !== null && level > lowest && level < highest
  return between ? [ends[0], { value: level, name: '', dashed: true }, ends[1]] : ends
}

/**
 * Five numbers along the x axis.
 * @param {Pick<Layout, 'low' | 'high'>} layout
 */
export const xTicks = ({ low, high }) =>
  [0, 1, 2, 3, 4].map((i) => {
    const value = low + ((high - low) * i) / 4
    return { value, name: signed(+value.toFixed(1)) }
  })

/**
 * Which of the lines from z to x are drawn: some of them, spread evenly over z.
 * @param {number[]} z
 */
export function linesOf(z) {
  const every = Math.max(1, Math.ceil(z.length / LINES))
  const order = z.map((_, i) => i).sort((a, b) => z[a] - z[b])
  return order.filter((_, n) => n % every === 0)
}

/**
 * How G's density is known, in words; empty for a frame that does not say.
 * @param {Pick<LineFrame, 'method' | 'bandwidth'>} frame
 */
export const methodInWords = ({ method, bandwidth }) =>
  method === 'kernel' ? say('figure.kernel', { width: short(bandwidth) }) : method ? say('figure.by', { method }) : ''

/**
 * What the legend lists, from above: a name, a colour, a dash, and how strong the line is.
 * @param {LineFrame} frame
 * @param {{ live: boolean, average: boolean, best: boolean, critic: boolean }} shown
 */
export function legendOf(frame, { live, average, best, critic }) {
  const how = methodInWords(frame)
  /** @type {{ name: string, colour: keyof Colours, dash: number[], alpha: number }[]} */
  const entries = [{ name: say('figure.legend.data'), colour: 'real', dash: DASHES.data, alpha: 1 }]
  if (live)
    entries.push({
      name: cut(
        how ? say('figure.legend.generator_by', { how }) : say('figure.legend.generator'),
        frame.g_density,
        frame.data_density,
      ),
      colour: 'fake',
      dash: DASHES.generator,
      alpha: 1,
    })
  if (average)
    entries.push({
      name: cut(say('figure.legend.average'), frame.average?.g_density, frame.data_density),
      colour: 'generator',
      dash: DASHES.average,
      alpha: 1,
    })
  entries.push({
    name: say(critic ? 'figure.legend.score' : 'figure.legend.d'),
    colour: 'discriminator',
    dash: DASHES.d,
    alpha: 1,
  })
  if (best) entries.push({ name: say('figure.legend.best'), colour: 'discriminator', dash: DASHES.best, alpha: BEST })
  return entries
}

/**
 * An infinite KL(p ‖ q) in words: the share of p that lies where q has no density.
 * @param {number[]} p
 * @param {number[]} q
 * @param {'kl_data_g' | 'kl_g_data'} name
 */
export function infiniteInWords(p, q, name) {
  const all = p.reduce((sum, v) => sum + v, 0)
  const share = (100 * p.reduce((sum, v, i) => sum + (q[i] > 0 ? 0 : v), 0)) / (all || 1)
  return say(`figure.infinite.${name}`, { share: share < 0.1 ? say('figure.infinite.least') : fixed(share, 1) })
}

/**
 * The best D's curve. Where only differences of scores count, at the height where its mean over data and fakes is that
 * of D.
 * @param {Pick<LineFrame, 'grid' | 'd' | 'best' | 'data_density' | 'g_density'>} frame
 * @param {Game | null} game
 */
export function levelled({ grid, d, best, data_density: real, g_density: fake }, game) {
  if (!best) return null
  if (!game || game.probability || game.level !== null) return best
  const mass = grid.map((_, i) => real[i] + fake[i])
  const all = mass.reduce((sum, m) => sum + m, 0) || 1
  /** @param {number[]} values */
  const mean = (values) => values.reduce((sum, v, i) => sum + mass[i] * v, 0) / all
  const away = mean(d) - mean(best)
  return best.map((v) => v + away)
}

/**
 * The value of a curve at an x that may lie between two points of the grid.
 * @param {number[]} grid
 * @param {number[]} values
 * @param {number} x
 */
export function curveAt(grid, values, x) {
  const at = Math.min(grid.length - 2, Math.max(0, Math.floor((x - grid[0]) / (grid[1] - grid[0]))))
  const share = (x - grid[at]) / (grid[at + 1] - grid[at])
  return values[at] + share * (values[at + 1] - values[at])
}
