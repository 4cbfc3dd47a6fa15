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
  assert.match(sentence('draw'), /^32 noise vectors z of 2 numbers each are drawn, and 32 real points x/)
  assert.equal(formula('draw'), 'z from N(0, 1), x from the data')
  assert.match(sentence('generate'), /at \(−0.50, 0.00\), .* at \(2.00, 3.00\)/)
  assert.match(sentence('classify_real'), /real samples 0.57 on average \(0.27 to 0.88\). D recognises 1 of 2/)
  assert.match(sentence('classify_fake'), /D recognises 2 of 2 as fake.$/)
  assert.match(
    sentence('gradient_d'),
    /real ones up by 0.75 and fakes down by 0.75. .* D’s 33 weights .* layer 1 of 2.$/,
  )
  assert.match(sentence('update_d'), /change by 1.0 % of their norm \(Adam\)\. .* Over the plane .* by 2.00 on average/)
  assert.match(sentence('gradient_g'), /3.00 long on average and 5.00 at most. .* 1,234 weights/)
  assert.match(
    sentence('update_g'),
    /by 10.0 % of their norm \(gradient descent\). .* lie 2.00 from .* 0.61.* \(before 0.60/,
  )
  assert.equal(formula('update_d'), 'w ← w − 0.0002 · mean of the gradients / √(mean of their squares)')
})

test('what is said of a score', () => {
  assert.match(
    sentence('classify_fake', { game: WASSERSTEIN }),
    /scores the fakes −0.75 .* 0.25 lower than the real samples.$/,
  )
  const above = { classify_real: { logits: [0, 0], mean: -1 } }
  assert.match(sentence('classify_fake', { game: WASSERSTEIN, ...above }), /1.32 higher than the real samples.$/)
})

test('what there is only sometimes: packs, cut gradients, clipped weights, penalties, smoothed labels', () => {
  const { config, loss_d } = recording()
  assert.match(sentence('classify_real', { config: { ...config, packing: 2 } }), /the packs of 2 real samples/)
  assert.match(sentence('gradient_d', { config: { ...config, clip_grad: 0.1 } }), /clipped to a norm of 0.10.$/)
  assert.doesNotMatch(sentence('gradient_d', { config: { ...config, clip_grad: 1 } }), /clipped/)
  assert.match(sentence('update_d', { config: { ...config, clip: 0.01 } }), /clipped to ±0.010./)
  assert.equal(formula('loss_d'), 'loss = A + B = 1.00 + 0.50 = 1.50')
  const penalised = { ...loss_d, penalty: 0.1, penalty_weight: 10 }
  assert.match(sentence('loss_d', { loss_d: penalised }), /from the fakes and 1.00 from the penalty on D’s slope./)
  const smooth = { ...config, d_loss_scale: 0.5, label_smoothing: 0.1 }
  assert.equal(
    formula('loss_d', { loss_d: penalised, config: smooth }),
    'loss = ½ (A + B) + 10.0 · 0.10, labels smoothed = 1.00 + 0.50 + 1.00 = 1.50',
  )
  const compared = { ...loss_d, real: null, fake: null }
  assert.match(sentence('loss_d', { loss_d: compared }), /This loss compares real samples with fakes. The smaller/)
  assert.equal(formula('loss_d', { loss_d: compared }), 'loss = A + B = 1.50')
})

test('G looks at the same fakes again, or at fresh ones', () => {
  const { loss_g } = recording()
  assert.match(sentence('loss_g'), /^G makes new fakes from new noise.* rates them 0.60 on average. G wants/)
  const same = { loss_g: { ...loss_g, fresh: false } }
  assert.match(sentence('loss_g', same), /rates the same fakes 0.60 on average \(before its update 0.32\)/)
})
