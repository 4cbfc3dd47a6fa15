// A drawing of a distribution: its text, which is the name of the data from then on (gan_core/config/drawing.py), and
// its picture.

import { contextOf } from '../shared/canvas.js'

/** Cells a side, the most ink in one, and how far they reach: the square [-REACH, REACH]². */
export const CELLS = 40
export const LEVELS = 15
export const REACH = 2

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {CompressionStream | DecompressionStream} stream
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
const through = async (bytes, stream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())

/**
 * Levels (CELLS * CELLS, row by row from below) as text: two levels a byte, compressed, in the letters of an address.
 * @param {Uint8Array} levels
 */
export async function encode(levels) {
  const packed = Uint8Array.from({ length: levels.length / 2 }, (_, i) => 16 * levels[2 * i] + levels[2 * i + 1])
  const bytes = await through(packed, new CompressionStream('deflate'))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/**
 * The levels that a text stands for; rejects what stands for none.
 * @param {string} code
 */
export async function decode(code) {
  const bytes = Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  const packed = await through(bytes, new DecompressionStream('deflate'))
  return Uint8Array.from({ length: 2 * packed.length }, (_, i) => (i % 2 ? packed[i >> 1] & 15 : packed[i >> 1] >> 4))
}

/**
 * The pixels of a drawing, RGBA, one a cell, row by row from above: the more ink, the less one sees through.
 * @param {ArrayLike<number>} levels
 * @param {string} colour of six hex digits
 */
export function pixelsOf(levels, colour) {
  const rgb = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16))
  const pixels = new Uint8ClampedArray(4 * CELLS * CELLS)
  for (let i = 0; i < levels.length; i++) {
    const row = CELLS - 1 - Math.floor(i / CELLS)
    pixels.set([...rgb, (240 * levels[i]) / LEVELS], 4 * (row * CELLS + (i % CELLS)))
  }
  return pixels
}

/** @type {(levels: ArrayLike<number>, colour: string) => HTMLCanvasElement} */
export function picture(levels, colour) {
  const canvas = Object.assign(document.createElement('canvas'), { width: CELLS, height: CELLS })
  contextOf(canvas).putImageData(new ImageData(pixelsOf(levels, colour), CELLS, CELLS), 0, 0)
  return canvas
}
