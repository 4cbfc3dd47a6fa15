// Settings that no run has yet, as the views see them: real samples, an untrained generator, and how long training would take.

import { decodeUrl } from './frames.js'
import { say } from './say.js'
import { Source, sources } from './source.js'

/** @import { Frame, Layout, Networks, PageData, Preview, Scene, Settings, Timing } from './types.d.ts' */

const SETTLED = 200 // ms that settings stay before they are looked at: numbers that are stepped through need no picture each
const LOOKED = 3000 // ms from one look at the runs beside this one to the next
const TIMED = 500 // ms that they stay before a few steps of them are timed

export class PreviewSource extends Source {
  isRun = /** @type {const} */ (false)
  steps = /** @type {number[]} */ ([])
  shown = null
  /** @type {Preview | null} */
  preview = null
  /** @type {Timing | null} */
  timing = null
  /** @type {string | null} which runs train, are held or wait, in a word */
  line = null
  /** @type {Layout | null} */
  layout = null
  /** @type {Networks | null} */
  networks = null
  /** @type {Scene | null} */
  real = null
  /** @type {Frame | null} */
  fake = null

  #running = false
  #loading = false
  #asked = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #look
  /** @type {AbortController | null} */
  #abort = null

  /**
   * @param {PageData} data
   * @param {PreviewSource} [alike] settings that look the same: nothing flickers where only a rate is another
   */
  constructor(data, alike) {
    super(data)
    if (alike) {
      const { preview, layout, networks, real, fake } = alike
      Object.assign(this, { preview, layout, networks, real, fake })
    }
    /** @type {Settings} */
    this.config = JSON.parse(data.config)
    this.query = encodeURIComponent(data.config)
  }

  get isImage() {
    return this.place.image
  }

  begin() {
    this.#running = true
    this.#abort = new AbortController()
    if (this.preview) this.watch()
    if (!this.timing) this.#timer = setTimeout(() => this.load(), this.#asked || sources.size === 1 ? 0 : SETTLED)
    this.#asked = true
  }

  end() {
    this.#running = false
    clearTimeout(this.#timer)
    clearTimeout(this.#look)
    this.#abort?.abort()
  }

  /** Runs beside this one begin and end: what is said of them, and of the time that training takes, goes with them. */
  async watch() {
    clearTimeout(this.#look)
    const before = this.line
    try {
      if (!document.hidden) this.line = (await this.#ask('line')).line ?? before
      if (this.line !== before) this.changed()
      if (this.line !== before && before !== null && !this.#loading) await this.time()
    } catch {
      // it is away, or nobody looks any more; what else is asked of it says so
    }
    if (this.#running) this.#look = setTimeout(() => this.watch(), LOOKED)
  }

  /** @param {string} what */
  async #ask(what) {
    const answer = await fetch(`${this.place.base}/api/${what}?config=${this.query}`, { signal: this.#abort?.signal })
    return answer.json()
  }

  /** How long a step takes, measured now. */
  async time() {
    const timing = /** @type {Timing} */ (await this.#ask('timing'))
    if (timing.error) return
    this.timing = timing
    this.changed()
  }

  async load() {
    this.#loading = true
    const signal = this.#abort?.signal
    try {
      if (!this.preview) {
        const body = /** @type {Preview} */ (await this.#ask('preview'))
        this.error = body.error || null
        if (!body.error) {
          this.real = typeof body.real === 'string' ? await decodeUrl(body.real) : body.real
          this.fake = typeof body.fake === 'string' ? await decodeUrl(body.fake) : body.fake
          this.preview = body
          this.layout = body.layout
          this.networks = body.networks
        }
        this.changed()
        this.watch()
        if (body.error) return
      }
      // timing trains for a moment: not for every setting that is only passed by
      await new Promise((done) => setTimeout(done, TIMED))
      if (!signal?.aborted) await this.time()
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') return
      this.error = say('server.away')
      this.changed()
    } finally {
      this.#loading = false
    }
  }

  /** The networks come with the preview. */
  askNetworks() {}

  /**
   * After something was pressed: what could not be had may be there now.
   */
  hurry() {
    if (this.error && !this.#loading && this.#running) this.load()
  }
}
