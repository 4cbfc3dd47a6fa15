// What was changed in the browser counts until the page has heard of it: reports are numbered, and the page says the
// newest number it has seen.

/** Milliseconds that a report to the page may take before what the page says counts again. */
const PATIENCE = 5000

export class Reports {
  /** The number of the newest report. */
  sent = 0
  #at = Number.NEGATIVE_INFINITY

  /** The number of a report that leaves now. */
  next() {
    this.#at = performance.now()
    this.sent += 1
    return this.sent
  }

  /**
   * Whether report `number` is still on its way to a page that has seen those up to `seen`.
   * @param {number} seen
   * @param {number} number
   */
  waits(seen, number = this.sent) {
    return number > seen && performance.now() - this.#at < PATIENCE
  }
}
