// What the Latent page's views share: a walk from A to B rendered ahead, so that the slider moves the picture with no wait,
// and single dimensions of z, where only the newest wish is ever on its way.

import { decodeUrl } from '../shared/frames.js'
import { RunSource } from '../shared/store.js'

export class LatentSource extends RunSource {
  constructor(data) {
    super(data)
    this.usual = 1000 // only newer checkpoints matter here
    this.withoutCurves = true
    this.at = null // index into the walk
    this.moved = new Map() // dimension -> value, where it differs from A's
  }

  /** Another checkpoint, seed or kind of walk. */
  configure(latent) {
    const key = JSON.stringify(latent)
    if (key === this.key) return
    const other = this.latent
    this.latent = latent
    this.key = key
    if (other && other.a !== latent.a) this.moved.clear()
    this.fetchWalk()
    this.fetchPoint()
  }

  take(body, withCurves) {
    const before = this.status?.saved_step
    super.take(body, withCurves)
    if (before !== undefined && this.status.saved_step !== before && this.latent?.step === null) {
      this.fetchWalk()
      this.fetchPoint()
    }
  }

  /** One question at a time; what is asked meanwhile waits, and only the newest of it. */
  async gate(name, ask) {
    const gate = (this[name] ??= {})
    gate.next = ask
    if (gate.busy) return
    gate.busy = true
    while (gate.next) {
      const now = gate.next
      gate.next = null
      try {
        await now()
      } catch {
        this.walkError = 'The server cannot be reached.'
        this.changed()
      }
    }
    gate.busy = false
  }

  fetchWalk() {
    this.gate('walkGate', async () => {
      const { step, a, b, kind, count, label, average } = this.latent
      const body = await (
        await fetch(
          `${this.base}/walk?step=${step ?? 'newest'}&a=${a}&b=${b}&kind=${kind}&count=${count}&label=${label}${average ? '&which=average' : ''}`,
        )
      ).json()
      if (body.error) this.walkError = body.error
      else {
        const sheet = body.sheet ? await decodeUrl(body.sheet) : null
        this.walkError = null
        this.walk = { ...body, sheet }
        this.at ??= Math.floor(count / 2)
        this.walkVersion = (this.walkVersion || 0) + 1
      }
      this.changed()
    })
  }

  fetchPoint() {
    this.gate('pointGate', async () => {
      const { step, a, label, average } = this.latent
      const set = [...this.moved].map(([i, v]) => `${i}:${v.toFixed(3)}`).join(',')
      const body = await (
        await fetch(
          `${this.base}/point?step=${step ?? 'newest'}&seed=${a}&set=${set}&label=${label}${average ? '&which=average' : ''}`,
        )
      ).json()
      if (body.error) this.pointError = body.error
      else {
        this.pointError = null
        this.point = { ...body, picture: body.image ? await decodeUrl(body.image) : null }
      }
      this.changed()
    })
  }

  move(at) {
    this.at = at
    this.changed()
  }

  set(dimension, value) {
    this.moved.set(dimension, value)
    this.fetchPoint()
  }

  reset() {
    this.moved.clear()
    this.fetchPoint()
    this.changed()
  }
}
