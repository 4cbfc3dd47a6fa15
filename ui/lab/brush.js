// A brush for distributions: the more ink, the more points. What is drawn is told to the page as a short text
// (drawing.js).

import { fit } from '../shared/canvas.js'
import { press } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { clamp } from '../shared/numbers.js'
import { Reports } from '../shared/reports.js'
import { say } from '../shared/say.js'
import { PageView } from '../shared/view.js'
import { CELLS, decode, encode, LEVELS, picture, REACH } from './drawing.js'
import { CLEAR, ERASER, icon, UNDO } from './icon.js'
import { Ink, SIZES } from './ink.js'

/** @import { Colours } from '../shared/theme.js' */
/** @import { Place } from '../shared/view.js' */
/** @import { Spot } from './ink.js' */

/** Milliseconds without a new stroke before the page is told. */
const OWED = 250
/** Ways of the arrow keys. @type {Record<string, [number, number]>} */
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
/** Cells that an arrow key moves the brush, and with Shift. */
const [NEAR, FAR] = [1, 4]

/**
 * @param {string} name
 * @param {string} label
 * @param {Node} content
 * @param {() => void} onclick
 */
const tool = (name, label, content, onclick) =>
  h('button', { type: 'button', 'data-tool': name, 'aria-label': label, title: label, onclick }, content)

export default class Brush extends PageView {
  ink = new Ink()
  reports = new Reports()
  /** @type {Spot} */
  cursor = [CELLS / 2, CELLS / 2]
  side = 0
  over = false
  /** The drawing that the page knows. @type {string | null} */
  code = null
  /** @type {number | null} */
  #pointer = null
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #owed
  #frame = 0

  canvas = h('canvas', { tabindex: '0', role: 'application', 'aria-label': say('brush.label') })
  hint = h('p', { class: 'hint', 'aria-hidden': 'true' }, say('brush.hint'))
  said = h('span', { class: 'unseen', 'aria-live': 'polite' })
  sizes = /** @type {(keyof typeof SIZES)[]} */ (Object.keys(SIZES)).map((size) =>
    tool(size, say(`brush.size.${size}`), h('i'), () => {
      this.ink.size = size
      this.ink.erasing = false
      this.mark()
    }),
  )
  eraser = tool('eraser', say('brush.eraser'), icon(ERASER), () => {
    this.ink.erasing = !this.ink.erasing
    this.mark()
  })
  undoing = tool('undo', say('brush.undo'), icon(UNDO), () => this.undo())
  clearing = tool('clear', say('brush.clear'), icon(CLEAR), () => {
    this.ink.clear()
    this.mark()
    this.owe()
  })
  box = h('div', { class: 'paper' }, this.canvas, this.hint)

  /** @param {Place} place */
  constructor(place) {
    super(place)
    const tools = h(
      'div',
      { class: 'tools' },
      h('div', { class: 'set', role: 'group', 'aria-label': say('brush.sizes') }, ...this.sizes),
      this.eraser,
      h('span', { class: 'gap' }),
      this.undoing,
      this.clearing,
      help(say('brush.term'), say('brush.help')),
    )
    this.root.append(h('div', { class: 'gan brush' }, tools, this.box, this.said))
    this.onSize(this.box, (width) => {
      this.side = width
      this.paint()
    })
    this.listen()
    this.mark()
  }

  destroy() {
    clearTimeout(this.#owed)
    cancelAnimationFrame(this.#frame)
  }

  /** What the page says. A drawing that was told to it and has not arrived there yet stays as it is. */
  mounted() {
    const { brush } = this.data
    if (!brush) return
    const { drawing, seen } = brush
    this.reports.sent = Math.max(this.reports.sent, seen) // the page has known a brush before this one
    const busy = this.reports.waits(seen) || this.ink.isDrawing || this.#owed !== undefined
    if (busy || !drawing || drawing === this.code) return
    this.code = drawing
    decode(drawing).then(
      (levels) => {
        if (this.code !== drawing || this.ink.isDrawing || levels.length !== CELLS * CELLS) return
        this.ink.replace(levels)
        this.mark()
      },
      () => {}, // what cannot be read has been refused by the page, in words
    )
  }

  // -- tools

  mark() {
    const { ink } = this
    for (const node of this.sizes) press(node, !ink.erasing && node.dataset.tool === ink.size)
    press(this.eraser, ink.erasing)
    this.undoing.disabled = !ink.canUndo
    this.clearing.disabled = ink.isEmpty
    this.hint.hidden = !ink.isEmpty || ink.isDrawing
    this.paint()
  }

  undo() {
    if (!this.ink.undo()) return
    this.mark()
    this.owe()
  }

  // -- strokes

  /** @param {Spot} spot */
  begin(spot) {
    this.ink.begin(spot)
    this.mark()
  }

  end() {
    this.ink.end()
    this.mark()
    this.owe()
  }

  /** Tells the page soon, unless there is nothing to tell: data need ink. */
  owe() {
    clearTimeout(this.#owed)
    this.#owed = setTimeout(async () => {
      const code = this.ink.isEmpty ? null : await encode(this.ink.levels)
      this.#owed = undefined
      // a stroke that has begun tells when it ends
      if (!code || code === this.code || this.ink.isDrawing || this.gone) return
      this.code = code
      this.tell('moved', { n: this.reports.next(), drawing: code })
    }, OWED)
  }

  // -- under the finger, and under the keys

  listen() {
    const { canvas, ink } = this
    /** @param {PointerEvent} event @returns {Spot} */
    const spot = (event) => {
      const box = canvas.getBoundingClientRect()
      return [((event.clientX - box.left) / box.width) * CELLS, (1 - (event.clientY - box.top) / box.height) * CELLS]
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || ink.isDrawing) return
      canvas.setPointerCapture(event.pointerId)
      this.#pointer = event.pointerId
      this.cursor = spot(event)
      this.begin(this.cursor)
    })
    canvas.addEventListener('pointermove', (event) => {
      this.cursor = spot(event)
      this.over = event.pointerType === 'mouse'
      if (this.#pointer === event.pointerId) {
        const all = event.getCoalescedEvents?.() ?? []
        for (const one of all.length ? all : [event]) ink.lineTo(spot(one))
      }
      this.paint()
    })
    /** @param {PointerEvent} event */
    const end = (event) => {
      if (this.#pointer !== event.pointerId) return
      this.#pointer = null
      this.end()
    }
    canvas.addEventListener('pointerup', end)
    canvas.addEventListener('pointercancel', end)
    canvas.addEventListener('pointerleave', () => {
      this.over = false
      this.paint()
    })
    const lift = () => {
      if (ink.isDrawing && this.#pointer === null) this.end()
    }
    canvas.addEventListener('focus', () => this.paint())
    canvas.addEventListener('blur', () => {
      lift()
      this.paint()
    })
    canvas.addEventListener('keydown', (event) => this.key(event))
    canvas.addEventListener('keyup', (event) => {
      if (event.key === ' ') lift()
    })
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === 'z') {
      event.preventDefault()
      return this.undo()
    }
    if (event.ctrlKey || event.metaKey || event.altKey || this.#pointer !== null) return
    const way = WAYS[event.key]
    if (event.key !== ' ' && !way) return
    event.preventDefault()
    if (way) {
      const far = event.shiftKey ? FAR : NEAR
      const [x, y] = this.cursor.map((v, i) => clamp(Math.floor(v) + 0.5 + far * way[i], 0.5, CELLS - 0.5))
      this.cursor = [x, y]
      this.ink.lineTo(this.cursor)
    } else if (!this.ink.isDrawing) this.begin(this.cursor)
    this.describe()
    this.paint()
  }

  /** Where the brush is, and how much ink lies there, for those who do not see it. */
  describe() {
    const [x, y] = this.cursor.map((v) => (v / CELLS) * 2 * REACH - REACH)
    const ink = this.ink.levels[Math.floor(this.cursor[1]) * CELLS + Math.floor(this.cursor[0])]
    const [across, up] = [x, y].map((v) => v.toFixed(1).replace('-', say('lab.minus')))
    text(this.said, say(ink ? 'brush.ink' : 'brush.no_ink', { x: across, y: up, ink, most: LEVELS }))
  }

  // -- drawing

  paint() {
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(() => this.show())
  }

  show() {
    const { side, colours } = this
    if (!side) return
    const context = fit(this.canvas, side, side)
    drawPaper(context, side, colours)
    context.drawImage(picture(this.ink.levels, colours.real), 0, 0, side, side)
    const keyboard = this.canvas.matches(':focus-visible')
    if (!this.over && !keyboard && !this.ink.isDrawing) return
    const cell = side / CELLS
    context.strokeStyle = colours.text
    context.lineWidth = keyboard ? 2 : 1
    context.setLineDash(this.ink.erasing ? [3, 3] : [])
    context.beginPath()
    context.arc(this.cursor[0] * cell, side - this.cursor[1] * cell, Math.max(4, 1.6 * this.ink.spread * cell), 0, 7)
    context.stroke()
    context.setLineDash([])
  }
}

/**
 * Empty paper with a faint line at each quarter.
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {Colours} colours
 */
function drawPaper(context, side, colours) {
  context.fillStyle = colours.background
  context.fillRect(0, 0, side, side)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  for (const share of [0.25, 0.5, 0.75]) {
    const v = Math.round(share * side) + 0.5
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
}
