import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parts, say } from '../../ui/shared/say.js'

test('a sentence is said by its key, with what is filled in', () => {
  assert.equal(say('timeline.fork'), 'Fork here')
  assert.equal(say('timeline.step', { step: 1234 }), 'step 1,234')
})

test('a pair is for one and for more', () => {
  assert.match(say('status.skipped.rows', { n: 1 }), /^1 row was /)
  assert.match(say('status.skipped.rows', { n: 2000 }), /^2,000 rows were /)
})

test('elements keep their place among the words', () => {
  const node = /** @type {any} */ ({})
  assert.deepEqual(parts('counts.line', { g: node, d: 'many' }), ['Parameters: G ', node, ', D ', 'many', ''])
})

test('a key that is not there is seen', () => {
  assert.equal(say('nothing.such'), 'nothing.such')
})
