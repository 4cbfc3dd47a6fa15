import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { chartsOf } from '../../ui/shared/curves.js'
import { describe } from '../../ui/shared/describe.js'
import { PreviewSource } from '../../ui/shared/preview.js'
import { RunSource } from '../../ui/shared/run.js'
import { Source, shared, sources } from '../../ui/shared/source.js'
import { sourceFor } from '../../ui/shared/store.js'
import { View } from '../../ui/shared/view.js'
import { hide, install, page, serve, settle } from './browser.js'
import { curves, HINGE, live, PROBABILITY, pageData, status } from './data.js'

beforeEach(() => {
  install()
  sources.clear()
  mock.timers.reset()
  mock.timers.enable({ apis: ['setTimeout'] })
})

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms)
  for (let i = 0; i < 5; i++) await settle()
}

const asks = (/** @type {string[]} */ asked) => asked.filter((url) => url.includes('/live')).length

test('a run is asked about as often as the view wants that wants it most often, and with what is known of it', async () => {
  const asked = serve(() => ({ body: live({ sequence: '7', curves: curves(1, 0) }) }))
  const source = new RunSource(pageData({ run: 'a b' }))
  const leave = source.subscribe(() => {})
  await pass(0)
  assert.deepEqual(asked, ['/api/runs/a%20b/live?since=&curves=1&events=0'])
  await pass(200)
  assert.equal(asks(asked), 1)
  await pass(210)
  assert.equal(asked[1], '/api/runs/a%20b/live?since=7&curves=0&events=0', 'curves come less often')
  const other = source.subscribe(
    () => {},
    () => ({ often: 100 }),
  )
  assert.equal(source.often, 100)
  other()
  assert.equal(source.often, 400)
  leave()
})

test('curves are asked for even where nothing else is new, as long as the last answer came without them', async () => {
  const asked = serve(() => ({ body: live({ sequence: '7' }) }))
  const source = new RunSource(pageData({ run: 'a' }))
  source.withoutCurves = true
  const leave = source.subscribe(() => {})
  await pass(0)
  source.withoutCurves = false
  source.curvesEvery = 0
  await pass(410)
  await pass(410)
  assert.deepEqual(
    asked.map((url) => url.split('?')[1]),
    ['since=&curves=0&events=0', 'since=&curves=1&events=0', 'since=7&curves=1&events=0'],
  )
  leave()
})

test('nobody is asked while nobody looks: no view, or a hidden page', async () => {
  const asked = serve(() => ({ body: live() }))
  const source = new RunSource(pageData({ run: 'a' }))
  const leave = source.subscribe(() => {})
  await pass(0)
  page.hidden = true
  await pass(2000)
  assert.equal(asks(asked), 1)
  hide(false)
  await pass(0)
  assert.equal(asks(asked), 2, 'at once when the page is seen again')
  leave()
  await pass(9000)
  assert.equal(asks(asked), 2)
})

test('a run that is over is asked about seldom', async () => {
  const asked = serve(() => ({ body: live({ status: status({ state: 'finished', active: false }) }) }))
  const leave = new RunSource(pageData({ run: 'a' })).subscribe(() => {})
  await pass(0)
  await pass(2900)
  assert.equal(asks(asked), 1)
  await pass(200)
  assert.equal(asks(asked), 2)
  leave()
})

test('views hear of news, and after a button was pressed also that there is none', async () => {
  let body = /** @type {any} */ ({ body: live() })
  serve(() => body)
  const source = new RunSource(pageData({ run: 'a' }))
  let heard = 0
  const leave = source.subscribe(() => {
    heard += 1
  })
  await pass(0)
  assert.equal(heard, 1)
  body = { status: 204 }
  await pass(500)
  assert.equal(heard, 1, 'nothing has changed')
  source.hurry()
  await pass(0)
  assert.equal(heard, 2)
  leave()
})

test('words, numbers and pictures of a step appear together; questions go on meanwhile, and nothing waits for ever', async () => {
  /** @type {Map<number, (status: number) => void>} */
  const waits = new Map()
  let step = 10
  const asked = serve((url) => {
    const of = /frames\/(\d+)$/.exec(url)
    if (of)
      return new Promise((done) =>
        waits.set(Number(of[1]), (status) => done({ status, body: { dim: 2, step: of[1] } })),
      )
    if (url.includes('/real')) return { body: { dim: 2 } }
    return {
      body: live({ sequence: String(step), frames: [], status: status({ step, frame: step, is_image: false }) }),
    }
  })
  const source = new RunSource(pageData({ run: 'a' }))
  /** @type {[number | undefined, number | null, boolean][]} */
  const seen = []
  const leave = source.subscribe(() => {
    const { shown } = source
    seen.push([source.status?.step, shown, shown !== null && source.frames.peek(shown) !== undefined])
  })
  await pass(0)
  assert.deepEqual(seen, [[10, 10, false]], 'a run that was not known is known at once')
  const answers = () => asked.filter((url) => url.includes('/live')).length
  for (step = 20; step < 50; step += 10) await pass(410)
  assert.equal(source.status?.step, 10)
  assert.equal(answers(), 4)
  waits.get(20)?.(200)
  await pass(0)
  assert.deepEqual(seen.slice(1), [[20, 20, true]], 'with its picture')
  assert.ok(!waits.has(30), 'what was passed by meanwhile is not asked for')
  waits.get(40)?.(200)
  await pass(0)
  assert.deepEqual(seen.slice(2), [[40, 40, true]])
  step = 60
  await pass(410)
  assert.equal(source.status?.step, 40)
  await pass(1000)
  assert.equal(source.status?.step, 60, 'without its picture, where that takes too long')
  leave()
})

test('where a glance is always gone before it is fetched, the newest kept picture is shown, and none stays for good', () => {
  const source = new RunSource(pageData())
  const now = (/** @type {number} */ frame, /** @type {number[]} */ frames) =>
    source.take(live({ status: status({ frame, step: frame }), frames }), false)
  now(130, [0, 100])
  assert.equal(source.shown, 130)
  source.lose(130, 110)
  assert.equal(source.shown, 130, 'no picture gives way to an older one')
  source.lose(130, 20)
  assert.equal(source.shown, 100)
  now(140, [0, 100])
  assert.equal(source.shown, 140, 'a newer one is tried')
  source.lose(140, 100)
  now(230, [0, 100, 200])
  source.lose(230, 100)
  assert.equal(source.shown, 200)
  source.lose(200, 100)
  assert.equal(source.shown, 200, 'one that is kept is there')
})

test('a folder that is gone ends the asking, a server that is away does not', async () => {
  let answer = /** @type {any} */ ({ status: 404, body: { error: 'It is gone.' } })
  const asked = serve(() => {
    if (!answer) throw new TypeError('network')
    return answer
  })
  const source = new RunSource(pageData({ run: 'a' }))
  const leave = source.subscribe(() => {})
  await pass(0)
  assert.equal(source.error, 'It is gone.')
  await pass(9000)
  assert.equal(asks(asked), 1)
  answer = null
  source.hurry()
  await pass(0)
  assert.ok(source.offline)
  answer = { body: live() }
  await pass(2100)
  assert.ok(!source.offline && source.error === null)
  answer = { status: 500, body: {} }
  await pass(500)
  assert.equal(source.error, 'The server answered 500.')
  leave()
})

test('the history is told once: what is new is added where it belongs', () => {
  serve(() => ({}))
  const source = new RunSource(pageData({ run: 'a' }))
  const told = () => source.marks.map(({ step, words }) => `${step} ${words}`)
  const happens = (/** @type {number} */ from, /** @type {string[]} */ ...whats) =>
    source.take(live({ events: { from, rows: whats.map((what, i) => ({ what, step: 10 * (from + i) })) } }), true)
  happens(0, 'started', 'failed')
  happens(2, 'stopped')
  source.take(live(), true)
  assert.deepEqual(told(), ['10 failed', '20 stopped'])
  happens(1, 'stopped')
  assert.deepEqual(told(), ['10 stopped'], 'a folder that was replaced is told anew')
  source.take(live({ findings: [/** @type {any} */ ({ title: 'D is dead', since: 4 })] }), true)
  assert.deepEqual(told(), ['4 D is dead', '10 stopped'])
})

test('both sides of a race are zoomed together', () => {
  serve(() => ({}))
  const data = { a: pageData({ run: 'a', pair: 'b' }), b: pageData({ run: 'b', pair: 'a' }) }
  const [a, b] = [sourceFor(data.a), sourceFor(data.b)]
  a.subscribe(
    () => {},
    () => data.a,
  )
  a.zoomTo({ steps: [1, 5], values: {} })
  assert.deepEqual(b.zoom.steps, [1, 5])
  a.views.clear()
  a.end()
})

test('the newest picture counts as a step whether it is kept or not; a step that is not there any more is not looked at', () => {
  serve(() => ({}))
  const source = new RunSource(pageData({ run: 'a' }))
  assert.equal(source.shown, null)
  source.take(live({ status: status({ frame: 23 }) }), true)
  assert.deepEqual(source.steps, [0, 10, 20, 23])
  assert.equal(source.shown, 23)
  source.look(10)
  assert.equal(source.shown, 10)
  source.look(11)
  assert.equal(source.shown, 23)
  source.take(live({ status: status({ frame: 20 }) }), true)
  assert.deepEqual(source.steps, [0, 10, 20])
})

test('the other side of a race looks at what it had made by then', () => {
  serve(() => ({}))
  const data = { a: pageData({ run: 'a', pair: 'b' }), b: pageData({ run: 'b', pair: 'a' }) }
  const [a, b] = [sourceFor(data.a), sourceFor(data.b)]
  a.subscribe(
    () => {},
    () => data.a,
  )
  for (const [source, frames] of /** @type {const} */ ([
    [a, [0, 10, 20]],
    [b, [0, 9, 18]],
  ]))
    if (source.isRun) source.take(live({ frames: [...frames] }), true)
  a.look(20)
  assert.equal(b.cursor, 18)
  a.look(5)
  assert.equal(b.cursor, 0)
  b.follow(9)
  assert.equal(b.cursor, 9, 'at that very step')
  a.look(null)
  assert.equal(b.cursor, null)
  a.views.clear()
  a.end()
})

test('a page has one source a run; of those that nobody looks at a few are kept', () => {
  serve(() => ({}))
  const forgotten = mock.method(Source.prototype, 'forget', () => {})
  const make = (/** @type {string} */ name) => shared(name, pageData(), () => new Source(pageData()))
  const first = make('first')
  first.subscribe(() => {})
  for (let i = 0; i < 9; i++) make(`other ${i}`)
  assert.equal(sources.size, 6)
  assert.equal(make('first'), first, 'one that is looked at stays')
  assert.equal(forgotten.mock.callCount(), 4)
  forgotten.mock.restore()
  assert.equal(sourceFor(pageData({ run: 'x' })), sourceFor(pageData({ run: 'x' })))
  assert.notEqual(sourceFor(pageData()), sourceFor(pageData({ config: '{"steps": 5}' })))
})

test('what scores mean is what the picture was made with', () => {
  const source = new Source(pageData({ games: { hinge: HINGE } }))
  assert.equal(source.gameOf({ objective: 'hinge' }), HINGE)
  assert.equal(source.gameOf({ objective: 'unknown' }), PROBABILITY)
  assert.equal(source.gameOf(null), PROBABILITY)
})

test('objective and penalty are those that the run has now, of images too, whatever the page said last', async () => {
  const games = { hinge: HINGE, [PROBABILITY.name]: PROBABILITY }
  const now = (/** @type {Record<string, unknown>} */ fields) =>
    live({ status: status({ live: fields, is_image: true }) })
  const told = pageData({ run: 'a', games, game: HINGE, image: true })
  const source = new RunSource(told)
  assert.deepEqual([source.game, source.penalty], [HINGE, false], 'the page is believed before the run has answered')
  source.take(now({ objective: PROBABILITY.name, penalty: 'r1' }), false)
  assert.deepEqual([source.game, source.penalty], [PROBABILITY, true])
  source.configure(told)
  assert.deepEqual([source.game, source.penalty], [PROBABILITY, true], 'a rerun may know less than the run')
  const [, first] = chartsOf(source.game, source.penalty)
  source.take(now({ objective: 'hinge', penalty: 'none' }), false)
  assert.deepEqual([source.game, source.penalty], [HINGE, false])
  const [, second] = chartsOf(source.game, source.penalty)
  assert.notEqual(first.name, second.name)
  const said = describe({ ...source, game: source.game, curves: curves(0.5, 0.5) }, '')?.[0] ?? ''
  assert.match(said, /scores real samples/)
})

test('settings that are only passed by are not asked about; those that stay are, and then timed', async () => {
  const preview = { layout: null, total_steps: 10, networks: null, real: { dim: 2 }, fake: { dim: 2 } }
  let line = 'a:training'
  const all = serve((url) => ({
    body: url.includes('timing') ? { seconds_per_step: [2, 3] } : url.includes('/line') ? { line } : preview,
  }))
  const asked = () => all.filter((url) => !url.includes('/line'))
  sources.set('another', new Source(pageData()))
  const source = new PreviewSource(pageData())
  sources.set('settings', source)
  const leave = source.subscribe(() => {})
  await pass(150)
  leave()
  await pass(500)
  assert.deepEqual(all, [])
  source.subscribe(() => {})
  await pass(0)
  assert.equal(asked().length, 1, 'at once when they are looked at again')
  assert.deepEqual(source.fake, { dim: 2 })
  await pass(499)
  assert.equal(asked().length, 1)
  await pass(2)
  assert.match(asked()[1], /timing/)
  assert.deepEqual(source.timing?.seconds_per_step, [2, 3])
  await pass(10_000)
  assert.equal(asked().length, 2)
  // a run beside this one has ended: what was measured beside it says nothing any more
  line = ''
  await pass(3100)
  assert.equal(source.line, '')
  assert.equal(asked().length, 3)
  const seen = all.length
  for (const view of [...source.views.keys()]) source.views.delete(view)
  source.end()
  await pass(10_000)
  assert.equal(all.length, seen, 'nobody looks')
})

test('what could not be had before training is asked for again after something was pressed', async () => {
  let body = /** @type {any} */ ({ error: 'No such folder.' })
  const all = serve(() => ({ body }))
  const source = new PreviewSource(pageData())
  source.subscribe(() => {})
  await pass(200)
  assert.equal(source.error, 'No such folder.')
  body = { real: { dim: 2 }, fake: { dim: 2 } }
  source.hurry()
  await pass(0)
  assert.equal(source.error, null)
  source.hurry()
  await pass(0)
  assert.equal(all.filter((url) => url.includes('preview')).length, 2)
})

test('a view draws what its source has, hurries it, and leaves when it ends', () => {
  /** @type {string[]} */
  const log = []
  class Spy extends View {
    mounted() {
      log.push('mounted')
    }
    draw() {
      log.push('draw')
    }
    destroy() {
      log.push('destroy')
    }
  }
  class Told extends Source {
    hurry() {
      log.push('hurry')
    }
  }
  const source = new Told(pageData())
  const component = /** @type {any} */ ({ data: pageData() })
  const view = new Spy(/** @type {any} */ ({ root: {}, component, source }))
  const heard = (/** @type {() => void} */ act) => {
    log.length = 0
    act()
    return log.join(' ')
  }
  const mount = () => heard(() => view.mount(component))
  assert.equal(mount(), 'mounted draw')
  assert.equal(mount(), 'hurry mounted draw')
  assert.equal(
    heard(() => source.changed()),
    'draw',
  )
  view.until(() => log.push('end'))
  assert.equal(
    heard(() => view.unmount()),
    'end destroy',
  )
  assert.ok(view.gone && source.views.size === 0)
})

test('a run that begins shows the untrained networks of its settings, and settings with another rate keep their pictures', async () => {
  const preview = {
    layout: null,
    total_steps: 9,
    networks: {},
    real: { dim: 2 },
    fake: { dim: 2, x: [1] },
    d_real: [1],
    d_fake: [2],
  }
  const asked = serve((url) => ({ body: url.includes('preview') ? preview : {} }))
  const settings = sourceFor(pageData({ config: '{"lr_d": 1}', look: 'one' }))
  const leave = settings.subscribe(() => {})
  await pass(0)
  leave()
  const rate = sourceFor(pageData({ config: '{"lr_d": 2}', look: 'one' }))
  assert.ok(!rate.isRun && rate.fake === preview.fake && rate.preview)
  rate.subscribe(() => {})
  await pass(300)
  await pass(600)
  assert.deepEqual(
    asked.filter((url) => /preview|timing/.test(url)).map((url) => url.includes('timing')),
    [false, true],
    'only how long it takes is asked anew',
  )
  const other = sourceFor(pageData({ config: '{"width": 2}', look: 'two' }))
  assert.ok(!other.isRun && other.fake === null, 'other pictures are not shown under these settings')
  const run = sourceFor(pageData({ run: 'a', state: 'queued', look: 'one' }))
  assert.ok(run.isRun && run.shown === 0 && run.frames.peek(0) === preview.fake && run.realNow === preview.real)
  assert.deepEqual(await run.scoresOf(0), { d_real: [1], d_fake: [2] })
  const over = sourceFor(pageData({ run: 'b', state: 'finished', look: 'one' }))
  assert.ok(over.isRun && over.shown === null, 'a run that was opened shows its newest step')
})
