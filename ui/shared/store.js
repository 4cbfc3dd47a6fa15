// One source of truth a page: the run that is looked at, or the settings where there is none yet. Views subscribe;
// a source without subscribers asks the server nothing.

import { decode, decodeUrl, Frames } from './frames.js'

const sources = new Map()

export function sourceFor(data, LatentSource) {
  const key = data.latent ? `latent ${data.run}` : data.run ? `run ${data.run}` : `settings ${data.config}`
  if (!sources.has(key)) {
    sources.set(key, data.latent ? new LatentSource(data) : data.run ? new RunSource(data) : new PreviewSource(data))
    for (const [old, source] of sources) {
      if (sources.size <= 6) break
      if (!source.views.size && old !== key) {
        source.forget()
        sources.delete(old)
      }
    }
  }
  const source = sources.get(key)
  source.place = data
  source.game = data.game
  source.penalty = data.penalty
  return source
}

class Source {
  constructor(data) {
    this.place = data
    this.views = new Map() // what is called when something has changed -> what the page says of that view
    this.cursor = null // the step that is looked at, null for now
    this.networks = null
  }

  /** `about()`: the view's data, of which `often` and `pair` count here. */
  subscribe(view, about = () => ({})) {
    this.views.set(view, about)
    if (this.views.size === 1) this.begin()
    return () => {
      this.views.delete(view)
      // the views of a rerun leave and come one by one; only an empty page ends the asking
      if (!this.views.size) this.end()
    }
  }

  /** What the scores in a picture of points mean: its objective may not be the present one. */
  gameOf(frame) {
    return this.place.games?.[frame?.objective] ?? this.game
  }

  changed() {
    for (const view of [...this.views.keys()]) view()
  }

  look(step) {
    if (this.cursor === step) return
    this.cursor = step
    this.changed()
    // the other side of a race looks at what it had made by then
    const pair = [...this.views.values()].map((about) => about().pair).find(Boolean)
    sources.get(`run ${pair}`)?.follow(step)
  }

  follow() {}

  forget() {}
}

// ---- a run

const OFTEN = 400,
  SELDOM = 3000 // ms between two questions, while it trains and afterwards

export class RunSource extends Source {
  constructor(data) {
    super(data)
    this.isRun = true
    this.base = `${data.base}/api/runs/${encodeURIComponent(data.run)}`
    this.status = null
    this.frameSteps = []
    this.curves = null
    this.layout = null
    this.sequence = ''
    this.curvesAt = 0
    this.polls = 0
    this.curvesEvery = 1000
    this.curvesOwed = true
    this.usual = OFTEN
    this.frames = new Frames((step) => `${this.base}/frames/${step}`)
    this.averages = new Frames((step) => `${this.base}/frames/${step}?which=average`)
    this.evaluations = null
    this.findings = []
    this.scores = new Map()
    this.bytes = 0
    this.onVisible = () => {
      if (!document.hidden) this.poll()
    }
  }

  begin() {
    document.addEventListener('visibilitychange', this.onVisible)
    this.running = true
    this.poll()
  }

  end() {
    document.removeEventListener('visibilitychange', this.onVisible)
    this.running = false
    clearTimeout(this.timer)
  }

  /** Asks at once, for instance after a button was pressed. */
  hurry() {
    this.announce = true
    this.running = this.views.size > 0 // also after an answer that had ended the asking
    if (!this.asking) this.poll()
  }

  /** Milliseconds from one question to the next: as few as any of the views wants. */
  get often() {
    return Math.min(this.usual, ...[...this.views.values()].map((about) => about().often || Infinity))
  }

  async poll() {
    clearTimeout(this.timer)
    if (!this.running || this.asking || document.hidden) return
    this.asking = true
    const begun = performance.now()
    const due =
      !this.withoutCurves &&
      performance.now() - this.curvesAt >= (this.status?.active === false ? 0 : this.curvesEvery * 0.9)
    const wanted = due && this.curvesOwed ? '' : this.sequence
    const announce = this.announce
    this.announce = false
    try {
      const answer = await fetch(`${this.base}/live?since=${encodeURIComponent(wanted)}&curves=${due ? 1 : 0}`, {
        cache: 'no-store',
        signal: AbortSignal.timeout(20_000),
      })
      this.polls += 1
      if (answer.status === 200) this.take(await answer.json(), due)
      else if (answer.status !== 204) {
        this.error = (await answer.json().catch(() => ({}))).error || `The server answered ${answer.status}.`
        if (answer.status === 404) this.running = false // its folder is gone
        this.changed()
      } else if (announce || !this.status?.active) this.changed()
      if (this.offline) {
        this.offline = false
        this.changed()
      }
    } catch {
      if (!this.offline) {
        this.offline = true
        this.changed()
      }
    }
    this.asking = false
    const { often } = this,
      busy = this.status?.state === 'training' || this.status?.state === 'starting'
    const pause = Math.max(often / 4, (busy ? often : 2 * often) - (performance.now() - begun))
    if (this.running)
      this.timer = setTimeout(() => this.poll(), this.offline ? 2000 : this.status?.active ? pause : SELDOM)
  }

  take(body, withCurves) {
    this.error = null
    this.sequence = body.sequence
    this.status = body.status
    this.frameSteps = body.frames
    this.layout = body.layout
    this.evaluations = body.evaluations
    this.findings = body.findings || []
    if (body.curves) {
      this.curves = body.curves
      this.curvesAt = performance.now()
      this.curvesVersion = (this.curvesVersion || 0) + 1
    }
    this.curvesOwed = !withCurves
    this.changed()
  }

  /** Steps that have a picture, the newest last, whether it is kept or not. */
  get steps() {
    const newest = this.status?.frame,
      kept = this.frameSteps
    return known(newest) && newest > (kept[kept.length - 1] ?? -1) ? [...kept, newest] : kept
  }

  get shown() {
    const steps = this.steps
    return this.cursor !== null && steps.includes(this.cursor) ? this.cursor : (steps[steps.length - 1] ?? null)
  }

  /** Looks at the newest picture of a step or before it. */
  follow(step) {
    const kept = step === null ? null : this.steps.filter((s) => s <= step)
    const cursor = kept ? (kept[kept.length - 1] ?? this.steps[0] ?? null) : null
    if (this.cursor === cursor) return
    this.cursor = cursor
    this.changed()
  }

  async scoresOf(step) {
    if (!this.scores.has(step)) {
      const answer = await fetch(`${this.base}/scores/${step}`)
      this.scores.set(step, answer.ok ? await answer.json() : {})
      if (this.scores.size > 100) this.scores.delete(this.scores.keys().next().value)
    }
    return this.scores.get(step)
  }

  get isImage() {
    return this.status?.is_image ?? this.place.image
  }

  /** The real samples: a picture of tiles, or for points what stays the same in all frames. */
  real() {
    this.realPicture ??= fetch(`${this.base}/real`)
      .then((a) => (a.status === 200 ? decode(a) : null))
      .catch(() => null)
      .then((found) => {
        if (!found) this.realPicture = undefined // asked for again with the next picture
        return (this.realNow = found)
      })
    return this.realPicture
  }

  /** The full evaluation of the networks kept nearest to the step that is looked at. */
  async measure(average) {
    this.measured = { ...this.measured, busy: true, average, error: null }
    this.changed()
    try {
      const body = await (
        await fetch(`${this.base}/evaluate?step=${this.cursor ?? 'newest'}${average ? '&which=average' : ''}`)
      ).json()
      this.measured = body.error
        ? { ...this.measured, busy: false, error: body.error }
        : { ...body, average, busy: false }
    } catch {
      this.measured = { ...this.measured, busy: false, error: 'The server cannot be reached.' }
    }
    this.changed()
  }

  async askNetworks() {
    if (this.askedNetworks) return
    this.askedNetworks = true
    try {
      this.networks = await (await fetch(`${this.base}/networks`)).json()
      if (this.networks.error) this.networks = null
    } catch {
      this.askedNetworks = false
    }
    this.changed()
  }

  forget() {
    this.frames.clear()
    this.averages.clear()
    this.scores.clear()
  }
}

// ---- settings that no run has yet

export class PreviewSource extends Source {
  constructor(data) {
    super(data)
    this.isRun = false
    this.config = JSON.parse(data.config)
    this.query = encodeURIComponent(data.config)
  }

  get steps() {
    return []
  }
  get shown() {
    return null
  }
  get isImage() {
    return this.place.image
  }

  begin() {
    this.running = true
    // numbers that are being stepped through need no picture each
    if (!this.preview) this.timer = setTimeout(() => this.load(), this.asked || sources.size === 1 ? 0 : 200)
    this.asked = true
  }

  end() {
    this.running = false
    clearTimeout(this.timer)
    this.abort?.abort()
  }

  async load() {
    this.loading = true
    const { signal } = (this.abort = new AbortController())
    const ask = async (what) => (await fetch(`${this.place.base}/api/${what}?config=${this.query}`, { signal })).json()
    try {
      const body = await ask('preview')
      this.error = body.error || null
      if (!body.error) {
        this.real = typeof body.real === 'string' ? await decodeUrl(body.real) : body.real
        this.fake = typeof body.fake === 'string' ? await decodeUrl(body.fake) : body.fake
        this.preview = body
        this.layout = body.layout
        this.networks = body.networks
      }
      this.changed()
      if (!body.error) {
        // timing trains for a moment: not for every setting that is only passed by
        await new Promise((done) => setTimeout(done, 500))
        if (signal.aborted) return
        const timing = await ask('timing')
        if (!timing.error) {
          this.timing = timing
          this.changed()
        }
      }
    } catch (error) {
      if (error.name === 'AbortError') return
      this.error = 'The server cannot be reached.'
      this.changed()
    } finally {
      this.loading = false
    }
  }

  askNetworks() {}

  /** After something was pressed: what could not be had may be there now. */
  hurry() {
    if (this.error && !this.loading && this.running) this.load()
  }

  forget() {
    this.real?.close?.()
    this.fake?.close?.()
  }
}

const known = (n) => typeof n === 'number' && Number.isFinite(n)
