// Real images beside fakes, D's score under each.

import { fit, h, help, known, onWidth, scorer, short, sigmoid, text, theme } from '../shared/dom.js'
import { HELP } from '../shared/glossary.js'

const MOST = 8

export class Batch {
  constructor(root) {
    this.root = root
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.node = h(
      'div',
      { class: 'gan batch' },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'Real and fake, as D sees them'),
        help('D’s score', HELP.batch),
      ),
      this.box,
    )
    root.append(this.node)
    this.unsize = onWidth(this.box, () => this.paint())
  }

  restyle() {
    this.paint()
  }
  destroy() {
    this.unsize()
  }
  arrived() {
    this.step = undefined
  }

  draw() {
    const { source } = this
    if (!source.isRun) {
      const p = source.preview
      if (p) this.keep(source.real, source.fake, source.layout, p.d_real, p.d_fake)
      else if (!this.shown || source.error)
        text(this.overlay, source.error ? 'No data to show yet.' : 'Getting real images …')
      if (source.error && !p) {
        this.shown = null
        this.paint()
      }
      return
    }
    const step = source.status?.is_image && !source.layout ? null : source.shown
    if (step === null || step === this.step || this.loading) return
    this.load(source, step)
  }

  async load(source, step) {
    this.loading = true
    try {
      const [real, fake, scores] = await Promise.all([
        source.layout ? source.real() : null,
        source.frames.get(step),
        source.scoresOf(step),
      ])
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
    const { game } = this.source
    const mean = (s) =>
      s.length ? (s.reduce((a, v) => a + (game.probability ? sigmoid(v) : v), 0) / s.length).toFixed(2) : 'unknown'
    this.canvas.setAttribute(
      'aria-label',
      `Real images score ${mean(this.shown.dReal)} on average, fakes ${mean(this.shown.dFake)}`,
    )
    this.paint()
  }

  paint() {
    const width = Math.floor(this.box.clientWidth),
      height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    context.clearRect(0, 0, width, height)
    if (!this.shown) return
    context.font = `600 13px ${colours.font || 'sans-serif'}`
    const { real, fake, layout, dReal, dFake } = this.shown
    if (!layout)
      return fake?.dim === 2
        ? this.paintScores(context, width, height, colours)
        : this.paintPoints(context, width, height, colours)
    const shown = scorer(this.source.game, [...dReal, ...dFake])
    const label = 44,
      gap = 6
    const many = Math.min(MOST, layout.count)
    const room = height / 2
    const tile = Math.floor(Math.min((width - label - gap * (many - 1)) / many, room - 30))
    const step = Math.min((width - label - tile) / Math.max(1, many - 1), tile + 14)
    ;[
      ['Real', real, dReal, colours.real],
      ['Fake', fake, dFake, colours.fake],
    ].forEach(([name, sheet, scores, colour], row) => {
      const top = row * room + 2
      context.fillStyle = colour
      context.textAlign = 'left'
      context.textBaseline = 'middle'
      context.font = `600 13px ${colours.font || 'sans-serif'}`
      context.fillText(name, 0, top + tile / 2)
      for (let n = 0; n < many; n++) {
        const x = label + n * step
        // a G that is told classes shows one fake of each
        const i = row && layout.by_class ? Math.min(n, layout.rows - 1) * layout.columns : n
        if (sheet) {
          const w = layout.width,
            ht = layout.height
          context.imageSmoothingEnabled = tile < w
          context.drawImage(
            sheet,
            (i % layout.columns) * w,
            Math.floor(i / layout.columns) * ht,
            w,
            ht,
            x,
            top,
            tile,
            tile,
          )
          context.strokeStyle = colours.line
          context.strokeRect(x + 0.5, top + 0.5, tile - 1, tile - 1)
        }
        paintScore(context, known(scores[i]) ? shown(scores[i]) : null, x, top + tile + 4, tile, colours)
      }
    })
  }

  /** Points of a line: each at its x, as high as D finds it real. */
  paintPoints(context, width, height, colours) {
    const { fake: frame } = this.shown,
      { game } = this.source
    const grid = frame?.grid
    if (!grid?.length) return
    const left = 44,
      right = width - 34,
      low = grid[0],
      high = grid[grid.length - 1]
    const px = (v) => left + ((v - low) / (high - low)) * (right - left)
    const room = height / 2
    // D is known on the grid; a point outside it gets the answer at its end
    const score = (x) =>
      frame.d[Math.max(0, Math.min(grid.length - 1, Math.round(((x - low) / (high - low)) * (grid.length - 1))))]
    const all = [...(frame.real || []), ...(frame.x || [])].map(score)
    const [least, most] = game.probability ? [0, 1] : [Math.min(...all), Math.max(...all)]
    const levels = game.probability
      ? [
          [0, '0'],
          [0.5, '½'],
          [1, '1'],
        ]
      : [
          [least, short(least)],
          [most, short(most)],
        ]
    ;[
      ['Real', frame.real || [], colours.real],
      ['Fake', frame.x || [], colours.fake],
    ].forEach(([name, xs, colour], row) => {
      const top = row * room + 4,
        bottom = top + room - 26
      const py = (v) => bottom - ((v - least) / (most - least || 1)) * (bottom - top)
      rowName(context, name, colour, (top + bottom) / 2, colours)
      context.strokeStyle = colours.line
      for (const [v, words] of levels) {
        context.fillStyle = colours.unsure
        context.font = `11px ${colours.font || 'sans-serif'}`
        context.fillText(words, right + 3, py(v))
        context.setLineDash(v === 0.5 && game.probability ? [2, 4] : [])
        context.beginPath()
        context.moveTo(left, py(v))
        context.lineTo(right, py(v))
        context.stroke()
      }
      context.setLineDash([])
      context.fillStyle = colour
      context.globalAlpha = 0.8
      for (const x of xs) {
        context.beginPath()
        context.arc(Math.max(left, Math.min(right, px(x))), py(score(x)), 3.2, 0, 7)
        context.fill()
      }
      context.globalAlpha = 1
      if (!xs.length) return
      const mean = xs.reduce((sum, x) => sum + score(x), 0) / xs.length
      context.fillStyle = colours.text
      context.font = `12px ${colours.font || 'sans-serif'}`
      context.fillText(
        `height: ${game.probability ? 'D(x)' : 'D’s score'}, ${short(mean)} on average`,
        left,
        bottom + 12,
      )
    })
  }

  /** Points of the plane: how many reals and how many fakes get which answer of D. */
  paintScores(context, width, height, colours) {
    const { s_real: reals, s_fake: fakes } = this.shown.fake,
      { game } = this.source
    const all = [...reals, ...fakes].filter(known)
    if (!all.length) return
    let [low, high] = game.probability
      ? [0, 1]
      : [Math.min(...all, game.level ?? Infinity), Math.max(...all, game.level ?? -Infinity)]
    if (high - low < 1e-6) {
      low -= 0.5
      high += 0.5
    }
    const bins = 32,
      left = 44,
      right = width - 10,
      bar = (right - left) / bins,
      room = (height - 18) / 2
    const px = (v) => left + ((v - low) / (high - low)) * (right - left)
    const counts = [reals, fakes].map((scores) => {
      const found = new Array(bins).fill(0)
      for (const s of scores) found[Math.max(0, Math.min(bins - 1, Math.floor(((s - low) / (high - low)) * bins)))] += 1
      return found.map((n) => n / scores.length)
    })
    const tallest = Math.max(...counts.flat())
    ;[
      ['Real', reals, colours.real],
      ['Fake', fakes, colours.fake],
    ].forEach(([name, scores, colour], row) => {
      const bottom = (row + 1) * room - 3,
        top = row * room + 6
      rowName(context, name, colour, (top + bottom) / 2, colours)
      context.fillStyle = colour
      counts[row].forEach((share, i) => {
        if (share)
          context.fillRect(
            left + i * bar + 0.5,
            bottom - Math.max(2, (share / tallest) * (bottom - top)),
            bar - 1,
            Math.max(2, (share / tallest) * (bottom - top)),
          )
      })
      context.fillStyle = colours.line
      context.fillRect(left, bottom, right - left, 1)
      const mean = scores.reduce((a, v) => a + v, 0) / scores.length
      context.fillStyle = colours.text
      context.fillRect(px(mean) - 1, top - 4, 2, bottom - top + 4)
      context.font = `12px ${colours.font || 'sans-serif'}`
      const words = `${short(mean)} on average`,
        after = px(mean) + 110 < right
      context.textAlign = after ? 'left' : 'right'
      context.textBaseline = 'top'
      halo(context, words, px(mean) + (after ? 6 : -6), top - 4, colours)
    })
    const marks = game.probability
      ? [
          [0, '0'],
          [0.5, '½'],
          [1, '1'],
        ]
      : [
          [low, short(low)],
          ...(game.level !== null && px(game.level) > left + 40 && px(game.level) < right - 40
            ? [[game.level, short(game.level)]]
            : []),
          [high, short(high)],
        ]
    context.font = `11px ${colours.font || 'sans-serif'}`
    context.textBaseline = 'bottom'
    context.fillStyle = colours.unsure
    for (const [v, words] of marks) {
      context.textAlign = v === low ? 'left' : v === high ? 'right' : 'center'
      context.fillText(words, px(v), height)
    }
    const middle = game.probability ? 0.5 : game.level
    if (middle !== null && middle > low && middle < high) {
      context.strokeStyle = colours.unsure
      context.setLineDash([2, 4])
      context.beginPath()
      context.moveTo(px(middle), 2)
      context.lineTo(px(middle), height - 15)
      context.stroke()
      context.setLineDash([])
    }
  }
}

function rowName(context, name, colour, y, colours) {
  context.font = `600 13px ${colours.font || 'sans-serif'}`
  context.fillStyle = colour
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(name, 0, y)
}

/** Letters that stay readable over bars. */
function halo(context, words, x, y, colours) {
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.strokeStyle = colours.background
  context.strokeText(words, x, y)
  context.fillStyle = colours.text
  context.fillText(words, x, y)
  context.lineWidth = 1
}

/** D as a number and a small bar with its middle marked: grey where D cannot tell, blue where it is sure. `score` is what `scorer` makes of a logit. */
export function paintScore(context, score, x, y, width, colours) {
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.fillStyle = colours.text
  context.fillText(score === null ? '–' : score.words, x + width / 2, y)
  const bar = y + 15
  context.fillStyle = colours.line
  context.fillRect(x, bar, width, 4)
  if (score !== null) {
    context.fillStyle = colours.unsure
    context.fillRect(x, bar, width * score.share, 4)
    context.globalAlpha = Math.min(1, score.sure)
    context.fillStyle = colours.discriminator
    context.fillRect(x, bar, width * score.share, 4)
    context.globalAlpha = 1
  }
  context.fillStyle = colours.text
  context.fillRect(x + width / 2 - 0.5, bar - 1, 1, 6)
}
