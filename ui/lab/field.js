// The plane of a game on points, large, in layers that the sentence below it names and switches.

import { fit, onWidth } from '../shared/canvas.js'
import { h, text } from '../shared/elements.js'
import { Framed } from '../shared/framed.js'
import { ground, levelLine } from '../shared/ground.js'
import { explain, help } from '../shared/help.js'
import { mapOf, tintOf, valueAt } from '../shared/maps.js'
import { short, whole } from '../shared/numbers.js'
import * as plane from '../shared/plane.js'
import { theme } from '../shared/theme.js'
import { manifold } from './manifold.js'
import { arrows, pullUnit, unitArrow } from './pull.js'

const GROUNDS = [
  [
    'd',
    'D',
    'The map of D: green where it finds points real, purple where it finds them fake, grey where it cannot tell. On the blue line it is exactly undecided.',
  ],
  [
    'best',
    'best D',
    'The best D there could be against this G: p_data / (p_data + p_G). A perfect G makes it 1/2 everywhere, and the map grey.',
  ],
  [
    'difference',
    'D − best D',
    'D less the best D. Green: D finds points there more real than it should, purple: more fake. All grey: D is as good as can be.',
  ],
  ['nothing', 'nothing', 'The ground is left plain.'],
]
const MAPS = GROUNDS.slice(0, 3)
const LAYERS = {
  real: 'Points of the data.',
  fakes: 'What G makes, from the same noise at every step, so that you see where each of them goes.',
  average: 'The same noise through the moving average of G’s weights.',
  manifold:
    'A lattice of the noise, every cell with the same share of it, carried through G. Where its cells are small, G puts many of its samples.',
  pull: 'Which way G’s loss pulls each fake, for the first 200 of them: minus the gradient of the loss. The arrow in the corner says how much the length is.',
}
const USUAL = 'real,fakes,d,manifold'
const PATIENCE = 5000 // ms that a report to the page may take before what the page says counts again
const FIELD_HELP =
  'A layer is switched by its word in this sentence.\nCircles mark the data’s modes; one is drawn solid as soon as a fake lies within three standard deviations of its centre.'

/** Which layers are shown: one choice for all planes of the page. What was switched here counts until the page has heard of it. */
const shown = {
  layers: new Set(USUAL.split(',')),
  views: new Set(),
  sent: 0,

  get ground() {
    return MAPS.map(([name]) => name).find((name) => this.layers.has(name)) ?? 'nothing'
  },

  /** What the page says. */
  configure(words, seen = 0) {
    if (this.sent > seen && performance.now() - this.sentAt < PATIENCE) return
    this.become(new Set((words ?? USUAL).split(',')))
  },

  become(layers) {
    if ([...layers].sort().join() === [...this.layers].sort().join()) return
    this.layers = layers
    for (const view of this.views) view.chosen()
  },

  switch(name, component) {
    const layers = new Set(this.layers)
    if (name in LAYERS) layers.delete(name) || layers.add(name)
    else {
      for (const [other] of GROUNDS) layers.delete(other)
      if (name !== 'nothing') layers.add(name)
    }
    this.become(layers)
    this.sent += 1
    this.sentAt = performance.now()
    component.setTriggerValue('moved', {
      n: this.sent,
      layers: [...Object.keys(LAYERS), ...MAPS.map(([one]) => one)].filter((one) => layers.has(one)).join(),
    })
  },
}

export default class Field extends Framed {
  constructor(place) {
    super(place)
    this.title = h('b', { class: 'side', hidden: true })
    this.readout = h('p', { class: 'readout', hidden: true })
    this.box.append(this.readout)
    this.maps = MAPS.map(([name, label]) => this.smallMap(name, label))
    this.strip = h(
      'div',
      { class: 'maps', role: 'group', 'aria-label': 'Maps: press one to make it the ground' },
      ...this.maps.map((map) => map.button),
    )
    this.stage = h('div', { class: 'stage' }, this.box, this.strip)
    this.node = h('div', { class: 'gan field' }, this.title, this.stage, this.sentence())
    this.root.append(this.node)
    this.unsize = onWidth(this.node, () => this.arrange())
    this.onResize = () => this.arrange()
    addEventListener('resize', this.onResize)
    shown.views.add(this)
    this.listen()
    this.mark()
  }

  destroy() {
    super.destroy()
    shown.views.delete(this)
    this.unsize()
    removeEventListener('resize', this.onResize)
  }

  takes(frame, scene) {
    return frame?.dim === 2 && Boolean(scene)
  }

  mounted() {
    const { data } = this.component
    text(this.title, data.title ?? '')
    this.title.hidden = !data.title
    shown.configure(data.layers, data.seen)
    this.mark()
    this.arrange()
  }

  restyle() {
    this.still = null
    this.paintMaps()
    this.paint()
  }

  // ---- the sentence, and which layers there are

  sentence() {
    const button = (name, label, sort) =>
      h(
        'button',
        { type: 'button', class: `layer ${sort}`, 'data-layer': name, onclick: () => this.press(name) },
        sort ? h('i') : null,
        h('span', {}, label),
      )
    const [real, fakes, average, manifold, pull] = [
      ['real', 'real points', 'dot'],
      ['fakes', 'fakes', 'dot'],
      ['average', 'those of G’s average', 'hollow'],
      ['manifold', 'manifold', 'lattice'],
      ['pull', 'pull', 'arrow'],
    ].map(([name, label, sort]) => button(name, label, sort))
    const choice = GROUNDS.map(([name, label]) => button(name, label, ''))
    this.buttons = new Map([real, fakes, average, manifold, pull, ...choice].map((one) => [one.dataset.layer, one]))
    this.counts = { real: real.lastChild, fakes: fakes.lastChild }
    this.averageWords = h('span', {}, ', ', average)
    const words = Object.fromEntries(GROUNDS.map(([name, , said]) => [name, said]))
    for (const [name, one] of this.buttons) explain(one, () => this.missing(name) || { ...LAYERS, ...words }[name])
    return h(
      'p',
      { class: 'sentence' },
      'You see ',
      real,
      ', ',
      fakes,
      this.averageWords,
      ', the ground coloured by ',
      h('span', { class: 'choice', role: 'group', 'aria-label': 'What the ground shows' }, ...choice),
      ', G’s ',
      manifold,
      ', and the ',
      pull,
      ' on each fake. ',
      help('this picture', FIELD_HELP),
    )
  }

  /** Why a layer is not there; empty where it is. */
  missing(name) {
    const { frame, source } = this
    if (!frame) return ''
    const old = 'Pictures of this run do not hold it: it was made by an older version.'
    const dims = source.status?.latent_dim ?? source.config?.latent_dim
    if (name === 'manifold' && !frame.manifold)
      return dims > 2
        ? `There is no lattice to draw: the noise has ${dims} dimensions. Take a latent size of 1 or 2.`
        : frame.manifold === null
          ? 'There is no lattice to draw: the numbers of this noise hang together, or G is told classes.'
          : old
    if (name === 'pull' && !frame.gradient) return old
    if ((name === 'best' || name === 'difference') && !frame.best)
      return frame.best === null ? 'For this game theory knows no best D point by point.' : old
    if (name === 'average' && !frame.average) return 'This run keeps no average of G.'
    return ''
  }

  has(name) {
    return shown.layers.has(name) && !this.missing(name)
  }

  press(name) {
    if (!this.missing(name)) shown.switch(name, this.component)
  }

  /** Something else is to be seen. */
  chosen() {
    this.mark()
    this.aim()
  }

  mark() {
    const { ground } = shown
    for (const [name, button] of this.buttons) {
      const on = name in LAYERS ? shown.layers.has(name) : name === ground,
        missing = Boolean(this.missing(name))
      button.classList.toggle('on', on && !missing)
      button.classList.toggle('missing', missing)
      button.setAttribute('aria-pressed', String(on && !missing))
      button.setAttribute('aria-disabled', String(missing))
    }
    for (const { name, button } of this.maps) {
      button.classList.toggle('on', name === ground)
      button.classList.toggle('missing', Boolean(this.missing(name)))
      button.setAttribute('aria-pressed', String(name === ground))
    }
    this.averageWords.hidden = !(this.frame?.average ?? this.component?.data.average)
  }

  // ---- what is drawn

  accepted() {
    const { frame, scene, source } = this,
      step = +this.canvas.dataset.step
    text(this.counts.real, `${whole(scene.real.length / 2)} real points`)
    text(this.counts.fakes, `${whole(frame.x.length / 2)} fakes`)
    this.canvas.setAttribute(
      'aria-label',
      `The plane at step ${whole(step)}: ${frame.hits ? `${plane.hitsInWords(frame.hits, frame.x.length / 2)}; ` : ''}${this.buttonsInWords()}`,
    )
    this.game = source.gameOf(frame)
    this.unit = frame.gradient ? pullUnit(frame.gradient, this.unit) : null
    this.mark()
    this.aim()
    this.paintMaps()
  }

  buttonsInWords() {
    return `shown are ${[...shown.layers].filter((name) => !this.missing(name)).join(', ')}`
  }

  /** All that moves goes to where the newest picture has it. */
  aim() {
    const { frame, unit } = this
    if (!frame) return
    const ground = this.missing(shown.ground) ? 'nothing' : shown.ground,
      plain = ground === 'nothing'
    this.groundShown = ground
    this.glide.to({
      fakes: frame.x,
      averages: frame.average?.x ?? null,
      lattice: frame.manifold?.x ?? null,
      pulls: frame.gradient ? frame.gradient.map((v) => v / unit) : null,
      tints: plain ? tintOf(frame, 'd', this.game).map(() => 0) : tintOf(frame, ground, this.game),
    })
    this.read()
  }

  /** The plot is as large as the window lets it be beside its three small maps. */
  arrange() {
    const width = Math.floor(this.node.clientWidth)
    if (!width) return
    const maps = this.component?.data.maps !== false && !this.component?.data.pair
    const room = Math.max(360, innerHeight - (innerWidth > 1080 ? 380 : 300)),
      beside = maps && width >= 420,
      gap = 12
    const strip = beside ? Math.max(84, Math.min(124, width - room - gap)) : 0
    this.side = Math.min(room, width - (strip ? strip + gap : 0))
    this.small = strip || Math.min(110, Math.floor((width - 2 * gap) / 3))
    this.strip.hidden = !maps
    this.stage.classList.toggle('below', maps && !beside)
    this.box.style.width = this.box.style.height = `${this.side}px`
    this.still = null
    this.paintMaps()
    this.paint()
  }

  paint() {
    const { frame, scene, side } = this
    if (!side || !this.component) return
    const context = fit(this.canvas, side, side),
      colours = theme.of(this.root)
    this.box.classList.toggle('bare', Boolean(frame))
    if (!frame) return context.clearRect(0, 0, side, side)
    const now = this.glide.now(),
      n = scene.map,
      place = (this.place = plane.placeOf(scene.extent, side, side))
    context.clearRect(0, 0, side, side)
    plane.within(context, place, colours, () => {
      const line = this.groundShown === 'd' || this.groundShown === 'best'
      ground(context, place, now.tints, n, colours)
      if (this.has('manifold')) manifold(context, place, now.lattice, frame.manifold, colours)
      if (line) levelLine(context, place, now.tints, n, colours)
      if (this.has('real')) context.drawImage(this.realDots(place, colours), 0, 0, side, side)
      if (this.has('real')) plane.modes(context, place, scene, this.has('fakes') ? frame.hits : null, colours)
      if (this.has('fakes')) plane.fakeDots(context, now.fakes, place, colours)
      if (this.has('average')) plane.rings(context, now.averages, place, colours)
      if (this.has('pull')) arrows(context, place, now.fakes, now.pulls, colours)
      plane.ticks(context, scene.extent, place, colours, true)
      plane.cornerWords(context, this.corner(context, side, colours), place, colours)
    })
    this.painted()
  }

  /** What the numbers of the picture are, in its corner. */
  corner(context, side, colours) {
    const lines = plane.reached(this.frame, this.has('fakes'), this.has('average'), colours)
    if (this.has('pull'))
      lines.unshift({
        words: `a pull of ${+this.unit.toPrecision(1)}`,
        colour: colours.gradients,
        draw: (x, y) => unitArrow(context, x, y, side, colours),
      })
    return lines
  }

  /** Real points never move: a picture of their own, made once. */
  realDots(place, colours) {
    const key = `${place.side} ${window.devicePixelRatio} ${colours.real}`
    if (this.still?.key !== key || this.still.scene !== this.scene) {
      const picture = document.createElement('canvas')
      plane.realDots(fit(picture, place.side, place.side), this.scene, place, colours)
      this.still = { key, scene: this.scene, picture }
    }
    return this.still.picture
  }

  // ---- the three small maps

  smallMap(name, label) {
    const canvas = h('canvas', {})
    const button = h(
      'button',
      { type: 'button', 'data-map': name, onclick: () => this.press(name) },
      canvas,
      h('span', {}, label),
    )
    explain(button, () => this.missing(name) || GROUNDS.find(([one]) => one === name)[2])
    return { name, canvas, button }
  }

  paintMaps() {
    const { frame, scene, small } = this
    if (!frame || !small || this.strip.hidden) return
    const colours = theme.of(this.root)
    for (const { name, canvas } of this.maps) {
      const context = fit(canvas, small, small),
        tints = tintOf(frame, name, this.game)
      context.clearRect(0, 0, small, small)
      plane.within(context, plane.placeOf(scene.extent, small, small), colours, () => {
        if (tints) ground(context, { left: 0, top: 0, side: small }, tints, scene.map, colours)
        if (tints && name !== 'difference')
          levelLine(context, { left: 0, top: 0, side: small }, tints, scene.map, colours, 1)
      })
    }
  }

  // ---- under the mouse

  listen() {
    this.box.addEventListener('pointermove', (event) => {
      const at = this.box.getBoundingClientRect()
      this.pointer = [event.clientX - at.left, event.clientY - at.top]
      this.read()
    })
    this.box.addEventListener('pointerleave', () => {
      this.pointer = null
      this.read()
    })
  }

  /** What D and the best D say where the mouse is. */
  read() {
    const { pointer, place, frame, scene } = this
    this.readout.hidden = !(pointer && place && frame)
    if (this.readout.hidden) return
    const [x, y] = [place.x(pointer[0]), place.y(pointer[1])]
    const say = (which) => {
      const map = mapOf(frame, which),
        v = map && valueAt(map, scene.map, scene.extent, x, y)
      return v === null ? '–' : this.game.probability ? v.toFixed(2) : short(v)
    }
    const coordinate = (v) => (v < 0 ? '−' : ' ') + Math.abs(v).toFixed(2)
    if (!this.cells) {
      this.cells = [0, 1, 2].map(() => h('b', {}))
      this.readout.replaceChildren(
        ...['x', 'D(x)', 'best D'].flatMap((name, i) => [h('span', {}, name), this.cells[i]]),
      )
    }
    ;[`(${coordinate(x)}, ${coordinate(y)})`, say('d'), frame.best ? say('best') : 'none'].forEach((words, i) =>
      text(this.cells[i], words),
    )
  }
}
