import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ARROWS, arrowOf, binned, litIn, mixed, partOf, places, roadsToG, roadToD } from '../../ui/lab/flow_layout.js'
import {
  centreOf,
  countOf,
  filmOf,
  lengthsOf,
  PARTS,
  percent,
  rangeOf,
  saidOf,
  shareMoved,
  spreadOf,
  weightedPenalty,
  weightsOf,
} from '../../ui/lab/recording.js'
import { HINGE, near, PROBABILITY, RELATIVE } from './points.js'
import { recording } from './slow.js'

test('a step has seven parts of D, then three of G', () => {
  assert.equal(PARTS.map(({ who }) => who).join(''), 'dddddddggg')
})

test('boxes do not overlap, and fill the width from a phone to a large screen', () => {
  for (const width of [320, 660, 1000, 1800]) {
    const place = places(width)
    const boxes = Object.values(place.boxes)
    assert.equal(place.scale < 1, width < 660)
    assert.ok(Math.max(...boxes.map(([x, , w]) => x + w)) <= place.width + 1e-6)
    assert.ok(Math.max(...boxes.map(([, y, , h]) => y + h)) < place.height - 8, 'the way back of the gradient has room')
    for (const [i, [x, y, w, h]] of boxes.entries())
      for (const [x2, y2, w2, h2] of boxes.slice(i + 1))
        assert.ok(x + w <= x2 || x2 + w2 <= x || y + h <= y2 || y2 + h2 <= y)
  }
})

test('every arrow leads from its box to the next, and ends level with both', () => {
  const { boxes } = places(1000)
  for (const name of ARROWS) {
    const { x0, y0, x1, y1 } = arrowOf(name, boxes)
    const [from, to] = /** @type {(keyof typeof boxes)[]} */ (name.split('>')).map((one) => boxes[one])
    assert.ok(x0 > from[0] + from[2] && x1 < to[0] && x0 < x1, name)
    assert.ok(y0 > from[1] && y0 < from[1] + from[3] && y1 > to[1] && y1 < to[1] + to[3], name)
  }
  const { y0, y1 } = arrowOf('real>D', boxes)
  assert.equal(y0, boxes.real[1] + boxes.real[3] / 2, 'level with the reals')
  assert.ok(y1 <= y0 + 20)
})

test('what is lit: fresh noise only where G draws it, reals only where G looks at them', () => {
  const same = { loss_g: { fresh: false, real_logits: null } }
  assert.deepEqual([...litIn(same, 'draw')], ['z', 'real'])
  assert.ok(!litIn(same, 'loss_g').has('z') && !litIn(same, 'loss_g').has('real'))
  assert.ok(litIn({ loss_g: { fresh: true, real_logits: null } }, 'loss_g').has('z>G'))
  assert.ok(litIn({ loss_g: { fresh: false, real_logits: [1] } }, 'loss_g').has('real>D'))
  assert.ok(!litIn({ loss_g: { fresh: true, real_logits: [1] } }, 'draw').has('G'))
  for (const { name } of PARTS) assert.ok(litIn(same, name).size > 1)
})

test('gradients go back above everything into D, and below everything into G', () => {
  const place = places(1000)
  const { D, lossD, G, lossG } = place.boxes
  const up = roadToD(place.boxes)
  assert.ok(up[0][0] > lossD[0] && up[3][0] > D[0] && up[3][0] < D[0] + D[2] && up[3][1] < D[1])
  const down = roadsToG(place)
  assert.equal(down.length, 3)
  assert.ok(down[0][0][0] > lossG[0] && down[2][3][0] > G[0] && down[2][3][0] < G[0] + G[2])
  for (const [i, box] of [lossG, D, place.boxes.fake].entries()) {
    assert.ok(down[i][0][1] > box[1] + box[3], 'it leaves below its box')
    assert.ok(down[i][1][1] > lossG[1] + lossG[3], 'and passes below all of them')
  }
})

test('a share of a way round corners', () => {
  /** @type {[number, number][]} */
  const corners = [
    [0, 0],
    [10, 0],
    [10, 30],
  ]
  assert.deepEqual(partOf(corners, 0), [])
  assert.deepEqual(partOf(corners, 0.125), [[0, 0, 5, 0]])
  assert.deepEqual(partOf(corners, 0.5), [
    [0, 0, 10, 0],
    [10, 0, 10, 10],
  ])
  assert.deepEqual(partOf(corners, 1)[1], [10, 0, 10, 30])
})

test('verdicts in bins, with the mean pull of each; what lies beyond an end counts there', () => {
  const { counts, pulls } = binned([0.1, 0.2, 0.9, 1, -5], [0, 1], 2, [1, 3, 5, 7, 2])
  assert.deepEqual(counts, [3, 2])
  assert.deepEqual(pulls, [2, 6])
  assert.deepEqual(binned([], [0, 1], 2).pulls, [0, 0])
})

test('numbers on their way', () => {
  assert.deepEqual(mixed([0, 10], [10, 0], 0.25), [2.5, 7.5])
})

test('D says a probability or a score, on a scale of its own', () => {
  assert.equal(saidOf(PROBABILITY, 0), 0.5)
  assert.equal(saidOf(HINGE, -3), -3)
  assert.deepEqual(rangeOf([0.2, 0.3], PROBABILITY), [0, 1])
  near(rangeOf([-1, 1], HINGE), [-1.24, 1.24])
  assert.deepEqual(rangeOf([2, 2], HINGE), [1.5, 2.5], 'one value has room on both sides')
})

test('a film of a step in the plane has tints around the middle of before and of after', () => {
  const film = filmOf(recording({ game: RELATIVE }))
  const [before, after] = film.grounds
  // the verdicts are 1 and -1 before, 3 and 1 after: the middle goes from 0 to 2
  near([before[0], before[3]], [-1, 1])
  near([after[0], after[3]], [-1, 1])
  assert.ok(film.scores[0] < -1 && film.scores[1] > 2)
})

test('a film of a step on a line has D as it is', () => {
  const line = recording({ at: { dim: 1, grid: [0, 1, 2, 3] } })
  assert.equal(filmOf(line).grounds[0], line.update_d.before)
})

test('the numbers that are said', () => {
  assert.equal(
    countOf(PROBABILITY, [-1, 2, 3], (p) => p > 0.5),
    2,
  )
  assert.deepEqual(spreadOf(HINGE, [1, 2, 6]), { mean: 3, least: 1, most: 6 })
  assert.deepEqual(centreOf([1, 10, 3, 20], 2), [2, 15])
  assert.deepEqual(lengthsOf([3, 4, 0, 2], 2), [5, 2])
  assert.deepEqual(lengthsOf([-3, 4], 1), [3, 4])
  assert.equal(shareMoved({ moved: [3, 4], size: [30, 40] }), 0.1)
  assert.equal(weightsOf([{ parameters: 3 }, { parameters: 4 }]), 7)
  assert.deepEqual([0.5, 0.005, 0.0005, 0].map(percent), ['50.0 %', '0.50 %', '0.050 %', '0.00 %'])
  assert.equal(weightedPenalty({ loss: 1, real: null, fake: null, penalty: 0.5, penalty_weight: 10 }), 5)
  assert.equal(weightedPenalty({ loss: 1, real: null, fake: null, penalty: null, penalty_weight: null }), null)
})
