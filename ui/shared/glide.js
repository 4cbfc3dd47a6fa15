// Numbers of a picture on their way from one frame to the next.

import { calm } from './elements.js'

/** @typedef {number[] | Float32Array} Numbers */
/** @typedef {Record<string, Numbers | null>} Parts arrays by name */

const LONGEST = 300 // ms
const SHORTEST = 80
const STREAM = 500 // pictures that come closer together than this belong to one movement

export class Glide {
  pace = LONGEST
  lasts = LONGEST
  begun = Number.NEGATIVE_INFINITY
  even = false
  /** @type {Parts | null} */
  next = null
  /** @type {Parts | null} */
  #from = null
  #frame = 0

  /** @param {() => void} repaint */
  constructor(repaint) {
    this.repaint = repaint
  }

  /**
   * Where the numbers shall go; they leave from where they are. An array of another length than before is there at once.
   * Pictures that keep coming are followed at an even speed, each for as long as they have been apart of late.
   * @param {Parts} next
   */
  to(next) {
    if (this.next === next) return
    const begun = performance.now()
    const apart = begun - this.begun
    this.even = apart < STREAM
    this.pace = this.even ? 0.7 * this.pace + 0.3 * apart : LONGEST
    this.lasts = Math.max(SHORTEST, Math.min(LONGEST, 1.15 * this.pace))
    const from = this.now()
    this.next = next
    this.begun = begun
    cancelAnimationFrame(this.#frame)
    this.#from = calm() || document.hidden ? null : from
    const tick = () => {
      this.repaint()
      if (this.#from) this.#frame = requestAnimationFrame(tick)
    }
    tick()
  }

  /** Where the numbers are. */
  now() {
    const from = this.#from
    const { next } = this
    if (!from || !next) return next
    const t = (performance.now() - this.begun) / this.lasts
    if (t >= 1) {
      this.#from = null
      return next
    }
    return between(from, next, this.even ? t : t * t * (3 - 2 * t))
  }

  stop() {
    cancelAnimationFrame(this.#frame)
    this.#from = null
  }
}

/**
 * @param {Parts} from
 * @param {Parts} next
 * @param {number} share of the way
 */
function between(from, next, share) {
  /** @type {Parts} */
  const found = {}
  for (const [name, values] of Object.entries(next)) {
    const before = from[name]
    found[name] =
      values && before?.length === values.length ? values.map((v, i) => before[i] + share * (v - before[i])) : values
  }
  return found
}
