// The fixed-noise samples, large, and the timeline below them.

import { h, text, whole, fit, onWidth, theme, help, calm } from './dom.js'
import { drawFigure, FIGURE_WORDS, FIGURE_HELP } from './figure1.js'
import { HELP } from './glossary.js'

/** The number of columns with which `count` tiles are largest in a box of that many tile widths and heights. */
function fullest(count, width, height) {
  let best = 1
  const size = (columns) => Math.min(width / columns, height / Math.ceil(count / columns))
  for (let columns = 2; columns <= count; columns++) if (size(columns) > size(best)) best = columns
  return best
}

/** Draws tiles (row-major in one sheet) into a box, a small gap between them, in as many columns as make them largest. */
export function drawTiles(context, sheet, layout, width, height, gap, background) {
  const { count, width: w, height: ht } = layout
  const columns = fullest(count, width / w, height / ht), rows = Math.ceil(count / columns)
  let scale = Math.min((width - gap * (columns + 1)) / (columns * w), (height - gap * (rows + 1)) / (rows * ht))
  // whole multiples keep the pixels square; where that would waste room, the picture is stretched a little instead
  const ratio = window.devicePixelRatio || 1
  const snapped = Math.floor(scale * ratio) / ratio
  if (snapped >= 1 && snapped / scale > 0.88) scale = snapped
  const tileW = w * scale, tileH = ht * scale
  const usedW = columns * (tileW + gap) + gap
  const left = Math.max(0, (width - usedW) / 2) + gap, top = gap
  context.clearRect(0, 0, width, height)
  context.fillStyle = background
  context.imageSmoothingEnabled = scale < 1
  context.imageSmoothingQuality = 'high'
  const places = Array.from({ length: count }, (_, i) => [left + (i % columns) * (tileW + gap), top + Math.floor(i / columns) * (tileH + gap)])
  for (const [x, y] of places) context.fillRect(x - gap, y - gap, tileW + 2 * gap, tileH + 2 * gap)
  places.forEach(([x, y], i) => context.drawImage(sheet, (i % layout.columns) * w, Math.floor(i / layout.columns) * ht, w, ht, x, y, tileW, tileH))
}

export class Samples {
  constructor(root) {
    this.root = root
    this.title = h('span', { class: 'title' }, 'Samples')
    this.legend = h('span', { class: 'legend' })
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.node = h('div', { class: 'gan samples' }, h('div', { class: 'head' }, this.title, help('these samples', HELP.samples), this.legend), this.box)
    root.append(this.node)
    this.unsize = onWidth(this.box, () => this.paint())
  }

  restyle() { this.paint() }
  destroy() { this.unsize() }
  arrived() { this.step = undefined }

  draw() {
    const { source } = this
    if (!source.isRun) {
      if (source.preview) this.keep(source.fake, source.layout, 0, 'The untrained generator: noise in, noise out')
      text(this.overlay, source.preview || this.picture ? '' : source.error || 'Drawing with an untrained generator …')
      if (source.error && !source.preview) { this.picture = null; text(this.title, 'Samples'); text(this.legend, ''); this.paint(); text(this.overlay, source.error) }
      return
    }
    const step = source.status?.is_image && !source.layout ? null : source.shown
    if (step === null) {
      text(this.overlay, this.picture ? '' : source.error || (source.status && !source.status.active ? 'It ended before its first picture.' : 'Waiting for the first picture …'))
      return
    }
    if (step === this.step && !this.failed) return
    this.wanted = step
    const ready = source.frames.peek(step)
    if (ready) this.accept(source, step, ready)
    else if (!this.loading) this.load(source)
  }

  /** Loads the wanted picture; while one is on its way only the newest wish is kept. */
  async load(source) {
    this.loading = true
    const step = this.wanted
    try {
      this.accept(source, step, await source.frames.get(step))
      this.failed = false
    } catch (error) { this.failed = true; this.reason = error }
    this.loading = false
    if (this.source === source && this.wanted !== step) this.draw()
  }

  accept(source, step, picture) {
    if (this.source !== source) return
    this.step = step
    text(this.overlay, '')
    this.keep(picture, source.layout, step, source.cursor === null && source.status?.active ? 'The same noise at every step' : `As they were at step ${whole(step)}`)
  }

  keep(picture, layout, step, words) {
    this.picture = picture
    this.layout = layout
    text(this.legend, layout ? words : FIGURE_WORDS)
    this.legend.classList.toggle('figure', !layout)
    text(this.title, layout ? 'Samples' : 'Figure 1')
    const label = layout ? `${layout.count} samples of the generator at step ${whole(step)}` : `The game in one dimension at step ${whole(step)}`
    this.canvas.setAttribute('aria-label', label)
    this.canvas.dataset.step = step
    this.paint()
  }

  paint() {
    const width = Math.floor(this.box.clientWidth), height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    this.box.classList.toggle('bare', Boolean(this.picture))
    if (!this.picture) {
      context.fillStyle = colours.soft
      context.fillRect(0, 0, width, height)
    } else if (this.layout) drawTiles(context, this.picture, this.layout, width, height, this.layout.columns > 12 ? 2 : 3, colours.line)
    else drawFigure(context, this.picture, width, height, colours)
  }
}

/** Scrubs through the kept pictures: drag, arrow keys, play. */
export class Timeline {
  constructor(root) {
    this.root = root
    this.range = h('input', {
      type: 'range', min: '0', max: '1', step: '1', 'aria-label': 'Timeline of the samples',
      oninput: () => this.scrub(+this.range.value), onpointerenter: () => this.prefetch(), onfocus: () => this.prefetch(),
    })
    this.play = h('button', { type: 'button', class: 'round', 'aria-label': 'Play from the beginning', onclick: () => this.toggle() }, '▶')
    this.now = h('button', { type: 'button', class: 'now', onclick: () => { this.stop(); this.source.look(null) } }, 'now')
    this.where = h('span', { class: 'where' })
    this.node = h('div', { class: 'gan timeline' }, this.play, h('span', { class: 'zero' }, '0'), this.range, this.now, this.where)
    root.append(this.node)
  }

  arrived() { this.stop() }
  destroy() { this.stop() }

  draw() {
    const { source } = this
    const steps = source.steps
    this.steps = steps
    const some = steps.length > 1
    this.range.disabled = this.play.disabled = this.now.disabled = !some
    this.range.max = String(Math.max(1, steps.length - 1))
    const at = source.shown === null ? 0 : Math.max(0, steps.indexOf(source.shown))
    if (+this.range.value !== at) this.range.value = String(at)
    this.range.style.setProperty('--share', `${some ? (100 * at) / (steps.length - 1) : 0}%`)
    const words = source.shown === null ? 'step 0' : `step ${whole(source.shown)}`
    text(this.where, words)
    this.range.setAttribute('aria-valuetext', words)
    this.now.classList.toggle('on', some && source.cursor === null)
    text(this.now, source.status && !source.status.active ? 'end' : 'now')
  }

  scrub(index) {
    this.stop()
    this.lookAt(index)
  }

  lookAt(index) {
    const steps = this.source.steps
    this.source.look(index >= steps.length - 1 ? null : steps[index])
  }

  prefetch() {
    const { source } = this
    if (!source.isRun) return
    const steps = source.steps, at = steps.indexOf(source.shown)
    source.frames.ahead([...steps].sort((a, b) => Math.abs(steps.indexOf(a) - at) - Math.abs(steps.indexOf(b) - at)))
  }

  toggle() {
    if (this.playing) return this.stop()
    const steps = this.source.steps
    if (steps.length < 2) return
    const source = this.source
    let at = source.cursor === null ? 0 : steps.indexOf(source.cursor)
    source.frames.ahead(steps.slice(at))
    text(this.play, '❚❚')
    this.play.setAttribute('aria-label', 'Stop playing')
    this.lookAt(at)
    const pause = calm() ? 700 : Math.max(90, Math.min(320, 6000 / steps.length))
    this.playing = setInterval(() => {
      if (document.hidden) return
      at += 1
      this.lookAt(at)
      if (at >= this.source.steps.length - 1) this.stop()
    }, pause)
  }

  stop() {
    clearInterval(this.playing)
    this.playing = null
    text(this.play, '▶')
    this.play.setAttribute('aria-label', 'Play from the beginning')
  }
}
