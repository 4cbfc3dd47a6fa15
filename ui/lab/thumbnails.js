// The data to choose from, at a glance: real draws of every distribution. Where one looks closer, fresh ones flow in.

import { fit, onWidth } from '../shared/canvas.js'
import { calm, h, text } from '../shared/elements.js'
import { theme } from '../shared/theme.js'
import { View } from '../shared/view.js'
import { decode, icon, picture } from './brush.js'

const SHOWN = 400 // of the draws that the server sends, at a time
const FLOW = 150 // draws a second, under the mouse
const FRESH = 14 // of them are large: one sees them come

const PENCIL = 'M2.5 13.5 3.3 10.3 10.8 2.8a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2L5.7 12.7zM9.5 4.1l2.4 2.4'
const FILE = 'M8 10.5V2.5M5 5.3l3-3 3 3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3'
const OWN = [
  { name: 'draw', title: 'Draw', note: 'Draw a distribution of your own with a brush.', path: PENCIL },
  { name: 'file', title: 'File', note: 'Your own points, from a CSV or .npy file.', path: FILE },
]

const answers = new Map()
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

/** All distributions in 1 or 2 dimensions; asked for once. */
function ask(base, dim) {
  if (!answers.has(dim)) {
    const asked = fetch(`${base}/api/thumbnails?dim=${dim}`)
      .then((a) => a.json())
      .then((found) => {
        if (found.error) throw new Error(found.error)
        return found.sets.map((set) => ({
          ...set,
          draws: bytes(set.draws),
          density: set.density && bytes(set.density),
        }))
      })
    asked.catch(() => answers.delete(dim))
    answers.set(dim, asked)
  }
  return answers.get(dim)
}

export default class Thumbnails extends View {
  constructor(place) {
    super(place)
    this.tiles = []
    this.grid = h('div', { class: 'tiles', role: 'group', 'aria-label': 'Data' })
    this.sorry = h('p', { class: 'quiet', hidden: true })
    this.node = h('div', { class: 'gan thumbnails' }, this.grid, this.sorry)
    this.root.append(this.node)
    this.unsize = onWidth(this.node, () => this.paintAll())
  }

  destroy() {
    this.unsize()
    cancelAnimationFrame(this.frame)
  }

  restyle() {
    this.paintAll()
  }
  draw() {}

  /** The page has said what is chosen. */
  async mounted() {
    const { base, thumbnails } = this.component.data
    this.state = thumbnails
    this.mark()
    const { dim, drawing } = thumbnails
    if (dim !== this.dim) {
      this.dim = dim
      try {
        const sets = await ask(base, dim)
        if (this.dim !== dim) return
        this.build([...sets, ...(dim === 2 ? OWN : [])])
      } catch (error) {
        this.dim = null // the next rerun asks again
        text(this.sorry, error instanceof TypeError ? 'The server cannot be reached.' : error.message)
      }
      this.sorry.hidden = this.dim !== null
    }
    if (drawing && drawing !== this.drawing) {
      this.drawing = drawing
      this.ink = await decode(drawing).catch(() => null)
      this.paintAll()
    }
  }

  build(sets) {
    cancelAnimationFrame(this.frame)
    this.live = null
    this.tiles = sets.map((set) => {
      const canvas = h('canvas', { 'aria-hidden': 'true' })
      const tile = { set, canvas, at: 0 }
      const look = () => this.look(tile),
        away = () => {
          if (this.live === tile) this.look(null)
        }
      tile.button = h(
        'button',
        {
          type: 'button',
          'data-name': set.name,
          title: set.note,
          onclick: () => this.choose(set.name),
          onpointerenter: look,
          onpointerleave: away,
          onfocus: look,
          onblur: away,
        },
        h('div', { class: 'picture' }, canvas, set.path ? icon(set.path) : null),
        h('span', {}, set.title),
      )
      return tile
    })
    this.grid.replaceChildren(...this.tiles.map((tile) => tile.button))
    this.mark()
    this.paintAll()
  }

  choose(name) {
    // marked at once: the page takes a moment
    this.state =
      name === 'draw' || name === 'file' ? { ...this.state, open: name } : { ...this.state, chosen: name, open: null }
    this.mark()
    this.component.setTriggerValue('chosen', { name })
  }

  mark() {
    const { chosen, open } = this.state
    for (const { set, button } of this.tiles) {
      const on = set.name === chosen
      button.classList.toggle('on', on)
      button.classList.toggle('open', set.name === open)
      button.setAttribute('aria-pressed', String(on))
      if (set.path) button.setAttribute('aria-expanded', String(set.name === open))
    }
  }

  // -- fresh draws

  look(tile) {
    const before = this.live
    this.live = tile
    cancelAnimationFrame(this.frame)
    if (before) this.paint(before)
    if (!tile?.set.draws || calm()) return
    let then = performance.now()
    const tick = (now) => {
      tile.at += (FLOW * Math.min(100, Math.max(0, now - then))) / 1000
      then = now
      this.paint(tile)
      this.frame = requestAnimationFrame(tick)
    }
    this.frame = requestAnimationFrame(tick)
  }

  // -- drawing

  paintAll() {
    for (const tile of this.tiles) this.paint(tile)
  }

  paint(tile) {
    const side = tile.canvas.parentElement.clientWidth
    if (!side) return
    const colours = theme.of(this.root),
      context = fit(tile.canvas, side, side),
      { set } = tile
    context.clearRect(0, 0, side, side)
    if (set.name === 'draw') {
      tile.button.classList.toggle('inked', Boolean(this.ink))
      if (this.ink) context.drawImage(picture(this.ink, colours.real), 0, 0, side, side)
    }
    if (!set.draws) return
    context.fillStyle = context.strokeStyle = colours.real
    if (set.density) curve(context, set.density, side)
    const count = set.draws.length / this.dim,
      flows = this.live === tile && !calm()
    const first = Math.floor(tile.at),
      pad = this.dim === 2 ? 3 : 0
    for (let i = 0; i < SHOWN; i++) {
      const at = (first + i) % count,
        fresh = flows && i >= SHOWN - FRESH
      const u = set.draws[this.dim * at] / 255
      // on a line the draws lie somewhere under the curve: each at a height of its own
      const v = this.dim === 2 ? set.draws[2 * at + 1] / 255 : height(set.density, u) * ((at * 0.618034) % 1)
      const size = fresh ? 3 : 1.3
      context.globalAlpha = fresh ? 1 : this.dim === 2 ? 0.6 : 0.4
      context.fillRect(
        pad + u * (side - 2 * pad) - size / 2,
        side - pad - v * (side - 2 * pad) * (this.dim === 2 ? 1 : TALL) - size / 2,
        size,
        size,
      )
    }
    context.globalAlpha = 1
  }
}

const TALL = 0.86 // how high a curve reaches
const height = (density, u) => density[Math.min(density.length - 1, Math.floor(u * density.length))] / 255

/** A density over the line, drawn as steps so narrow that they are a curve. */
function curve(context, density, side) {
  context.beginPath()
  density.forEach((v, i) =>
    context[i ? 'lineTo' : 'moveTo'](((i + 0.5) / density.length) * side, side - 0.75 - (v / 255) * TALL * side),
  )
  context.lineWidth = 1.5
  context.stroke()
}
