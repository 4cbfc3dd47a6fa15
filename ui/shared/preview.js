// Settings that no run has yet, as the views see them: real samples, an untrained generator, and how long training would take.

import { decodeUrl } from './frames.js'
import { say } from './say.js'
import { Source, sources } from './source.js'

/** @import { Frame, Layout, Networks, PageData, Preview, Scene, Settings, Timing } from './types.d.ts' */

const SETTLED = 200 // ms that settings stay before they are looked at: numbers that are stepped through need no picture each
const TIMED = 500 // ms that they stay before a few steps of them are timed

export class PreviewSource extends Source {
  isRun = /** @type {const} */ (false)
  steps = /** @type {number[]} */ ([])
  shown = null
  /** @type {Preview | null} */
  preview = null
  /** @type {Timing | null} */
  timing = null
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
  /** @type {AbortController | null} */
  #abort = null

  /** @param {PageData} data */
  constructor(data) {
    super(data)
    /** @type {Settings} */
    this.config = JSON.parse(data.config)
    this.query = encodeURIComponent(data.config)
  }

  get isImage() {
    return this.place.image
  }

  begin() {
    this.#running = true
    if (!this.preview) this.#timer = setTimeout(() => this.load(), this.#asked || sources.size === 1 ? 0 : SETTLED)
    this.#asked = true
  }

  end() {
    this.#running = false
    clearTimeout(this.#timer)
    this.#abort?.abort()
  }

  async load() {
    this.#loading = true
    this.#abort = new AbortController()
    const { signal } = this.#abort
    const ask = async (/** @type {string} */ what) =>
      (await fetch(`${this.place.base}/api/${what}?config=${this.query}`, { signal })).json()
    try {
      const body = /** @type {Preview} */ (await ask('preview'))
      this.error = body.error || null
      if (!body.error) {
        this.real = typeof body.real === 'string' ? await decodeUrl(body.real) : body.real
        this.fake = typeof body.fake === 'string' ? await decodeUrl(body.fake) : body.fake
        this.preview = body
        this.layout = body.layout
        this.networks = body.networks
      }
      this.changed()
      if (body.error) return
      // timing trains for a moment: not for every setting that is only passed by
      await new Promise((done) => setTimeout(done, TIMED))
      if (signal.aborted) return
      const timing = /** @type {Timing} */ (await ask('timing'))
      if (timing.error) return
      this.timing = timing
      this.changed()
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

  forget() {
    for (const picture of [this.real, this.fake]) if (picture && 'close' in picture) picture.close()
  }
}
