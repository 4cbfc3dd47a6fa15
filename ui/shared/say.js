// Sentences by their key. They stand in ui/words; nothing that a reader reads is written in the browser half.

import catalogue from './catalogue.js'
import { whole } from './numbers.js'

/** @typedef {Record<string, string | number>} Values what stands in the place of {names}; a number is written whole */

/**
 * The sentence of a key. Of a pair it is the one for the number `n`.
 * @param {string} key
 * @param {Values} values
 */
export function say(key, values = {}) {
  return parts(key, values).join('')
}

/**
 * A sentence in parts, for one that has elements among its words.
 * @template {Node} [N=never]
 * @param {string} key
 * @param {Record<string, string | number | N>} values
 * @returns {(string | N)[]}
 */
export function parts(key, values) {
  const entry = catalogue[key] ?? key
  const sentence = typeof entry === 'string' ? entry : entry[values.n === 1 ? 0 : 1]
  return sentence.split(/\{(\w+)\}/).map((part, i) => {
    if (i % 2 === 0) return part
    const value = values[part]
    return typeof value === 'number' ? whole(value) : value
  })
}
