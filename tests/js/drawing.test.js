import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CELLS, decode, encode, LEVELS, pixelsOf } from '../../ui/lab/drawing.js'
import { dab, Ink } from '../../ui/lab/ink.js'
import { near } from './points.js'

/** Ink in a few cells: [column, row from below, level]. @param {...[number, number, number]} cells */
function inked(...cells) {
  const levels = new Uint8Array(CELLS * CELLS)
  for (const [column, row, level] of cells) levels[CELLS * row + column] = level
  return levels
}

const FEW = inked([0, 0, 1], [1, 0, 2], [39, 39, 15])

test('what was drawn comes back, in the letters of an address', async () => {
  const noise = Uint8Array.from({ length: CELLS * CELLS }, (_, i) => (i * 7919 + (i >> 3)) % (LEVELS + 1))
  for (const levels of [FEW, noise]) {
    const code = await encode(levels)
    assert.match(code, /^[A-Za-z0-9_-]+$/)
    assert.ok(code.length < 1500)
    assert.deepEqual(await decode(code), levels)
  }
})

test('a code that Python wrote is read: rows from below, the first of two cells the upper half of a byte', async () => {
  // gan_core.config.drawing.encode(ink): 1 and 2 in the first two cells, 15 in the last
  assert.deepEqual(await decode('eNoTYhgFo2AU4AD8ADtvACI'), FEW)
  assert.equal(await encode(FEW), 'eJwTYhgFo2AU4AD8ADtvACI', 'which tests/config/test_drawing.py reads')
  await assert.rejects(decode('nonsense'))
})

test('a picture has its first row below, and more ink hides more', () => {
  const pixels = pixelsOf(FEW, '#0a8030')
  const last = 4 * CELLS * (CELLS - 1)
  assert.deepEqual([...pixels.slice(last, last + 8)], [10, 128, 48, 16, 10, 128, 48, 32])
  assert.equal(pixels[4 * CELLS - 1], 240)
})

test('a dab is round, and ends at the edges of the square', () => {
  const layer = new Float32Array(CELLS * CELLS)
  dab(layer, [20.5, 10.5], 1.5, 9, Math.max)
  const at = (/** @type {number} */ column, /** @type {number} */ row) => layer[row * CELLS + column]
  assert.equal(at(20, 10), 9)
  near([at(21, 10), at(20, 11), at(19, 10)], Array(3).fill(9 * Math.exp(-1 / 4.5)), 1e-5)
  dab(layer, [0, 0], 3, 9, Math.max)
  assert.equal(at(39, 1), 0)
})

test('a line has the same ink in its middle however fast it was drawn', () => {
  const middle = [1, 7, 30].map((moves) => {
    const ink = new Ink()
    ink.begin([10, 20.5])
    for (let i = 1; i <= moves; i++) ink.lineTo([10 + (20 * i) / moves, 20.5])
    ink.end()
    return ink.cells[20 * CELLS + 20]
  })
  near(middle, [9, 9, 9], 0.25)
})

test('the shortest stroke is a dot; ink has a limit; an eraser takes it away', () => {
  const ink = new Ink()
  assert.ok(ink.isEmpty)
  ink.begin([5.5, 5.5])
  assert.ok(ink.isDrawing)
  ink.end()
  assert.equal(ink.levels[5 * CELLS + 5], 9)
  ink.begin([5.5, 5.5])
  ink.end()
  assert.equal(ink.levels[5 * CELLS + 5], LEVELS)
  ink.erasing = true
  ink.begin([5.5, 5.5])
  ink.end()
  assert.equal(ink.levels[5 * CELLS + 5], 0)
})

test('strokes can be taken back, but not while one is drawn', () => {
  const ink = new Ink()
  assert.equal(ink.undo(), false)
  ink.begin([5, 5])
  assert.equal(ink.undo(), false)
  ink.end()
  ink.clear()
  assert.ok(ink.isEmpty)
  assert.ok(ink.undo())
  assert.ok(!ink.isEmpty)
  assert.ok(ink.undo())
  assert.ok(ink.isEmpty && !ink.canUndo)
  ink.replace(FEW)
  assert.equal(ink.canUndo, false, 'nothing was lost')
  ink.replace(FEW)
  assert.equal(ink.canUndo, true)
})
