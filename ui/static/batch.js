// Real images beside fakes, D's score under each.

import { h, text, fit, onWidth, theme, help, sigmoid, known } from './dom.js'
import { HELP } from './glossary.js'

const MOST = 8

export class Batch {
  constructor(root) {
    this.root = root
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.node = h('div', { class: 'gan batch' }, h('div', { class: 'head' }, h('span', { class: 'title' }, 'Real and fake, as D sees them'), help('D’s score', HELP.batch)), this.box)
    root.append(this.node)
    this.unsize = onWidth(this.box, () => this.paint())
  }

  restyle() { this.paint() }
  destroy() { this.unsize() }
  arrived() { this.step = undefined }

  draw() {
    const { source } = this
    if (!source.isRun) {
      const p = source.preview
      if (p) this.keep(source.real, source.fake, source.layout, p.d_real, p.d_fake)
      else if (!this.shown || source.error) text(this.overlay, source.error ? 'No data to show yet.' : 'Getting real images …')
      if (source.error && !p) { this.shown = null; this.paint() }
      return
    }
    const step = source.status?.is_image && !source.layout ? null : source.shown
    if (step === null || step === this.step || this.loading) return
    this.load(source, step)
  }

  async load(source, step) {
    this.loading = true
    try {
      const [real, fake, scores] = await Promise.all([source.layout ? source.real() : null, source.frames.get(step), source.scoresOf(step)])
      if (this.source === source) {
        this.step = step
        this.keep(real, fake, source.layout, scores.d_real, scores.d_fake)
      }
    } catch {
      this.step = step // the next picture is asked for at its own time
    }
    this.loading = false
    if (this.source === source && source.shown !== step) this.draw()
  }

  keep(real, fake, layout, dReal, dFake) {
    this.shown = { real, fake, layout, dReal: dReal || [], dFake: dFake || [] }
    text(this.overlay, '')
    const mean = (s) => (s.length ? (s.reduce((a, v) => a + sigmoid(v), 0) / s.length).toFixed(2) : 'unknown')
    this.canvas.setAttribute('aria-label', `Real images score ${mean(this.shown.dReal)} on average, fakes ${mean(this.shown.dFake)}`)
    this.paint()
  }

  paint() {
    const width = Math.floor(this.box.clientWidth), height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    context.clearRect(0, 0, width, height)
    if (!this.shown) return
    context.font = `600 13px ${colours.font || 'sans-serif'}`
    const { real, fake, layout, dReal, dFake } = this.shown
    if (!layout) return this.paintPoints(context, width, height, colours)
    const label = 44, gap = 6
    const many = Math.min(MOST, layout.count)
    const room = height / 2
    const tile = Math.floor(Math.min((width - label - gap * (many - 1)) / many, room - 30))
    const step = Math.min((width - label - tile) / Math.max(1, many - 1), tile + 14)
    ;[['Real', real, dReal, colours.real], ['Fake', fake, dFake, colours.fake]].forEach(([name, sheet, scores, colour], row) => {
      const top = row * room + 2
      context.fillStyle = colour
      context.textAlign = 'left'
      context.textBaseline = 'middle'
      context.font = `600 13px ${colours.font || 'sans-serif'}`
      context.fillText(name, 0, top + tile / 2)
      for (let i = 0; i < many; i++) {
        const x = label + i * step
        if (sheet) {
          const w = layout.width, ht = layout.height
          context.imageSmoothingEnabled = tile < w
          context.drawImage(sheet, (i % layout.columns) * w, Math.floor(i / layout.columns) * ht, w, ht, x, top, tile, tile)
          context.strokeStyle = colours.line
          context.strokeRect(x + 0.5, top + 0.5, tile - 1, tile - 1)
        }
        paintScore(context, known(scores[i]) ? sigmoid(scores[i]) : null, x, top + tile + 4, tile, colours)
      }
    })
  }

  /** Points of a line: each at its x, as high as D finds it real. */
  paintPoints(context, width, height, colours) {
    const { fake: frame } = this.shown
    const grid = frame?.grid
    if (!grid?.length) return
    const left = 44, right = width - 14, low = grid[0], high = grid[grid.length - 1]
    const px = (v) => left + ((v - low) / (high - low)) * (right - left)
    const room = height / 2
    // D is known on the grid; a point outside it gets the answer at its end
    const score = (x) => frame.d[Math.max(0, Math.min(grid.length - 1, Math.round(((x - low) / (high - low)) * (grid.length - 1))))]
    ;[['Real', frame.real || [], colours.real], ['Fake', frame.x || [], colours.fake]].forEach(([name, xs, colour], row) => {
      const top = row * room + 4, bottom = top + room - 26
      context.font = `600 13px ${colours.font || 'sans-serif'}`
      context.fillStyle = colour
      context.textAlign = 'left'
      context.textBaseline = 'middle'
      context.fillText(name, 0, (top + bottom) / 2)
      context.strokeStyle = colours.line
      for (const v of [0, 0.5, 1]) {
        const y = bottom - v * (bottom - top)
        context.fillStyle = colours.unsure
        context.font = `11px ${colours.font || 'sans-serif'}`
        context.fillText(v === 0.5 ? '½' : String(v), right + 3, y)
        context.setLineDash(v === 0.5 ? [2, 4] : [])
        context.beginPath()
        context.moveTo(left, y)
        context.lineTo(right, y)
        context.stroke()
      }
      context.setLineDash([])
      context.fillStyle = colour
      context.globalAlpha = 0.8
      for (const x of xs) {
        context.beginPath()
        context.arc(Math.max(left, Math.min(right, px(x))), bottom - score(x) * (bottom - top), 3.2, 0, 7)
        context.fill()
      }
      context.globalAlpha = 1
      if (!xs.length) return
      const mean = xs.reduce((sum, x) => sum + score(x), 0) / xs.length
      context.fillStyle = colours.text
      context.font = `12px ${colours.font || 'sans-serif'}`
      context.fillText(`height: D(x), ${mean.toFixed(2)} on average`, left, bottom + 12)
    })
  }
}

/** D as a number and a small bar with its middle marked: grey where D cannot tell, blue where it is sure. */
export function paintScore(context, score, x, y, width, colours) {
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.fillStyle = colours.text
  context.fillText(score === null ? '–' : score.toFixed(2), x + width / 2, y)
  const bar = y + 15
  context.fillStyle = colours.line
  context.fillRect(x, bar, width, 4)
  if (score !== null) {
    context.fillStyle = colours.unsure
    context.fillRect(x, bar, width * score, 4)
    context.globalAlpha = Math.min(1, Math.abs(score - 0.5) * 2.4)
    context.fillStyle = colours.discriminator
    context.fillRect(x, bar, width * score, 4)
    context.globalAlpha = 1
  }
  context.fillStyle = colours.text
  context.fillRect(x + width / 2 - 0.5, bar - 1, 1, 6)
}
