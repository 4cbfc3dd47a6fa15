// A large picture of what G makes: loads the newest frame that is wished for and hands it on, and counts what it does for whoever measures.

import { Picture } from './canvas.js'
import { Glide } from './glide.js'
import { say } from './say.js'
import { View } from './view.js'

/** @import { Frame, Scene } from './types.d.ts' */
/** @import { PageSource } from './store.js' */
/** @import { RunSource } from './run.js' */
/** @import { PreviewSource } from './preview.js' */
/** @import { Place } from './view.js' */

/**
 * An heir places `picture.box`, says which frames it `takes`, and has `accepted()` for a new frame, and `paint()`.
 * @template {Frame} [F=Frame]
 * @template {Scene | null} [S=Scene | null]
 * @extends {View<PageSource>}
 */
export class Framed extends View {
  /** @type {F | null} what is drawn */
  frame = null
  /** @type {S | null} and what stays the same in all frames */
  scene = null
  /** @type {Frame | null} the same step by the average of G */
  averaged = null
  step = 0
  picture = new Picture()
  canvas = this.picture.canvas
  box = this.picture.box
  glide = new Glide(() => this.paint())
  pictures = 0
  paints = 0

  /** @type {unknown} */
  #preview = null
  #loaded = ''
  #failed = false
  #loading = false
  /** @type {number | null} */
  #wanted = null

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.until(() => this.glide.stop())
  }

  // -- an heir's

  /**
   * Whether a frame is of the kind that this view draws; a frame of other data, or one without its scene, is passed over.
   * @param {Frame | null} _frame
   * @param {Scene | null} _scene
   */
  takes(_frame, _scene) {
    return true
  }

  /** There is a new frame. */
  accepted() {}

  /**
   * What is wished for of a step, as a name.
   * @param {number} step
   */
  wish(step) {
    return String(step)
  }

  /**
   * The frame, its scene, and what the average of G makes: each at hand, or on its way.
   * @param {RunSource} source
   * @param {number} step
   * @returns {[Frame | Promise<Frame>, Scene | null | Promise<Scene | null>, (Frame | null | Promise<Frame | null>)?]}
   */
  ask(source, step) {
    return [source.frames.get(step), source.realNow || source.real()]
  }

  // -- which frame

  draw() {
    const { source } = this
    if (!source.isRun) return this.#drawPreview(source)
    const step = source.isImage && !source.layout ? null : source.shown
    if (step === null) {
      const over = source.status && !source.status.active
      const words = say(over ? 'framed.ended' : 'framed.waiting')
      this.picture.cover(this.frame ? '' : source.error || words)
      return
    }
    this.#wanted = step
    if ((this.wish(step) !== this.#loaded || this.#failed) && !this.#loading) this.#load(source, step)
  }

  /** @param {PreviewSource} source */
  #drawPreview(source) {
    if (source.preview && source.preview !== this.#preview) {
      this.#preview = source.preview
      this.#keep(0, source.fake, source.real, null)
    }
    const words = this.frame ? '' : say('framed.untrained')
    this.picture.cover(source.preview ? '' : source.error || words)
  }

  /**
   * While a picture is on its way only the newest wish is kept.
   * @param {RunSource} source
   * @param {number} step
   */
  async #load(source, step) {
    this.#loading = true
    const wish = this.wish(step)
    try {
      // what is at hand is drawn at once: scrubbing must not flicker
      const parts = this.ask(source, step)
      const waits = parts.some((part) => part instanceof Promise)
      const [frame, scene, averaged] = /** @type {[Frame, Scene | null, (Frame | null)?]} */ (
        waits ? await Promise.all(parts) : parts
      )
      if (!this.gone) {
        this.#loaded = wish
        // the words speak of the picture of points that is shown
        if (!source.isImage && source.pictured !== step) {
          source.pictured = step
          source.changed()
        }
        this.#keep(step, frame, scene, averaged ?? null)
      }
      this.#failed = false
    } catch {
      this.#failed = true
    }
    this.#loading = false
    if (this.#failed && !this.gone) source.lose(step, this.frame ? this.step : -1)
    const more = this.#wanted !== null && this.wish(this.#wanted) !== wish && !this.#failed
    if (!this.gone && more) this.draw()
  }

  /**
   * @param {number} step
   * @param {Frame | null} frame
   * @param {Scene | null} scene
   * @param {Frame | null} averaged
   */
  #keep(step, frame, scene, averaged) {
    if (!this.takes(frame, scene)) return
    this.frame = /** @type {F} */ (frame)
    this.scene = /** @type {S} */ (scene)
    this.averaged = averaged
    this.step = step
    this.picture.cover('')
    this.pictures += 1
    this.canvas.dataset.step = String(step)
    this.canvas.dataset.pictures = String(this.pictures)
    this.accepted()
  }

  painted() {
    this.paints += 1
    this.canvas.dataset.paints = String(this.paints)
  }
}
