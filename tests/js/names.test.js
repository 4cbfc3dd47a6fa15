import assert from 'node:assert/strict'
import test from 'node:test'

import { inWords } from '../../ui/shared/names.js'

test('a mark in a label becomes what it means, and no code is left', () => {
  assert.equal(inWords(':material/bolt: Learning rate of D'), 'Learning rate of D, takes effect at once')
  assert.equal(inWords('Help for :material/restart_alt: Seed'), 'Help for Seed, needs a new start')
  assert.equal(inWords(':material/visibility: Running now'), 'Running now')
  assert.equal(inWords('k: D updates'), 'k: D updates')
})
