import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clock, short, whole } from '../../ui/shared/numbers.js'

test('numbers are short, with a true minus, and a dash where there is none', () => {
  assert.equal(short(1234.5), '1235')
  assert.equal(short(12.345), '12.3')
  assert.equal(short(-1.386), '−1.39')
  assert.equal(short(0.0123), '0.012')
  assert.equal(short(0), '0.00')
  assert.equal(short(123456), '1.2e5')
  assert.equal(short(0.00001), '1.0e−5')
  for (const none of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(short(none), '–')
  assert.equal(whole(1234567.8), '1,234,568')
})

test('durations', () => {
  assert.equal(clock(59.6), '1:00')
  assert.equal(clock(3661), '1:01:01')
})
