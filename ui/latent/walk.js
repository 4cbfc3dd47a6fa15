// What the Latent page's views share: a walk from A to B rendered ahead, so that the slider moves the picture with no wait,
// and single dimensions of z, where only the newest wish is ever on its way.

import { decodeUrl } from '../shared/frames.js'
import { RunSource } from '../shared/run.js'
import { say } from '../shared/say.js'
import { shared } from '../shared/source.js'

/** @import { Live, PageData, Point, Walk, Walking } from '../shared/types.d.ts' */
/** @typedef {Walk & { picture: ImageBitmap | null }} Rendered */
/** @typedef {Point & { picture: ImageBitmap | null }} Drawn */

const SELDOM = 1000 // ms: only newer checkpoints matter here

/** @param {PageData} data */
export const walkSource = (data) => shared(`latent ${data.run}`, data, () => new WalkSource(data))

export class WalkSource extends RunSource {
  usual = SELDOM
  withoutCurves = true
  /** index into the walk */
  at = 0
  /** @type {Rendered | null} */
  walk = null
  walkVersion = 0
  /** @type {string | null} */
  walkError = null
  /** @type {Drawn | null} the sample of A with the dimensions that were moved */
  point = null
  /** @type {string | null} */
  pointError = null
  /** @type {Map<number, number>} dimension -> value, where it differs from A's */
  moved = new Map()

  /** @type {Walking | null} */
  #latent = null
  #key = ''
  #walks = new Gate(() => this.#fetchWalk())
  #points = new Gate(() => this.#fetchPoint())

  /**
   * Another checkpoint, seed or kind of walk.
   * @param {PageData} data
   */
  configure(data) {
    super.configure(data)
    const { latent } = data
    const key = JSON.stringify(latent)
    if (!latent || key === this.#key) return
    if (this.#latent?.a !== latent.a) this.moved.clear()
    this.#latent = latent
    this.#key = key
    this.identity = {}
    this.walk = this.walkError = this.point = this.pointError = null
    this.#walks.ask()
    this.#points.ask()
  }

  /** No picture of the training is on this page. */
  pictures() {
    return []
  }

  /**
   * @param {Live} body
   * @param {boolean} withCurves
   */
  take(body, withCurves) {
    const before = this.status?.saved_step
    super.take(body, withCurves)
    if (before === undefined || this.status?.saved_step === before || this.#latent?.step !== null) return
    this.#walks.ask()
    this.#points.ask()
  }

  /**
   * What the server answers; that it cannot be reached is an answer too.
   * @param {string} what
   * @param {Record<string, string | number>} more
   */
  async #question(what, more) {
    const { step = null, label = 0, average = false } = this.#latent ?? {}
    const query = new URLSearchParams({ step: String(step ?? 'newest'), label: String(label) })
    for (const [name, value] of Object.entries(more)) query.set(name, String(value))
    if (average) query.set('which', 'average')
    try {
      return await (await fetch(`${this.base}/${what}?${query}`)).json()
    } catch {
      return { error: say('server.away') }
    }
  }

  async #fetchWalk() {
    const { identity } = this
    const { a = 0, b = 0, kind = '', count = 0 } = this.#latent ?? {}
    const body = /** @type {Walk} */ (await this.#question('walk', { a, b, kind, count }))
    const picture = body.sheet ? await decodeUrl(body.sheet) : null
    if (identity !== this.identity) return
    this.walkError = body.error ?? null
    if (!body.error) {
      if (!this.walkVersion) this.at = Math.floor(count / 2)
      this.walk = { ...body, picture }
      this.walkVersion += 1
    }
    this.changed()
  }

  async #fetchPoint() {
    const { identity } = this
    const { a = 0 } = this.#latent ?? {}
    const set = [...this.moved].map(([i, v]) => `${i}:${v.toFixed(3)}`).join(',')
    const body = /** @type {Point} */ (await this.#question('point', { seed: a, set }))
    const picture = body.image ? await decodeUrl(body.image) : null
    if (identity !== this.identity) return
    this.pointError = body.error ?? null
    if (!body.error) this.point = { ...body, picture }
    this.changed()
  }

  /** How far the walk goes: the index of B. */
  get last() {
    return (this.walk?.scores.length ?? 1) - 1
  }

  /** @param {number} at */
  move(at) {
    this.at = at
    this.changed()
  }

  /**
   * @param {number} dimension
   * @param {number} value
   */
  set(dimension, value) {
    this.moved.set(dimension, value)
    this.#points.ask()
  }

  reset() {
    this.moved.clear()
    this.#points.ask()
    this.changed()
  }
}

/** One question at a time; what is asked meanwhile waits, and only the newest of it. */
export class Gate {
  #busy = false
  #more = false

  /** @param {() => Promise<void>} act asks for what is wanted when it begins; never fails */
  constructor(act) {
    this.act = act
  }

  async ask() {
    this.#more = true
    if (this.#busy) return
    this.#busy = true
    while (this.#more) {
      this.#more = false
      await this.act()
    }
    this.#busy = false
  }
}
