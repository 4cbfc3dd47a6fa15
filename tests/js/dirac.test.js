import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DIALS, notchOf, valueAt } from '../../ui/lab/dials.js'
import {
  between,
  EXTENT,
  fixed,
  moduliInWords,
  movesAt,
  planeOf,
  reachOf,
  spacing,
  startAt,
  tickOf,
  whereabouts,
} from '../../ui/lab/dirac_geometry.js'
import { near } from './points.js'

/** @import { Path } from '../../ui/lab/types.d.ts' */

/** @type {Path} */
const PATH = [
  [1, 0.8, 0.2],
  [0, 0.4, -0.4],
]

test('the plane shows all of its square, and both ways between it and the screen agree', () => {
  const plane = planeOf(500)
  assert.deepEqual([plane.px(-EXTENT), plane.py(EXTENT)], [plane.left, plane.top])
  near([plane.px(EXTENT), plane.py(-EXTENT)], [plane.left + plane.width, plane.top + plane.height])
  near([plane.x(plane.px(0.7)), plane.y(plane.py(-1.3))], [0.7, -1.3])
})

test('a start is a hundredth within reach', () => {
  assert.deepEqual([0.123, -0.126, 2.4, -9].map(startAt), [0.12, -0.13, 2, -2])
})

test('numbers have a fixed width, and none is minus zero', () => {
  assert.deepEqual(
    [1, -0.5, -0.001, 12345].map((v) => fixed(v)),
    ['1.00', '−0.50', '0.00', '1.2e4'],
  )
  assert.equal(fixed(-123456), '−1.2e5')
  assert.equal(moduliInWords([0.98, 1.02]), '1.020 and 0.980')
  assert.equal(moduliInWords([1, 1.0001]), '1.000')
})

test('a trajectory between two steps, and beyond its end', () => {
  assert.deepEqual(between(PATH, 0), [1, 0])
  near(between(PATH, 0.5), [0.9, 0.2])
  assert.deepEqual(between(PATH, 2), [0.2, -0.4])
  assert.deepEqual(between(PATH, 99), [0.2, -0.4])
})

test('the mean distance of steps on the screen', () => {
  near([spacing(PATH, { px: (v) => 10 * v, py: (v) => -10 * v })], [(Math.hypot(2, 4) + Math.hypot(6, 8)) / 2])
  assert.equal(spacing([[1], [0]], planeOf(500)), 0)
})

test('where each player goes, in units of the rate, cut where it is long', () => {
  near(movesAt(PATH, 0.3, 0.5) ?? [], [-0.4, 0.8])
  near(movesAt(PATH, 1, 0.1) ?? [], [-1.4, -1.4])
  assert.equal(movesAt(PATH, 2, 0.5), null)
})

test('what has left the picture, and what ended beyond all bounds', () => {
  assert.equal(whereabouts(PATH, 1, 2).place, 'inside')
  assert.equal(
    whereabouts(
      [
        [0, 3],
        [0, 0],
      ],
      1,
      1,
    ).place,
    'outside',
  )
  assert.equal(
    whereabouts(
      [
        [0, 3],
        [0, 0],
      ],
      0.5,
      1,
    ).place,
    'inside',
  )
  assert.deepEqual(
    whereabouts(
      [
        [0, 1],
        [0, -2.5],
      ],
      7,
      500,
    ),
    { place: 'beyond', last: 1 },
  )
})

test('the complex plane is wide enough for all numbers, and its mark is far from the middle', () => {
  assert.equal(reachOf([], 1.2), 1.2)
  assert.equal(reachOf([[0, 1]], 1.2), 1.2)
  assert.equal(reachOf([[0, 1.1]], 1.2), 2.4)
  assert.equal(reachOf([[-8, 0.5]], 1.2), 9.6)
  assert.equal(tickOf(80, 200), 0.5)
  assert.equal(tickOf(0.001, 200), 1000)
})

test('each dial reaches both ends of its range, and shows the value that it was set to', () => {
  for (const dial of DIALS) {
    near([valueAt(dial, 0), valueAt(dial, dial.notches)], dial.range)
    for (let notch = 0; notch <= dial.notches; notch++) {
      const value = valueAt(dial, notch)
      assert.equal(notchOf(dial, value, notch), notch, `${dial.name}: the notch that was chosen stays`)
      assert.ok(Math.abs(notchOf(dial, value, -1) - notch) <= 1 || value === valueAt(dial, notchOf(dial, value, -1)))
    }
  }
})

test('the rate of learning is spread over its powers of ten', () => {
  const lr = DIALS.find(({ name }) => name === 'lr')
  assert.ok(lr)
  assert.equal(valueAt(lr, 100), 0.22)
  assert.equal(notchOf(lr, 99, 0), 200, 'beyond the range is its end')
})
