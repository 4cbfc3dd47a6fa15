import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { describe } from '../../ui/shared/describe.js'
import { outcome } from '../../ui/shared/outcome.js'
import { curve, curves, HINGE, PROBABILITY, status, WASSERSTEIN } from './data.js'

const SQUARES = { ...PROBABILITY, name: 'least-squares', draw: -0.25, probability: false, level: 0.5, far: 1 }
const PAIRS = { ...HINGE, name: 'relativistic', draw: -Math.log(2), level: null, far: 4 }
const GAMES = [PROBABILITY, SQUARES, HINGE, PAIRS, WASSERSTEIN]
// as gan_core lists them
const KINDS = [
  ...readFileSync(new URL('../../gan_core/advice/diagnosis.py', import.meta.url), 'utf8').matchAll(
    /^ {4}"([a-z-]+)": /gm,
  ),
].map((found) => found[1])
const PRAISE = /G has learnt|close to the data|can hardly tell them apart(?!\. (That is no success|But))/

/** @param {string} kind */
const finding = (kind, since = 300) => ({
  kind,
  title: `Title of ${kind}`,
  since,
  since_words: `Since step ${since}, when the learning rate of D was set to 0.1.`,
})

/** @param {object} more @param {any} game */
const first = (more, game = PROBABILITY) => {
  const even = game.level ?? 0
  const source = { curves: curves(even, even), status: status(), cursor: null, findings: [], evaluations: null }
  return describe(/** @type {any} */ ({ ...source, game, ...more }), '')?.[0] ?? ''
}

const GOOD = {
  step: [100],
  modes: [8],
  modes_total: [8],
  high_quality: [0.9],
  high_quality_oracle: [0.99],
  jsd: [0.05],
  diversity: [1],
}
const COLLAPSED = { ...GOOD, modes: [1], jsd: [0.6], diversity: [0.02] }

test('with a finding the first sentence names it and since when, and praises under no objective', () => {
  assert.ok(KINDS.length >= 6 && KINDS[0] === 'd-dead', `${KINDS}`)
  for (const kind of KINDS)
    for (const game of GAMES)
      for (const evaluations of [null, GOOD, COLLAPSED]) {
        const said = first({ findings: [finding(kind), finding('another')], evaluations }, game)
        assert.match(said, new RegExp(`^\\*\\*Title of ${kind}\\.\\*\\* Since step 300, when .* On average D now `))
        assert.doesNotMatch(said, PRAISE, `${kind} ${game.name}`)
      }
})

test('at a step before it went wrong nothing is said of it', () => {
  assert.doesNotMatch(first({ findings: [finding('d-dead')], cursor: 200 }), /Title/)
  assert.match(first({ findings: [finding('d-dead')], cursor: 300 }), /Title/)
  assert.match(
    first({ findings: [finding('d-dead', 500), finding('collapse', 200)], cursor: 300 }),
    /Title of collapse/,
  )
})

test('that D can hardly tell is success only where G’s samples say so, and it is said which', () => {
  for (const game of GAMES.filter(({ probability, far }) => probability || far)) {
    assert.match(
      first({ evaluations: GOOD }, game),
      /close to the data \(8 of 8 modes, JSD 0\.05, variety 1\.00, measured on 2,500 samples\): G has learnt/,
    )
    assert.match(
      first({ evaluations: COLLAPSED }, game),
      /\. But G’s samples are not like the data \(1 of 8 modes, JSD 0\.60, variety 0\.02, measured on 2,500 samples\)/,
    )
    assert.match(first({}, game), /\. That can mean a good G or a weak D; D’s answers alone do not show which/)
  }
  const leans = describe(
    /** @type {any} */ ({
      game: PROBABILITY,
      curves: curves(0.8, 0.8),
      status: status(),
      cursor: null,
      findings: [],
      evaluations: COLLAPSED,
    }),
    '',
  )
  assert.match(leans?.[0] ?? '', /leans to one answer\. But G’s samples are not like the data/)
})

test('measures of each kind count, at the step that is looked at', () => {
  const kind = (/** @type {object} */ more, cursor = null) =>
    outcome(/** @type {any} */ ({ step: [100], ...more }), cursor).kind
  assert.deepEqual(
    [kind({}), outcome(null, null).kind, kind(GOOD, /** @type {any} */ (50))],
    ['unknown', 'unknown', 'unknown'],
  )
  assert.deepEqual([kind({ jsd: [0.2] }), kind({ jsd: [0.5] }), kind({ jsd: [null] })], ['part', 'poor', 'unknown'])
  assert.deepEqual(
    [kind({ diversity: [0.1], nearest: [1] }), kind({ diversity: [0.9], nearest: [1.1] })],
    ['poor', 'good'],
  )
  assert.deepEqual([kind({ nearest: [0.1] }), kind({ nearest: [3] })], ['poor', 'poor'], 'copies are no success either')
  assert.equal(kind({ ...GOOD, high_quality: [0.1] }), 'poor')
  const words = (/** @type {object} */ more) => outcome(/** @type {any} */ ({ ...GOOD, ...more }), null).measures
  assert.equal(words({ high_quality: [0.1] }), '10 % of the samples on modes, measured on 2,500 samples', 'the reason')
  assert.equal(words({ jsd: [0.2] }), 'JSD 0.20, measured on 2,500 samples', 'what is only near')
  assert.equal(words({ jsd: [0.5], diversity: [0.7] }), 'JSD 0.50, measured on 2,500 samples', 'the worst alone')
  assert.equal(outcome({ step: [100, 200], jsd: [0.5, 0.01] }, 150).kind, 'poor')
})

test('a weak gradient of G is laid to a sure D only where D is sure', () => {
  const faint = { grad_norm_g: curve([...Array(30).fill(2), 0.1]) }
  const third = (/** @type {number} */ real, /** @type {number} */ fake) =>
    describe(
      /** @type {any} */ ({
        game: PROBABILITY,
        curves: curves(real, fake, faint),
        status: status(),
        cursor: null,
        findings: [],
        evaluations: null,
      }),
      '',
    )?.[2] ?? ''
  assert.match(third(0.5, 0.5), /20 times weaker.*: G learns little\.$/)
  assert.match(third(0.9, 0.1), /while D is this sure/)
})

test('what is not good is laid to the measures outside of their bounds alone', () => {
  const whole = { step: [100], modes_total: [8], high_quality_oracle: [1] }
  const good = { modes: 8, high_quality: 0.95, jsd: 0.05, diversity: 1, nearest: 1 }
  const poor = { modes: 1, high_quality: 0.1, jsd: 0.6, diversity: 0.1, nearest: 0.1 }
  const fair = { modes: 7, high_quality: 0.5, jsd: 0.2, diversity: 0.6, nearest: 0.6 }
  const words = /** @type {Record<string, RegExp>} */ ({
    modes: /^\d of 8 modes, measured on 2,500 samples$/,
    high_quality: /^\d+ % of the samples on modes, measured/,
    jsd: /^JSD 0\.\d\d, measured/,
    diversity: /^variety 0\.\d\d, measured/,
    nearest: /^distance to the training images 0\.\d\d, measured/,
  })
  const of = (/** @type {Record<string, number>} */ values) => {
    const columns = Object.fromEntries(Object.entries({ ...good, ...values }).map(([name, value]) => [name, [value]]))
    return outcome(/** @type {any} */ ({ ...whole, ...columns }), null)
  }
  assert.equal(of({}).kind, 'good')
  for (const name of Object.keys(good))
    for (const [kind, { [name]: value }] of /** @type {[string, Record<string, number>][]} */ ([
      ['poor', poor],
      ['part', fair],
    ])) {
      const found = of({ [name]: value })
      assert.equal(found.kind, kind, name)
      assert.match(found.measures, words[name])
    }
  assert.match(of({ modes: 7, jsd: 0.6 }).measures, /^JSD 0\.60, measured/, 'what is poor, not what is fair')
})

test('a value is said to be between two only where it is, of every objective with a bound', () => {
  for (const game of GAMES.filter(({ most }) => most !== null))
    for (const share of [1.5, 1.1, 1.03, 1.015, 1.001, 1, 0.999, 0.985, 0.9, 0.5, 0.05]) {
      const value = share * game.draw
      const source = { curves: { ...curves(0.9, 0.1), value: curve([value]) }, status: status(), cursor: null }
      const said = describe(/** @type {any} */ ({ ...source, game, findings: [], evaluations: null }), '')?.[1] ?? ''
      const shown = Number(said.replace(/.*?\*\*(.*?)\*\*.*/, '$1').replace('−', '-'))
      assert.ok(Math.abs(shown - value) < 0.01, said)
      if (/ between /.test(said)) assert.ok(shown > game.draw && shown <= 0, `${game.name}: ${said}`)
      if (/ below /.test(said)) assert.ok(shown < game.draw, `${game.name}: ${said}`)
      assert.match(said, share > 1.02 ? / below / : share > 0.98 ? / close to / : / between /, `${game.name} ${share}`)
    }
})
