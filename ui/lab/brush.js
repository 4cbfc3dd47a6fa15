// A brush for distributions: ink in a square of cells, 0 to 15 each; the more ink, the more points. What is drawn is told to the page as a short
// text (gan_core/drawing.py), which is the name of the data from then on.

import { fit, onWidth } from '../shared/canvas.js'
import { h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { theme } from '../shared/theme.js'
import { View } from '../shared/view.js'

export const CELLS = 40,
  LEVELS = 15,
  REACH = 2
const SIZES = { small: 0.75, medium: 1.5, large: 3 } // how far the ink spreads, in cells
const GAIN = 9 // ink in the middle of a line drawn once
const STEP = 0.25 // cells between two dabs of a line
const OWED = 250 // ms without a new stroke before the page is told
const PATIENCE = 5000 // ms that a report to the page may take before what the page says counts again
const UNDO = 60

const HELP =
  'Draw where the points shall be: the more ink, the more of them. They come from the whole square, −2 to 2 on both axes.\nWith the keyboard: the arrow keys move the brush (Shift: further), Space puts ink down, also while it is held and the brush moves. Ctrl+Z takes back a stroke.'

// ---- the text of a drawing

const through = async (bytes, stream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())

/** Levels (CELLS * CELLS, row by row from below) as text: two levels a byte, compressed, in the letters of an address. */
export async function encode(levels) {
  const packed = Uint8Array.from({ length: levels.length / 2 }, (_, i) => 16 * levels[2 * i] + levels[2 * i + 1])
  const bytes = await through(packed, new CompressionStream('deflate'))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

export async function decode(code) {
  const bytes = Uint8Array.from(atob(code.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  const packed = await through(bytes, new DecompressionStream('deflate'))
  return Uint8Array.from({ length: 2 * packed.length }, (_, i) => (i % 2 ? packed[i >> 1] & 15 : packed[i >> 1] >> 4))
}

/** Ink as a picture of one pixel a cell, in a colour of six hex digits. */
export function picture(ink, colour) {
  const canvas = Object.assign(document.createElement('canvas'), { width: CELLS, height: CELLS })
  const context = canvas.getContext('2d'),
    image = context.createImageData(CELLS, CELLS)
  const rgb = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16))
  ink.forEach((level, i) =>
    image.data.set([...rgb, (240 * level) / LEVELS], 4 * ((CELLS - 1 - Math.floor(i / CELLS)) * CELLS + (i % CELLS))),
  )
  context.putImageData(image, 0, 0)
  return canvas
}

// ---- the brush

const ICONS = {
  eraser: 'M8.5 2.5 13 7l-6 6H4.2L1.8 10.6zM5 6l4.5 4.5M7 13h6.5',
  undo: 'M5.5 2.5 2.5 5.5l3 3M2.5 5.5h6.5a4 4 0 0 1 0 8H6',
  clear: 'M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4',
}

/** A line drawing of 16 x 16. */
export function icon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'),
    line = document.createElementNS(svg.namespaceURI, 'path')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}

export default class Brush extends View {
  constructor(place) {
    super(place)
    this.ink = new Float32Array(CELLS * CELLS)
    this.before = []
    this.sent = 0
    this.size = 'medium'
    this.cursor = [CELLS / 2, CELLS / 2]
    this.canvas = h('canvas', {
      tabindex: '0',
      role: 'application',
      'aria-label': 'Drawing: arrow keys move the brush, Space puts ink down',
    })
    this.hint = h('p', { class: 'hint', 'aria-hidden': 'true' }, 'Draw here')
    this.said = h('span', { class: 'unseen', 'aria-live': 'polite' })
    const tool = (name, label, content, onclick) =>
      h('button', { type: 'button', 'data-tool': name, 'aria-label': label, title: label, onclick }, content)
    this.sizes = Object.keys(SIZES).map((name) => tool(name, `Brush: ${name}`, h('i', {}), () => this.take(name)))
    this.eraser = tool('eraser', 'Eraser', icon(ICONS.eraser), () => {
      this.erasing = !this.erasing
      this.mark()
    })
    this.undoing = tool('undo', 'Undo', icon(ICONS.undo), () => this.undo())
    this.clearing = tool('clear', 'Clear', icon(ICONS.clear), () => this.clear())
    this.box = h('div', { class: 'paper' }, this.canvas, this.hint)
    this.node = h(
      'div',
      { class: 'gan brush' },
      h(
        'div',
        { class: 'tools' },
        h('div', { class: 'set', role: 'group', 'aria-label': 'Brush' }, ...this.sizes),
        this.eraser,
        h('span', { class: 'gap' }),
        this.undoing,
        this.clearing,
        help('drawing', HELP),
      ),
      this.box,
      this.said,
    )
    this.root.append(this.node)
    this.unsize = onWidth(this.box, (width) => {
      this.side = width
      this.paint()
    })
    this.listen()
    this.mark()
  }

  destroy() {
    this.unsize()
    clearTimeout(this.owed)
  }

  restyle() {
    this.paint()
  }
  draw() {}

  /** What the page says. A drawing that was told to it and has not arrived there yet stays as it is. */
  mounted() {
    const { drawing, seen } = this.component.data.brush
    if (seen > this.sent) this.sent = seen // the page has known a brush before this one
    const waiting = seen < this.sent && performance.now() - this.sentAt < PATIENCE
    if (waiting || this.stroke || this.owed || drawing === this.code || !drawing) return
    this.code = drawing
    decode(drawing).then(
      (levels) => {
        if (this.code !== drawing || this.stroke || levels.length !== this.ink.length) return
        if (!this.isEmpty) this.keep()
        this.ink = Float32Array.from(levels)
        this.mark()
      },
      () => {},
    ) // what cannot be read has been refused by the page, in words
  }

  // -- tools

  take(size) {
    this.size = size
    this.erasing = false
    this.mark()
  }

  mark() {
    const on = (button, is) => {
      button.classList.toggle('on', is)
      button.setAttribute('aria-pressed', String(is))
    }
    this.sizes.forEach((button) => on(button, !this.erasing && button.dataset.tool === this.size))
    on(this.eraser, Boolean(this.erasing))
    this.undoing.disabled = !this.before.length
    this.clearing.disabled = this.isEmpty
    this.hint.hidden = !this.isEmpty || Boolean(this.stroke)
    this.paint()
  }

  get levels() {
    return Uint8Array.from(this.ink, Math.round)
  }
  get isEmpty() {
    return !this.ink.some((v) => v >= 0.5)
  }

  keep() {
    this.before.push(this.ink.slice())
    if (this.before.length > UNDO) this.before.shift()
  }

  undo() {
    if (!this.before.length || this.stroke) return
    this.ink = this.before.pop()
    this.mark()
    this.tell()
  }

  clear() {
    this.keep()
    this.ink.fill(0)
    this.mark()
    this.tell()
  }

  /** A round dab of `amount` in its middle, joined to what lies in a layer. */
  dab(layer, [x, y], amount, join) {
    const spread = SIZES[this.size],
      far = 3 * spread,
      within = (v) => Math.max(0, Math.min(CELLS - 1, v))
    for (let row = within(Math.floor(y - far)); row <= within(Math.ceil(y + far)); row++) {
      for (let column = within(Math.floor(x - far)); column <= within(Math.ceil(x + far)); column++) {
        const at = row * CELLS + column,
          square = (column + 0.5 - x) ** 2 + (row + 0.5 - y) ** 2
        layer[at] = join(layer[at], amount * Math.exp(-square / (2 * spread ** 2)))
      }
    }
  }

  get amount() {
    return this.erasing ? 2 * LEVELS : GAIN
  }

  begin(place) {
    this.keep()
    this.stroke = { first: place, place, rest: 0, line: new Float32Array(this.ink.length) }
    this.lay()
    this.mark()
  }

  /** A line to a place: dabs that add up to one `amount` along its middle, however fast it was drawn. */
  line(place) {
    const { stroke } = this,
      [x, y] = stroke.place,
      way = Math.hypot(place[0] - x, place[1] - y)
    const each = (this.amount * STEP) / (Math.sqrt(2 * Math.PI) * SIZES[this.size])
    let at = STEP - stroke.rest
    for (; at <= way; at += STEP)
      this.dab(stroke.line, [x + ((place[0] - x) * at) / way, y + ((place[1] - y) * at) / way], each, (a, b) => a + b)
    stroke.place = place
    stroke.rest = way - (at - STEP)
    this.lay()
    this.paint()
  }

  /** The stroke over what was there before it: its line, and a dab at either end, so that the shortest stroke is a dot. */
  lay() {
    const { first, place, line } = this.stroke,
      layer = line.slice(),
      sign = this.erasing ? -1 : 1
    for (const end of [first, place]) this.dab(layer, end, this.amount, Math.max)
    const below = this.before[this.before.length - 1]
    this.ink = below.map((v, i) => Math.max(0, Math.min(LEVELS, v + sign * layer[i])))
  }

  end() {
    this.stroke = null
    this.mark()
    this.tell()
  }

  /** Tells the page soon, unless there is nothing to tell: data need ink. */
  tell() {
    clearTimeout(this.owed)
    this.owed = setTimeout(async () => {
      const code = this.isEmpty ? null : await encode(this.levels)
      this.owed = null
      if (!code || code === this.code || this.stroke || this.gone) return // a stroke that has begun tells when it ends
      this.code = code
      this.sent += 1
      this.sentAt = performance.now()
      this.component.setTriggerValue('moved', { n: this.sent, drawing: code })
    }, OWED)
  }

  // -- under the finger

  listen() {
    const { canvas } = this
    const place = (event) => {
      const box = canvas.getBoundingClientRect()
      return [((event.clientX - box.left) / box.width) * CELLS, (1 - (event.clientY - box.top) / box.height) * CELLS]
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || this.stroke) return
      canvas.setPointerCapture(event.pointerId)
      this.pointer = event.pointerId
      this.cursor = place(event)
      this.begin(this.cursor)
    })
    canvas.addEventListener('pointermove', (event) => {
      this.cursor = place(event)
      this.over = event.pointerType === 'mouse'
      if (this.pointer !== event.pointerId) return this.paint()
      const all = event.getCoalescedEvents?.() ?? []
      for (const one of all.length ? all : [event]) this.line(place(one))
    })
    const end = (event) => {
      if (this.pointer !== event.pointerId) return
      this.pointer = null
      this.end()
    }
    canvas.addEventListener('pointerup', end)
    canvas.addEventListener('pointercancel', end)
    canvas.addEventListener('pointerleave', () => {
      this.over = false
      this.paint()
    })
    canvas.addEventListener('focus', () => this.paint())
    canvas.addEventListener('blur', () => {
      if (this.stroke && this.pointer == null) this.end()
      this.paint()
    })
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
    canvas.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'z') {
        event.preventDefault()
        return this.undo()
      }
      if (event.ctrlKey || event.metaKey || event.altKey || this.pointer != null) return
      const way = ways[event.key]
      if (event.key !== ' ' && !way) return
      event.preventDefault()
      if (event.key === ' ') {
        if (!this.stroke) this.begin(this.cursor)
      } else {
        const far = event.shiftKey ? 4 : 1
        this.cursor = this.cursor.map((v, i) =>
          Math.max(0.5, Math.min(CELLS - 0.5, Math.floor(v) + 0.5 + far * way[i])),
        )
        if (this.stroke) this.line(this.cursor)
      }
      this.speak()
      this.paint()
    })
    canvas.addEventListener('keyup', (event) => {
      if (event.key === ' ' && this.stroke && this.pointer == null) this.end()
    })
  }

  speak() {
    const [x, y] = this.cursor.map((v) => ((v / CELLS) * 2 * REACH - REACH).toFixed(1).replace('-', 'minus '))
    const ink = this.levels[Math.floor(this.cursor[1]) * CELLS + Math.floor(this.cursor[0])]
    text(this.said, `${x}, ${y}: ${ink ? `ink ${ink} of ${LEVELS}` : 'no ink'}`)
  }

  // -- drawing

  paint() {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.show())
  }

  show() {
    const { side } = this
    if (!side) return
    const colours = theme.of(this.root),
      context = fit(this.canvas, side, side),
      cell = side / CELLS
    context.fillStyle = colours.background
    context.fillRect(0, 0, side, side)
    context.strokeStyle = colours.line
    context.lineWidth = 1
    context.beginPath()
    for (const at of [0.25, 0.5, 0.75]) {
      const v = Math.round(at * side) + 0.5
      context.moveTo(v, 0)
      context.lineTo(v, side)
      context.moveTo(0, v)
      context.lineTo(side, v)
    }
    context.globalAlpha = 0.5
    context.stroke()
    context.globalAlpha = 1
    context.imageSmoothingEnabled = true
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture(this.levels, colours.real), 0, 0, side, side)
    const keyboard = this.canvas.matches(':focus-visible')
    if (!this.over && !keyboard && !this.stroke) return
    context.strokeStyle = colours.text
    context.lineWidth = keyboard ? 2 : 1
    context.setLineDash(this.erasing ? [3, 3] : [])
    context.beginPath()
    context.arc(this.cursor[0] * cell, side - this.cursor[1] * cell, Math.max(4, 1.6 * SIZES[this.size] * cell), 0, 7)
    context.stroke()
    context.setLineDash([])
  }
}
