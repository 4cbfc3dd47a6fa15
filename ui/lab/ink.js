// Ink in a square of cells: strokes of a brush, an eraser, and what can be taken back. Places are [x, y] in cells from
// the lower left corner.

import { clamp } from '../shared/numbers.js'
import { CELLS, LEVELS } from './drawing.js'

/** How far the ink spreads, in cells. */
export const SIZES = { small: 0.75, medium: 1.5, large: 3 }
/** Ink in the middle of a line drawn once. */
const GAIN = 9
/** Cells between two dabs of a line. */
const STEP = 0.25
/** Strokes that can be taken back. */
const UNDO = 60

/** @typedef {[number, number]} Spot */

/**
 * A round dab of `amount` in its middle, joined to what lies in a layer.
 * @param {Float32Array} layer
 * @param {Spot} spot
 * @param {number} spread in cells
 * @param {number} amount
 * @param {(before: number, ink: number) => number} join
 */
export function dab(layer, [x, y], spread, amount, join) {
  const far = 3 * spread
  /** @param {number} v */
  const within = (v) => clamp(v, 0, CELLS - 1)
  for (let row = within(Math.floor(y - far)); row <= within(Math.ceil(y + far)); row++) {
    for (let column = within(Math.floor(x - far)); column <= within(Math.ceil(x + far)); column++) {
      const at = row * CELLS + column
      const square = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2
      layer[at] = join(layer[at], amount * Math.exp(-square / (2 * spread ** 2)))
    }
  }
}

export class Ink {
  cells = new Float32Array(CELLS * CELLS)
  /** @type {'small' | 'medium' | 'large'} */
  size = 'medium'
  erasing = false
  /** @type {Float32Array<ArrayBuffer>[]} */
  #before = []
  /** @type {{ first: Spot, last: Spot, rest: number, line: Float32Array<ArrayBuffer> } | null} */
  #stroke = null

  /** Whole levels, 0 to LEVELS. */
  get levels() {
    return Uint8Array.from(this.cells, Math.round)
  }

  get isEmpty() {
    return !this.cells.some((v) => v >= 0.5)
  }

  get isDrawing() {
    return this.#stroke !== null
  }

  get canUndo() {
    return this.#before.length > 0
  }

  get spread() {
    return SIZES[this.size]
  }

  get #amount() {
    return this.erasing ? 2 * LEVELS : GAIN
  }

  #keep() {
    this.#before.push(this.cells.slice())
    if (this.#before.length > UNDO) this.#before.shift()
  }

  /**
   * Another drawing in place of this one, which can be had back unless it was empty.
   * @param {Uint8Array} levels
   */
  replace(levels) {
    if (!this.isEmpty) this.#keep()
    this.cells = Float32Array.from(levels)
  }

  clear() {
    this.#keep()
    this.cells.fill(0)
  }

  /** Takes back the newest stroke; false where there is none, or one is being drawn. */
  undo() {
    const before = this.isDrawing ? undefined : this.#before.pop()
    if (before) this.cells = before
    return Boolean(before)
  }

  /** @param {Spot} spot */
  begin(spot) {
    this.#keep()
    this.#stroke = { first: spot, last: spot, rest: 0, line: new Float32Array(this.cells.length) }
    this.#lay()
  }

  /**
   * Goes on with the stroke: dabs that add up to one amount along the middle of its line, however fast it is drawn.
   * @param {Spot} spot
   */
  lineTo(spot) {
    const stroke = this.#stroke
    if (!stroke) return
    const [x, y] = stroke.last
    const way = Math.hypot(spot[0] - x, spot[1] - y)
    const each = (this.#amount * STEP) / (Math.sqrt(2 * Math.PI) * this.spread)
    let at = STEP - stroke.rest
    for (; at <= way; at += STEP) {
      const share = at / way
      dab(stroke.line, [x + (spot[0] - x) * share, y + (spot[1] - y) * share], this.spread, each, (a, b) => a + b)
    }
    stroke.last = spot
    stroke.rest = way - (at - STEP)
    this.#lay()
  }

  end() {
    this.#stroke = null
  }

  /**
   * The stroke over what was there before it: its line, and a dab at either end, so that the shortest stroke is a dot.
   */
  #lay() {
    if (!this.#stroke) return
    const { first, last, line } = this.#stroke
    const layer = line.slice()
    for (const spot of [first, last]) dab(layer, spot, this.spread, this.#amount, Math.max)
    const sign = this.erasing ? -1 : 1
    const below = this.#before[this.#before.length - 1]
    this.cells = below.map((v, i) => clamp(v + sign * layer[i], 0, LEVELS))
  }
}
