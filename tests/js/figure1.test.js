import assert from 'node:assert/strict'
import { test } from 'node:test'
import { farInWords } from '../../ui/lab/figure.js'
import {
  curveAt,
  densityTicks,
  layoutOf,
  legendOf,
  legendPlaces,
  levelled,
  linesOf,
  methodInWords,
  scoreTicks,
  xTicks,
} from '../../ui/shared/figure1_layout.js'
import { HINGE, lineFrame, near, PROBABILITY, RELATIVE, WASSERSTEIN } from './points.js'

test('x from the left edge to the right, and back; densities stand on the ground', () => {
  const layout = layoutOf(lineFrame(), 500, 400, PROBABILITY)
  assert.deepEqual([layout.px(-3), layout.px(3)], [38, 462])
  near([layout.x(layout.px(0.7))], [0.7])
  assert.equal(layout.py(0), layout.base)
  assert.equal(layout.py(1e9), layout.top, 'what is too tall ends at the top')
  assert.deepEqual([layout.pd(0), layout.pd(1)], [layout.base, layout.top])
  assert.ok(layout.base < layout.axisX && layout.axisX < layout.axisZ && layout.axisZ < 400)
})

test("a probability's scale is 0, 1/2, 1, with 1/2 dashed", () => {
  const ticks = scoreTicks(layoutOf(lineFrame(), 500, 400, PROBABILITY))
  assert.deepEqual(
    ticks.map(({ name, dashed }) => [name, dashed]),
    [
      ['0', false],
      ['½', true],
      ['1', false],
    ],
  )
})

test("a critic's scale runs from its smallest score to its largest, with the level of the game between them", () => {
  const d = lineFrame().grid.map((x) => x)
  const layout = layoutOf(lineFrame({ d }), 500, 400, HINGE)
  assert.deepEqual(
    scoreTicks(layout).map(({ value }) => value),
    [-3, 0, 3],
  )
  assert.equal(layout.pd(-3), layout.base)
  assert.ok(layout.pd(3) > layout.top)
  assert.equal(scoreTicks(layoutOf(lineFrame({ d }), 500, 400, WASSERSTEIN)).length, 2, 'no level, no third line')
  const above = layoutOf(lineFrame({ d: d.map((v) => v + 10) }), 500, 400, HINGE)
  assert.equal(above.lowest, 0, 'the level is in sight')
})

test('the legend stands above the curves, in as many rows as it needs', () => {
  for (const width of [300, 500, 900]) {
    const widths = [70, 240, 90, 80, 110]
    const { places, rows } = legendPlaces(widths, width)
    const { top } = layoutOf(lineFrame(), width, 400, PROBABILITY, rows)
    for (const [i, { x, y }] of places.entries()) {
      assert.ok(y + 8 < top - 12, 'above the highest point of any curve, and above the names of the axes')
      assert.ok(x + widths[i] <= width, 'inside of the figure')
    }
  }
})

test('a density that is cut says so, and the densities have a scale of their own', () => {
  const { g_density } = lineFrame()
  const shown = { live: true, average: true, best: false, critic: false }
  const tall = lineFrame({ g_density: g_density.map((v) => 5 * v), average: { g_density } })
  const names = legendOf(tall, shown).map(({ name }) => name)
  assert.deepEqual(names.slice(1, 3), ['generator, cut: up to 1.99', 'its average'])
  const layout = layoutOf(tall, 500, 400, PROBABILITY)
  assert.deepEqual(
    densityTicks(layout).map(({ name, value }) => [name, layout.py(value)]),
    [
      ['0.00', layout.base],
      ['0.30', (layout.base + layout.top) / 2],
      ['0.60', layout.top],
    ],
  )
})

test('five numbers along the line', () => {
  assert.deepEqual(
    xTicks({ low: -3, high: 3 }).map(({ name }) => name),
    ['−3', '−1.5', '0', '1.5', '3'],
  )
})

test('of many z some are drawn, from the smallest on', () => {
  assert.deepEqual(linesOf([1, -1, 0]), [1, 2, 0])
  const many = Array.from({ length: 100 }, (_, i) => 100 - i)
  const drawn = linesOf(many)
  assert.equal(drawn.length, 34)
  assert.equal(drawn[0], 99)
})

test('the legend lists what is drawn', () => {
  /** @type {(...shown: boolean[]) => string[]} */
  const names = (live, average, best, critic) =>
    legendOf(lineFrame({ method: 'kernel', bandwidth: 0.25 }), { live, average, best, critic }).map(({ name }) => name)
  assert.deepEqual(names(true, false, false, false), ['data', 'generator (kernel, width 0.25)', 'D(x)'])
  assert.deepEqual(names(false, true, true, true), ['data', 'its average', 'D’s score', 'the best D'])
  assert.equal(methodInWords({ method: 'change of variables', bandwidth: null }), 'by change of variables')
  assert.equal(methodInWords({}), '')
})

test('the best D of a game without a level is drawn at the height of D', () => {
  const { grid } = lineFrame()
  const frame = lineFrame({ d: grid.map((x) => x + 7), best: grid.map((x) => 2 * x) })
  near(
    levelled(frame, RELATIVE) ?? [],
    grid.map((x) => 2 * x + 7),
    1e-9,
  )
  assert.equal(levelled(frame, HINGE), frame.best)
  assert.equal(levelled(lineFrame(), RELATIVE), null)
})

test('an infinite KL says how much of its first argument the second does not reach', () => {
  const { grid, data_density: data } = lineFrame()
  const g_density = grid.map((x) => (Math.abs(x) < 1 ? 0.5 : 0))
  const frame = lineFrame({ g_density, jsd: 0.1, kl_data_g: null, kl_g_data: 0.25 })
  const share = (100 * data.reduce((sum, v, i) => sum + (g_density[i] ? 0 : v), 0)) / data.reduce((sum, v) => sum + v)
  assert.equal(farInWords(frame, 'kl_data_g'), `∞: G leaves out ${share.toFixed(1)} % of the data`)
  assert.equal(farInWords(frame, 'kl_g_data'), '0.250')
  assert.match(
    farInWords(lineFrame({ jsd: 0.1, kl_data_g: null }), 'kl_data_g'),
    /leaves out less than 0\.1 % of the data/,
  )
  assert.match(farInWords({ ...frame, kl_g_data: null }, 'kl_g_data'), /0\.1 % of G lies where there are no data/)
  assert.equal(farInWords(lineFrame(), 'kl_data_g'), '–', 'a frame of an older version')
})

test('a curve between two points of its grid, and at its ends', () => {
  const grid = [0, 0.5, 1]
  near(
    [0, 0.25, 0.9, 1].map((x) => curveAt(grid, [0, 1, 3], x)),
    [0, 0.5, 2.6, 3],
  )
})
