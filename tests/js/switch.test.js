// No view shows one run's pixels or numbers under another's name: after a switch each of them is as if it had never known
// another run, whatever still arrives for that.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { sources } from '../../ui/shared/source.js'
import { settle } from './browser.js'
import { curve, live, pageData, status } from './data.js'
import { element, openDocument, seen } from './dom.js'
import { lineFrame, planeFrame, SQUARE } from './points.js'
import { recording } from './slow.js'

/** @import { Curves, Live } from '../../ui/shared/types.d.ts' */
/** @typedef {'images' | 'plane' | 'line'} Kind what a run's data are */

openDocument()
const { mount, unmount } = await import('../../ui/shared/mount.js')

const UI = new URL('../../ui/', import.meta.url)
const NAMES = readdirSync(UI, { recursive: true, encoding: 'utf8' })
  .filter(
    (name) =>
      name.endsWith('.js') && /^export default class|as default\b/m.test(readFileSync(new URL(name, UI), 'utf8')),
  )
  .map((name) => name.replaceAll('\\', '/').replace(/\.js$/, ''))
  .sort()
/** Views of the page itself, or of what is no run. */
const OF_NO_RUN = ['lab/brush', 'lab/dirac', 'lab/dirac_dials', 'lab/thumbnails', 'lab/trials']
const KINDS = /** @type {Kind[]} */ (['images', 'plane', 'line'])
const LAYOUT = { count: 4, rows: 2, columns: 2, width: 28, height: 28 }
const LATENT = { step: null, a: 1, b: 2, kind: 'spherical', count: 3, label: 0, average: false }

/** A number that is a run's own: of run 1, 2, ... @param {string} run */
const mark = (run) => 0.1 * Number(run) + 0.0123

/** What the run answers. @param {string} url @param {Kind} kind */
function answer(url, kind) {
  const run = /\/runs\/(\d)\//.exec(url)?.[1] ?? '9'
  const own = mark(run)
  const is = (/** @type {string} */ what) => url.includes(`/${what}`)
  if (is('live')) return { body: news(run, kind) }
  if (is('frames')) {
    if (kind === 'plane') return { body: planeFrame({ x: [own, own, 0.5, 0.5], s_real: [own], s_fake: [own] }) }
    if (kind === 'line') return { body: lineFrame({ x: [own, 0, own], value: -own, value_best: own, jsd: own }) }
    return { picture: `samples of ${run}` }
  }
  if (is('real')) {
    if (kind === 'images') return { picture: `reals of ${run}` }
    const scene = { dim: 2, extent: SQUARE, map: 12, real: [own, own], modes: null, sigma: null }
    return { body: kind === 'plane' ? scene : { dim: 1, real: [own] } }
  }
  if (is('scores')) return { body: { d_real: [own, own], d_fake: [own, own] } }
  if (is('walk')) {
    const scores = [own, own, own]
    if (kind === 'images') return { body: { scores, step: 5, layout: LAYOUT, sheet: `sheet of ${run}` } }
    const points = scores.map(() => (kind === 'plane' ? [own, own] : [own]))
    return { body: { scores, step: 5, layout: null, sheet: null, points } }
  }
  if (is('point')) {
    const more =
      kind === 'images' ? { image: `tile of ${run}` } : { image: null, value: kind === 'plane' ? [own, own] : [own] }
    return { body: { score: own, step: 5, z: [own, own], range: [-3, 3], ...more } }
  }
  if (is('networks')) {
    const network = {
      parameters: 1000 * Number(run),
      layers: [{ kind: 'Linear', shape: [Number(run)], parameters: 7 }],
    }
    return { body: { generator: network, discriminator: network } }
  }
  if (is('trials')) return { body: { done: false, words: `not yet, says ${run}` } }
  if (is('slow')) {
    const step = 100 * Number(run) + 1
    return {
      body: recording({ step, loss_d: { loss: own, real: own, fake: own, penalty: null, penalty_weight: null } }),
    }
  }
  return { picture: url } // a picture that came with an answer
}

/** @param {string} run @param {Kind} kind @returns {Live} */
function news(run, kind) {
  const own = mark(run)
  const names = ['loss_d', 'loss_g', 'd_real', 'd_fake', 'd_fake_after', 'value', 'grad_norm_d', 'grad_norm_g']
  return live({
    sequence: run,
    status: status({
      state: 'paused',
      message: `a message of ${run}`,
      step: 100 * Number(run),
      frame: 20,
      saved_step: 5,
      checkpoints: [5],
      is_image: kind === 'images',
      latent_dim: 2,
    }),
    layout: kind === 'images' ? LAYOUT : null,
    curves: /** @type {Curves} */ (Object.fromEntries(names.map((name) => [name, curve([own, own])]))),
    evaluations: { step: [5], diversity: [own], nearest: [own], modes: [own], jsd: [own] },
    findings: [
      {
        kind: `k${run}`,
        title: `finding of ${run}`,
        evidence: '',
        meaning: '',
        remedy: {},
        remedy_words: '',
        at_once: false,
        since: 1,
        since_words: `since ${run}`,
        lost: false,
        back: null,
      },
    ],
  })
}

/** Answers at once, or once `release` is called; `held` names the runs that are slow. */
class Server {
  /** @type {(() => void)[]} */
  #waiting = []
  /** @type {Set<string>} */
  held = new Set()

  /** @param {Kind} kind */
  constructor(kind) {
    globalThis.fetch = /** @type {any} */ (
      async (/** @type {string} */ url) => {
        const run = /\/runs\/(\d)\/|run=(\d)/.exec(url)
        if (run && this.held.has(run[1] ?? run[2])) await new Promise((done) => this.#waiting.push(() => done(null)))
        const { body, picture } = answer(url, kind)
        return {
          ok: true,
          status: 200,
          headers: new Map([['content-type', picture ? 'image/png' : 'application/json']]),
          json: async () => body,
          blob: async () => new Blob([picture ?? '']),
        }
      }
    )
  }

  release() {
    for (const go of this.#waiting.splice(0)) go()
  }
}

// nothing is asked again by itself, so that a test says when what is answered
beforeEach(() => mock.timers.enable({ apis: ['setTimeout', 'setInterval'] }))
afterEach(() => mock.timers.reset())

const rest = async () => {
  for (let i = 0; i < 30; i++) await settle()
}

/** @param {string} run @param {Kind} kind */
const told = (run, kind, more = {}) => ({
  data: pageData({
    run,
    state: 'paused',
    image: kind === 'images',
    latent: LATENT,
    layers: 'real,fakes,d',
    chosen: 'packing',
    ...more,
  }),
  parentElement: element(),
  setTriggerValue() {},
})

const load = async (/** @type {string} */ name) => (await import(new URL(`${name}.js`, UI).href)).default

test('views of no run are known by name', async () => {
  openDocument()
  new Server('images')
  for (const name of NAMES) {
    const Kind = await load(name)
    const [one, other] = ['1', '2'].map((run) => Kind.source(told(run, 'images').data))
    assert.equal(one === other, OF_NO_RUN.includes(name), name)
  }
  assert.ok(OF_NO_RUN.every((name) => NAMES.includes(name)))
})

for (const name of NAMES.filter((one) => !OF_NO_RUN.includes(one)))
  test(`${name}: another run begins with nothing of the one before, however late that answers`, async () => {
    openDocument()
    const View = await load(name)
    let showed = 0
    for (const kind of KINDS)
      for (const late of [false, true]) {
        const alone = await lone(View, kind)
        const server = new Server(kind)
        const root = element()
        sources.clear()
        if (late) server.held.add('1')
        mount(root, told('1', kind), View)
        await rest()
        if (!late && seen(root) !== alone.empty) showed += 1
        server.held.add('2')
        mount(root, told('2', kind), View)
        alike(seen(root), alone.first, `${kind}: at once`)
        await rest()
        alike(seen(root), alone.empty, `${kind}: as long as the new one has not answered`)
        server.release()
        await rest()
        server.held.clear()
        server.release()
        await rest()
        alike(seen(root), alone.full, `${kind}: all that is seen is the new one's`)
        unmount(root)
      }
    assert.ok(showed, 'it shows something of a run')
  })

/** What is seen, line by line, with the first line that differs. @param {string} found @param {string} wanted @param {string} when */
function alike(found, wanted, when) {
  const [one, other] = [found.split('\n'), wanted.split('\n')]
  const at = one.findIndex((line, i) => line !== other[i])
  const short = (/** @type {string} */ line) => (line ?? 'nothing').slice(0, 300)
  assert.ok(found === wanted, `${when}: ${short(one[at])}, not ${short(other[at])}`)
}

/** A view that knows run 2 only, before that has answered and afterwards. @param {any} View @param {Kind} kind */
async function lone(View, kind) {
  const server = new Server(kind)
  server.held.add('2')
  sources.clear()
  const root = element()
  mount(root, told('2', kind), View)
  const first = seen(root)
  await rest()
  const empty = seen(root)
  server.held.clear()
  server.release()
  await rest()
  const full = seen(root)
  unmount(root)
  return { first, empty, full }
}

test('settings that cannot be trained: nothing is said of those before them, from the first moment on', async () => {
  openDocument()
  new Server('images')
  sources.clear()
  const settings = { run: null, state: 'ready', config: JSON.stringify({ steps: null, epochs: 5, resolution: 28 }) }
  const before = { preview: { total_steps: 4212, data_size: 17_970 }, timing: { seconds_per_step: [1, 2] } }
  for (const [name, possible, impossible] of [
    ['shared/status', { wrong: false }, { wrong: true }],
    ['shared/counts', { whose: 'settings' }, { whose: 'nobody' }],
  ]) {
    const View = await load(String(name))
    const root = element()
    const now = (/** @type {any} */ more) => mount(root, told('1', 'images', { ...settings, ...more }), View)
    now(possible)
    const network = { parameters: 58_720, layers: [] }
    Object.assign(root.view.source, before, { networks: { generator: network, discriminator: network } })
    now(possible)
    assert.match(seen(root), /17,970|58,720/)
    now(impossible)
    assert.doesNotMatch(seen(root), /17,970|4,212|58,720|Ready/, String(name))
    now(possible)
    assert.match(seen(root), /17,970|58,720/, 'and back again')
    unmount(root)
  }
})

test('sizes of networks that are not those of the form say whose they are', async () => {
  openDocument()
  const View = await load('shared/counts')
  new Server('images')
  sources.clear()
  const root = element()
  for (const [whose, words] of Object.entries({ settings: /Parameters: G/, run: /Parameters of the run: G/ })) {
    mount(root, told('2', 'images', { whose }), View)
    await rest()
    assert.match(seen(root).replaceAll('\n', ''), words)
    assert.match(seen(root), /58,720/)
  }
  unmount(root)
})

for (const name of NAMES.filter((one) => one.startsWith('latent/')))
  test(`${name}: other seeds, another checkpoint, another class: the walk before is gone at once`, async () => {
    openDocument()
    const View = await load(name)
    for (const change of [{ a: 7 }, { b: 7 }, { step: 5 }, { label: 3 }, { average: true }, { kind: 'linear' }]) {
      const alone = await lone(View, 'images')
      const server = new Server('images')
      const root = element()
      sources.clear()
      mount(root, told('2', 'images'), View)
      await rest()
      alike(seen(root), alone.full, JSON.stringify(change))
      server.held.add('2')
      mount(root, told('2', 'images', { latent: { ...LATENT, ...change } }), View)
      assert.doesNotMatch(seen(root), /(sheet|tile) of/, `${JSON.stringify(change)}: no picture of it`)
      mount(root, told('2', 'images'), View) // and back, before either has answered
      server.held.clear()
      server.release()
      await rest()
      alike(seen(root), alone.full, JSON.stringify(change))
      unmount(root)
    }
  })

test('a tab that a new server does not know is loaded anew at its own address, and shows nothing of the new visit', async () => {
  openDocument()
  new Server('plane')
  const View = await load(NAMES.find((one) => !OF_NO_RUN.includes(one)) ?? '')
  const [reload, replaceState, pushState] = [mock.fn(), mock.fn(), mock.fn()]
  location.search = '?preset=plane&run=1'
  Object.assign(location, { reload })
  Object.assign(history, { replaceState, pushState })
  const root = element()
  mount(root, told('1', 'plane', { address: 'preset=plane&run=1' }), View)
  mount(root, told('1', 'plane', { address: 'preset=plane&run=1' }), View)
  await rest()
  assert.equal(reload.mock.callCount(), 0)
  const shown = seen(root)
  mount(root, told('2', 'plane', { visit: 'second', address: 'preset=plane' }), View)
  await rest()
  assert.equal(reload.mock.callCount(), 1)
  assert.equal(replaceState.mock.callCount() + pushState.mock.callCount(), 0, 'the address keeps the run')
  assert.equal(seen(root), shown)
  unmount(root)
})
