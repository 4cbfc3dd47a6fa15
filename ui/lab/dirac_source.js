// The Dirac-GAN of a page: what is set, and what the server computes of it (one copy of the mathematics). While
// something is moved, questions follow each other, and only the newest wish is ever on its way.

import { Reports } from '../shared/reports.js'
import { say } from '../shared/say.js'
import { Source, shared } from '../shared/source.js'

/** @import { PageData } from '../shared/types.d.ts' */
/** @import { DiracReply, Setup } from './types.d.ts' */

/**
 * A reply, what it was asked for, in which round, and whether something was held under the finger then.
 * @typedef {DiracReply & { setup: Setup, round: number, held: boolean }} Answer
 */
/** @typedef {keyof Setup} Field */

/** What the field depends on. @type {Field[]} */
const GAME = ['objective', 'penalty', 'weight', 'clip', 'noise']

export class DiracSource extends Source {
  /** @type {Setup | null} */
  setup = null
  /** Grows when the trajectory shall be played anew. */
  round = 0
  /** @type {Answer | null} */
  answer = null
  /** The arrows of the field, and the game that they are of. @type {number[][]} */
  field = []
  fieldOf = ''
  #reports = new Reports()
  /** The report that carries a field which the page has not acknowledged. @type {Map<string, number>} */
  #pending = new Map()
  /** Fields that are held under the finger. @type {Set<string> | null} */
  #held = null
  #wanted = false
  #asking = false

  /**
   * What the page says. Fields that were moved here and have not arrived there yet stay as they are.
   * @param {PageData} data
   */
  configure(data) {
    super.configure(data)
    if (!data.dirac) return
    const { setup, seen } = data.dirac
    const before = JSON.stringify(this.setup)
    const next = { ...(this.setup ?? setup) }
    for (const [name, value] of Object.entries(setup)) {
      if (this.#held?.has(name) || this.#reports.waits(seen, this.#pending.get(name) ?? 0)) continue
      this.#pending.delete(name)
      Object.assign(next, { [name]: value })
    }
    this.setup = next
    if (JSON.stringify(next) === before) return
    this.round += 1
    this.ask()
  }

  /**
   * Moves settings; `settled` once they stay there: only then a report for the page is returned, and with it the
   * address learns of it.
   * @param {Partial<Setup>} changes
   * @param {boolean} settled
   */
  move(changes, settled) {
    if (!this.setup) return null
    this.#held = settled ? null : new Set(Object.keys(changes))
    const before = JSON.stringify(this.setup)
    this.setup = { ...this.setup, ...changes }
    let report = null
    if (settled) {
      this.round += 1
      report = this.#report(this.setup, Object.keys(changes))
    }
    if (settled || JSON.stringify(this.setup) !== before) this.ask()
    this.changed()
    return report
  }

  /**
   * All that has not been acknowledged: of two reports that meet on their way only the newer may arrive.
   * @param {Setup} setup
   * @param {string[]} moved
   */
  #report(setup, moved) {
    const n = this.#reports.next()
    for (const name of moved) this.#pending.set(name, n)
    const entries = Object.entries(setup).filter(([name]) => this.#pending.has(name))
    return { n, setup: Object.fromEntries(entries) }
  }

  async ask() {
    this.#wanted = true
    if (this.#asking) return
    this.#asking = true
    while (this.#wanted && this.setup) {
      this.#wanted = false
      await this.#askOnce(this.setup)
      this.changed()
    }
    this.#asking = false
  }

  /** @param {Setup} setup */
  async #askOnce(setup) {
    const { round } = this
    const held = this.#held !== null
    const game = GAME.map((name) => setup[name]).join(' ')
    const field = game === this.fieldOf ? '0' : '1'
    const question = new URLSearchParams({
      ...Object.fromEntries(Object.entries(setup).map(([name, value]) => [name, String(value)])),
      field,
    })
    try {
      const reply = await fetch(`${this.place.base}/api/dirac?${question}`, { cache: 'no-store' })
      /** @type {DiracReply} */
      const body = await reply.json()
      this.error = body.error ?? null
      if (body.error) return
      if (body.field) {
        this.field = body.field
        this.fieldOf = game
      }
      this.answer = { ...body, setup, round, held }
    } catch {
      this.error = say('server.away')
    }
  }
}

/**
 * One for the whole page: the dials and the plane show the same game.
 * @param {PageData} data
 */
export const diracSource = (data) => shared('dirac', data, () => new DiracSource(data))
