import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { isPlane, planeOf } from '../../ui/latent/samples.js'
import { Gate, walkSource } from '../../ui/latent/walk.js'
import { sources } from '../../ui/shared/source.js'
import { install, serve, settle } from './browser.js'
import { live, pageData, status } from './data.js'

beforeEach(() => {
  install()
  sources.clear()
})

const latent = { step: null, a: 1, b: 2, kind: 'spherical', count: 61, label: 0, average: false }
const answer = (/** @type {string} */ url) => ({
  body: url.includes('/walk') ? { scores: Array(61).fill(0), step: 5, layout: null, sheet: null } : { z: [0, 1] },
})
const rest = async () => {
  for (let i = 0; i < 6; i++) await settle()
}
const query = (/** @type {string} */ url) => Object.fromEntries(new URL(url, 'http://here').searchParams)

test('one question at a time; of those that come meanwhile only the newest is asked', async () => {
  /** @type {(() => void)[]} */
  const ends = []
  let wish = 0
  /** @type {number[]} */
  const asked = []
  const gate = new Gate(() => {
    asked.push(wish)
    return new Promise((done) => ends.push(done))
  })
  for (wish = 1; wish < 5; wish++) gate.ask()
  assert.deepEqual(asked, [1])
  ends[0]()
  await rest()
  assert.deepEqual(asked, [1, 5], 'what was wished for in between is passed over')
  ends[1]()
  await rest()
  assert.deepEqual(asked, [1, 5])
})

test('a walk is asked for when it is another one, and begins in its middle', async () => {
  const asked = serve(answer)
  const source = walkSource(pageData({ run: 'a', latent }))
  await rest()
  assert.equal(asked.length, 2)
  assert.deepEqual(query(asked.find((url) => url.includes('/walk')) ?? ''), {
    step: 'newest',
    a: '1',
    b: '2',
    kind: 'spherical',
    count: '61',
    label: '0',
  })
  assert.deepEqual([source.at, source.last, source.walkVersion], [30, 60, 1])
  source.move(7)
  assert.equal(walkSource(pageData({ run: 'a', latent: { ...latent } })), source)
  await rest()
  assert.equal(asked.length, 2, 'the same walk')
  walkSource(pageData({ run: 'a', latent: { ...latent, b: 3, average: true } }))
  await rest()
  assert.deepEqual([source.at, source.walkVersion], [7, 2], 'the slider stays where it is')
  assert.equal(query(asked.at(-1) ?? '').which, 'average')
})

test('dimensions that were moved are told, and forgotten with another A', async () => {
  const asked = serve(answer)
  const source = walkSource(pageData({ run: 'a', latent }))
  source.set(3, 0.25)
  source.set(4, -1)
  await rest()
  assert.equal(query(asked.filter((url) => url.includes('/point')).at(-1) ?? '').set, '3:0.250,4:-1.000')
  walkSource(pageData({ run: 'a', latent: { ...latent, b: 9 } }))
  assert.equal(source.moved.size, 2)
  walkSource(pageData({ run: 'a', latent: { ...latent, a: 9 } }))
  assert.equal(source.moved.size, 0)
})

test('a newer generator is walked through when the newest is looked at', async () => {
  const asked = serve(answer)
  const source = walkSource(pageData({ run: 'a', latent }))
  await rest()
  const walks = () => asked.filter((url) => url.includes('/walk')).length
  source.take(live({ status: status({ saved_step: 5 }) }), false)
  assert.equal(walks(), 1, 'the first answer is no news')
  source.take(live({ status: status({ saved_step: 9 }) }), false)
  await rest()
  assert.equal(walks(), 2)
  walkSource(pageData({ run: 'a', latent: { ...latent, step: 5 } }))
  await rest()
  source.take(live({ status: status({ saved_step: 12 }) }), false)
  await rest()
  assert.equal(walks(), 3)
})

test('what went wrong is told; a walk between other seeds is not shown meanwhile, one that was only asked for again is', async () => {
  serve(answer)
  const source = walkSource(pageData({ run: 'a', latent }))
  await rest()
  serve(() => ({ body: { error: 'No checkpoint.' } }))
  walkSource(pageData({ run: 'a', latent: { ...latent, b: 3 } }))
  await rest()
  assert.deepEqual([source.walkError, source.pointError], ['No checkpoint.', 'No checkpoint.'])
  assert.deepEqual([source.walk, source.point], [null, null])
  serve(answer)
  walkSource(pageData({ run: 'a', latent: { ...latent, b: 4 } }))
  await rest()
  serve(() => {
    throw new TypeError('network')
  })
  source.set(0, 1)
  await rest()
  assert.equal(source.pointError, 'The server cannot be reached.')
  assert.ok(source.point && source.walk?.step === 5)
})

test('points of the plane are known by their two numbers', () => {
  assert.ok(isPlane([1, 2]) && !isPlane([1]))
  assert.equal(planeOf(null), null)
  assert.equal(planeOf({ dim: 1, real: [] }), null)
})
