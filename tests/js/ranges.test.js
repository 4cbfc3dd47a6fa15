import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chartsOf as closenessOf } from '../../ui/shared/closeness.js'
import { chartsOf } from '../../ui/shared/curves.js'
import { everything, exits, mayBeLog, reachOf, usual, WHOLE } from '../../ui/shared/ranges.js'
import { onScale, wantsLog, wishLog } from '../../ui/shared/scales.js'
import { HINGE, PROBABILITY, WASSERSTEIN } from './data.js'

/** @import { Curve } from '../../ui/shared/types.d.ts' */

/** @param {number[]} y at steps 1, 2, ... @returns {Curve} */
const curveOf = (y) => ({ x: y.map((_, i) => i + 1), y, sx: y.map((_, i) => i + 1), sy: y })
const wave = (/** @type {number} */ n, low = 0.5, high = 0.7) =>
  Array.from({ length: n }, (_, i) => low + (high - low) * (0.5 + 0.5 * Math.sin(i)))
/** @param {number[]} values @param {number} at @param {number} value */
const spiked = (values, at, value) => values.map((v, i) => (i === at ? value : v))

const EVERY = [PROBABILITY, HINGE, WASSERSTEIN].flatMap((game) => chartsOf(game, true))
const CHARTS = [...EVERY, ...closenessOf(true, 'g'), ...closenessOf(false, 'g')]

test('a spike of any size and place ruins no chart: the axis is as it is without it, and a sign says how far it goes', () => {
  for (const chart of CHARTS)
    for (const log of chart.log === undefined ? [false] : [true, false])
      for (const [at, value] of [
        [3, 900],
        [100, 1e5],
        [199, 3e9],
      ]) {
        const [line] = chart.lines
        const calm = { [line.key]: curveOf(wave(200)) }
        const wild = { [line.key]: curveOf(spiked(wave(200), at, value)) }
        const [reach, other] = [calm, wild].map((curves) => reachOf(chart, [curves], log, WHOLE))
        reach.forEach((end, i) => {
          assert.ok(Math.abs(end - other[i]) <= 0.05 * (reach[1] - reach[0]), `${chart.name} ${log}: ${other}`)
        })
        const signs = exits(chart.lines, wild, other, log, [1, 200], (step) => step, 60)
        const far = signs.filter(({ up }) => up).flatMap(({ lines }) => lines)
        assert.ok(far.some((one) => one.step === at + 1 && one.value === value))
        const [low, high] = everything(chart, [wild], log)
        assert.ok(low < high && high >= (log ? Math.log10(value) : value), 'all of it can be zoomed to')
      }
})

test('what is no spike is shown: few values, a beginning that takes a while, two levels, growth', () => {
  const kept = (/** @type {number[]} */ values) => usual(values).length === values.length
  assert.ok(kept([1, 2, 900]))
  assert.ok(kept(Array.from({ length: 200 }, (_, i) => 5 * Math.exp(-i / 60))))
  assert.ok(kept(Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 9))))
  assert.ok(kept(Array.from({ length: 200 }, (_, i) => 1.02 ** i)))
  assert.ok(kept(new Array(50).fill(3)))
  assert.equal(usual([...new Array(50).fill(3), 99]).length, 50)
  assert.ok(!usual(spiked(wave(200), 9, 1e-9), true).includes(1e-9), 'on a logarithmic axis also what nearly vanishes')
})

test('a line that is seldom measured counts as much as the others', () => {
  const [losses] = chartsOf(PROBABILITY, false)
  const curves = { loss_d: curveOf(wave(400)), loss_g: curveOf([8, 8, 8]) }
  assert.ok(reachOf(losses, [curves], false, WHOLE)[1] > 8)
})

test('the axes of a race reach as far as both of its sides, and the steps that are zoomed to decide', () => {
  const [losses] = chartsOf(PROBABILITY, false)
  const [a, b] = [{ loss_d: curveOf(wave(100, 0, 1)) }, { loss_d: curveOf(wave(100, 0, 9)) }]
  assert.ok(reachOf(losses, [a], false, WHOLE)[1] < 2 && reachOf(losses, [a, b], false, WHOLE)[1] > 8)
  const grown = { loss_d: curveOf([...wave(100, 0, 1), ...wave(100, 0, 9)]) }
  assert.ok(reachOf(losses, [grown], false, { steps: [1, 90], values: {} })[1] < 2)
  assert.deepEqual(reachOf(losses, [grown], false, { steps: null, values: { [losses.name]: [3, 4] } }), [3, 4])
})

test('curves leave the axis on either side; those that are close together have one sign, with the extreme of each line', () => {
  const [losses] = chartsOf(PROBABILITY, false)
  const curves = { loss_d: curveOf([1, 30, 50, 1, 1, 1, 1, -40]), loss_g: curveOf([1, 1, 90, 1, 1, 1, 1, 1]) }
  const found = exits(losses.lines, curves, [0, 2], false, [1, 8], (step) => 10 * step, 25)
  assert.deepEqual(
    found.map(({ at, up, lines }) => [at, up, lines.map(({ step, value }) => [step, value])]),
    [
      [
        20,
        true,
        [
          [3, 50],
          [3, 90],
        ],
      ],
      [80, false, [[8, -40]]],
    ],
  )
  const gone = exits(losses.lines, { loss_d: curveOf([1, 0, 1]) }, [-2, 1], true, [1, 3], (step) => step, 5)
  assert.deepEqual([gone[0].up, gone[0].lines[0].value], [false, 0], 'zero lies below every logarithmic axis')
})

test('a chart may be logarithmic where its values span decades and are positive, and the wish is remembered', () => {
  const [losses, belief, , gradients] = chartsOf(PROBABILITY, false)
  const positive = { loss_d: curveOf([1, 2]), grad_norm_g: curveOf([0, 1]) }
  assert.ok(mayBeLog(losses, [positive]) && mayBeLog(gradients, [positive]) && !mayBeLog(belief, [positive]))
  assert.ok(!mayBeLog(losses, [positive, { loss_d: curveOf([1, -2]) }]), 'of a race both sides')
  assert.deepEqual([wantsLog('Losses', false), wantsLog('Gradient norms', true)], [false, true])
  let heard = 0
  const leave = onScale(() => {
    heard += 1
  })
  wishLog('Losses', true)
  wishLog('Gradient norms', false)
  leave()
  wishLog('Other', true)
  assert.deepEqual([wantsLog('Losses', false), wantsLog('Gradient norms', true), heard], [true, false, 2])
})
