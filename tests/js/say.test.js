import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parts, say } from '../../ui/shared/say.js'

test('a sentence is said by its key, with what is filled in', () => {
  assert.equal(say('slow.next'), 'Next iteration')
  assert.equal(say('slow.weights', { count: 1234 }), '1,234 weights')
})

test('elements keep their place among the words', () => {
  const node = /** @type {any} */ ({})
  assert.deepEqual(parts('slow.step_of_run', { step: node }), ['step ', node, ', the next of this run'])
})

test('a key that is not there is seen', () => {
  assert.equal(say('nothing.such'), 'nothing.such')
})
