// Real images beside fakes, D's score under each; of points, how D's scores of both lie.

import { Picture } from '../shared/canvas.js'
import { head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { known, mean, short, sigmoid } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { paintScore, scorer } from '../shared/score.js'
import { nearest } from '../shared/series.js'
import { View } from '../shared/view.js'
import { paintLine, paintPlane, rowName } from './verdicts.js'

/** @import { Frame, Game, Layout, PointsFrame, Scene, Scores } from '../shared/types.d.ts' */
/** @import { RunSource } from '../shared/run.js' */
/** @import { Place } from '../shared/view.js' */
/** @typedef {(number | null)[]} Logits */
/** @typedef {{ real: Scene | null, fake: Frame | null, layout: Layout | null, dReal: Logits, dFake: Logits }} Shown */

const MOST = 8
const LABEL = 44 // pixels that the names of the rows take
const GAP = 6

export default class Batch extends View {
  picture = new Picture()
  /** @type {Shown | null} */
  shown = null

  #loading = false
  /** @type {number | null} the step that is drawn, or could not be */
  #step = null

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const title = head(say('batch.title'), { term: say('batch.term'), words: say('batch.help') })
    this.why = h('p', { class: 'quiet', hidden: true })
    this.root.append(h('div', { class: 'gan batch' }, title, this.picture.box, this.why))
    this.onSize(this.picture.box)
  }

  draw() {
    const { source } = this
    if (source.isRun) {
      this.explain(source)
      const step = source.isImage && !source.layout ? null : source.shown
      if (step !== null && step !== this.#step && !this.#loading) this.#load(source, step)
      return
    }
    const { preview, real, fake, layout } = source
    if (preview) return this.keep({ real, fake, layout, dReal: preview.d_real, dFake: preview.d_fake })
    if (source.error) {
      this.shown = null
      this.paint()
    }
    if (!this.shown) this.picture.cover(say(source.error ? 'batch.none' : 'batch.getting'))
  }

  /**
   * @param {RunSource} source
   * @param {number} step
   */
  async #load(source, step) {
    this.#loading = true
    try {
      const [real, fake, scores] = await Promise.all([
        source.layout ? source.real() : null,
        source.frames.get(step),
        source.layout ? source.scoresOf(step) : /** @type {Scores} */ ({}),
      ])
      if (!this.gone) {
        this.#step = step
        this.keep({ real, fake, layout: source.layout, dReal: scores.d_real ?? [], dFake: scores.d_fake ?? [] })
      }
    } catch {
      this.#step = step // the next picture is asked for at its own time
    }
    this.#loading = false
    if (!this.gone && source.shown !== step) this.draw()
  }

  /**
   * Why the scores here and those of the charts differ, where they do.
   * @param {RunSource} source
   */
  explain({ curves, cursor, game }) {
    const { shown } = this
    const means =
      shown && (shown.layout ? [shown.dReal, shown.dFake].map((logits) => meanOf(logits, game)) : meansOf(shown.fake))
    const words = means ? whyOther(means, [nearest(curves?.d_real, cursor), nearest(curves?.d_fake, cursor)], game) : ''
    this.why.hidden = !words
    text(this.why, words)
  }

  /** @param {Shown} shown */
  keep(shown) {
    this.shown = shown
    this.picture.cover('')
    const average = (/** @type {Logits} */ logits) =>
      meanOf(logits, this.source.game)?.toFixed(2) ?? say('batch.unknown')
    const [real, fake] = [average(shown.dReal), average(shown.dFake)]
    this.picture.label(say('batch.label', { real, fake }))
    if (this.source.isRun) this.explain(this.source)
    this.paint()
  }

  paint() {
    const at = this.picture.begin()
    if (!at) return
    const { context, width, height } = at
    context.clearRect(0, 0, width, height)
    if (!this.shown) return
    const { fake, layout } = this.shown
    const { colours } = this
    const { game } = this.source
    if (layout) return this.paintTiles(context, layout, width, height)
    const points = /** @type {PointsFrame | null} */ (fake)
    if (points?.dim === 2) paintPlane(context, points, game, width, height, colours)
    else if (points) paintLine(context, points, game, width, height, colours)
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Layout} layout
   * @param {number} width
   * @param {number} height
   */
  paintTiles(context, layout, width, height) {
    if (!this.shown) return
    const { real, fake, dReal, dFake } = this.shown
    const { colours } = this
    const score = scorer(this.source.game, [...dReal, ...dFake])
    const many = Math.min(MOST, layout.count)
    const room = height / 2
    const tile = Math.floor(Math.min((width - LABEL - GAP * (many - 1)) / many, room - 30))
    const step = Math.min((width - LABEL - tile) / Math.max(1, many - 1), tile + 14)
    const row = (
      /** @type {string} */ name,
      /** @type {Frame | Scene | null} */ sheet,
      /** @type {Logits} */ logits,
      /** @type {string} */ colour,
      /** @type {number} */ top,
      /** @type {(n: number) => number} */ which,
    ) => {
      rowName(context, name, colour, top + tile / 2, colours)
      for (let n = 0; n < many; n++) {
        const x = LABEL + n * step
        const i = which(n)
        if (sheet) {
          const { width: w, height: ht, columns } = layout
          const [sx, sy] = [(i % columns) * w, Math.floor(i / columns) * ht]
          context.imageSmoothingEnabled = tile < w
          context.drawImage(/** @type {ImageBitmap} */ (sheet), sx, sy, w, ht, x, top, tile, tile)
          context.strokeStyle = colours.line
          context.strokeRect(x + 0.5, top + 0.5, tile - 1, tile - 1)
        }
        const logit = logits[i]
        paintScore(context, known(logit) ? score(logit) : null, x, top + tile + 4, tile, colours)
      }
    }
    row(say('batch.real'), real, dReal, colours.real, 2, (n) => n)
    // a G that is told classes shows one fake of each
    const ofClass = (/** @type {number} */ n) => Math.min(n, layout.rows - 1) * layout.columns
    row(say('batch.fake'), fake, dFake, colours.fake, room + 2, layout.by_class ? ofClass : (n) => n)
  }
}

/**
 * D's mean score of samples, by their logits.
 * @param {Logits} logits
 * @param {Game} game
 */
function meanOf(logits, { probability }) {
  const all = logits.filter(known)
  return all.length ? mean(probability ? all.map(sigmoid) : all) : null
}

/**
 * D's mean scores of the reals and the fakes in a picture of points; of a line they stand in the picture.
 * @param {Frame | null} frame
 */
const meansOf = (frame) =>
  frame && 's_real' in frame && frame.s_real.length ? [mean(frame.s_real), mean(frame.s_fake)] : null

const FAR = 0.05 // of a probability: less is not noticed

/**
 * Why the means of the samples that are shown are not those of the charts; empty where they are alike, or one is not known.
 * @param {(number | null)[]} here of the reals and of the fakes
 * @param {(number | null)[]} charts
 * @param {Pick<Game, 'probability' | 'far'>} game
 */
export function whyOther(here, charts, { probability, far }) {
  const apart = probability ? FAR : FAR * (far || 2)
  const [real, fake] = here
  const [d_real, d_fake] = charts
  if (!known(real) || !known(fake) || !known(d_real) || !known(d_fake)) return ''
  if (Math.abs(real - d_real) < apart && Math.abs(fake - d_fake) < apart) return ''
  return say('batch.why', { real: short(real), fake: short(fake), d_real: short(d_real), d_fake: short(d_fake) })
}
