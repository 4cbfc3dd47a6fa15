import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { Frames } from '../../ui/shared/frames.js'
import { Glide } from '../../ui/shared/glide.js'
import { install, nextFrame, page, serve, settle } from './browser.js'

beforeEach(() => install())

const address = (/** @type {number} */ step) => `/frames/${step}`

test('a picture is fetched once, and is at hand from then on', async () => {
  const asked = serve((url) => ({ body: { step: url } }))
  const frames = new Frames(address)
  assert.equal(frames.peek(3), undefined)
  const [a, b] = await Promise.all([frames.get(3), frames.get(3)])
  assert.equal(a, b)
  assert.equal(frames.get(3), a, 'itself, no promise of it')
  assert.deepEqual(asked, ['/frames/3'])
})

test('a picture that is gone is asked for again', async () => {
  let status = 204
  serve(() => ({ status, body: { dim: 2 } }))
  const frames = new Frames(address)
  await assert.rejects(async () => frames.get(3))
  status = 200
  assert.deepEqual(await frames.get(3), { dim: 2 })
})

test('what was used longest ago goes first when there are too many pixels', () => {
  const frames = new Frames(address)
  const picture = /** @type {ImageBitmap} */ ({ width: 1000, height: 7000 })
  for (const step of [1, 2]) frames.keep(step, picture)
  frames.peek(1)
  frames.keep(3, picture)
  assert.deepEqual([...frames.kept.keys()], [1, 3])
  assert.equal(frames.pixels, 14e6)
  frames.keep(4, /** @type {ImageBitmap} */ ({ width: 10_000, height: 10_000 }))
  assert.deepEqual([...frames.kept.keys()], [4], 'the newest stays, however large')
})

test('those that will be wanted soon come two at a time, until others are', async () => {
  /** @type {(() => void)[]} */
  const answers = []
  const asked = serve(() => new Promise((done) => answers.push(() => done({ body: {} }))))
  const frames = new Frames(address)
  frames.ahead([1, 2, 3, 4])
  await settle()
  assert.deepEqual(asked, ['/frames/1', '/frames/2'])
  frames.ahead([9])
  for (const answer of answers.splice(0)) answer()
  await settle()
  assert.deepEqual(asked, ['/frames/1', '/frames/2', '/frames/9'])
})

test('numbers glide from where they are; what is of another length is there at once', () => {
  let now = 10_000
  const clock = mock.method(performance, 'now', () => now)
  let painted = 0
  const glide = new Glide(() => {
    painted += 1
  })
  glide.to({ x: [0, 10], y: null })
  assert.deepEqual(glide.now(), { x: [0, 10], y: null }, 'the first are there at once')
  now += 5000
  glide.to({ x: [1, 20], y: [1] })
  assert.deepEqual(glide.now(), { x: [0, 10], y: [1] })
  now += 150 // half of the longest way
  assert.deepEqual(glide.now(), { x: [0.5, 15], y: [1] })
  const before = painted
  nextFrame()
  assert.equal(painted, before + 1)
  now += 151
  assert.deepEqual(glide.now(), { x: [1, 20], y: [1] })
  nextFrame()
  nextFrame()
  assert.equal(painted, before + 2, 'it comes to rest')
  clock.mock.restore()
})

test('pictures that keep coming are followed at an even speed', () => {
  let now = 0
  const clock = mock.method(performance, 'now', () => now)
  const glide = new Glide(() => {})
  for (let i = 0; i < 30; i++) {
    glide.to({ x: [100 * i] })
    now += 100
  }
  assert.ok(Math.abs(glide.lasts - 115) < 2, `${glide.lasts} ms for pictures 100 ms apart`)
  now -= 100
  const [start] = glide.now()?.x ?? []
  now += glide.lasts / 4
  const [quarter] = glide.now()?.x ?? []
  assert.ok(Math.abs(quarter - (start + (2900 - start) / 4)) < 1e-6)
  clock.mock.restore()
})

test('nothing moves for readers who want it calm, or on a hidden page', () => {
  let now = 0
  const clock = mock.method(performance, 'now', () => now)
  for (const calm of [true, false]) {
    install({ calm })
    page.hidden = !calm
    const glide = new Glide(() => {})
    glide.to({ x: [0] })
    now += 1000
    glide.to({ x: [8] })
    assert.deepEqual(glide.now(), { x: [8] })
  }
  clock.mock.restore()
})
