// Numbers of a picture on their way from one frame to the next.

import { calm } from './dom.js'

const LONGEST = 300,
  SHORTEST = 80 // ms
const STREAM = 500 // pictures that come closer together than this belong to one movement

export class Glide {
  constructor(repaint) {
    this.repaint = repaint
    this.pace = this.lasts = LONGEST
  }

  /**
   * Where the numbers shall go, as arrays by name; they leave from where they are. An array of another length than before is there at once.
   * Pictures that keep coming are followed at an even speed, each for as long as they have been apart of late.
   */
  to(next) {
    if (this.next === next) return
    const begun = performance.now(),
      apart = begun - this.begun
    this.even = apart < STREAM
    this.pace = this.even ? 0.7 * this.pace + 0.3 * apart : LONGEST
    this.lasts = Math.max(SHORTEST, Math.min(LONGEST, 1.15 * this.pace))
    const from = this.now()
    this.next = next
    this.begun = begun
    cancelAnimationFrame(this.frame)
    this.from = from && next && !calm() && !document.hidden ? from : null
    const tick = () => {
      this.repaint()
      if (this.from) this.frame = requestAnimationFrame(tick)
    }
    tick()
  }

  now() {
    const { from, next } = this
    if (!from || !next) return next
    const t = (performance.now() - this.begun) / this.lasts
    if (t >= 1) {
      this.from = null
      return next
    }
    const share = this.even ? t : t * t * (3 - 2 * t),
      between = {}
    for (const [name, values] of Object.entries(next)) {
      const before = from[name]
      between[name] =
        before?.length === values?.length && values ? values.map((v, i) => before[i] + share * (v - before[i])) : values
    }
    return between
  }

  stop() {
    cancelAnimationFrame(this.frame)
    this.from = null
  }
}
