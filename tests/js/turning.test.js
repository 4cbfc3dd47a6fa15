import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { Turning } from '../../ui/shared/turning.js'

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
})

const settle = async () => {
  for (let i = 0; i < 9; i++) await null
}

/** A reader's timeline: pictures come when `bring` says so. */
function reader() {
  /** @type {Map<number, () => void>} */
  const due = new Map()
  /** @type {(number | null)[]} */
  const shown = []
  /** @type {Set<number>} */
  const there = new Set()
  const turning = new Turning(
    (step) => {
      if (step === null || there.has(step)) return ['at hand']
      return [new Promise((done) => due.set(step, () => done(there.add(step))))]
    },
    (step) => shown.push(step),
    () => {},
  )
  return { turning, shown, there, bring: (/** @type {number} */ step) => due.get(step)?.() }
}

test('what is at hand is turned to at once: scrubbing must not flicker', () => {
  const { turning, shown, there } = reader()
  there.add(3)
  turning.to(3)
  turning.to(null)
  assert.deepEqual(shown, [3, null])
})

test('words and charts wait for the picture of their step; the timeline is there before', async () => {
  const { turning, shown, bring } = reader()
  turning.to(3)
  await settle()
  assert.deepEqual([shown, turning.aim(9)], [[], 3])
  bring(3)
  await settle()
  assert.deepEqual([shown, turning.aim(3)], [[3], 3])
})

test('of the wishes that come meanwhile only the newest counts, and what has come is shown', async () => {
  const { turning, shown, bring } = reader()
  for (const step of [1, 2, 3, 4]) turning.to(step)
  assert.equal(turning.aim(null), 4)
  bring(1)
  await settle()
  bring(4)
  await settle()
  assert.deepEqual(shown, [1, 4])
})

test('a picture that does not come holds nothing up for long', async () => {
  const { turning, shown } = reader()
  turning.to(3)
  await settle()
  mock.timers.tick(1000)
  await settle()
  assert.deepEqual(shown, [3])
})
