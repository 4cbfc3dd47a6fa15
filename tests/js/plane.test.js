import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areaOf, cellsOf, levelOf } from '../../ui/lab/manifold.js'
import { ARROW, arrowsOf, pullUnit } from '../../ui/lab/pull.js'
import { squareAround } from '../../ui/latent/path.js'
import { roundNumber } from '../../ui/shared/drawing.js'
import { finer, shadeAt, shadesOf } from '../../ui/shared/ground.js'
import { signed } from '../../ui/shared/numbers.js'
import { broken, hitsInWords, placeOf, reached, ticksBetween } from '../../ui/shared/plane.js'
import { near, planeFrame } from './points.js'

test('round numbers', () => {
  near([0.013, 0.02, 0.7, 1, 3, 6, 1100].map(roundNumber), [0.02, 0.02, 1, 1, 5, 10, 2000])
  assert.equal(signed(-1.5), '−1.5')
})

test('a square lies in the middle of its box, and both ways between them agree', () => {
  const place = placeOf([-2, 2, -1, 3], 300, 200)
  assert.deepEqual([place.left, place.top, place.side], [50, 0, 200])
  assert.deepEqual([place.px(-2), place.px(2), place.py(3), place.py(-1)], [50, 250, 0, 200])
  near([place.x(place.px(0.7)), place.y(place.py(0.3))], [0.7, 0.3])
})

test('ticks are round, about four, and none is written as -0', () => {
  assert.deepEqual(
    ticksBetween(-2.2, 2.2).map(({ name }) => name),
    ['−2', '0', '2'],
  )
  assert.deepEqual(
    ticksBetween(-0.35, 0.35).map(({ name }) => name),
    ['−0.2', '0', '0.2'],
  )
  near(
    ticksBetween(10, 14).map(({ at }) => at),
    [10, 11, 12, 13],
  )
})

test('which modes are reached, of whom', () => {
  assert.equal(hitsInWords([3, 0, 5], 16), '16 samples of G: 2 of 3 modes, 50 % within 3σ')
  const frame = planeFrame({ hits: [1, 1], average: { x: [0, 0, 1, 1], hits: [0, 2] } })
  const colours = { fake: 'purple', generator: 'orange', text: 'black' }
  /** @param {boolean} fakes @param {boolean} averages */
  const lines = (fakes, averages) => reached(frame, fakes, averages, /** @type {any} */ (colours))
  assert.deepEqual(lines(true, false), [{ words: '2 samples of G: 2 of 2 modes, 100 % within 3σ', colour: 'black' }])
  assert.deepEqual(
    lines(true, true).map(({ words, colour }) => [words.split(':')[0], colour]),
    [
      ['2 samples of G', 'purple'],
      ['2 of its average', 'orange'],
    ],
  )
  assert.deepEqual(lines(false, false), [])
})

test('the ground is grey in the middle, real above, fake below, and paler than they are', () => {
  const white = [255, 255, 255]
  const shades = shadesOf({ background: white, real: [0, 128, 0], fake: [128, 0, 128], unsure: [128, 128, 128] })
  /** @param {number} tint */
  const at = (tint) => [...new Uint8Array(Uint32Array.of(shades[shadeAt(tint)]).buffer)]
  const [middle, real, fake] = [at(0), at(1), at(-1)]
  assert.ok(middle[0] === middle[1] && middle[1] === middle[2] && middle[0] > 200)
  assert.ok(real[1] > real[0] && fake[0] > fake[1])
  assert.deepEqual(at(7), real, 'beyond sure is sure')
  assert.ok([...real, ...fake].every((v) => v > 120))
})

test('a finer map keeps straight slopes straight and constants constant', () => {
  const n = 8
  const slope = Float32Array.from({ length: n * n }, (_, i) => (i % n) + 0.5)
  const fine = finer(slope, n)
  assert.equal(fine.length, 4 * n * n)
  // away from the edges, where there is nothing beyond
  near(fine.slice(16 * 7 + 4, 16 * 7 + 12), [2.25, 2.75, 3.25, 3.75, 4.25, 4.75, 5.25, 5.75], 1e-5)
  near(finer(new Float32Array(n * n).fill(3), n), new Float32Array(4 * n * n).fill(3), 1e-5)
})

test('the scale of arrows is round and stays while it fits', () => {
  /** @param {number} v */
  const all = (v) => Array.from({ length: 40 }, (_, i) => (i % 2 ? 0 : v))
  near(
    [pullUnit(all(0.013)), pullUnit(all(0.7)), pullUnit(all(0.7), 2), pullUnit(all(0.5), 2), pullUnit(all(3), 2)],
    [0.02, 1, 2, 0.5, 5],
  )
  assert.equal(pullUnit(all(0), 2), 2)
  assert.equal(pullUnit(all(0)), 1)
})

test('an arrow of one unit has its length, upwards on the screen; a long one is cut, a short one left out', () => {
  const place = placeOf([0, 1, 0, 1], 160, 160)
  const found = arrowsOf(place, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [0, 1, 30, 40, 0.001, 0])
  assert.equal(found.length, 2)
  near(found[0], [80, 80, 0, -ARROW * 160])
  near([Math.hypot(found[1][2], found[1][3])], [1.6 * ARROW * 160])
  near([found[1][3] / found[1][2]], [-4 / 3])
})

test('cells of a lattice: their corners, their areas, and one step of colour for each factor of two', () => {
  assert.deepEqual(
    [...cellsOf(2, 3)],
    [
      [0, 1, 4, 3],
      [1, 2, 5, 4],
    ],
  )
  const vertices = { x: Float32Array.of(0, 2, 0, 2), y: Float32Array.of(0, 0, 3, 3) }
  assert.equal(areaOf(vertices, [0, 1, 3, 2]), 6)
  assert.deepEqual([0.7, 1, 3, 4, 1e9].map(levelOf), [-1, 0, 1, 2, 7])
})

test('a walk is drawn in the square of the data, else in one around it', () => {
  const scene = /** @type {any} */ ({ extent: [-1, 1, -2, 0] })
  assert.deepEqual(squareAround([[9, 9]], scene), [-1, 1, -2, 0])
  near(
    squareAround(
      [
        [0, 0],
        [2, 1],
      ],
      null,
    ),
    [-0.3, 2.3, -0.8, 1.8],
  )
  near(squareAround([[3, 3]], null), [2.35, 3.65, 2.35, 3.65])
})

test('words that are wider than the plane are broken where they may be, and none of them is lost', () => {
  const widthOf = (/** @type {string} */ words) => 6 * words.length
  const words = '1,000 samples of G: 8 of 8 modes, 64 % within 3σ'
  assert.deepEqual(broken(words, 600, widthOf), [words])
  assert.deepEqual(broken(words, 180, widthOf), ['1,000 samples of G:', '8 of 8 modes, 64 % within 3σ'])
  for (const room of [0, 60, 120, 200, 290]) assert.equal(broken(words, room, widthOf).join(' '), words)
})
