import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { sizesIn } from '../../ui/lab/field.js'
import { gapInWords, nameInWords, scaleOf } from '../../ui/lab/gauge.js'
import { Layers, whyMissing } from '../../ui/lab/layers.js'
import { Playhead } from '../../ui/lab/playhead.js'
import { coordinate } from '../../ui/lab/readout.js'
import { SmallMaps } from '../../ui/lab/small_maps.js'
import { steady } from '../../ui/lab/steady.js'
import { placeOfDraw } from '../../ui/lab/thumbnails.js'
import { Reports } from '../../ui/shared/reports.js'
import { openDocument } from './dom.js'
import { near, planeFrame } from './points.js'

test('a report that the page has not seen waits, but not for ever', () => {
  let now = 1000
  const clock = mock.method(performance, 'now', () => now)
  const reports = new Reports()
  assert.equal(reports.waits(0), false)
  assert.equal(reports.next(), 1)
  assert.ok(reports.waits(0) && !reports.waits(1))
  assert.ok(!reports.waits(0, 0), 'an older report has been heard')
  now += 5001
  assert.ok(!reports.waits(0), 'what the page says counts again')
  clock.mock.restore()
})

test('layers are switched one by one, of the grounds one is shown', () => {
  const layers = new Layers()
  let changes = 0
  layers.views.add(() => {
    changes += 1
  })
  assert.equal(layers.ground, 'd')
  assert.deepEqual(layers.switch('pull'), { n: 1, layers: 'real,fakes,manifold,pull,d' })
  assert.deepEqual(layers.switch('best'), { n: 2, layers: 'real,fakes,manifold,pull,best' })
  assert.deepEqual(layers.switch('nothing'), { n: 3, layers: 'real,fakes,manifold,pull' })
  assert.equal(layers.ground, 'nothing')
  assert.deepEqual(layers.switch('fakes'), { n: 4, layers: 'real,manifold,pull' })
  assert.equal(changes, 4)
})

test('what was switched here counts until the page has heard of it', () => {
  const layers = new Layers()
  layers.switch('pull')
  layers.configure('real', 0)
  assert.ok(layers.names.has('pull'))
  layers.configure('real', 1)
  assert.deepEqual([...layers.names], ['real'])
  layers.configure(undefined, 1)
  assert.equal(layers.words, 'real,fakes,manifold,d', 'the usual ones')
})

test('why a layer is not there', () => {
  const frame = planeFrame()
  assert.equal(whyMissing('manifold', null, 16), '')
  assert.notEqual(whyMissing('manifold', frame, 16), '')
  const reasons = [
    whyMissing('manifold', frame, 16),
    whyMissing('manifold', planeFrame({ manifold: null }), 2),
    whyMissing('manifold', frame, 2),
    whyMissing('best', planeFrame({ best: null }), 2),
    whyMissing('average', frame, 2),
  ]
  assert.equal(new Set(reasons).size, 5, 'each for a reason of its own')
  assert.equal(whyMissing('best', frame, 2), '')
  assert.equal(whyMissing('difference', planeFrame({ best: undefined }), 2), whyMissing('pull', frame, 2))
  assert.equal(whyMissing('nothing', frame, 2), '')
})

test('the plane leaves room for its maps beside it, or has them below where it is narrow', () => {
  const wide = sizesIn(900, 1440, 900, true)
  assert.deepEqual(wide, { beside: true, side: 500, small: 124 })
  const narrow = sizesIn(400, 800, 900, true)
  assert.deepEqual(narrow, { beside: false, side: 400, small: 110 })
  assert.equal(sizesIn(700, 1440, 2000, false).side, 700, 'no maps, no strip')
})

test('coordinates and steady numbers do not change their width', () => {
  assert.deepEqual([0.5, -0.5].map(coordinate), [' 0.50', '−0.50'])
  assert.deepEqual([0.1234, -1.5, -0.0001, null, undefined].map(steady), ['0.123', '−1.500', '0.000', '–', '–'])
})

test("a game's scale is fixed; a distance's reaches as far as it ever had to", () => {
  near(Object.values(scaleOf({ draw: -1.4, most: 0 }, [-3, 5], 1)), [-1.75, 0])
  assert.deepEqual(scaleOf({ draw: 0, most: null }, [2, null], 1), { low: 0, high: 2 })
  assert.deepEqual(scaleOf({ draw: 0, most: null }, [0.5, undefined], 2), { low: 0, high: 2 })
})

test('nothing less than nothing is left for D to gain', () => {
  assert.equal(gapInWords(-1.3, -1.1), '0.200')
  assert.equal(gapInWords(-1.1, -1.1), '0.000')
  assert.equal(gapInWords(-1.1, -1.1002), '0.000')
  assert.match(gapInWords(-1.35, -1.356), /^none/)
  assert.equal(gapInWords(null, -1.1), '–')
  assert.equal(gapInWords(-1.1, undefined), '–')
})

test('a negative estimate of a distance is not left without a word', () => {
  const distance = { most: null, value: 'estimated distance' }
  assert.equal(nameInWords(0.3, distance), 'estimated distance')
  assert.match(nameInWords(-0.027, distance), /^estimated distance \(a negative value is not a distance/)
  assert.equal(nameInWords(-1.3, { most: 0, value: 'V(G, D)' }), 'V(G, D)')
})

test('draws come round again, and lie under the curve on a line', () => {
  const draws = Uint8Array.of(0, 255, 51, 102)
  near(placeOfDraw(draws, null, 2, 1), [0.2, 0.4])
  assert.deepEqual(placeOfDraw(draws, null, 2, 2), placeOfDraw(draws, null, 2, 0))
  const density = Uint8Array.of(255, 51)
  for (let i = 0; i < 4; i++) {
    const [u, v] = placeOfDraw(draws, density, 1, i)
    assert.ok(v >= 0 && v <= (u < 0.5 ? 0.86 : 0.2 * 0.86))
  }
})

/** A browser's frames, one at a time. */
function frames() {
  /** @type {((now: number) => void)[]} */
  const wanted = []
  let now = 0
  Object.assign(globalThis, {
    requestAnimationFrame: (/** @type {(now: number) => void} */ call) => wanted.push(call),
    cancelAnimationFrame: () => wanted.splice(0),
    window: { matchMedia: () => ({ matches: false }) },
  })
  const clock = mock.method(performance, 'now', () => now)
  return {
    /** @param {number} ms */
    pass(ms) {
      now += ms
      wanted.shift()?.(now)
    },
    waiting: () => wanted.length > 0,
    end: () => clock.mock.restore(),
  }
}

test('a trajectory is played to its end at an even pace, and again from its start', () => {
  const browser = frames()
  const time = new Playhead(() => {})
  time.last = 100
  time.restart()
  assert.ok(time.playing && time.at === 0)
  browser.pass(100)
  near([time.at], [5])
  browser.pass(1000)
  near([time.at], [10], 1e-9) // after a pause of the browser it goes on where it was
  while (browser.waiting()) browser.pass(100)
  near([Number(time.playing), time.at], [0, 100])
  time.toggle()
  assert.ok(time.playing && time.at === 0)
  browser.end()
})

test('who paused or scrubbed sees the next trajectory as a whole, until it is played again', () => {
  const browser = frames()
  const time = new Playhead(() => {})
  time.last = 50
  time.restart()
  time.toggle()
  assert.ok(!time.playing)
  time.restart()
  assert.ok(!time.playing && time.at === 50)
  time.scrub(7)
  assert.equal(time.at, 7)
  time.restart(true)
  assert.ok(time.playing)
  time.end()
  assert.ok(!time.playing && time.at === 50)
  browser.end()
})

test('the small maps have their size before there is a picture to paint', () => {
  openDocument()
  const maps = new SmallMaps(
    () => {},
    () => '',
  )
  maps.resize(96)
  for (const { canvas } of maps.maps) assert.deepEqual([canvas.style.width, canvas.style.height], ['96px', '96px'])
})
