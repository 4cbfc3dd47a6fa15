import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tracesOf } from '../../ui/shared/chart_layout.js'
import { chartsOf } from '../../ui/shared/curves.js'
import { around, decades, finite, lastOf, logTicks, losses, nearest, upTo } from '../../ui/shared/series.js'
import { curve, HINGE, PROBABILITY, WASSERSTEIN } from './data.js'

/** @param {number[]} found @param {number[]} wanted */
const near = (found, wanted) => {
  assert.equal(found.length, wanted.length)
  found.forEach((v, i) => {
    assert.ok(Math.abs(v - wanted[i]) < 1e-9, `${found} is not ${wanted}`)
  })
}

test('an axis holds all of the bold lines, and a peak of the faint ones only as far as the bold ones are high', () => {
  near(around([0, 1], [0.2, 1.4]), [-0.06, 1.46])
  near(around([0, 1], [-50, 50]), [-0.66, 1.66])
  near(around([], [2, 4]), [1.88, 4.12])
  near(around([5], []), [4.7, 5.3])
  near(around([], []), [-1, 1])
})

test('the last step is that of all sides', () => {
  const a = { loss_d: { x: [1, 2], y: [0, 1], sx: [2], sy: [0.5] } }
  const b = { loss_d: { x: [1, 9], y: [3, 7], sx: [9], sy: [5] } }
  assert.deepEqual([lastOf([a]), lastOf([a, b]), lastOf([{}])], [2, 9, 1])
})

test('an axis reaches the level that it is about', () => {
  const [low, high] = upTo(3)([0, 1], [])
  assert.ok(low < 0 && high > 3)
  near(upTo(null)([0, 1], []), [-0.06, 1.06])
})

test('losses begin at 0 as long as none is below it; a peak is cut at four times the bold lines', () => {
  near(losses([1, 2], [1, 3]), [0, 3.18])
  near(losses([1, 2], [1, 100]), [0, 8.48])
  assert.ok(losses([-1, 2], [])[0] < -1)
})

test('an axis in powers of ten leaves out what has no logarithm', () => {
  near(decades([0, 1, 100], [-5]), [-0.15, 2.15])
  near(decades([], []), [-3, 1])
})

test('ticks are round numbers: more of them where there is room', () => {
  assert.deepEqual(logTicks([0.1, 0.6]).tickvals, [1, 2, 3, 5, 7])
  assert.deepEqual(logTicks([0, 1.2]).tickvals, [1, 2, 5, 10, 20, 50])
  assert.deepEqual(logTicks([0, 2]).ticktext, ['1', '3', '10', '30', '100', '300'])
  assert.deepEqual(logTicks([-4, 0.5]).ticktext, ['1e−4', '0.01', '1'])
  assert.deepEqual(logTicks([3, 8]).ticktext, ['1e4', '1e6', '1e8'])
})

test('a curve at a step is what it was last smoothed to', () => {
  const some = { x: [], y: [], sx: [10, 20, 30], sy: [1, 2, 3] }
  assert.equal(nearest(some, 20), 2)
  assert.equal(nearest(some, 29), 2)
  assert.equal(nearest(some, 5), 1, 'before the first there is only the first')
  assert.equal(nearest(some), 3)
  assert.equal(nearest(curve([]), 3), null)
  assert.equal(nearest(undefined, 3), null)
  assert.deepEqual(finite([1, null, undefined, 0]), [1, 0])
})

test('charts say what the numbers of a game mean', () => {
  const names = (/** @type {typeof HINGE} */ game, penalty = false) => chartsOf(game, penalty).map((c) => c.name)
  assert.deepEqual(names(PROBABILITY), ['Losses', 'D on average', 'V(G, D)', 'Gradient norms'])
  assert.deepEqual(names(HINGE), ['Losses', 'D’s mean score', 'What D maximises', 'Gradient norms'])
  assert.deepEqual(names(WASSERSTEIN, true), ['Losses', 'D’s mean score', 'Estimated distance', 'Gradients'])
  const [, scores, , gradients] = chartsOf(WASSERSTEIN, true)
  assert.equal(scores.level, undefined)
  assert.deepEqual(
    gradients.lines.map((line) => line.key),
    ['grad_norm_d', 'grad_norm_g', 'penalty'],
  )
})

test('the axis of V is the whole game, longer where V leaves it, and named as long as −ln 4 has room', () => {
  const [, , v] = chartsOf(PROBABILITY, false)
  near(v.span([-1, -0.5], []), [-Math.log(4) - 0.12, 0.05])
  near(v.span([-3], [-9]), [-4.12, 0.05])
  assert.ok(v.ticks?.([-1.5, 0]).ticktext && !v.ticks?.([-3, 0]).ticktext)
})

test('the axis of what D maximises ends a little above the most that it can', () => {
  const [, , gain] = chartsOf(HINGE, false)
  const [low, high] = gain.span([-1.5, -1], [])
  assert.ok(low < -2 && high > 0 && high < 0.2)
})

test('a value without neighbours is a dot: single steps of D and G in turns leave an empty chart otherwise', () => {
  const line = /** @type {any} */ ({ key: 'd_real', name: 'real', colour: 'real', dash: 'solid' })
  const mode = (/** @type {number[]} */ sy, name = 'd_real') => {
    const sx = sy.map((_, i) => i + 1)
    const curves = /** @type {any} */ ({ [name]: { x: sx, y: sy, sx, sy } })
    return tracesOf({ ...line, key: name }, curves, /** @type {any} */ ({ real: '#000' }), 'lines')[1].mode
  }
  assert.equal(mode([0.5, Number.NaN, 0.6, Number.NaN]), 'lines+markers')
  assert.equal(mode([0.5, 0.6, 0.7]), 'lines')
  assert.equal(mode([0.5, 0.6, Number.NaN, 0.7, 0.8]), 'lines', 'each has a neighbour')
  assert.equal(
    mode(Array.from({ length: 200 }, (_, i) => (i % 2 ? Number.NaN : 0.5))),
    'lines',
    'a long one is no dots',
  )
  assert.equal(mode([1, Number.NaN, 1], 'modes_total'), 'lines')
})
