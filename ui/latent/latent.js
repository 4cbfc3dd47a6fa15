// The views of the Latent page: the picture, the walk from A to B, and single dimensions of z.

import { drawPath } from './path.js'
import { fit, h, help, known, onWidth, scorer, short, text, theme, whole } from '../shared/dom.js'
import { paintScore } from '../train/batch.js'

const STRIP = 11

function tile(context, walk, i, x, y, size, colours) {
  const { layout } = walk
  context.imageSmoothingEnabled = size < layout.width
  context.drawImage(
    walk.sheet,
    (i % layout.columns) * layout.width,
    Math.floor(i / layout.columns) * layout.height,
    layout.width,
    layout.height,
    x,
    y,
    size,
    size,
  )
}

export class LatentPicture {
  constructor(root) {
    this.root = root
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.score = h('p', { class: 'score' })
    this.title = h('span', { class: 'title' }, 'On the way')
    this.legend = h('span', { class: 'legend' })
    this.node = h(
      'div',
      { class: 'gan latent-picture' },
      h('div', { class: 'head' }, this.title, this.legend),
      this.box,
      this.score,
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

  draw() {
    const { walk, at } = this.source
    text(this.overlay, walk ? '' : this.source.walkError || this.source.error || 'Rendering the walk from A to B …')
    if (!walk) return
    const score = walk.scores?.[at]
    const percent = Math.round((100 * at) / (walk.scores.length - 1))
    text(this.title, percent === 0 ? 'A' : percent === 100 ? 'B' : `${percent} % of the way from A to B`)
    text(this.legend, `generator of step ${whole(walk.step)}`)
    text(
      this.score,
      `D gives it ${known(score) ? scorer(this.source.game)(score).words : '–'}${this.source.walkError ? ` · ${this.source.walkError}` : ''}`,
    )
    this.canvas.setAttribute('aria-label', `The generator’s picture ${percent} % of the way from A to B`)
    this.canvas.dataset.at = at
    if (this.painted !== `${this.source.walkVersion} ${at}`) this.paint()
  }

  /** The real points, for pictures of the plane; all views draw anew when they come. */
  scene() {
    const { source } = this
    if (!source.realNow)
      source.real().then((found) => {
        if (found && this.source === source) {
          this.paint()
          source.changed()
        }
      })
  }

  paint() {
    const { walk, at } = this.source || {}
    const width = Math.floor(this.box.clientWidth),
      height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    context.fillStyle = colours.soft
    context.fillRect(0, 0, width, height)
    if (!walk) return
    this.painted = `${this.source.walkVersion} ${at}`
    if (walk.sheet) {
      const size = Math.min(width, height)
      tile(context, walk, at, (width - size) / 2, (height - size) / 2, size, colours)
    } else if (walk.points[0].length === 2) {
      const { source } = this
      this.scene()
      drawPath(context, walk.points, at, source.realNow, width, height, colours)
    } else
      paintLine(
        context,
        walk.points.map(([x]) => x),
        at,
        width,
        height,
        colours,
      )
  }
}

/** x = G(z) along the walk of one-dimensional data. */
function paintLine(context, points, at, width, height, colours) {
  const low = Math.min(...points),
    high = Math.max(...points),
    room = (high - low || 1) * 0.15
  const px = (i) => 40 + (i / (points.length - 1)) * (width - 60)
  const py = (v) => height - 34 - ((v - low + room) / (high - low + 2 * room || 1)) * (height - 60)
  context.font = `12px ${colours.font}`
  context.fillStyle = colours.text
  context.fillText('x = G(z)', 8, 16)
  context.fillText('A', px(0) - 4, height - 12)
  context.fillText('B', px(points.length - 1) - 4, height - 12)
  context.strokeStyle = colours.generator
  context.lineWidth = 2.5
  context.beginPath()
  points.forEach((v, i) => (i ? context.lineTo(px(i), py(v)) : context.moveTo(px(i), py(v))))
  context.stroke()
  context.fillStyle = colours.fake
  context.beginPath()
  context.arc(px(at), py(points[at]), 7, 0, 7)
  context.fill()
  context.fillStyle = colours.text
  context.fillText(points[at].toFixed(3).replace('-', '−'), Math.min(width - 48, px(at) + 10), py(points[at]) - 8)
}

export class Interpolation {
  constructor(root) {
    this.root = root
    this.range = h('input', {
      type: 'range',
      min: '0',
      max: '60',
      step: '1',
      'aria-label': 'From A to B',
      oninput: () => this.source.move(+this.range.value),
    })
    this.strip = h('div', { class: 'strip' })
    this.node = h(
      'div',
      { class: 'gan interpolation' },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'From A to B'),
        help(
          'this walk',
          'A and B are two points z of the noise that the generator starts from. The slider moves z from one to the other.\nA generator that has learnt well changes smoothly all the way; one that has memorised jumps.\nThe number below each picture is what D says of it: its belief that it is real, or its score.',
        ),
      ),
      h('div', { class: 'slide' }, h('b', {}, 'A'), this.range, h('b', {}, 'B')),
      this.strip,
    )
    root.append(this.node)
    this.unsize = onWidth(this.strip, () => this.paint(true))
  }

  restyle() {
    this.paint(true)
  }
  destroy() {
    this.unsize()
  }

  draw() {
    const { walk, at } = this.source
    this.range.disabled = !walk
    if (!walk) return
    const last = walk.scores.length - 1
    this.range.max = String(last)
    if (+this.range.value !== at) this.range.value = String(at)
    this.range.style.setProperty('--share', `${(100 * at) / last}%`)
    this.range.setAttribute('aria-valuetext', `${Math.round((100 * at) / last)} % of the way from A to B`)
    this.paint(false)
  }

  paint(anew) {
    const { walk, at, walkVersion } = this.source || {}
    if (!walk) return
    const last = walk.scores.length - 1
    if (!this.cells) {
      this.cells = Array.from({ length: STRIP }, (_, n) => {
        const canvas = h('canvas', {})
        const button = h(
          'button',
          {
            type: 'button',
            onclick: () => this.source.move(Math.round((n * (this.source.walk.scores.length - 1)) / (STRIP - 1))),
          },
          canvas,
        )
        this.strip.append(button)
        return { button, canvas }
      })
      anew = true
    }
    const colours = theme.of(this.root),
      shown = scorer(this.source.game, walk.scores)
    const plane = walk.points?.[0].length === 2 ? this.source.realNow : null
    anew ||= this.scene !== plane
    this.scene = plane
    this.cells.forEach(({ button, canvas }, n) => {
      const i = Math.round((n * last) / (STRIP - 1))
      button.classList.toggle('on', Math.abs(at - i) * 2 * (STRIP - 1) <= last)
      if (!anew && this.painted === walkVersion) return
      const width = Math.floor(button.clientWidth)
      if (!width) return
      const context = fit(canvas, width, width + 24)
      context.clearRect(0, 0, width, width + 24)
      if (walk.sheet) tile(context, walk, i, 0, 0, width, colours)
      else if (plane) drawPath(context, [walk.points[i]], 0, plane, width, width, colours, true)
      else {
        context.fillStyle = colours.fake
        context.font = `600 13px ${colours.font}`
        context.textAlign = 'center'
        walk.points[i].forEach((v, n, all) =>
          context.fillText(short(v), width / 2, width / 2 + 18 * (n - (all.length - 1) / 2)),
        )
      }
      const score = known(walk.scores[i]) ? shown(walk.scores[i]) : null
      paintScore(context, score, 0, width + 3, width, colours)
      button.setAttribute('aria-label', `Picture ${n + 1} of ${STRIP}, D gives it ${score?.words ?? 'no score'}`)
    })
    this.painted = walkVersion
  }
}

export class Dimensions {
  constructor(root) {
    this.root = root
    this.canvas = h('canvas', { role: 'img', 'aria-label': 'The picture of A with the dimensions changed' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.score = h('p', { class: 'score' })
    this.sliders = h('div', { class: 'sliders' })
    this.back = h('button', { type: 'button', class: 'plain', onclick: () => this.source.reset() }, 'Back to A')
    this.node = h(
      'div',
      { class: 'gan dimensions' },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'One dimension of z at a time'),
        help(
          'a dimension',
          'z is a list of random numbers. Each slider changes one of the first of them; all others stay those of A.\nNo single number means “slant” or “thickness” by design: what you find is what this generator has made of it.',
        ),
        this.back,
      ),
      h('div', { class: 'row' }, h('div', { class: 'side' }, this.box, this.score), this.sliders),
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
    this.painted = null
    this.rows = null
    this.sliders.replaceChildren()
  }

  draw() {
    const { point, moved } = this.source
    text(this.overlay, point ? '' : this.source.pointError || this.source.error || 'Drawing A …')
    this.back.disabled = !moved.size
    if (!point) return
    const many = Math.min(12, this.source.status?.latent_dim ?? point.z.length, point.z.length)
    if (this.rows?.length !== many) this.build(many, point.range)
    this.rows.forEach(({ range, value }, i) => {
      const now = moved.has(i) ? moved.get(i) : point.z[i]
      // what is under the finger is never set from here
      if (document.activeElement !== range || !moved.has(i)) range.value = String(now)
      const share = (100 * (now - +range.min)) / (+range.max - +range.min)
      range.style.setProperty('--share', `${Math.max(0, Math.min(100, share))}%`)
      text(value, now.toFixed(2).replace('-', '−'))
    })
    text(this.score, `D gives it ${known(point.score) ? scorer(this.source.game)(point.score).words : '–'}`)
    if (this.painted !== point || this.scene !== this.source.realNow) this.paint()
  }

  build(many, [low, high]) {
    this.rows = Array.from({ length: many }, (_, i) => {
      const value = h('output', {}, '')
      const range = h('input', {
        type: 'range',
        min: String(low),
        max: String(high),
        step: '0.01',
        'aria-label': `Dimension ${i + 1} of z`,
      })
      range.addEventListener('input', () => {
        this.source.set(i, +range.value)
        text(value, (+range.value).toFixed(2).replace('-', '−'))
        range.style.setProperty('--share', `${(100 * (range.value - low)) / (high - low)}%`)
      })
      const row = h('label', { class: 'dim' }, h('span', {}, `z${sub(i + 1)}`), range, value)
      this.sliders.append(row)
      return { range, value, row }
    })
  }

  paint() {
    const { point } = this.source || {}
    const width = Math.floor(this.box.clientWidth),
      height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    context.fillStyle = colours.soft
    context.fillRect(0, 0, width, height)
    if (!point) return
    this.painted = point
    this.scene = this.source.realNow
    if (point.picture) {
      context.imageSmoothingEnabled = width < point.picture.width
      context.drawImage(point.picture, 0, 0, width, height)
    } else if (point.value?.length === 2 && this.source.realNow)
      drawPath(context, [point.value], 0, this.source.realNow, width, height, colours, width < 160)
    else if (point.value) {
      context.fillStyle = colours.fake
      context.font = `600 20px ${colours.font}`
      context.textAlign = 'center'
      context.fillText(`x = ${point.value.map(short).join(', ')}`, width / 2, height / 2)
    }
  }
}

const sub = (n) => String(n).replace(/\d/g, (d) => '₀₁₂₃₄₅₆₇₈₉'[d])
