// G of a lattice of the prior: a plane or a curve of noise, as G lays it into the plane of samples.

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Place } from '../shared/plane.js' */

const OPACITIES = [0.07, 0.12, 0.18, 0.25, 0.33, 0.42, 0.52, 0.62]

/**
 * Which opacity a density has, given as a multiple of that of dots spread evenly over the square: one step for each
 * factor of two; below 0 for less than even.
 * @param {number} density
 */
export const levelOf = (density) => Math.min(OPACITIES.length - 1, Math.floor(Math.log2(density)))

/**
 * Vertices on the screen, row by row.
 * @typedef {{ x: Float32Array, y: Float32Array, rows: number, columns: number }} Vertices
 */

/**
 * The area of a cell of the lattice: corners a, b, c, d in turn.
 * @param {Pick<Vertices, 'x' | 'y'>} vertices
 * @param {number[]} corners
 */
export const areaOf = ({ x, y }, [a, b, c, d]) =>
  Math.abs((x[c] - x[a]) * (y[d] - y[b]) - (x[d] - x[b]) * (y[c] - y[a])) / 2

/**
 * The corners of every cell, in turn.
 * @param {number} rows
 * @param {number} columns
 */
export function* cellsOf(rows, columns) {
  for (let row = 0; row + 1 < rows; row++)
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column
      yield [at, at + 1, at + 1 + columns, at + columns]
    }
}

/**
 * Draws the lattice `points`, x0, y0, x1, y1, ... row by row. Every cell holds the same share of the noise, so G's
 * density is one over its area: the smaller, the stronger its colour; cells larger than even ones stay empty. Where the
 * prior has one dimension it is a curve, and lengths count.
 * @param {Context} context
 * @param {Place} place
 * @param {ArrayLike<number>} points
 * @param {{ rows: number, columns: number }} lattice
 * @param {Colours} colours
 */
export function manifold(context, place, points, { rows, columns }, colours) {
  const n = points.length / 2
  const x = Float32Array.from({ length: n }, (_, i) => place.px(points[2 * i]))
  const y = Float32Array.from({ length: n }, (_, i) => place.py(points[2 * i + 1]))
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.strokeStyle = colours.generator
  context.fillStyle = colours.generator
  const draw = rows === 1 ? drawCurve : drawSurface
  draw(context, place, { x, y, rows, columns })
  context.globalAlpha = 1
}

/**
 * Whether a piece lies beyond one side of the square as a whole.
 * @param {Place} place
 * @param {Vertices} vertices
 * @param {number[]} corners
 */
const outside = ({ left, top, side }, { x, y }, corners) =>
  corners.every((i) => x[i] < left) ||
  corners.every((i) => x[i] > left + side) ||
  corners.every((i) => y[i] < top) ||
  corners.every((i) => y[i] > top + side)

/** @type {(context: Context, place: Place, vertices: Vertices) => void} */
function drawCurve(context, place, vertices) {
  const { x, y, columns } = vertices
  /** @type {number[][]} */
  const buckets = OPACITIES.map(() => [])
  for (let i = 0; i + 1 < columns; i++) {
    const length = Math.hypot(x[i + 1] - x[i], y[i + 1] - y[i])
    const level = Math.max(0, levelOf(place.side / (columns - 1) / Math.max(1e-3, length)))
    if (!outside(place, vertices, [i, i + 1])) buckets[level].push(i)
  }
  context.lineWidth = 3
  buckets.forEach((bucket, level) => {
    context.globalAlpha = Math.min(1, 0.1 + 1.4 * OPACITIES[level])
    context.beginPath()
    for (const i of bucket) {
      context.moveTo(x[i], y[i])
      context.lineTo(x[i + 1], y[i + 1])
    }
    context.stroke()
  })
}

/** @type {(context: Context, place: Place, vertices: Vertices) => void} */
function drawSurface(context, place, vertices) {
  const { x, y, rows, columns } = vertices
  const share = (place.side * place.side) / ((rows - 1) * (columns - 1))
  for (const corners of cellsOf(rows, columns)) {
    if (outside(place, vertices, corners)) continue
    const opacity = OPACITIES[levelOf(share / Math.max(1e-3, areaOf(vertices, corners)))]
    if (!opacity) continue
    // each for itself: where G folds its plane the densities of what lies over each other add up, and small fills are
    // quick
    context.globalAlpha = opacity
    context.beginPath()
    for (const i of corners) context.lineTo(x[i], y[i])
    context.fill()
  }
  context.globalAlpha = 0.5
  context.lineWidth = 0.8
  context.beginPath()
  /** @type {(i: number, first: boolean) => void} */
  const to = (i, first) => (first ? context.moveTo(x[i], y[i]) : context.lineTo(x[i], y[i]))
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to(row * columns + column, column === 0)
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) to(row * columns + column, row === 0)
  context.stroke()
}
