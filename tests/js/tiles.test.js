import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scorer } from '../../ui/shared/score.js'
import { tidy } from '../../ui/train/networks.js'
import { arrange, fullest } from '../../ui/train/tiles.js'
import { histogram, rangeOf } from '../../ui/train/verdicts.js'
import { HINGE, PROBABILITY, WASSERSTEIN } from './data.js'

const LAYOUT = { count: 64, rows: 8, columns: 8, width: 28, height: 28 }
const BOX = { width: 420, height: 420, gutter: 0, gap: 3, each: 1, ratio: 1 }

test('as many columns as make tiles largest', () => {
  assert.equal(fullest(64, 10, 10), 8)
  assert.equal(fullest(64, 40, 10), 16)
  assert.equal(fullest(6, 1, 100), 1)
  assert.equal(fullest(12, 10, 10, 2) % 2, 0)
})

test('tiles lie in their box, do not overlap, and each is one of the sheet', () => {
  const { places, tile, rows } = arrange(LAYOUT, BOX)
  assert.equal(places.length, 64)
  assert.equal(rows, 8)
  assert.deepEqual(
    places.map((place) => place.at),
    [...Array(64).keys()],
  )
  const [first, second] = places
  const last = places[63]
  assert.ok(first.x >= 3 && last.x + tile.width <= 417.001 && last.y + tile.height <= 417.001)
  assert.ok(Math.abs(second.x - first.x - tile.width - 3) < 1e-9, 'a gap between two')
})

test('pixels stay square where that wastes little room', () => {
  assert.equal(arrange(LAYOUT, { ...BOX, width: 480, height: 480 }).scale, 2)
  assert.ok(arrange(LAYOUT, { ...BOX, width: 440, height: 440 }).scale % 1 > 0)
})

test('of two sheets half the tiles are shown, in pairs that touch', () => {
  const { places, tile } = arrange(LAYOUT, { ...BOX, each: 2 })
  assert.equal(places.length, 32)
  assert.ok(places[1].x - places[0].x > 2 * tile.width)
})

test('with classes a row is a class', () => {
  const { places, rows } = arrange(
    { ...LAYOUT, count: 200, rows: 10, columns: 20, by_class: true },
    { ...BOX, gutter: 60 },
  )
  assert.equal(rows, 10)
  const perRow = places.length / 10
  assert.ok(perRow < 20)
  assert.equal(places[perRow].at, 20, 'the second row begins with the second class')
  assert.ok(places[0].x > 60)
})

test('a histogram is in shares, and keeps what lies outside at its ends', () => {
  const found = histogram([0, 0.01, 0.5, 2], 0, 1)
  assert.ok(Math.abs(found.reduce((a, v) => a + v, 0) - 1) < 1e-9)
  assert.equal(found[0], 0.5)
  assert.equal(found[31], 0.25)
})

test('scores are drawn from 0 to 1, or as far as they and the level go', () => {
  assert.deepEqual(rangeOf([0.4, 0.6], PROBABILITY), [0, 1])
  assert.deepEqual(rangeOf([1, 3], HINGE), [0, 3])
  assert.deepEqual(rangeOf([1, 3], WASSERSTEIN), [1, 3])
  assert.deepEqual(rangeOf([2, 2], WASSERSTEIN), [1.5, 2.5])
})

test('a logit is shown as a probability, a score by its place among the others', () => {
  assert.deepEqual(scorer(PROBABILITY)(0), { words: '0.50', share: 0.5, sure: 0 })
  assert.ok(Math.abs(scorer(PROBABILITY)(20).sure - 1.2) < 1e-6)
  const critic = scorer(WASSERSTEIN, [-3, null, 1])
  assert.deepEqual(critic(-3), { words: '−3.00', share: 0, sure: 1 })
  assert.equal(critic(-1).share, 0.5)
  assert.equal(scorer(HINGE, [1, 4])(0).share, 0.5, 'the middle is the level where there is one')
})

test('of PyTorch’s words on a layer those stay that say something new', () => {
  assert.equal(tidy('Conv2d', '16, 32, kernel_size=(4, 4), stride=(2, 2)'), '4×4, stride 2')
  assert.equal(tidy('LeakyReLU', 'negative_slope=0.2'), 'slope 0.2')
  assert.equal(tidy('LeakyReLU', ''), 'slope 0.01')
  assert.equal(tidy('MaxPool2d', 'kernel_size=2, stride=2'), '2×2')
  assert.equal(tidy('Dropout', 'p=0.3'), 'drops 0.3')
  assert.equal(tidy('Linear', 'in_features=3'), '')
  assert.equal(tidy('Maxout', '5 pieces'), '5 pieces')
})
