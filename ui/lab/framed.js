// A large picture of points: loads the newest frame that is wished for and hands it on, and counts what it does for whoever measures.

import { h, text } from '../shared/dom.js'
import { Glide } from '../shared/glide.js'

/** An heir makes `canvas` and `overlay`, and has `dim` of the points that it draws, `accepted()` for a new frame, and `paint()`. */
export class Framed {
  constructor(root) {
    this.root = root
    this.frame = null
    this.pictures = this.paints = 0
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.glide = new Glide(() => this.paint())
  }

  restyle() {
    this.paint()
  }
  destroy() {
    this.glide.stop()
  }
  arrived() {
    this.step = undefined
    this.failed = false
    this.preview = null
  }

  draw() {
    const { source } = this
    if (!source.isRun) {
      if (source.preview && source.preview !== this.preview) {
        this.preview = source.preview
        this.keep(source.fake, source.real, 0)
      }
      return text(this.overlay, source.error || (this.frame ? '' : 'Drawing with an untrained generator …'))
    }
    const step = source.shown
    if (step === null)
      return text(
        this.overlay,
        this.frame
          ? ''
          : source.error ||
              (source.status && !source.status.active
                ? 'It ended before its first picture.'
                : 'Waiting for the first picture …'),
      )
    this.wanted = step
    if ((step !== this.step || this.failed) && !this.loading) this.load(source)
  }

  /** While a picture is on its way only the newest wish is kept. */
  async load(source) {
    this.loading = true
    const step = this.wanted
    try {
      // what is at hand is drawn at once: scrubbing must not flicker
      const found = [source.frames.peek(step) || source.frames.get(step), source.realNow || source.real()]
      const [frame, scene] = found.some((one) => one instanceof Promise) ? await Promise.all(found) : found
      if (this.source === source) {
        this.step = step
        // the words speak of the picture that is shown
        if (source.pictured !== step) {
          source.pictured = step
          source.changed()
        }
        this.keep(frame, scene, step)
      }
      this.failed = false
    } catch {
      this.failed = true
    }
    this.loading = false
    if (this.source !== source || (this.wanted !== step && !this.failed)) this.draw()
  }

  /** A picture of other data than this view draws, or one without its scene, is passed over. */
  keep(frame, scene, step) {
    if (frame?.dim !== this.dim || !scene) return
    this.frame = frame
    this.scene = scene
    text(this.overlay, '')
    this.canvas.dataset.step = step
    this.canvas.dataset.pictures = ++this.pictures
    this.accepted()
  }

  painted() {
    this.canvas.dataset.paints = ++this.paints
  }
}
