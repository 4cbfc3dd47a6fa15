// Asks for the next step of a run, or the first of settings, in slow motion; again where the run has moved on
// meanwhile.

import { say } from '../shared/say.js'

/** @import { PageSource } from '../shared/store.js' */
/** @import { Recording } from './types.d.ts' */

/** Milliseconds until a question is asked again, and how often it is. */
const RETRY = 500
const RETRIES = 20

export class SlowRequest {
  #wanted = ''
  #gone = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {(found: Recording) => void} found
   * @param {(words: string) => void} failed
   */
  constructor(found, failed) {
    this.found = found
    this.failed = failed
  }

  /**
   * Asks, unless this very step has been asked for.
   * @param {PageSource} source
   */
  ask(source) {
    const wanted = source.isRun
      ? `${source.base} ${source.status?.step} ${JSON.stringify(source.status?.live)}`
      : source.query
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#try(source, wanted, RETRIES)
  }

  /** What is on its way is not wanted any more. */
  forget() {
    this.#wanted = ''
    clearTimeout(this.#timer)
  }

  end() {
    this.#gone = true
    this.forget()
  }

  /**
   * @param {PageSource} source
   * @param {string} wanted
   * @param {number} tries
   */
  async #try(source, wanted, tries) {
    clearTimeout(this.#timer)
    const stale = () => this.#gone || this.#wanted !== wanted
    /** @param {string} words */
    const again = (words) => {
      if (stale()) return
      if (tries > 0) this.#timer = setTimeout(() => this.#try(source, wanted, tries - 1), RETRY)
      else this.failed(words)
    }
    const address = source.isRun ? `${source.base}/slow` : `${source.place.base}/api/slow?config=${source.query}`
    try {
      /** @type {Recording} */
      const body = await (await fetch(address, { cache: 'no-store' })).json()
      if (stale()) return
      if (source.isRun && (body.error || body.step !== (source.status?.step ?? 0) + 1))
        again(body.error || say('slow.moved_on'))
      else if (body.error) this.failed(body.error)
      else this.found(body)
    } catch {
      again(say('server.away'))
    }
  }
}
