import assert from 'node:assert/strict'
import { test } from 'node:test'
import { marksOf, merged, said, signsOf } from '../../ui/shared/marks.js'

const rate = [{ field: 'Learning rate of D', was: '2e-4', now: '0.02' }]
/** @param {[string, number][]} whats */
const told = (...whats) =>
  marksOf(whats.map(([what, step]) => ({ what, step }))).map(({ step, words }) => `${step} ${words}`)

test('a change says what it changed, from what to what; one of an older version only to what', () => {
  const change = { what: 'changed', step: 2760, changes: rate }
  assert.equal(said(marksOf([change])), 'Step 2,760: Learning rate of D 2e-4 → 0.02')
  const two = {
    ...change,
    changes: [
      { ...rate[0], was: '' },
      { field: 'k', was: '1', now: '5' },
    ],
  }
  assert.equal(said(marksOf([two])), 'Step 2,760: Learning rate of D → 0.02, k 1 → 5')
})

test('the first start and the regular end are no marks; an end that is not the last is one', () => {
  assert.deepEqual(told(['started', 0], ['finished', 300]), [])
  assert.deepEqual(told(['started', 0], ['stopped', 20]), ['20 stopped'])
  const paused = { what: 'paused', step: 9, seconds: 75 }
  assert.equal(said(marksOf([{ what: 'started', step: 0 }, paused])), 'Step 9: paused for 1:15')
  assert.deepEqual(told(['started', 0], ['finished', 300], ['continued', 300], ['finished', 400]), [
    '300 finished its schedule',
    '300 continued',
  ])
})

test('what was made again forgets what was before, and a process that vanished is told of', () => {
  const found = told(['started', 0], ['changed', 90], ['paused', 70], ['continued', 80], ['changed', 80])
  assert.deepEqual(found.slice(0, 2), [
    '70 paused for 0:00',
    '80 continued from the saved state, because the training process had vanished',
  ])
  assert.equal(found.length, 3)
  assert.deepEqual(told(['paused', 50], ['started', 0]), [], 'a run that begins again has no past')
  assert.deepEqual(told(['interrupted', 5], ['continued', 5]), [
    '5 interrupted, because the app was stopped',
    '5 continued',
  ])
})

test('a fork has the marks of its past, and one where it began', () => {
  const found = told(['started', 0], ['paused', 3], ['forked', 9], ['continued', 9], ['finished', 20])
  assert.equal(found.length, 2)
  assert.match(found[1], /^9 forked/)
})

test('marks that are close together become one, and no two places are closer than the gap', () => {
  const marks = [0, 1, 2, 50, 51, 52, 53, 300].map((step) => ({ step, kind: /** @type {const} */ ('held'), words: '' }))
  const sizes = (/** @type {number} */ scale) =>
    merged(marks, (step) => scale * step, 20).map(({ marks: some }) => some.length)
  assert.deepEqual(sizes(1), [3, 4, 1])
  assert.deepEqual(sizes(100), [1, 1, 1, 1, 1, 1, 1, 1])
  assert.deepEqual(sizes(0.01), [8])
  for (let scale = 0.1; scale < 30; scale *= 1.3) {
    const places = merged(marks, (step) => scale * step, 20).map(({ at }) => at)
    places.slice(1).forEach((at, i) => {
      assert.ok(at - places[i] >= 20)
    })
  }
  const [all] = merged(marks.slice(0, 2), () => 0, 20)
  assert.equal(said(all.marks).split('\n').length, 2, 'all of them are said')
})

test('a sign that stands for several shows that a finding is among them, and leads to the first', () => {
  /** @type {number[]} */
  const looked = []
  const marks = marksOf(
    [
      { what: 'changed', step: 10, changes: rate },
      { what: 'paused', step: 50 },
      { what: 'resumed', step: 52 },
    ],
    [/** @type {any} */ ({ title: 'D is dead', since: 12 })],
  )
  const signs = signsOf(
    marks,
    (step) => step,
    20,
    (step) => looked.push(step),
  )
  assert.deepEqual(
    signs.map(({ left, look, count }) => [left, look, count]),
    [
      [10, 'several warns', 2],
      [50, 'several', 2],
    ],
  )
  assert.equal(signs[0].words, 'Step 10: Learning rate of D 2e-4 → 0.02\nStep 12: D is dead')
  signs[0].press()
  assert.deepEqual(looked, [10])
  const [alone] = signsOf(marks.slice(1, 2), (step) => step, 20, Number)
  assert.equal(alone.look, 'finding')
})
