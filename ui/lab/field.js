// The plane of a game on points, large, in layers that the sentence below it names and switches.

import { fit } from '../shared/canvas.js'
import { press } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { Framed } from '../shared/framed.js'
import { ground, levelLine } from '../shared/ground.js'
import { explain, help } from '../shared/help.js'
import { tintOf } from '../shared/maps.js'
import { whole } from '../shared/numbers.js'
import * as plane from '../shared/plane.js'
import { parts, say } from '../shared/say.js'
import { isLayer, Layers, MAPS, whyMissing } from './layers.js'
import { manifold } from './manifold.js'
import { arrows, pullUnit, unitArrow } from './pull.js'
import { Readout } from './readout.js'
import { SmallMaps } from './small_maps.js'

/** @import { Frame, PlaneFrame, PlaneScene, Scene } from '../shared/types.d.ts' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Place as Spot } from '../shared/plane.js' */
/** @import { Place } from '../shared/view.js' */
/** @import { GroundName, Shown } from './layers.js' */

/**
 * All that moves, as it is drawn.
 * @typedef {Record<'fakes' | 'averages' | 'lattice' | 'pulls' | 'tints', ArrayLike<number> | null>} Moving
 */

/** One choice for all planes of the page. */
const shown = new Layers()

/** How each layer's word is marked. */
const MARKS = { real: 'dot', fakes: 'dot', average: 'hollow', manifold: 'lattice', pull: 'arrow' }

/** @extends {Framed<PlaneFrame, PlaneScene>} */
export default class Field extends Framed {
  /** The pull whose arrow has full length. @type {number | null} */
  unit = null
  /** What the ground really shows. @type {GroundName} */
  groundShown = 'd'
  side = 0
  /** @type {Map<Shown, HTMLButtonElement>} */
  buttons = new Map()
  /**
   * The real points as a picture of their own, and what it was made for.
   * @type {{ key: string, scene: PlaneScene, picture: HTMLCanvasElement } | null}
   */
  #still = null

  title = h('b', { class: 'side', hidden: true })
  readout = new Readout(this.box)
  maps = new SmallMaps(
    (name) => this.press(name),
    (name) => this.missing(name),
  )
  stage = h('div', { class: 'stage' }, this.box, this.maps.node)
  averageWords = h('span', {}, ', ', this.button('average'))
  node = h('div', { class: 'gan field' }, this.title, this.stage, this.sentence())

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.root.append(this.node)
    const arrange = () => this.arrange()
    this.onSize(this.node, arrange)
    addEventListener('resize', arrange)
    const chosen = () => this.chosen()
    shown.views.add(chosen)
    this.until(() => {
      removeEventListener('resize', arrange)
      shown.views.delete(chosen)
    })
    this.readout.moved = () => this.read()
    this.mark()
  }

  mounted() {
    const { title, layers, seen } = this.data
    text(this.title, title ?? '')
    this.title.hidden = !title
    shown.configure(layers, seen ?? 0)
    this.mark()
    this.arrange()
  }

  restyle() {
    this.#still = null
    this.paintMaps()
    this.paint()
  }

  // ---- the sentence, and which layers there are

  /** A word of the sentence that switches a layer. @param {Shown} name */
  button(name) {
    const mark = isLayer(name) ? MARKS[name] : ''
    const node = h(
      'button',
      { type: 'button', class: `layer ${mark}`, 'data-layer': name, onclick: () => this.press(name) },
      mark ? h('i') : null,
      h('span', {}, say(`field.layer.${name}`)),
    )
    explain(node, () => this.missing(name) || say(`field.about.${name}`))
    this.buttons.set(name, node)
    return node
  }

  sentence() {
    const grounds = /** @type {GroundName[]} */ ([...MAPS, 'nothing'])
    const choice = h(
      'span',
      { class: 'choice', role: 'group', 'aria-label': say('field.ground_label') },
      ...grounds.map((name) => this.button(name)),
    )
    const words = parts('field.sentence', {
      real: this.button('real'),
      fakes: this.button('fakes'),
      average: this.averageWords,
      ground: choice,
      manifold: this.button('manifold'),
      pull: this.button('pull'),
    })
    return h('p', { class: 'sentence' }, ...words, help(say('field.term'), say('field.help')))
  }

  /** Why a layer is not there; empty where it is. @param {Shown} name */
  missing(name) {
    const { source } = this
    const dims = source.isRun ? source.status?.latent_dim : source.config.latent_dim
    return whyMissing(name, this.frame, dims ?? 0)
  }

  /** @param {Shown} name */
  has(name) {
    return shown.names.has(name) && !this.missing(name)
  }

  /** @param {Shown} name */
  press(name) {
    if (!this.missing(name)) this.tell('moved', shown.switch(name))
  }

  /** Something else is to be seen. */
  chosen() {
    this.mark()
    this.aim()
  }

  mark() {
    for (const [name, button] of this.buttons) {
      const missing = Boolean(this.missing(name))
      const on = isLayer(name) ? shown.names.has(name) : name === shown.ground
      press(button, on && !missing)
      button.classList.toggle('missing', missing)
      button.setAttribute('aria-disabled', String(missing))
    }
    this.maps.mark(shown.ground)
    this.averageWords.hidden = !(this.frame?.average ?? this.data.average)
  }

  // ---- what is drawn

  /**
   * @param {Frame | null} frame
   * @param {Scene | null} scene
   */
  takes(frame, scene) {
    return Boolean(frame && 'dim' in frame && frame.dim === 2 && scene)
  }

  accepted() {
    const { frame, scene } = this
    if (!frame || !scene) return
    const fakes = frame.x.length / 2
    this.rename('real', say('field.real_points', { count: whole(scene.real.length / 2) }))
    this.rename('fakes', say('field.fakes_count', { count: whole(fakes) }))
    const there = [...shown.names, shown.ground].filter((name) => !this.missing(/** @type {Shown} */ (name)))
    const names = there.map((name) => say(`field.layer.${name}`)).join(', ')
    const hits = frame.hits ? `${plane.hitsInWords(frame.hits, fakes)}; ` : ''
    this.picture.label(say('field.label', { step: whole(this.step), hits, names }))
    this.unit = frame.gradient ? pullUnit(frame.gradient, this.unit) : null
    this.mark()
    this.aim()
    this.paintMaps()
  }

  /**
   * @param {Shown} name
   * @param {string} words
   */
  rename(name, words) {
    const label = this.buttons.get(name)?.lastChild
    if (label) text(label, words)
  }

  /** All that moves goes to where the newest picture has it. */
  aim() {
    const { frame, unit } = this
    if (!frame) return
    this.groundShown = this.missing(shown.ground) ? 'nothing' : shown.ground
    const game = this.source.gameOf(frame)
    const tints =
      this.groundShown === 'nothing' ? tintOf(frame, 'd', game)?.map(() => 0) : tintOf(frame, this.groundShown, game)
    this.glide.to({
      fakes: frame.x,
      averages: frame.average?.x ?? null,
      lattice: frame.manifold?.x ?? null,
      pulls: unit && frame.gradient ? frame.gradient.map((v) => v / unit) : null,
      tints: tints ?? null,
    })
    this.read()
  }

  /** The plot is as large as the window lets it be beside its three small maps. */
  arrange() {
    const width = Math.floor(this.node.clientWidth)
    if (!width) return
    const maps = this.data.maps !== false && !this.data.pair
    const { side, small, beside } = sizesIn(width, innerWidth, innerHeight, maps)
    this.side = side
    this.maps.resize(small)
    this.maps.node.hidden = !maps
    this.stage.classList.toggle('below', maps && !beside)
    this.box.style.width = `${side}px`
    this.box.style.height = `${side}px`
    this.#still = null
    this.paintMaps()
    this.paint()
  }

  /** Where the plane stands on the screen. */
  get place() {
    return this.scene && plane.placeOf(this.scene.extent, this.side, this.side)
  }

  paint() {
    const { frame, scene, side, place, colours } = this
    if (!side) return
    const context = fit(this.canvas, side, side)
    this.box.classList.toggle('bare', Boolean(frame))
    context.clearRect(0, 0, side, side)
    if (!frame || !scene || !place) return
    const now = /** @type {Moving} */ (this.glide.now())
    plane.within(context, place, colours, () => {
      if (now.tints) ground(context, place, now.tints, scene.map, colours)
      if (this.has('manifold') && now.lattice && frame.manifold)
        manifold(context, place, now.lattice, frame.manifold, colours)
      if (now.tints && (this.groundShown === 'd' || this.groundShown === 'best'))
        levelLine(context, place, now.tints, scene.map, colours)
      if (this.has('real')) {
        context.drawImage(this.still(scene, place, colours), 0, 0, side, side)
        plane.modes(context, place, scene, this.has('fakes') ? frame.hits : null, colours)
      }
      if (this.has('fakes') && now.fakes) plane.fakeDots(context, now.fakes, place, colours)
      if (this.has('average') && now.averages) plane.rings(context, now.averages, place, colours)
      if (this.has('pull') && now.fakes && now.pulls) arrows(context, place, now.fakes, now.pulls, colours)
      plane.ticks(context, scene.extent, place, colours)
      plane.cornerWords(context, this.corner(context, frame, colours), place, colours)
    })
    this.painted()
  }

  /**
   * What the numbers of the picture are, in its corner.
   * @param {CanvasRenderingContext2D} context
   * @param {PlaneFrame} frame
   * @param {Colours} colours
   */
  corner(context, frame, colours) {
    const lines = plane.reached(frame, this.has('fakes'), this.has('average'), colours)
    if (this.has('pull') && this.unit)
      lines.unshift({
        words: say('field.unit', { unit: String(+this.unit.toPrecision(1)) }),
        colour: colours.gradients,
        draw: (x, y) => unitArrow(context, x, y, this.side, colours),
      })
    return lines
  }

  /**
   * Real points never move: a picture of their own, made once.
   * @param {PlaneScene} scene
   * @param {Spot} place
   * @param {Colours} colours
   */
  still(scene, place, colours) {
    const key = `${place.side} ${window.devicePixelRatio} ${colours.real}`
    if (this.#still?.key !== key || this.#still.scene !== scene) {
      const picture = document.createElement('canvas')
      plane.realDots(fit(picture, place.side, place.side), scene, place, colours)
      this.#still = { key, scene, picture }
    }
    return this.#still.picture
  }

  paintMaps() {
    const { frame, scene } = this
    if (frame && scene) this.maps.paint(frame, scene, this.source.gameOf(frame), this.colours)
  }

  /** What D and the best D say where the mouse is. */
  read() {
    const { frame, scene, place } = this
    if (frame && scene && place) this.readout.show(frame, scene, this.source.gameOf(frame), place)
  }
}

/**
 * How large the plot and its small maps are, and whether those stand beside it, in a view of some width.
 * @param {number} width
 * @param {number} windowWidth
 * @param {number} windowHeight
 * @param {boolean} maps whether there are any
 */
export function sizesIn(width, windowWidth, windowHeight, maps) {
  const gap = 12
  const room = Math.max(360, windowHeight - (windowWidth > 1080 ? 400 : 300))
  const beside = maps && width >= 420
  const strip = beside ? Math.max(84, Math.min(124, width - room - gap)) : 0
  return {
    beside,
    side: Math.min(room, width - (strip ? strip + gap : 0)),
    small: strip || Math.min(110, Math.floor((width - 2 * gap) / 3)),
  }
}
