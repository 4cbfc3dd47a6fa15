// The data to choose from, at a glance: real draws of every distribution. Where one looks closer, fresh ones flow in.

import { fit } from '../shared/canvas.js'
import { press } from '../shared/controls.js'
import { calm, h, text } from '../shared/elements.js'
import { say } from '../shared/say.js'
import { PageView } from '../shared/view.js'
import { decode, picture } from './drawing.js'
import { FILE, icon, PENCIL } from './icon.js'

/** @import { Colours } from '../shared/theme.js' */
/** @import { Place } from '../shared/view.js' */
/** @import { DataSetReply } from './types.d.ts' */

/** Of the draws that the server sends, at a time. */
const SHOWN = 400
/** Draws a second, under the mouse. */
const FLOW = 150
/** Of them so many are large: one sees them come. */
const FRESH = 14
/** How high a curve reaches. */
const TALL = 0.86

/**
 * A distribution with its draws, or a tool to make one.
 * @typedef {object} DataSet
 * @property {string} name
 * @property {string} title
 * @property {string} note
 * @property {string} [path]
 * @property {Uint8Array} [draws]
 * @property {Uint8Array | null} [density]
 */
/** @typedef {{ set: DataSet, canvas: HTMLCanvasElement, button: HTMLButtonElement, at: number }} Tile */

/** @returns {DataSet[]} */
const tools = () => [
  { name: 'draw', title: say('data.draw'), note: say('data.draw_note'), path: PENCIL },
  { name: 'file', title: say('data.file'), note: say('data.file_note'), path: FILE },
]

/** @param {string} text */
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

/** @type {Map<number, Promise<DataSet[]>>} */
const answers = new Map()

/**
 * All distributions in 1 or 2 dimensions; asked for once.
 * @param {string} base
 * @param {number} dim
 */
function ask(base, dim) {
  const known = answers.get(dim)
  if (known) return known
  const asked = fetch(`${base}/api/thumbnails?dim=${dim}`)
    .then((answer) => answer.json())
    .then((/** @type {{ error?: string, sets: DataSetReply[] }} */ { error, sets }) => {
      if (error) throw new Error(error)
      return sets.map((set) => ({ ...set, draws: bytes(set.draws), density: set.density ? bytes(set.density) : null }))
    })
  asked.catch(() => answers.delete(dim))
  answers.set(dim, asked)
  return asked
}

export default class Thumbnails extends PageView {
  /** @type {Tile[]} */
  tiles = []
  dim = 0
  /** What is chosen, and which tool is open. @type {{ chosen: string | null, open: string | null }} */
  state = { chosen: null, open: null }
  /** The drawing that the tile of the brush shows. @type {Uint8Array | null} */
  ink = null
  #drawing = ''
  /** The tile that is looked at closely. @type {Tile | null} */
  #live = null
  #frame = 0

  grid = h('div', { class: 'tiles', role: 'group', 'aria-label': say('data.label') })
  sorry = h('p', { class: 'quiet', hidden: true })

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.root.append(h('div', { class: 'gan thumbnails' }, this.grid, this.sorry))
  }

  destroy() {
    cancelAnimationFrame(this.#frame)
  }

  /** The page has said what is chosen. */
  async mounted() {
    const { base, thumbnails } = this.data
    if (!thumbnails) return
    this.state = thumbnails
    this.mark()
    const { dim, drawing } = thumbnails
    if (dim !== this.dim) await this.load(base, dim)
    if (!drawing || drawing === this.#drawing) return
    this.#drawing = drawing
    this.ink = await decode(drawing).catch(() => null)
    this.paint()
  }

  /**
   * @param {string} base
   * @param {1 | 2} dim
   */
  async load(base, dim) {
    this.dim = dim
    try {
      const sets = await ask(base, dim)
      if (this.dim === dim) this.build([...sets, ...(dim === 2 ? tools() : [])])
    } catch (error) {
      this.dim = 0 // the next rerun asks again
      text(this.sorry, error instanceof Error && !(error instanceof TypeError) ? error.message : say('server.away'))
    }
    this.sorry.hidden = this.dim !== 0
  }

  /** @param {DataSet[]} sets */
  build(sets) {
    cancelAnimationFrame(this.#frame)
    this.#live = null
    this.tiles = sets.map((set) => this.tile(set))
    this.grid.replaceChildren(...this.tiles.map((tile) => tile.button))
    this.mark()
  }

  /** @param {DataSet} set @returns {Tile} */
  tile(set) {
    const canvas = h('canvas', { 'aria-hidden': 'true' })
    const box = h('div', { class: 'picture' }, canvas, set.path ? icon(set.path) : null)
    // its own width: the style sheet may come after the draws, and changes that alone
    this.onSize(box, () => this.paintTile(tile))
    const look = () => this.look(tile)
    const away = () => {
      if (this.#live === tile) this.look(null)
    }
    const button = h(
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
      box,
      h('span', {}, parted(set.title)),
    )
    const tile = { set, canvas, button, at: 0 }
    return tile
  }

  /** @param {string} name */
  choose(name) {
    // marked at once: the page takes a moment
    const opens = name === 'draw' || name === 'file'
    this.state = opens ? { ...this.state, open: name } : { chosen: name, open: null }
    this.mark()
    this.tell('chosen', { name })
  }

  mark() {
    const { chosen, open } = this.state
    for (const { set, button } of this.tiles) {
      press(button, set.name === chosen)
      button.classList.toggle('open', set.name === open)
      if (set.path) button.setAttribute('aria-expanded', String(set.name === open))
    }
  }

  // -- fresh draws

  /** @param {Tile | null} tile */
  look(tile) {
    const before = this.#live
    this.#live = tile
    cancelAnimationFrame(this.#frame)
    if (before) this.paintTile(before)
    if (!tile?.set.draws || calm()) return
    let then = performance.now()
    /** @param {number} now */
    const tick = (now) => {
      tile.at += (FLOW * Math.min(100, Math.max(0, now - then))) / 1000
      then = now
      this.paintTile(tile)
      this.#frame = requestAnimationFrame(tick)
    }
    this.#frame = requestAnimationFrame(tick)
  }

  // -- drawing

  paint() {
    for (const tile of this.tiles) this.paintTile(tile)
  }

  /** @param {Tile} tile */
  paintTile({ set, canvas, button, at }) {
    const side = canvas.parentElement?.clientWidth
    if (!side) return
    const { colours } = this
    const context = fit(canvas, side, side)
    context.clearRect(0, 0, side, side)
    if (set.name === 'draw') {
      button.classList.toggle('inked', Boolean(this.ink))
      if (this.ink) context.drawImage(picture(this.ink, colours.real), 0, 0, side, side)
    }
    const fresh = this.#live?.set === set && !calm() ? FRESH : 0
    if (set.draws) paintDraws(context, { ...set, draws: set.draws }, this.dim, Math.floor(at), fresh, side, colours)
  }
}

/**
 * SHOWN draws from number `first` on, the newest `fresh` of them large, over the density of those on a line.
 * @param {CanvasRenderingContext2D} context
 * @param {{ draws: Uint8Array, density?: Uint8Array | null }} set
 * @param {number} dim
 * @param {number} first
 * @param {number} fresh
 * @param {number} side
 * @param {Colours} colours
 */
function paintDraws(context, { draws, density }, dim, first, fresh, side, colours) {
  context.fillStyle = colours.real
  context.strokeStyle = colours.real
  if (density) curve(context, density, side)
  const pad = dim === 2 ? 3 : 0
  const room = side - 2 * pad
  for (let i = 0; i < SHOWN; i++) {
    const [u, v] = placeOfDraw(draws, density ?? null, dim, first + i)
    const large = i >= SHOWN - fresh
    const size = large ? 3 : 1.3
    context.globalAlpha = large ? 1 : dim === 2 ? 0.6 : 0.4
    context.fillRect(pad + u * room - size / 2, side - pad - v * room - size / 2, size, size)
  }
  context.globalAlpha = 1
}

/**
 * Where a draw lies, as shares of the picture from its lower left corner; after the last one the first comes again. On
 * a line the draws lie somewhere under the curve: each at a height of its own.
 * @param {Uint8Array} draws
 * @param {Uint8Array | null} density
 * @param {number} dim
 * @param {number} number
 * @returns {[number, number]}
 */
export function placeOfDraw(draws, density, dim, number) {
  const at = number % (draws.length / dim)
  const u = draws[dim * at] / 255
  if (dim === 2) return [u, draws[2 * at + 1] / 255]
  const height = density ? density[Math.min(density.length - 1, Math.floor(u * density.length))] / 255 : 1
  return [u, TALL * height * ((at * 0.618034) % 1)]
}

/**
 * A density over the line, drawn as steps so narrow that they are a curve.
 * @param {CanvasRenderingContext2D} context
 * @param {Uint8Array} density
 * @param {number} side
 */
function curve(context, density, side) {
  context.beginPath()
  for (const [i, v] of density.entries())
    context.lineTo(((i + 0.5) / density.length) * side, side - 0.75 - (v / 255) * TALL * side)
  context.lineWidth = 1.5
  context.stroke()
}

/**
 * A name with a place to break in each word that is wider than a tile.
 * @param {string} name
 */
const parted = (name) => name.replace(/\p{L}{7}(?=\p{L}{4})/gu, '$&\u00ad')
