// Numbers that share a line with others: each as wide as it ever gets.

import { fixed, known } from '../shared/numbers.js'

/** @param {number | null | undefined} v */
export const steady = (v) => (known(v) ? fixed(Math.abs(v) < 0.0005 ? 0 : v, 3) : '–')
