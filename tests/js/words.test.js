import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describe, distances, introduce, single, stage } from '../../ui/shared/describe.js'
import { about, runSays, settingsSay } from '../../ui/shared/states.js'
import { whyOther } from '../../ui/train/batch.js'
import { curve, curves, HINGE, PROBABILITY, status, WASSERSTEIN } from './data.js'

/** @param {any} source @param {string} picture */
const told = (source, picture) => describe({ findings: [], evaluations: null, ...source }, picture)

/** @param {Partial<import('../../ui/shared/types.d.ts').Status>} more */
const says = (more, error = null, offline = false) => runSays({ status: status(more), error, offline }, 'training')

test('durations', () => {
  assert.equal(about(0.1, 0.2), 'about 1 s')
  assert.equal(about(20, 45), 'about 20 to 45 s')
  assert.equal(about(580, 615), 'about 10 minutes')
  assert.equal(about(50, 300), 'about 1 to 5 minutes')
  assert.equal(about(600, 9000), 'about 0.2 to 2.5 hours')
})

test('a run that trains: where it is, how fast, how long, and with what', () => {
  assert.deepEqual(says({}), {
    state: 'training',
    step: 'step 1,204 of 4,212',
    epoch: 'epoch 3',
    rate: '9,800 images/s',
    left: '0:42 left',
    share: 1204 / 4212,
    pending: false,
    sentence:
      'Learning from 17,970 images. Computed on the processor in float32. G has 58,720 parameters and D has 10,080.',
  })
  assert.equal(says({ is_image: false }).rate, '9,800 points/s')
  assert.equal(says({ step: 0, epoch: 0 }).epoch, '')
  assert.equal(says({ step: 3, epoch: 0 }).epoch, 'epoch 1')
  assert.equal(says({ endless: true }).epoch, '', 'a distribution has no end that could be passed')
  assert.equal(says({ total_steps: null }).share, 0)
  assert.match(says({ device: 'cuda' }).sentence, /on the GPU/)
  assert.match(says({ step: 0, head_start: 500 }).sentence, /^D gets its head start: 500 updates/)
  assert.equal(says({ message: 'Reading the data.' }).sentence, 'Reading the data.')
})

test('a run that does not train says what its state means, and how long it took', () => {
  const over = says({ state: 'finished', active: false })
  assert.equal(over.rate, '')
  assert.equal(over.left, '1:01 trained')
  assert.match(over.sentence, /^Trained to the end/)
  assert.equal(says({ state: 'crashed', message: 'It was killed.' }).sentence, 'It was killed.')
  assert.equal(says({ state: 'somehow' }).sentence, '')
})

test('what was left out is said, of one and of more', () => {
  assert.equal(
    says({ state: 'paused', skipped: 1 }).sentence,
    'Resume, or make single steps and watch what each one does. 1 file was left out: not readable as an image.',
  )
  assert.match(
    says({ skipped: 2, is_image: false, data_size: 1000 }).sentence,
    /^Learning from 1,000 points\. Computed on .* 2 rows were left out: not two numbers\.$/,
  )
  assert.match(says({ data_size: 1 }).sentence, /from 1 image\./)
})

test('what a worker was asked for goes before its state, no connection before everything', () => {
  assert.match(says({ asked: 'stop' }).sentence, /^The run stops after/)
  assert.match(says({ asked: 'pause' }).sentence, /^The run pauses after/)
  assert.match(says({ asked: 'stop' }, null, true).sentence, /^No connection/)
})

test('a run in line says behind whom', () => {
  const queued = (/** @type {object} */ more) => says({ state: 'queued', ...more }).sentence
  assert.equal(queued({ queue_position: 1, waits_for: [] }), 'Next in line. This run begins in a moment.')
  assert.equal(
    queued({ queue_position: 3, waits_for: ['a', 'b'] }),
    'Number 3 in line. This run waits for “a”, “b” to end.',
  )
  assert.match(
    queued({ queue_position: 1, waits_for: ['a'], waits: 90 }),
    /“a” to end\. At the present speed of the runs that train, the wait is at most 1:30\.$/,
  )
})

test('a run that has not answered, and one that is gone', () => {
  const opening = runSays({ status: null, error: null, offline: false }, 'paused')
  assert.deepEqual([opening.state, opening.step, opening.sentence], ['paused', 'step –', 'Opening the run …'])
  assert.deepEqual([opening.pending, says({ state: 'paused' }).pending], [true, false])
  const never = runSays({ status: null, error: 'No such folder.', offline: false }, 'failed')
  assert.deepEqual([never.state, never.sentence], ['gone', 'No such folder.'], 'the page is to find that out too')
  const gone = runSays({ status: status(), error: 'It is gone.', offline: false }, 'training')
  assert.deepEqual([gone.state, gone.step, gone.sentence], ['gone', 'step 1,204', 'It is gone.'])
})

test('settings say what Start will do, and how long it takes as soon as that is known', () => {
  const config = { steps: null, epochs: 25, resolution: 28, latent_dim: 8 }
  const preview = /** @type {any} */ ({ data_size: 17_970, skipped: 0, total_steps: 700 })
  const nothing = { preview: null, timing: null, config, error: null }
  assert.equal(settingsSay(nothing).step, 'step 0')
  assert.match(settingsSay(nothing).sentence, /^Preparing/)
  assert.match(
    settingsSay({ ...nothing, preview }).sentence,
    /^Start trains the generator on 17,970 images for 700 steps\. Timing/,
  )
  const timed = settingsSay({ ...nothing, preview, timing: { seconds_per_step: [0.5, 1], total_steps: 700 } })
  assert.match(timed.sentence, /700 steps\. With the machine as busy as now, this takes about 6 to 12 minutes\.$/)
  const slow = settingsSay(
    { ...nothing, preview, timing: { seconds_per_step: [0.5, 1], total_steps: 700 } },
    { speed: 1 },
  )
  assert.match(slow.sentence, /700 steps\..* about 12 minutes\./, 'no faster than it was asked to go')
  assert.deepEqual([timed.step, timed.epoch], ['step 0 of 700', ''])
  const failed = settingsSay({ ...nothing, error: 'No such folder.' })
  assert.deepEqual([failed.state, failed.sentence], ['unready', 'No such folder.'])
  for (const page of [{ wrong: true }, { told: ['No such folder.'] }]) {
    const once = settingsSay({ ...nothing, error: 'No such folder.' }, page)
    assert.deepEqual([once.state, once.sentence], ['unready', ''], 'it stands in the line below')
  }
})

/** @param {number} real @param {number} fake */
const verdict = (real, fake, game = PROBABILITY) =>
  told({ curves: curves(real, fake), status: status(), cursor: null, game }, '')?.[0] ?? ''

test('a probability: who is ahead', () => {
  assert.match(verdict(0.4, 0.6), /takes fakes for real samples/)
  assert.match(verdict(0.52, 0.48), /D can hardly tell them apart\. That can mean a good G or a weak D/)
  assert.match(verdict(0.9, 0.88), /leans to one answer/)
  assert.match(verdict(0.7, 0.4), /slightly ahead/)
  assert.match(verdict(0.8, 0.2), /D is ahead/)
  assert.match(verdict(0.99, 0.01), /nearly all of them apart/)
  assert.match(verdict(0.7, 0.4), /^On average D now rates real samples \*\*0\.70\*\* and fakes \*\*0\.40\*\*/)
})

test('a score: who is ahead by the distance that the objective has, and no verdict where it has none', () => {
  assert.match(verdict(-0.2, 0.2, HINGE), /difference of −0\.40\. D takes fakes/)
  assert.match(verdict(0.5, 0, HINGE), /slightly ahead\. 0\.00 for both/)
  assert.match(verdict(2, 0, HINGE), /nearly all of them/)
  assert.match(verdict(5, 0, WASSERSTEIN), /a difference of 5\.00\. Equal scores mean that D cannot tell\.$/)
})

test('the time that is spoken of', () => {
  const at = (/** @type {number | null} */ cursor, active = true) =>
    told(
      {
        curves: curves(1, 0),
        status: status({ active, state: active ? 'training' : 'finished' }),
        cursor,
        game: PROBABILITY,
      },
      '',
    )?.[0] ?? ''
  assert.match(at(1500), /^At step 1,500 D/)
  assert.match(at(null), /^On average D now/)
  assert.match(at(null, false), /^At the end D/)
})

/** @param {import('../../ui/shared/types.d.ts').Curves} more */
const lines = (more, game = PROBABILITY, picture = '') =>
  told({ curves: curves(0.5, 0.5, more), status: status(), cursor: null, game }, picture) ?? []

test('where the game stands', () => {
  assert.match(lines({ value: curve([-1]) })[1], /V is \*\*−1\.00\*\*.*never wrong\)\.$/)
  assert.match(lines({ value: curve([-2]) })[1], /worse than a coin/)
  assert.match(lines({ value: curve([3]) }, WASSERSTEIN)[1], /\*\*3\.00\*\* away from the data.*falls/)
  assert.match(lines({ value: curve([-0.027]) }, WASSERSTEIN)[1], /\*\*−0\.027\*\*.*No distance is negative/)
  assert.match(lines({ value: curve([-1]) }, HINGE)[1], /between −2\.00/)
  assert.match(lines({ value: curve([-3]) }, HINGE)[1], /below −2\.00, D’s best where it cannot tell: D does worse/)
  assert.equal(lines({})[1], '')
})

test('the third line is what the picture says, else a gradient that has changed, else what an update does', () => {
  const update = { d_fake: curve([0.4]), d_fake_after: curve([0.3]) }
  const usual = Array(30).fill(2)
  const third = (/** @type {object} */ more, picture = '') => lines({ ...update, ...more }, PROBABILITY, picture)[2]
  assert.equal(third({ grad_norm_g: curve([0]) }, 'The picture.'), 'The picture.')
  assert.match(third({ grad_norm_g: curve([...usual, 0]) }), /gradient is \*\*0\*\*/)
  assert.match(third({ grad_norm_g: curve([...usual, 0.1]) }), /20 times weaker/)
  assert.match(third({ grad_norm_g: curve([...usual, 50]) }), /25 times stronger/)
  assert.match(third({ grad_norm_g: curve([2, 50]) }), /rating of the same fakes from 0\.40 to 0\.30/)
  assert.match(lines(update, HINGE)[2], /score of the same fakes/)
})

test('before the first step, and before anything is known', () => {
  const nothing = { curves: null, status: null, cursor: null, game: PROBABILITY }
  assert.equal(told(nothing, ''), null)
  const first = (/** @type {object} */ more) => told({ ...nothing, ...more }, '')?.[0] ?? ''
  assert.match(first({ status: status({ step: 0 }) }), /^No step yet/)
  assert.match(first({ status: status({ step: 0, state: 'failed', active: false }) }), /^No step yet/)
  assert.match(first({ status: status({ step: 1 }) }), /^Loading the numbers of the first step/)
})

test('after steps of G alone a step was made, and D has said what it thinks of the fakes', () => {
  const alone = { curves: { d_fake_after: curve([0.5, 0.61]) }, cursor: null, status: status({ step: 2 }) }
  const first = (/** @type {object} */ more) => told({ ...alone, game: PROBABILITY, ...more }, '')?.[0] ?? ''
  assert.match(first({}), /^So far only G has made steps: D now rates its fakes \*\*0\.61\*\* on average/)
  assert.match(first({ game: HINGE }), /\*\*0\.61\*\*/)
  assert.match(first({ cursor: 0 }), /^No step yet/)
})

const bell = (/** @type {number} */ at) => [-2, -1, 0, 1, 2].map((x) => Math.exp(-((x - at) ** 2)))
const figure = (/** @type {number} */ at, /** @type {number[]} */ d) =>
  /** @type {import('../../ui/shared/types.d.ts').LineFrame} */ ({
    dim: 1,
    grid: [-2, -1, 0, 1, 2],
    data_density: bell(0),
    g_density: bell(at),
    d,
    x: [],
    z: [],
    real: [],
  })

test('what is said of the figure leaves the letters of its stages to the buttons', () => {
  const half = Array(5).fill(0.5)
  const best = bell(0).map((p, i) => p / (p + bell(1)[i]))
  assert.match(stage(figure(1, half), 0, PROBABILITY), /^Both networks are untrained/)
  assert.match(stage(figure(1, best), 9, PROBABILITY), /^D is close to the best answer.*0\.00 away/)
  assert.match(stage(figure(1, half), 9, PROBABILITY), /^D is 0\.\d\d away/)
  assert.match(stage(figure(0, half), 9, PROBABILITY), /share \*\*100 %\*\*/)
  for (const [at, d, step] of /** @type {[number, number[], number][]} */ ([
    [1, half, 0],
    [1, best, 9],
    [1, half, 9],
    [0, half, 9],
  ]))
    assert.doesNotMatch(stage(figure(at, d), step, PROBABILITY), /\([abcd]\)/)
  assert.equal(stage(figure(0, half), 9, HINGE), '', 'a score has no stages')
  assert.equal(stage(undefined, 9, PROBABILITY), '')
  const { common, fromBest } = distances(figure(1, best))
  assert.ok(common > 0.3 && common < 0.9 && fromBest < 1e-9)
})

test('the modes that a picture of the plane reaches', () => {
  const frame = /** @type {any} */ ({ dim: 2, hits: [3, 0, 1], x: Array(10).fill(0) })
  assert.match(stage(frame, 9, HINGE), /^G’s 5 dots reach \*\*2 of 3\*\* modes; 80 %/)
})

test('before training: what the game is, what the untrained D guesses, and what to press', () => {
  const source = (/** @type {object} */ more) =>
    /** @type {any} */ ({
      isImage: true,
      fake: null,
      preview: { d_real: [0], d_fake: [0] },
      game: PROBABILITY,
      ...more,
    })
  const [first, guess, start] = introduce(source({}))
  assert.match(first, /turns noise into images/)
  assert.match(guess, /real samples \*\*0\.50\*\*.*0\.50 means/)
  assert.match(start, /\*\*Start\*\*/)
  assert.match(introduce(source({ isImage: false, fake: { dim: 2 } }))[0], /points of the plane/)
  assert.match(introduce(source({ isImage: false, fake: { dim: 1 } }))[0], /a number z into a number x/)
  assert.match(introduce(source({ game: HINGE }))[1], /scores real samples.*0\.00 for both/)
  assert.match(introduce(source({ game: WASSERSTEIN }))[1], /Only the difference counts/)
  assert.deepEqual(introduce(source({ preview: null })).slice(1), ['', ''])
})

test('a finished game that is where its theory ends says so, by its numbers, and no other does', () => {
  const now = { d_real: curve([0.5]), d_fake: curve([0.5]), value: curve([-1.384]), grad_norm_g: curve([0.024]) }
  const end = { curves: now, status: status({ state: 'finished', active: false }), cursor: null, game: PROBABILITY }
  const seen = { step: [1, 2], modes: [3, 8], modes_total: [8, 8] }
  const says = (/** @type {object} */ more) =>
    describe({ ...end, findings: [], evaluations: seen, ...more }, '')?.[1] ?? ''
  assert.match(
    says({}),
    /^The game has reached its end: V is \*\*−1\.38\*\*.* \*\*0\.024\*\*.* \*\*8 of 8\*\* modes\.$/,
  )
  const others = [
    { status: status() },
    { evaluations: { ...seen, modes: [8, 1] } },
    { evaluations: null },
    { curves: { ...now, value: curve([-1.05]) } },
    { curves: { ...now, grad_norm_g: curve([56]) } },
    { game: HINGE },
    { cursor: 3 },
  ]
  for (const other of others) assert.doesNotMatch(says(other), /reached its end/, JSON.stringify(other))
  const apart = { ...seen, jsd: [0.6, 0.14], high_quality: [0.1, 0.86], high_quality_oracle: [1, 1] }
  assert.match(says({ evaluations: apart }), /has settled.*best D could still tell/, 'a D that cannot tell is no proof')
})

test('after steps of G alone D’s scores of now are told, not those before, and a run that broke off has no end', () => {
  const measured = { d_real: curve([0.7, 0.7]), d_fake: curve([0.3, 0.3]), d_fake_after: curve([0.3, 0.3]) }
  const now = { d_real: curve([0.7, Number.NaN]), d_fake: curve([0.3, Number.NaN]), d_fake_after: curve([0.3, 0.9]) }
  const of = (/** @type {any} */ state, alone = false) => ({
    curves: alone ? { ...now, value: curve([-1.5, Number.NaN]) } : { ...measured, value: curve([-1.5, -1.5]) },
    status: status({ state, active: false, step: 2 }),
    cursor: null,
    game: PROBABILITY,
    findings: [],
    evaluations: null,
  })
  const [first, second] = describe(/** @type {any} */ (of('crashed')), '') ?? []
  assert.match(first ?? '', /^At step 2, the last so far, D rates real samples \*\*0\.70\*\*/)
  assert.match(second ?? '', /below −1\.39/)
  assert.doesNotMatch(second ?? '', /between/)
  assert.match(describe(/** @type {any} */ (of('finished')), '')?.[0] ?? '', /^At the end/)
  const [since, worth] = describe(/** @type {any} */ (of('paused', true)), '') ?? []
  assert.match(
    since ?? '',
    /steps were of G alone: D now rates its fakes \*\*0\.90\*\*.*last step it rated .*\*\*0\.70/,
  )
  assert.equal(worth, '', 'V is of the G before')
})

test('a single step is told: what was done, what it moved, what stayed', () => {
  const moved = {
    real: /** @type {[number, number]} */ ([0.51, 0.55]),
    fake: /** @type {[number, number]} */ ([0.49, 0.44]),
  }
  const said = (/** @type {'d' | 'g' | 'both'} */ who, more = {}, game = PROBABILITY) =>
    single({ who, ...moved, loss_d: 1.31, loss_g: 0.7, ...more }, game)
  const d = said('d')
  assert.match(d, /^\*\*D took one step\*\* .*1\.31/)
  assert.match(d, /real samples shown \*\*0\.55\*\* \(before 0\.51\).*fakes shown \*\*0\.44\*\* \(before 0\.49\)/)
  assert.match(d, /G did not change\.$/)
  const g = said('g', { real: [0.5, 0.5] })
  assert.match(g, /^\*\*G took one step\*\* .*0\.70.*0\.50\*\* \(before 0\.50\).*D did not change\.$/)
  assert.match(said('both'), /1\.31 and 0\.70.*0\.49\)\.$/)
  assert.doesNotMatch(said('both'), /did not change/)
  assert.match(said('d', { real: [-3, -2.5] }, HINGE), /D now scores .*−2\.5.*before −3/)
})

test('where the scores of the samples shown and the charts differ, one line says why', () => {
  assert.equal(whyOther([0.61, 0.4], [0.62, 0.41], PROBABILITY), '')
  assert.equal(whyOther([0.39, null], [0.55, 0.4], PROBABILITY), '', 'only where both are known')
  const words = whyOther([0.39, 0.4], [0.55, 0.41], PROBABILITY)
  for (const number of ['0.39', '0.55', '0.41']) assert.ok(words.includes(number), words)
  assert.equal(whyOther([1.0, 0], [1.05, 0], HINGE), '', 'scores are far apart by the scale of their game')
  assert.ok(whyOther([1.5, 0], [1, 0], HINGE))
})
