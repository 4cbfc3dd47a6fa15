// What a frame of the plane says in numbers: D's map and the best D's, how far from undecided they are, and where they
// are undecided.

/** @import { Game, PlaneFrame, Square } from './points.d.ts' */

/** The maps of a frame: D's, and that of the best D against this G. @typedef {'d' | 'best'} MapName */

/** @type {WeakMap<PlaneFrame, Map<string, Float32Array | null>>} */
const remembered = new WeakMap()

/**
 * What is computed of a frame once, by name.
 * @param {PlaneFrame} frame
 * @param {string} name
 * @param {() => Float32Array | null} compute
 */
function once(frame, name, compute) {
  const known = remembered.get(frame) ?? new Map()
  remembered.set(frame, known)
  if (!known.has(name)) known.set(name, compute())
  return /** @type {Float32Array | null} */ (known.get(name))
}

/**
 * A map of 16-bit numbers as the numbers that they stand for.
 * @param {string} levels base64, little endian
 * @param {[number, number]} range what 0 and 65535 stand for
 */
export function unpacked(levels, [low, high]) {
  const bytes = Uint8Array.from(atob(levels), (c) => c.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  return Float32Array.from(
    { length: bytes.length / 2 },
    (_, i) => low + ((high - low) * view.getUint16(2 * i, true)) / 65535,
  )
}

/**
 * A map of a frame as numbers, row by row from below; null where there is none.
 * @param {PlaneFrame} frame
 * @param {MapName} which
 */
export function mapOf(frame, which = 'd') {
  const levels = frame[which]
  const range = which === 'd' ? frame.range : frame.best_range
  return levels && range ? once(frame, which, () => unpacked(levels, range)) : null
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / (values.length || 1)

/**
 * Where D cannot tell: 1/2 or the game's own level, else half-way between its mean scores of reals and of fakes.
 * @param {{ s_real: number[], s_fake: number[] }} scores
 * @param {Game} game
 */
export const middleOf = (scores, game) => game.level ?? (mean(scores.s_real) + mean(scores.s_fake)) / 2

/** Scores of samples come with three digits after the point: what is closer together is the same. */
const EQUAL = 0.005

/**
 * How far from the middle a score has to be to count as sure. Below what a critic of this game would call a large
 * difference the ground stays pale, as it does around 1/2.
 * @param {Float32Array} away
 * @param {Game} game
 */
function reach(away, game) {
  if (game.probability) return 0.5
  const sizes = away.map(Math.abs).sort()
  return Math.max(game.clear, sizes[Math.floor(0.9 * (sizes.length - 1))], EQUAL)
}

/**
 * Scores, given as differences from the middle, as tints: 0 where it cannot be told, 1 surely real, -1 surely fake.
 * @param {Float32Array} away
 * @param {Game} game
 */
export function tinted(away, game) {
  const most = reach(away, game)
  return away.map((v) => v / most)
}

/**
 * The ground's tint at each cell; null where there is no such map.
 * @param {PlaneFrame} frame
 * @param {MapName | 'difference'} which the difference is D less the best D
 * @param {Game} game
 */
export function tintOf(frame, which, game) {
  return once(frame, `${which} ${game.name}`, () => {
    const d = mapOf(frame, 'd')?.map((v) => v - middleOf(frame, game)) ?? null
    // a constant may be added to the best score of a game without a level
    const best = mapOf(frame, 'best')?.map((v) => v - (game.level ?? 0)) ?? null
    const away = which === 'd' ? d : which === 'best' ? best : d && best && d.map((v, i) => v - best[i])
    return away && tinted(away, game)
  })
}

/**
 * The value of a map (n x n, row by row from below) at a point, between the middles of its cells; null outside.
 * @param {ArrayLike<number>} map
 * @param {number} n
 * @param {Square} square
 * @param {number} x
 * @param {number} y
 */
export function valueAt(map, n, [x0, x1, y0, y1], x, y) {
  if (x < x0 || x > x1 || y < y0 || y > y1) return null
  /** @type {(v: number, low: number, high: number) => number} */
  const along = (v, low, high) => Math.max(0, Math.min(n - 1, ((v - low) / (high - low)) * n - 0.5))
  const column = along(x, x0, x1)
  const row = along(y, y0, y1)
  const i = Math.min(n - 2, Math.floor(column))
  const j = Math.min(n - 2, Math.floor(row))
  const u = column - i
  const v = row - j
  const at = j * n + i
  return (1 - v) * ((1 - u) * map[at] + u * map[at + 1]) + v * ((1 - u) * map[at + n] + u * map[at + n + 1])
}

/**
 * The pieces of the line on which a map (n x n, at the middles of cells) is `level`, in cells.
 * @param {ArrayLike<number>} map
 * @param {number} n
 * @param {number} level
 */
export function contour(map, n, level) {
  /** @type {[number, number, number, number][]} */
  const pieces = []
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const at = row * n + column
      const [a, b, c, d] = [map[at], map[at + 1], map[at + n + 1], map[at + n]].map((v) => v - level)
      const above = [a, b, c, d].filter((v) => v > 0).length
      if (above === 0 || above === 4) continue
      const x = column + 0.5
      const y = row + 0.5
      const cuts = []
      if (a > 0 !== b > 0) cuts.push([x + a / (a - b), y])
      if (b > 0 !== c > 0) cuts.push([x + 1, y + b / (b - c)])
      if (d > 0 !== c > 0) cuts.push([x + d / (d - c), y + 1])
      if (a > 0 !== d > 0) cuts.push([x, y + a / (a - d)])
      for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([cuts[i][0], cuts[i][1], cuts[i + 1][0], cuts[i + 1][1]])
    }
  }
  return pieces
}
