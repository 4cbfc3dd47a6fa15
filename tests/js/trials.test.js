import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stated } from '../../ui/lab/question.js'
import { onSolved, solve, solved } from '../../ui/lab/solved.js'

/** A browser's memory that may refuse. @param {Map<string, string>} kept @param {boolean} refuses */
function remember(kept, refuses = false) {
  const refuse = () => {
    if (refuses) throw new Error('no')
  }
  const value = {
    /** @param {string} key */
    getItem(key) {
      refuse()
      return kept.get(key) ?? null
    },
    /** @param {string} key @param {string} text */
    setItem(key, text) {
      refuse()
      kept.set(key, text)
    },
  }
  Object.defineProperty(globalThis, 'localStorage', { configurable: true, value })
}

test('what is solved is kept, told once, and known even where the browser keeps nothing', () => {
  const kept = new Map()
  remember(kept)
  let told = 0
  const end = onSolved(() => {
    told += 1
  })
  assert.equal(solved().size, 0)
  solve('first')
  solve('first')
  assert.deepEqual([...solved()], ['first'])
  assert.deepEqual([told, [...kept.values()]], [1, ['["first"]']])
  remember(new Map([['gan.solved', '{"a": 1}']]))
  assert.deepEqual([...solved()], ['first'], 'nonsense is passed over')
  remember(kept, true)
  solve('k')
  assert.deepEqual([...solved()], ['first', 'k'])
  end()
  solve('r1')
  assert.equal(told, 2)
})

test('a symbol keeps its case at the head of an answer, a word gets a capital', () => {
  assert.equal(stated({ done: true, words: 'k = 1 gives V = −1.23.' }), '✓ k = 1 gives V = −1.23.')
  assert.equal(stated({ done: true, words: 'the distance is 0.2.' }), '✓ The distance is 0.2.')
  assert.equal(stated({ done: true, words: 'β₁ = 0.5 ends near.' }), '✓ β₁ = 0.5 ends near.')
  assert.equal(stated({ done: false, words: 'Not yet: k is 10.' }), 'Not yet: k is 10.')
})
