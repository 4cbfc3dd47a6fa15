import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scorer } from '../../ui/shared/score.js'
import { tidy } from '../../ui/train/networks.js'
import { arrange, fullest } from '../../ui/train/tiles.js'
import { histogram, rangeOf } from '../../ui/train/verdicts.js'
import { HINGE, PROBABILITY, WASSERSTEIN } from './data.js'

const LAYOUT = { count: 64, rows: 8, columns: 8, width: 28, height: 28 }
const BOX = { width: 420, height: 420, gutter: 0, gap: 3, sheets: 1, named: false, ratio: 1 }

test('tiles fill a rectangle, as large as they can be in one', () => {
  assert.equal(fullest(64, 10, 10), 8)
  assert.equal(fullest(64, 40, 10), 16)
  assert.equal(fullest(32, 20, 10), 8)
  assert.equal(fullest(100, 19, 10), 10, 'not 13 columns and a rest of 9')
  assert.equal(fullest(6, 1, 100), 1)
  for (const count of [4, 8, 9, 10, 12, 16, 20, 24, 25, 30, 32, 36, 40, 48, 50, 64, 80, 100, 128, 144, 256])
    for (const width of [6, 10, 19]) assert.equal(count % fullest(count, width, 10), 0, `${count} in ${width}:10`)
})

test('where no rectangle is large enough, the last row stands in the middle', () => {
  const { places, tile, columns, rows } = arrange({ ...LAYOUT, count: 13, rows: 2 }, BOX)
  assert.ok(columns > 2 && columns < 7 && rows > 1)
  const last = places.filter(({ y }) => y === places[12].y)
  assert.ok(last.length < columns)
  const [left, right] = [last[0].x, columns * (tile.width + 3) + 3 - (last[last.length - 1].x + tile.width)]
  assert.ok(Math.abs(left - right) < 1e-9)
})

test('tiles lie in their box, do not overlap, and each is one of the sheet', () => {
  const { panels, places, tile, rows } = arrange(LAYOUT, BOX)
  assert.equal(places.length, 64)
  assert.equal(rows, 8)
  assert.deepEqual(
    places.map((place) => place.at),
    [...Array(64).keys()],
  )
  const [first, second] = places
  const last = places[63]
  const { x, y } = panels[0]
  assert.ok(x + first.x >= 3 && x + last.x + tile.width <= 417.001 && y + last.y + tile.height <= 417.001)
  assert.ok(Math.abs(second.x - first.x - tile.width - 3) < 1e-9, 'a gap between two')
})

test('pixels stay square where that wastes little room', () => {
  assert.equal(arrange(LAYOUT, { ...BOX, width: 480, height: 480 }).scale, 2)
  assert.ok(arrange(LAYOUT, { ...BOX, width: 440, height: 440 }).scale % 1 > 0)
})

test('of two sheets half the tiles are shown, each sheet in a named panel: beside or below each other', () => {
  for (const [width, height] of [
    [420, 420],
    [800, 420],
    [358, 600],
  ]) {
    const box = { ...BOX, width, height, sheets: 2, named: true }
    const { panels, places, tile, columns, rows } = arrange(LAYOUT, box)
    assert.equal(places.length, 32)
    assert.equal(columns * rows, 32, 'a full rectangle')
    assert.equal(panels.length, 2)
    const [a, b] = panels
    const [wide, high] = [columns * (tile.width + 3) + 3, rows * (tile.height + 3) + 3]
    assert.ok(a.y >= 20, 'room for the name')
    assert.ok(b.x >= a.x + wide || b.y >= a.y + high + 20, 'no panel lies on the other or on its name')
    assert.ok(b.x + wide <= width + 0.001 && b.y + high <= height + 0.001)
    assert.ok(Math.abs(a.x - (width - b.x - wide)) < 1e-6, 'in the middle')
  }
})

test('with classes a row is a class', () => {
  const layout = { ...LAYOUT, count: 200, rows: 10, columns: 20, by_class: true }
  const { panels, places, rows } = arrange(layout, { ...BOX, gutter: 60 })
  assert.equal(rows, 10)
  const perRow = places.length / 10
  assert.ok(perRow < 20)
  assert.equal(places[perRow].at, 20, 'the second row begins with the second class')
  assert.ok(panels[0].x >= 60)
  const both = arrange(layout, { ...BOX, gutter: 60, sheets: 2, named: true })
  assert.equal(both.panels[0].y, both.panels[1].y)
  assert.ok(both.columns <= perRow / 2)
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
