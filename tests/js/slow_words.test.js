import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARTS } from '../../ui/lab/recording.js'
import { apart, inWords, sumOf } from '../../ui/lab/slow_words.js'
import { HINGE, WASSERSTEIN } from './points.js'
import { recording } from './slow.js'

/** @import { PartName, Recording } from '../../ui/lab/types.d.ts' */

/** @type {(part: PartName, more?: Partial<Recording>) => string} */
const sentence = (part, more = {}) => inWords(part, recording(more))[0]
/** @type {(part: PartName, more?: Partial<Recording>) => string} */
const formula = (part, more = {}) => inWords(part, recording(more))[1]

test('two numbers have as many digits as it takes to see that they differ', () => {
  assert.deepEqual(apart(0.5, 0.6), ['0.50', '0.60'])
  assert.deepEqual(apart(0.5001, 0.5004), ['0.5001', '0.5004'])
  assert.deepEqual(apart(-0.5001, -0.5), ['−0.5001', '−0.5000'])
})

test('a sum leaves out what is not there, and subtracts what is below 0', () => {
  assert.equal(sumOf([0.24, -0.27, 8.28]), '0.24 − 0.27 + 8.28')
  assert.equal(sumOf([1, 2, null]), '1.00 + 2.00')
})

test('every part has a sentence and a formula, for a probability and for a score, in the plane and on a line', () => {
  for (const more of [{}, { game: HINGE }, { at: { dim: /** @type {const} */ (1), grid: [0, 1, 2, 3] } }])
    for (const { name } of PARTS) {
      const words = inWords(name, recording(more))
      for (const one of words) assert.ok(one && !/undefined|NaN|null|\{|\}/.test(one), `${name}: ${one}`)
    }
})

test('the sentences hold the numbers of the step', () => {
  assert.match(sentence('draw'), /draws 32 noise vectors of 2 numbers, .* points x/)
  assert.equal(formula('draw'), 'z from N(0, 1), x from the data')
  assert.match(sentence('generate'), /at \(−0.50, 0.00\); .* at \(2.00, 3.00\)/)
  assert.match(sentence('classify_real'), /reals 0.57 real on average, the least 0.27, the most 0.88. It takes 1 of 2/)
  assert.match(sentence('classify_fake'), /It sees through 2 of 2.$/)
  assert.match(sentence('gradient_d'), /up by 0.75, .* down by 0.75. .* its 33 weights; .* layer 1 of 2.$/)
  assert.match(sentence('update_d'), /move by 1.0 % of their length \(Adam\)\. .* Over the plane .* by 2.00 on average/)
  assert.match(sentence('gradient_g'), /3.00 long on average, 5.00 at most. .* 1,234 weights/)
  assert.match(
    sentence('update_g'),
    /by 10.0 % of their length \(plain descent\). .* lands 2.00 away .* 0.61 real, 0.60/,
  )
  assert.equal(formula('update_d'), 'w ← w − 0.0002 · mean of the gradients / √(mean of their squares)')
})

test('what is said of a score', () => {
  assert.match(sentence('classify_fake', { game: WASSERSTEIN }), /a score of −0.75 .* That is 0.25 below the reals.$/)
  const above = { classify_real: { logits: [0, 0], mean: -1 } }
  assert.match(sentence('classify_fake', { game: WASSERSTEIN, ...above }), /1.32 above the reals.$/)
})

test('what there is only sometimes: packs, cut gradients, clipped weights, penalties, smoothed labels', () => {
  const { config, loss_d } = recording()
  assert.match(sentence('classify_real', { config: { ...config, packing: 2 } }), /the packs of 2 reals/)
  assert.match(sentence('gradient_d', { config: { ...config, clip_grad: 0.1 } }), /It is cut to 0.10.$/)
  assert.doesNotMatch(sentence('gradient_d', { config: { ...config, clip_grad: 1 } }), /cut/)
  assert.match(sentence('update_d', { config: { ...config, clip: 0.01 } }), /None may be larger than 0.010./)
  assert.equal(formula('loss_d'), 'loss = A + B = 1.00 + 0.50 = 1.50')
  const penalised = { ...loss_d, penalty: 0.1, penalty_weight: 10 }
  assert.match(sentence('loss_d', { loss_d: penalised }), /about the fakes and 1.00 of penalty on D’s slope./)
  const smooth = { ...config, d_loss_scale: 0.5, label_smoothing: 0.1 }
  assert.equal(
    formula('loss_d', { loss_d: penalised, config: smooth }),
    'loss = ½ (A + B) + 10.0 · 0.10, labels smoothed = 1.00 + 0.50 + 1.00 = 1.50',
  )
  const compared = { ...loss_d, real: null, fake: null }
  assert.match(sentence('loss_d', { loss_d: compared }), /It compares reals with fakes. The smaller/)
  assert.equal(formula('loss_d', { loss_d: compared }), 'loss = A + B = 1.50')
})

test('G looks at the same fakes again, or at fresh ones', () => {
  const { loss_g } = recording()
  assert.match(sentence('loss_g'), /^From fresh noise .* finds them 0.60 real on average. G wants/)
  const same = { loss_g: { ...loss_g, fresh: false } }
  assert.match(
    sentence('loss_g', same),
    /the same fakes again and finds them 0.60 real on average, 0.32 before its step/,
  )
})
