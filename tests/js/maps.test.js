import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contour, mapOf, middleOf, tintOf, valueAt } from '../../ui/shared/maps.js'
import { across, CELLS, HINGE, near, PROBABILITY, packed, planeFrame, RELATIVE, SQUARE, WASSERSTEIN } from './points.js'

/** @type {(...given: Parameters<typeof tintOf>) => Float32Array} */
function tints(frame, which, game) {
  const found = tintOf(frame, which, game)
  assert.ok(found)
  return found
}

test('a map comes out as it was packed, and there is none where the frame has none', () => {
  const frame = planeFrame()
  const found = mapOf(frame)
  assert.ok(found)
  near(
    found,
    across((v) => v),
    1e-4,
  )
  assert.equal(mapOf(frame), found, 'unpacked once')
  assert.equal(mapOf(planeFrame({ best: null, best_range: null }), 'best'), null)
})

test('the middle is the level of the game, or half-way between the mean scores', () => {
  const scores = { s_real: [3, 5], s_fake: [0, 2] }
  assert.equal(middleOf(scores, PROBABILITY), 0.5)
  assert.equal(middleOf(scores, HINGE), 0)
  assert.equal(middleOf(scores, RELATIVE), 2.5)
})

test("a probability's tint is twice its distance from 1/2", () => {
  near(
    tints(planeFrame(), 'd', PROBABILITY),
    across((v) => 2 * v - 1),
    1e-3,
  )
})

test('a constant may be added to a relativistic D: with it D is as good as the best, and the difference grey', () => {
  const [d, range] = packed(across((v) => 4 * v - 2 + 7))
  const [best, best_range] = packed(across((v) => 4 * v - 2))
  const frame = planeFrame({ d, range, best, best_range, s_real: [8], s_fake: [6] })
  const found = tints(frame, 'd', RELATIVE)
  near(found, tints(frame, 'best', RELATIVE), 1e-3)
  assert.ok(found[0] < -0.9 && found[CELLS - 1] > 0.9)
  near(
    tints(frame, 'difference', RELATIVE),
    across(() => 0),
    1e-3,
  )
  assert.equal(tintOf(planeFrame({ best: null, best_range: null }), 'difference', RELATIVE), null)
})

test('a critic whose scores differ by less than their digits is grey; one that is far apart is not', () => {
  const [d, range] = packed(across((v) => -0.0104 + 2e-5 * (v - 0.5)))
  const flat = tints(planeFrame({ d, range, s_real: [-0.01], s_fake: [-0.01] }), 'd', WASSERSTEIN)
  assert.ok(Math.max(...flat.map(Math.abs)) < 0.1)
  assert.ok(Math.max(...tints(planeFrame(), 'd', WASSERSTEIN)) > 0.9)
})

test('a difference that is small for its game stays pale', () => {
  const [d, range] = packed(across((v) => 0.2 * (v - 0.5)))
  const found = tints(planeFrame({ d, range, s_real: [0], s_fake: [0] }), 'd', HINGE)
  assert.ok(Math.max(...found.map(Math.abs)) < 0.11)
})

test('the value at a point lies between those of the cells around it', () => {
  const map = across((v) => v)
  near([valueAt(map, CELLS, SQUARE, 0, 0) ?? Number.NaN], [0.5])
  near([valueAt(map, CELLS, SQUARE, 0.62, -0.34) ?? Number.NaN], [0.81])
  near([valueAt(map, CELLS, SQUARE, -1, 1) ?? Number.NaN], [0.5 / CELLS], 1e-6)
  assert.equal(valueAt(map, CELLS, SQUARE, 1.01, 0), null)
  const upwards = Array.from({ length: CELLS * CELLS }, (_, i) => Math.floor(i / CELLS))
  near([valueAt(upwards, CELLS, SQUARE, 0.3, 0) ?? Number.NaN], [(CELLS - 1) / 2])
})

test('the line on which a slope is undecided', () => {
  const slope = Array.from({ length: CELLS * CELLS }, (_, i) => (i % CELLS) + 0.5)
  const line = contour(slope, CELLS, 4.25)
  assert.equal(line.length, CELLS - 1)
  for (const [x0, , x1] of line) near([x0, x1], [4.25, 4.25])
  assert.deepEqual(contour(slope, CELLS, 100), [])
})

test('a saddle is crossed twice', () => {
  assert.equal(contour([1, -1, -1, 1], 2, 0).length, 2)
})
