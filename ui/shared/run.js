// A run as the views see it: asked about a few times a second while it trains, seldom afterwards, and not at all while nobody looks.

import { decode, Frames } from './frames.js'
import { marksOf } from './marks.js'
import { known, nearestTo } from './numbers.js'
import { say } from './say.js'
import { Source } from './source.js'

/** @import { PreviewSource } from './preview.js' */
/** @import { Curves, Evaluation, Event, Evaluations, Finding, Frame, Layout, Live, Moved, Networks, PageData, Preview, Scene, Scores, Status } from './types.d.ts' */

const OFTEN = 400 // ms between two questions while it trains
const SELDOM = 3000 // and afterwards
const AGAIN = 2000 // and while the server is away
const LONGEST = 20_000 // ms that an answer may take
const PATIENCE = 1000 // ms that an answer waits for its pictures
const SCORES_KEPT = 100
const BEGINS = ['queued', 'starting', 'training']

export class RunSource extends Source {
  isRun = /** @type {const} */ (true)
  /** @type {Status | null} */
  status = null
  /** @type {number[]} steps whose picture is kept */
  frameSteps = []
  /** @type {Layout | null} */
  layout = null
  /** @type {Curves | null} */
  curves = null
  curvesVersion = 0
  /** ms from one set of curves to the next: a slow machine gets them less often */
  curvesEvery = 1000
  withoutCurves = false
  /** @type {Evaluations | null} */
  evaluations = null
  /** @type {Finding[]} */
  findings = []
  /** @type {Event[]} what happened to it, oldest first */
  events = []
  /** @type {Moved | null} what the last step has moved, where it was asked for singly */
  lastMoved = null
  /** @type {Networks | null} */
  networks = null
  /** @type {Partial<Evaluation> | null} the full evaluation, where one was asked for */
  measured = null
  /** answers so far */
  polls = 0
  /** the server did not answer */
  offline = false
  /** @type {number | null} the step whose picture of points is shown */
  pictured = null
  /** @type {Scene | null} */
  realNow = null
  usual = OFTEN

  #sequence = ''
  #curvesAt = Number.NEGATIVE_INFINITY
  #curvesOwed = true
  #asking = false
  /** @type {{ body: Live, withCurves: boolean } | null} the newest answer that waits for its pictures */
  #next = null
  #bringing = false
  #takenAt = Number.NEGATIVE_INFINITY
  #announce = false
  /** @type {number | null} the step of a glance that was gone before it was fetched */
  #lost = null
  #running = false
  #askedNetworks = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer
  /** @type {Promise<Scene | null> | null} */
  #real = null
  /** @type {Map<number, Scores>} */
  #scores = new Map()
  #onVisible = () => {
    if (!document.hidden) this.poll()
  }

  /**
   * @param {PageData} data
   * @param {PreviewSource} [alike] the settings that it began from, where they have been looked at: its step 0
   */
  constructor(data, alike) {
    super(data)
    this.base = `${data.base}/api/runs/${encodeURIComponent(data.run ?? '')}`
    this.frames = new Frames((step) => `${this.base}/frames/${step}`)
    this.averages = new Frames((step) => `${this.base}/frames/${step}?which=average`)
    if (alike?.preview && alike.fake && BEGINS.includes(data.state)) this.#beginAs(alike, alike.preview, alike.fake)
  }

  /**
   * @param {PreviewSource} settings
   * @param {Preview} preview
   * @param {Frame} fake
   */
  #beginAs({ layout, networks, real }, { d_real, d_fake }, fake) {
    Object.assign(this, { layout, networks, realNow: real, frameSteps: [0] })
    for (const frames of [this.frames, this.averages]) frames.keep(0, fake)
    this.#scores.set(0, { d_real, d_fake })
  }

  begin() {
    document.addEventListener('visibilitychange', this.#onVisible)
    this.#running = true
    this.poll()
  }

  end() {
    document.removeEventListener('visibilitychange', this.#onVisible)
    this.#running = false
    clearTimeout(this.#timer)
  }

  hurry() {
    this.#announce = true
    this.#running = this.views.size > 0 // also after an answer that had ended the asking
    if (!this.#asking) this.poll()
  }

  /** Milliseconds from one question to the next: as few as any of the views wants. */
  get often() {
    return Math.min(this.usual, ...this.wishes.map((about) => about.often || Number.POSITIVE_INFINITY))
  }

  async poll() {
    clearTimeout(this.#timer)
    if (!this.#running || this.#asking || document.hidden) return
    this.#asking = true
    const begun = performance.now()
    const every = this.status?.active === false ? 0 : 0.9 * this.curvesEvery
    const due = !this.withoutCurves && begun - this.#curvesAt >= every
    const wanted = due && this.#curvesOwed ? '' : this.#sequence
    const announce = this.#announce
    this.#announce = false
    const query = `curves=${due ? 1 : 0}&events=${this.events.length}`
    try {
      const answer = await fetch(`${this.base}/live?since=${encodeURIComponent(wanted)}&${query}`, {
        cache: 'no-store',
        signal: AbortSignal.timeout(LONGEST),
      })
      this.polls += 1
      if (answer.status === 200) this.#bring(await answer.json(), due).catch(() => this.#connected(false))
      else if (answer.status !== 204) {
        this.error =
          (await answer.json().catch(() => ({}))).error || say('server.answered', { status: String(answer.status) })
        if (answer.status === 404) this.#running = false // its folder is gone
        this.changed()
      } else if (announce || !this.status?.active) this.changed()
      this.#connected(true)
    } catch {
      this.#connected(false)
    }
    this.#asking = false
    if (this.#running) this.#timer = setTimeout(() => this.poll(), this.#pause(performance.now() - begun))
  }

  /**
   * Milliseconds until the next question, when the last took some.
   * @param {number} took
   */
  #pause(took) {
    if (this.offline) return AGAIN
    if (!this.status?.active) return SELDOM
    const busy = this.status.state === 'training' || this.status.state === 'starting'
    return Math.max(this.often / 4, (busy ? this.often : 2 * this.often) - took)
  }

  /** @param {boolean} is */
  #connected(is) {
    if (this.offline === !is) return
    this.offline = !is
    this.changed()
  }

  /**
   * Takes an answer on once the pictures of its step are at hand, so that pictures, words and charts of a step appear
   * together. Meanwhile questions go on, and of the answers to them only the newest waits.
   * @param {Live} body
   * @param {boolean} withCurves
   */
  async #bring(body, withCurves) {
    this.#next = { body, withCurves }
    if (this.#bringing) return
    this.#bringing = true
    try {
      while (this.#next) {
        const news = this.#next
        this.#next = null
        const coming =
          this.status && this.cursor === null ? this.pictures(news.body).filter((one) => one instanceof Promise) : []
        const late = performance.now() - this.#takenAt > PATIENCE
        if (coming.length) {
          const there = await Promise.race([
            Promise.all(coming).then(
              () => true,
              () => false,
            ),
            new Promise((done) => setTimeout(() => done(true), PATIENCE)),
          ])
          // a glance that was gone before it was fetched: a newer one is on its way
          if (!there && this.#next && !late) continue
        }
        this.take(news.body, news.withCurves)
      }
    } finally {
      this.#bringing = false
    }
  }

  /**
   * What an answer's newest step is shown with: each at hand, or on its way.
   * @param {Live} body
   * @returns {unknown[]}
   */
  pictures({ status, frames }) {
    const step = status.frame ?? frames[frames.length - 1]
    if (!known(step) || step === this.shown) return []
    if (!status.is_image) return [this.frames.get(step), this.realNow || this.real()]
    const average = this.place.average ? this.averages.get(step) : null
    return [
      this.frames.get(step),
      average instanceof Promise ? average.catch(() => null) : average,
      this.scoresOf(step),
    ]
  }

  /**
   * @param {Live} body
   * @param {boolean} withCurves
   */
  take(body, withCurves) {
    this.error = null
    this.#takenAt = performance.now()
    this.#sequence = body.sequence
    this.status = body.status
    this.frameSteps = body.frames
    this.layout = body.layout
    this.evaluations = body.evaluations
    this.findings = body.findings || []
    if (body.events) this.events = [...this.events.slice(0, body.events.from), ...body.events.rows]
    this.marks = marksOf(this.events, this.findings)
    this.lastMoved = body.moved ?? null
    if (body.curves) {
      this.curves = body.curves
      this.#curvesAt = performance.now()
      this.curvesVersion += 1
    }
    this.#curvesOwed = !withCurves
    this.changed()
  }

  /** Steps that have a picture, the newest last, whether it is kept or not. */
  get steps() {
    const newest = this.status?.frame
    const kept = this.frameSteps
    const there = known(newest) && newest !== this.#lost && newest > (kept[kept.length - 1] ?? -1)
    return there ? [...kept, newest] : kept
  }

  /**
   * The picture of a step could not be had. A glance is replaced several times a second: where fetching takes longer
   * than that, the newest picture that is kept is shown, and none stays for good. `seen`: the step of what is shown now,
   * which gives way to a newer one only.
   * @param {number} step
   * @param {number} seen
   */
  lose(step, seen) {
    const kept = this.frameSteps[this.frameSteps.length - 1] ?? -1
    if (step !== this.status?.frame || kept === step || kept <= seen) return
    this.#lost = step
    this.changed()
  }

  /** The step whose picture is to be seen. */
  get shown() {
    const steps = this.steps
    return this.cursor !== null && steps.includes(this.cursor) ? this.cursor : (steps[steps.length - 1] ?? null)
  }

  /**
   * Looks at the newest picture of a step or before it.
   * @param {number | null} step
   */
  follow(step) {
    const kept = step === null ? null : this.steps.filter((s) => s <= step)
    this.turnTo(kept ? (kept[kept.length - 1] ?? this.steps[0] ?? null) : null)
  }

  /**
   * Looks at the picture nearest to a step; the newest one stays the newest.
   * @param {number} step
   */
  lookNear(step) {
    const { steps } = this
    const near = nearestTo(steps, step)
    if (near !== null) this.look(near === steps[steps.length - 1] ? null : near)
  }

  /** @param {number} step */
  async scoresOf(step) {
    const kept = this.#scores.get(step)
    if (kept) return kept
    const answer = await fetch(`${this.base}/scores/${step}`)
    const scores = /** @type {Scores} */ (answer.ok ? await answer.json() : {})
    this.#scores.set(step, scores)
    for (const old of this.#scores.keys()) {
      if (this.#scores.size <= SCORES_KEPT) break
      this.#scores.delete(old)
    }
    return scores
  }

  /** As the run itself says: the page learns of a change at its next rerun only. */
  get game() {
    return this.place.games[String(this.status?.live?.objective)] ?? super.game
  }

  get penalty() {
    const now = this.status?.live?.penalty
    return now === undefined ? super.penalty : now !== 'none'
  }

  get isImage() {
    return this.status?.is_image ?? this.place.image
  }

  /** The real samples: a picture of tiles, or for points what stays the same in all frames. */
  real() {
    if (this.realNow) return this.realNow
    this.#real ??= fetch(`${this.base}/real`)
      .then((answer) => (answer.status === 200 ? /** @type {Promise<Scene>} */ (decode(answer)) : null))
      .catch(() => null)
      .then((found) => {
        if (!found) this.#real = null // asked for again with the next picture
        this.realNow = found
        return found
      })
    return this.#real
  }

  /**
   * The full evaluation of the networks kept nearest to the step that is looked at.
   * @param {boolean} average
   */
  async measure(average) {
    this.measured = { busy: true, average, error: null }
    this.changed()
    try {
      const which = average ? '&which=average' : ''
      const body = await (await fetch(`${this.base}/evaluate?step=${this.cursor ?? 'newest'}${which}`)).json()
      this.measured = body.error
        ? { ...this.measured, busy: false, error: body.error }
        : { ...body, average, busy: false }
    } catch {
      this.measured = { ...this.measured, busy: false, error: say('server.away') }
    }
    this.changed()
  }

  async askNetworks() {
    if (this.#askedNetworks || this.networks) return
    this.#askedNetworks = true
    try {
      const body = await (await fetch(`${this.base}/networks`)).json()
      this.networks = body.error ? null : body
    } catch {
      this.#askedNetworks = false
    }
    this.changed()
  }

  forget() {
    this.frames.clear()
    this.averages.clear()
    this.#scores.clear()
  }
}
