// The reader turns to a step: words and charts follow once its picture is at hand, so that what belongs together changes together.

export const PATIENCE = 1000 // ms that a step waits for its pictures

/**
 * Whether all have come; true also where they take longer than one waits for them.
 * @param {unknown[]} coming
 * @returns {Promise<boolean>}
 */
export const soon = (coming) =>
  Promise.race([
    Promise.all(coming).then(
      () => true,
      () => false,
    ),
    new Promise((done) => setTimeout(() => done(true), PATIENCE)),
  ])

/** The wishes of a reader who may turn on before a picture has come: then only the newest counts. */
export class Turning {
  /** @type {{ step: number | null } | null} */
  #wish = null
  #going = false

  /**
   * @param {(step: number | null) => unknown[]} pictures of a step: each at hand, or on its way
   * @param {(step: number | null) => void} turn they are there
   * @param {() => void} waits they are on their way
   */
  constructor(pictures, turn, waits) {
    this.pictures = pictures
    this.turn = turn
    this.waits = waits
  }

  /** @param {number | null} step */
  async to(step) {
    this.#wish = { step }
    if (this.#going) return
    this.#going = true
    while (this.#wish) {
      const wish = /** @type {{ step: number | null }} */ (this.#wish)
      const coming = this.pictures(wish.step).filter((one) => one instanceof Promise)
      if (coming.length) {
        this.waits()
        await soon(coming)
      }
      if (this.#wish === wish) this.#wish = null
      this.turn(wish.step)
    }
    this.#going = false
  }

  /**
   * The step that the reader wishes for, of one that is not shown yet.
   * @param {number | null} shown
   */
  aim(shown) {
    return this.#wish ? this.#wish.step : shown
  }
}
