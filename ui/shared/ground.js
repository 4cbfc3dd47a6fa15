// The ground of a picture of the plane: D's tints as colours, stretched smoothly, and the line where D cannot tell.

import { contour } from './maps.js'

/** @import { Context } from './drawing.js' */
/** @import { Colours } from './theme.js' */

/** A square on the screen. @typedef {{ left: number, top: number, side: number }} Box */

const SHADES = 255
const DARK = 384 // red, green and blue of a background together: below this it is a dark one

/**
 * The colours of tints from -1 to 1 in SHADES steps, as RGBA pixels: fake, grey in the middle, real; pale enough for
 * dots to be seen on them.
 * @param {Record<'background' | 'real' | 'fake' | 'unsure', number[]>} colours [red, green, blue] each
 */
export function shadesOf({ background, real, fake, unsure }) {
  const pixels = new Uint8ClampedArray(4 * SHADES)
  const [strong, faint] = background[0] + background[1] + background[2] < DARK ? [0.34, 0.24] : [0.33, 0.12]
  for (let i = 0; i < SHADES; i++) {
    const t = (2 * i) / (SHADES - 1) - 1
    const share = Math.abs(t)
    const end = t > 0 ? real : fake
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] =
        background[c] + strong * share * (end[c] - background[c]) + faint * (1 - share) * (unsure[c] - background[c])
    pixels[4 * i + 3] = 255
  }
  return new Uint32Array(pixels.buffer)
}

/** Which of the SHADES a tint has. @param {number} tint */
export const shadeAt = (tint) => Math.round(((SHADES - 1) / 2) * (1 + Math.max(-1, Math.min(1, tint))))

/** @type {Map<string, Uint32Array>} */
const palettes = new Map()

/** @param {Colours} colours */
function palette(colours) {
  const names = /** @type {const} */ (['background', 'real', 'fake', 'unsure'])
  const key = names.map((name) => colours[name]).join(' ')
  let found = palettes.get(key)
  if (!found) {
    const [background, real, fake, unsure] = names.map((name) => rgb(colours[name]))
    found = shadesOf({ background, real, fake, unsure })
    palettes.set(key, found)
  }
  return found
}

/** A colour as [red, green, blue]; the browser knows how to read it. @param {string} colour */
function rgb(colour) {
  const { context } = sheetOf(1)
  context.fillStyle = colour
  const hex = String(context.fillStyle)
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16))
}

/** Catmull-Rom, a quarter of the way from one value to the next. */
const NEAR = [-0.0703125, 0.8671875, 0.2265625, -0.0234375]

/**
 * A map (n x n) with twice as many cells a side, smoothly: what is left to stretch is so fine that the quick way of
 * stretching does.
 * @param {ArrayLike<number>} map
 * @param {number} n
 */
export function finer(map, n) {
  const wide = new Float32Array(2 * n * n)
  const fine = new Float32Array(4 * n * n)
  /** @type {(from: ArrayLike<number>, to: Float32Array, lines: number, line: number[], along: number[]) => void} */
  const stretch = (from, to, lines, line, along) => {
    for (let i = 0; i < lines; i++) {
      /** @param {number} k */
      const at = (k) => from[i * line[0] + Math.max(0, Math.min(n - 1, k)) * along[0]]
      for (let j = 0; j < n; j++) {
        const [a, b, c, d, e] = [at(j - 2), at(j - 1), at(j), at(j + 1), at(j + 2)]
        const put = i * line[1] + 2 * j * along[1]
        to[put] = NEAR[3] * a + NEAR[2] * b + NEAR[1] * c + NEAR[0] * d
        to[put + along[1]] = NEAR[0] * b + NEAR[1] * c + NEAR[2] * d + NEAR[3] * e
      }
    }
  }
  stretch(map, wide, n, [n, 2 * n], [1, 1])
  stretch(wide, fine, 2 * n, [1, 1], [2 * n, 2 * n])
  return fine
}

/** @typedef {{ canvas: HTMLCanvasElement, context: Context, image: ImageData }} Sheet */
/** @type {Map<number, Sheet>} */
const sheets = new Map()

/** A small square picture to be filled pixel by pixel, one for each size. @param {number} side */
function sheetOf(side) {
  let found = sheets.get(side)
  if (!found) {
    const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side })
    const context = /** @type {Context} */ (canvas.getContext('2d', { willReadFrequently: true }))
    found = { canvas, context, image: context.createImageData(side, side) }
    sheets.set(side, found)
  }
  return found
}

/**
 * The ground: a small picture of the tints (n x n, row by row from below), stretched.
 * @param {Context} context
 * @param {Box} box
 * @param {ArrayLike<number>} tints
 * @param {number} n
 * @param {Colours} colours
 */
export function ground(context, { left, top, side }, tints, n, colours) {
  const m = 2 * n
  const fine = finer(tints, n)
  const sheet = sheetOf(m)
  const pixels = new Uint32Array(sheet.image.data.buffer)
  const shades = palette(colours)
  for (let row = 0, i = 0; row < m; row++) {
    const at = (m - 1 - row) * m
    for (let column = 0; column < m; column++, i++) pixels[at + column] = shades[shadeAt(fine[i])]
  }
  sheet.context.putImageData(sheet.image, 0, 0)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'low'
  context.drawImage(sheet.canvas, left, top, side, side)
}

/**
 * The line on which the tint is 0.
 * @param {Context} context
 * @param {Box} box
 * @param {ArrayLike<number>} tints
 * @param {number} n
 * @param {Colours} colours
 */
export function levelLine(context, { left, top, side }, tints, n, colours, width = 1.4) {
  const bottom = top + side
  const each = side / n
  context.strokeStyle = colours.discriminator
  context.lineWidth = width
  context.beginPath()
  for (const [a, b, c, d] of contour(tints, n, 0)) {
    context.moveTo(left + a * each, bottom - b * each)
    context.lineTo(left + c * each, bottom - d * each)
  }
  context.stroke()
}
