// Questions to the server: of those that are wished for meanwhile only the newest is asked, and what the page has not
// heard of stays.

import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { DiracSource } from '../../ui/lab/dirac_source.js'
import { SlowRequest } from '../../ui/lab/slow_request.js'
import { recording } from './slow.js'

/** @import { Setup } from '../../ui/lab/types.d.ts' */

/** @type {Setup} */
const SETUP = {
  objective: 'minimax',
  penalty: 'none',
  weight: 0.3,
  clip: 0,
  noise: 0,
  lr: 0.2,
  k: 1,
  how: 'alternating',
  steps: 500,
  theta: 1.2,
  psi: 0,
}

/**
 * A server whose answers are given one by one.
 * @returns {{ asked: URL[], answer: (body: unknown) => Promise<void>, end: () => void }}
 */
function server() {
  /** @type {URL[]} */
  const asked = []
  /** @type {((body: unknown) => void)[]} */
  const waiting = []
  const stub = mock.method(globalThis, 'fetch', (/** @type {string} */ address) => {
    asked.push(new URL(address, 'http://here'))
    return new Promise((resolve) => waiting.push((body) => resolve({ json: async () => body })))
  })
  return {
    asked,
    async answer(body) {
      waiting.shift()?.(body)
      for (let i = 0; i < 5; i++) await turn()
    },
    end: () => stub.mock.restore(),
  }
}

/** @param {Partial<Setup>} changes */
const page = (changes = {}, seen = 0) =>
  /** @type {any} */ ({ base: '', game: null, penalty: false, dirac: { setup: { ...SETUP, ...changes }, seen } })

const REPLY = { paths: { alternating: [[1], [0]] }, flow: { values: null }, steps: {}, field: [[1, 0, 0, 1, 1]] }

test('what is set is asked for at once, the field only where the game has changed', async () => {
  const { asked, answer, end } = server()
  const source = new DiracSource(page())
  source.configure(page())
  assert.equal(asked.length, 1)
  assert.equal(asked[0].searchParams.get('field'), '1')
  assert.equal(asked[0].searchParams.get('theta'), '1.2')
  await answer(REPLY)
  assert.equal(source.answer?.round, 1)
  source.move({ theta: 1 }, true)
  assert.equal(asked[1].searchParams.get('field'), '0')
  await answer({ ...REPLY, field: undefined })
  assert.equal(source.field.length, 1, 'the field is kept')
  source.move({ noise: 1 }, true)
  assert.equal(asked[2].searchParams.get('field'), '1')
  await answer(REPLY)
  end()
})

test('while the start is moved one question is on its way, and then the newest', async () => {
  const { asked, answer, end } = server()
  const source = new DiracSource(page())
  source.configure(page())
  await answer(REPLY)
  for (const theta of [0.1, 0.2, 0.3]) assert.equal(source.move({ theta }, false), null, 'the page is not told yet')
  assert.equal(asked.length, 2)
  await answer(REPLY)
  assert.deepEqual(
    asked.slice(1).map((url) => url.searchParams.get('theta')),
    ['0.1', '0.3'],
  )
  await answer(REPLY)
  assert.ok(source.answer?.held && source.answer.setup.theta === 0.3)
  assert.deepEqual(source.move({ theta: 0.3, psi: 1 }, true), { n: 1, setup: { theta: 0.3, psi: 1 } })
  await answer(REPLY)
  assert.equal(source.answer?.held, false)
  end()
})

test('what was moved stays until the page has heard of it, and reports hold all that it has not', async () => {
  const { answer, end } = server()
  const source = new DiracSource(page())
  source.configure(page())
  source.move({ theta: 0.5 }, true)
  assert.deepEqual(source.move({ lr: 1 }, true), { n: 2, setup: { lr: 1, theta: 0.5 } })
  source.configure(page({ penalty: 'r1' }, 0))
  assert.deepEqual([source.setup?.theta, source.setup?.lr, source.setup?.penalty], [0.5, 1, 'r1'])
  source.configure(page({ theta: 0.5 }, 1))
  assert.equal(source.setup?.lr, 1, 'report 2 has not been heard')
  source.configure(page({ theta: 0.5, lr: 1 }, 2))
  source.configure(page({ theta: -1, lr: 1 }, 2))
  assert.equal(source.setup?.theta, -1, 'what the page says counts again')
  await answer(REPLY)
  await answer(REPLY)
  end()
})

test('what the server refuses is said, and the last answer stays', async () => {
  const { answer, end } = server()
  const source = new DiracSource(page())
  source.configure(page())
  await answer(REPLY)
  source.move({ lr: 3 }, true)
  await answer({ error: 'No.' })
  assert.equal(source.error, 'No.')
  assert.equal(source.answer?.setup.lr, 0.2)
  end()
})

/** A run that is paused at a step. @param {number} step */
const paused = (step) => /** @type {any} */ ({ isRun: true, base: '/run', status: { state: 'paused', step } })

test('the next step of a run is asked for once, and again as long as the run has another', async () => {
  const { asked, answer, end } = server()
  mock.timers.enable({ apis: ['setTimeout'] })
  /** @type {number[]} */
  const found = []
  const request = new SlowRequest(
    ({ step }) => found.push(step),
    (words) => assert.fail(words),
  )
  const run = paused(11)
  request.ask(run)
  request.ask(run)
  assert.deepEqual(
    asked.map((url) => url.pathname),
    ['/run/slow'],
  )
  await answer(recording({ step: 11 }))
  mock.timers.tick(500)
  await answer(recording({ step: 12 }))
  assert.deepEqual(found, [12])
  request.ask(paused(12))
  request.forget()
  await answer(recording({ step: 13 }))
  assert.deepEqual(found, [12], 'what is not wanted any more is passed over')
  mock.timers.reset()
  end()
})

test('what stays impossible is said in the end', async () => {
  const { answer, end } = server()
  mock.timers.enable({ apis: ['setTimeout'] })
  /** @type {string[]} */
  const said = []
  const request = new SlowRequest(
    () => assert.fail(),
    (words) => said.push(words),
  )
  request.ask(paused(1))
  for (let i = 0; i <= 20; i++) {
    assert.equal(said.length, 0)
    await answer({ error: 'Busy.' })
    mock.timers.tick(500)
  }
  assert.deepEqual(said, ['Busy.'])
  request.ask(/** @type {any} */ ({ isRun: false, query: 'x', place: { base: '' } }))
  await answer({ error: 'No data.' })
  assert.deepEqual(said, ['Busy.', 'No data.'], 'settings are not asked again')
  mock.timers.reset()
  end()
})
