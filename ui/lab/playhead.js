// Time in a trajectory: played from its start, paused, scrubbed, and shown as a whole where motion is unwelcome.

import { calm } from '../shared/elements.js'
import { clamp } from '../shared/numbers.js'

export class Playhead {
  /** The step that is shown; it may lie between two. */
  at = 0
  /** The last step that there is. */
  last = 0
  playing = false
  #paused = false
  #frame = 0

  /**
   * @param {(moving: boolean) => void} moved called at every change, `moving` where only the step is another
   */
  constructor(moved) {
    this.moved = moved
  }

  toggle() {
    if (this.playing) {
      this.playing = false
      this.#paused = true
      this.moved(false)
    } else {
      this.#paused = false
      this.playing = true
      if (this.at >= this.last) this.at = 0
      this.#run()
    }
  }

  /**
   * Plays from the start; where motion is unwelcome, or was paused, the whole path is shown, unless it was asked for.
   */
  restart(asked = false) {
    if (asked) this.#paused = false
    this.playing = asked || (!calm() && !this.#paused)
    this.at = this.playing ? 0 : this.last
    this.#run()
  }

  /** What begins next is played, even if this was paused. */
  resume() {
    this.#paused = false
  }

  /** @param {number} step */
  scrub(step) {
    this.stop()
    this.#paused = true
    this.at = step
    this.moved(false)
  }

  /** The whole path. */
  end() {
    this.stop()
    this.at = this.last
    this.moved(false)
  }

  stop() {
    this.playing = false
    cancelAnimationFrame(this.#frame)
  }

  #run() {
    cancelAnimationFrame(this.#frame)
    let before = performance.now()
    /** @param {number} now */
    const tick = (now) => {
      const pace = Math.max(50, this.last / 12) // steps a second
      this.at = Math.min(this.last, this.at + (pace * clamp(now - before, 0, 100)) / 1000)
      before = now
      if (this.at >= this.last) this.playing = false
      this.moved(this.playing)
      if (this.playing) this.#frame = requestAnimationFrame(tick)
    }
    if (this.playing) this.#frame = requestAnimationFrame(tick)
    this.moved(false)
  }
}
