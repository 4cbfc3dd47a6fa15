// The few strokes that all pictures are made of.

/** @import { Colours } from './theme.js' */

/** @typedef {CanvasRenderingContext2D} Context */

/**
 * A straight line.
 * @param {Context} context
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
export function segment(context, x0, y0, x1, y1) {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}

/**
 * A filled disc.
 * @param {Context} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function disc(context, x, y, radius) {
  context.beginPath()
  context.arc(x, y, radius, 0, 7)
  context.fill()
}

/**
 * Adds a circle around each point to a new path, to be filled or stroked at once.
 * @param {Context} context
 * @param {ArrayLike<number>} points x0, y0, x1, y1, ...
 * @param {{ px: (x: number) => number, py: (y: number) => number }} place
 * @param {number} radius
 */
export function circles(context, points, { px, py }, radius) {
  context.beginPath()
  for (let i = 0; i < points.length; i += 2) {
    const x = px(points[i])
    const y = py(points[i + 1])
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
}

/**
 * A line through points whose places on the screen two functions of their number give.
 * @param {Context} context
 * @param {number} count
 * @param {(i: number) => number} px
 * @param {(i: number) => number} py
 */
export function polyline(context, count, px, py) {
  context.beginPath()
  for (let i = 0; i < count; i++) context.lineTo(px(i), py(i))
}

/**
 * @typedef {object} Style
 * @property {number} [size] in pixels
 * @property {number} [weight]
 * @property {string} [colour] the text's where not given
 * @property {CanvasTextAlign} [align]
 * @property {CanvasTextBaseline} [base]
 */

/**
 * The font, colour and place of the words that come next.
 * @param {Context} context
 * @param {Colours} colours
 * @param {Style} style
 */
export function pen(context, colours, { size = 12, weight = 400, colour, align = 'left', base = 'alphabetic' }) {
  context.font = `${weight} ${size}px ${colours.font || 'sans-serif'}`
  context.fillStyle = colour ?? colours.text
  context.textAlign = align
  context.textBaseline = base
}

/**
 * The smallest of 1, 2, 5 or 10 times a power of ten that is at least `least`.
 * @param {number} least above 0
 */
export function roundNumber(least) {
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5, 10].find((m) => m * power >= least) ?? 10)
}
