// Dirac-GAN: two parameters, theta of the generator and psi of the discriminator. The server computes trajectories, field and eigenvalues (one copy of
// the mathematics); while something is moved, questions follow each other, and only the newest wish is ever on its way.

import { fit, onWidth } from '../shared/canvas.js'
import { calm, h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { whole } from '../shared/numbers.js'
import { theme } from '../shared/theme.js'
import { View } from '../shared/view.js'

const HOWS = ['alternating', 'simultaneous']
const SAME = ['objective', 'penalty', 'weight', 'clip', 'noise', 'lr', 'k', 'how'] // what a set-up is, wherever it starts
const EXTENT = 2.2,
  REACH = 2
const GAME = SAME.slice(0, 5) // what the field depends on
const TAIL = 150 // steps that the bold end of a trajectory is long
const PATIENCE = 5000 // ms that a report to the server may take before what the server says counts again

const clamp = (v) => Math.max(-REACH, Math.min(REACH, Math.round(v * 100) / 100))
const fixed = (v, digits = 2) =>
  (Math.abs(v) >= 1000
    ? v.toExponential(1).replace('e+', 'e')
    : Math.abs(v) < 0.5 * 10 ** -digits
      ? (0).toFixed(digits)
      : v.toFixed(digits)
  ).replace('-', '−')

class DiracSource {
  constructor() {
    this.views = new Set()
    this.pending = new Map() // field -> number of the report that carries it
    this.sent = 0
    this.round = 0 // grows when the trajectory shall be played anew
    this.answer = null
    this.error = null
  }

  subscribe(view) {
    this.views.add(view)
    return () => this.views.delete(view)
  }

  changed() {
    for (const view of [...this.views]) view()
  }
  hurry() {}

  /** What the page says. Fields that were moved here and have not arrived there yet stay as they are. */
  configure({ setup, seen }) {
    const waiting = performance.now() - this.sentAt < PATIENCE
    const before = JSON.stringify(this.setup)
    this.setup ??= { ...setup }
    for (const [name, value] of Object.entries(setup)) {
      if (this.held?.has(name) || (waiting && this.pending.get(name) > seen)) continue
      this.pending.delete(name)
      this.setup[name] = value
    }
    if (JSON.stringify(this.setup) !== before) {
      this.round += 1
      this.ask()
    }
  }

  /** Moves settings; `done` once they stay there: only then the page, and with it the address, is told. */
  move(changes, component, done) {
    this.held = done ? null : new Set(Object.keys(changes))
    const before = JSON.stringify(this.setup)
    Object.assign(this.setup, changes)
    if (done) {
      this.round += 1
      this.sent += 1
      this.sentAt = performance.now()
      for (const name of Object.keys(changes)) this.pending.set(name, this.sent)
      // all that has not been acknowledged: of two reports that meet on their way only the newer may arrive
      component.setTriggerValue('moved', {
        n: this.sent,
        setup: Object.fromEntries([...this.pending.keys()].map((name) => [name, this.setup[name]])),
      })
    }
    if (done || JSON.stringify(this.setup) !== before) this.ask()
    this.changed()
  }

  async ask() {
    this.wanted = true
    if (this.asking) return
    this.asking = true
    while (this.wanted) {
      this.wanted = false
      const setup = { ...this.setup },
        round = this.round,
        held = Boolean(this.held)
      const game = GAME.map((name) => setup[name]).join(' ')
      try {
        const reply = await fetch(
          `${this.base}/api/dirac?${new URLSearchParams({ ...setup, field: game === this.game ? 0 : 1 })}`,
          { cache: 'no-store' },
        )
        const body = await reply.json()
        this.error = body.error || null
        if (!body.error) {
          if (body.field) {
            this.field = body.field
            this.game = game
          }
          this.answer = { ...body, setup, round, held }
        }
      } catch {
        this.error = 'The server cannot be reached.'
      }
      this.changed()
    }
    this.asking = false
  }
}

let source = null

/** One for the whole page: the dials and the plane show the same game. */
export function diracSource(data) {
  source ??= new DiracSource()
  source.base = data.base
  source.configure(data.dirac)
  return source
}

// ---- the plane, the curves, the eigenvalues

const PLANE_HELP =
  'The smallest GAN there is. The data are one point at 0, G puts its one point at θ, and D is a line of slope ψ through the data’s point.\nEach arrow shows where both players want to go from there, G sideways and D up or down; the longer, the faster. The cross is the equilibrium: G on the data, D flat.\nClick or drag to set the start; with the keyboard, the arrow keys move it (Shift: further), Space plays.'
const VALUES_HELP =
  'Near the equilibrium the game is a matrix, and its eigenvalues say what becomes of it: in continuous time the real part is the damping (negative: inwards) and the imaginary part the speed of turning.\nA step of a finite size multiplies the distance by the modulus of its own eigenvalues: inside the unit circle the game converges, outside it is thrown out.'

export default class Dirac extends View {
  static source = diracSource

  constructor(place) {
    super(place)
    this.at = 0
    this.trials = h('div', { class: 'trials' })
    this.legend = h('span', { class: 'legend' })
    this.plane = h('canvas', {
      tabindex: '0',
      role: 'application',
      'aria-label': 'The plane of θ and ψ: arrow keys move the start',
    })
    this.overlay = h('p', { class: 'overlay' })
    this.play = h('button', { type: 'button', class: 'round', onclick: () => this.toggle() })
    this.again = h(
      'button',
      {
        type: 'button',
        class: 'round',
        'aria-label': 'From the start again',
        title: 'From the start again',
        onclick: () => this.restart(true),
      },
      '↺',
    )
    this.range = h('input', {
      type: 'range',
      min: '0',
      max: '1',
      step: '1',
      'aria-label': 'Step',
      oninput: () => this.scrub(+this.range.value),
    })
    this.where = h('span', { class: 'where' })
    this.scene = h('canvas', { role: 'img' })
    this.curves = h('canvas', { role: 'img', 'aria-label': 'θ and ψ over the steps' })
    this.flow = h('canvas', { role: 'img' })
    this.circle = h('canvas', { role: 'img' })
    this.flowText = h('p', { class: 'values' })
    this.stepText = h('div', { class: 'values' })
    this.why = h('div', { class: 'why', 'aria-live': 'polite' })
    const box = h('div', { class: 'plane' }, this.plane, this.overlay)
    const middle = h(
      'div',
      { class: 'middle' },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'Two parameters'),
        help('this plane', PLANE_HELP),
        this.legend,
      ),
      box,
      h('div', { class: 'timeline' }, this.play, this.again, this.range, this.where),
    )
    const side = h(
      'div',
      { class: 'side' },
      h(
        'div',
        { class: 'pair first' },
        h('div', {}, h('div', { class: 'head' }, h('span', { class: 'title' }, 'The game now')), this.scene),
        h('div', {}, h('div', { class: 'head' }, h('span', { class: 'title' }, 'Over the steps')), this.curves),
      ),
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'Eigenvalues at the equilibrium'),
        help('eigenvalues', VALUES_HELP),
      ),
      h(
        'div',
        { class: 'pair' },
        h('div', {}, h('p', { class: 'quiet' }, 'in continuous time'), this.flow, this.flowText),
        h('div', {}, h('p', { class: 'quiet' }, 'of one step'), this.circle, this.stepText),
      ),
      this.why,
    )
    this.node = h('div', { class: 'gan dirac' }, this.trials, h('div', { class: 'stage' }, middle, side))
    this.root.append(this.node)
    this.box = box
    this.side = side
    this.unsize = [onWidth(box, () => this.paint()), onWidth(side, () => this.paint())]
    this.listen()
    this.mark()
  }

  destroy() {
    this.unsize.forEach((stop) => stop())
    cancelAnimationFrame(this.frame)
    clearTimeout(this.owed)
  }

  restyle() {
    this.ground = null
    this.paint()
  }
  arrived() {
    this.answer = null
  }

  // -- the start, under the finger

  listen() {
    const canvas = this.plane
    const to = (event) => {
      const place = canvas.getBoundingClientRect()
      return { theta: clamp(this.unX(event.clientX - place.left)), psi: clamp(this.unY(event.clientY - place.top)) }
    }
    canvas.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || !this.source?.setup || this.size === undefined) return
      canvas.setPointerCapture(event.pointerId)
      this.dragging = event.pointerId
      this.source.move(to(event), this.component, false)
    })
    canvas.addEventListener('pointermove', (event) => {
      if (this.dragging === event.pointerId) this.source.move(to(event), this.component, false)
    })
    const end = (event) => {
      if (this.dragging !== event.pointerId) return
      this.dragging = null
      const { theta, psi } = this.source.setup
      this.source.move(event.type === 'pointerup' ? to(event) : { theta, psi }, this.component, true)
    }
    canvas.addEventListener('pointerup', end)
    canvas.addEventListener('pointercancel', end)
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }
    canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.source?.setup) return
      if (event.key === ' ') {
        event.preventDefault()
        return this.toggle()
      }
      const way = ways[event.key]
      if (!way) return
      event.preventDefault()
      const far = event.shiftKey ? 0.25 : 0.05,
        { theta, psi } = this.source.setup
      this.source.move({ theta: clamp(theta + far * way[0]), psi: clamp(psi + far * way[1]) }, this.component, false)
      clearTimeout(this.owed)
      this.owed = setTimeout(() => {
        const { theta, psi } = this.source.setup
        this.source.move({ theta, psi }, this.component, true)
      }, 350)
    })
  }

  // -- time

  get last() {
    return this.answer ? Math.max(...Object.values(this.answer.paths).map((p) => p[0].length)) - 1 : 0
  }

  toggle() {
    if (this.playing) {
      this.playing = false
      this.paused = true
    } else {
      this.paused = false
      this.playing = true
      if (this.at >= this.last) this.at = 0
      this.run()
    }
    this.mark()
  }

  /** Plays from the start; where motion is unwelcome, or was paused, the whole path is shown, unless it was asked for. */
  restart(asked = false) {
    if (asked) this.paused = false
    this.playing = asked || (!calm() && !this.paused)
    this.at = this.playing ? 0 : this.last
    this.run()
  }

  scrub(step) {
    this.playing = false
    this.paused = true
    this.at = step
    this.mark()
    this.paint()
  }

  run() {
    cancelAnimationFrame(this.frame)
    this.mark()
    let before = performance.now()
    const tick = (now) => {
      const pace = Math.max(50, this.last / 12) // steps a second
      this.at = Math.min(this.last, this.at + (pace * Math.max(0, Math.min(100, now - before))) / 1000)
      before = now
      if (this.at >= this.last) {
        this.playing = false
        this.mark()
      }
      this.paint(true)
      if (this.playing) this.frame = requestAnimationFrame(tick)
    }
    if (this.playing) this.frame = requestAnimationFrame(tick)
    this.paint()
  }

  mark() {
    const name = this.playing ? 'Pause' : 'Play'
    text(this.play, this.playing ? '❚❚' : '▶')
    this.play.setAttribute('aria-label', name)
    this.play.title = name
  }

  // -- drawing

  draw() {
    const { source, component } = this
    this.offer(component.data.trials)
    text(this.overlay, source.error || (source.answer ? '' : 'Computing …'))
    const { answer } = source
    if (answer && answer !== this.answer) {
      this.answer = answer
      this.explain()
      if (answer.held) {
        this.playing = false
        cancelAnimationFrame(this.frame)
        this.at = this.last
        this.mark()
      } else if (answer.round !== this.round || this.at > this.last) {
        this.round = answer.round
        return this.restart()
      }
    }
    this.paint()
  }

  offer(trials) {
    if (this.offered) return
    this.offered = trials.map((one) => {
      const button = h(
        'button',
        {
          type: 'button',
          'data-trial': one.name,
          onclick: () => {
            this.paused = false
            this.source.move(one.setup, this.component, true)
          },
        },
        h('b', {}, one.title),
        h('span', {}, one.words),
      )
      this.trials.append(button)
      return [button, JSON.stringify(one.setup, SAME)]
    })
  }

  /** What the eigenvalues say, in numbers and words. */
  explain() {
    const { flow, steps, setup } = this.answer,
      found = HOWS.filter((how) => steps[how])
    text(this.flowText, flow.values ? `λ = ${flow.text}` : 'λ: none')
    this.stepText.replaceChildren(
      ...found.map((how) => {
        const { text: values, moduli } = steps[how]
        const key = h('i', { class: how })
        return h(
          'p',
          {},
          ...(found.length > 1 ? [key] : []),
          h('span', {}, moduli ? `μ = ${values}` : 'μ: none'),
          moduli ? h('span', {}, `|μ| = ${moduliInWords(moduli)}`) : null,
        )
      }),
    )
    this.why.replaceChildren(h('p', {}, flow.why), ...found.map((how) => h('p', {}, steps[how].why)))
    this.flow.setAttribute('aria-label', `Eigenvalues in continuous time: ${flow.text}. It ${flow.word}.`)
    this.circle.setAttribute(
      'aria-label',
      `Eigenvalues of one step: ${found.map((how) => `${how} ${steps[how].text}`).join('; ')}`,
    )
    this.node.dataset.outcome = found.map((how) => `${how} ${steps[how].word}`).join('; ')
    const now = JSON.stringify(setup, SAME)
    for (const [button, game] of this.offered) {
      button.classList.toggle('on', game === now)
      button.setAttribute('aria-pressed', String(game === now))
    }
  }

  paint(moving = false) {
    const { answer } = this
    const width = Math.floor(this.box.clientWidth)
    if (!width || !this.source?.setup) return
    const colours = theme.of(this.root)
    this.measure(width)
    this.paintPlane(colours)
    if (!answer) return
    const n = Math.floor(this.at)
    this.range.max = String(this.last)
    if (+this.range.value !== n) this.range.value = String(n)
    this.range.style.setProperty('--share', `${(100 * n) / (this.last || 1)}%`)
    text(this.where, `step ${whole(n)} of ${whole(answer.setup.steps)}`)
    this.paintScene(colours)
    this.paintCurves(colours)
    this.paintLegend(colours)
    if (!moving) {
      this.paintFlow(colours)
      this.paintCircle(colours)
    }
  }

  measure(width) {
    // the plane stays in sight together with its transport
    const size = Math.max(280, Math.min(width, Math.max(420, innerHeight - (innerWidth > 1080 ? 320 : 410))))
    const left = 36,
      bottom = 34,
      side = size - left - 8
    this.size = size
    this.px = (v) => left + ((v + EXTENT) / (2 * EXTENT)) * side
    this.py = (v) => 8 + ((EXTENT - v) / (2 * EXTENT)) * (size - bottom - 8)
    this.unX = (x) => ((x - left) / side) * 2 * EXTENT - EXTENT
    this.unY = (y) => EXTENT - ((y - 8) / (size - bottom - 8)) * 2 * EXTENT
    this.inside = [left, 8, side, size - bottom - 8]
    this.box.style.height = `${size}px`
  }

  /** What does not move: box, field, axes. Kept as a picture. */
  back(colours) {
    const { size, px, py, inside, source } = this,
      clip = source.answer?.setup.clip ?? 0
    const ratio = Math.max(1, window.devicePixelRatio || 1)
    const key = [size, ratio, source.game, clip, colours.background, colours.text].join(' ')
    if (this.ground?.key === key) return this.ground
    const picture = Object.assign(document.createElement('canvas'), { key })
    const context = fit(picture, size, size),
      [x, y, w, ht] = inside
    context.fillStyle = colours.background
    context.fillRect(0, 0, size, size)
    context.save()
    context.beginPath()
    context.roundRect(x, y, w, ht, 6)
    context.clip()
    context.strokeStyle = colours.line
    context.lineWidth = 1
    line(context, px(0), y, px(0), y + ht)
    line(context, x, py(0), x + w, py(0))
    for (const [share, ...points] of source.field ?? []) {
      context.strokeStyle = context.fillStyle = colours.gradients
      context.globalAlpha = 0.25 + 0.5 * share
      context.lineWidth = 1 + 0.6 * share
      context.beginPath()
      for (let i = 0; i < points.length; i += 2)
        i ? context.lineTo(px(points[i]), py(points[i + 1])) : context.moveTo(px(points[0]), py(points[1]))
      context.stroke()
      head(context, ...points.slice(-4).map((v, i) => (i % 2 ? py(v) : px(v))), 3 + 2.5 * share)
    }
    context.globalAlpha = 1
    if (clip && clip < EXTENT) {
      // D cannot be there
      context.fillStyle = colours.soft
      context.globalAlpha = 0.85
      context.fillRect(x, y, w, py(clip) - y)
      context.fillRect(x, py(-clip), w, y + ht - py(-clip))
      context.globalAlpha = 1
      context.strokeStyle = colours.discriminator
      context.setLineDash([6, 4])
      for (const v of [clip, -clip]) line(context, x, py(v), x + w, py(v))
      context.setLineDash([])
      context.font = `12px ${colours.font}`
      context.fillStyle = colours.discriminator
      context.textAlign = 'right'
      context.textBaseline = 'bottom'
      context.fillText(`clipped: |ψ| ≤ ${clip}`, x + w - 8, py(clip) - 4)
    }
    context.restore()
    context.strokeStyle = colours.line
    context.beginPath()
    context.roundRect(x + 0.5, y + 0.5, w - 1, ht - 1, 6)
    context.stroke()
    context.font = `11px ${colours.font}`
    context.fillStyle = colours.unsure
    for (const v of [-2, -1, 0, 1, 2]) {
      context.textAlign = 'center'
      context.textBaseline = 'top'
      context.fillText(String(v).replace('-', '−'), px(v), y + ht + 5)
      context.textAlign = 'right'
      context.textBaseline = 'middle'
      context.fillText(String(v).replace('-', '−'), x - 6, py(v))
    }
    context.font = `600 12.5px ${colours.font}`
    context.fillStyle = colours.generator
    context.textAlign = 'center'
    context.textBaseline = 'bottom'
    context.fillText('θ, where G puts its point', px(0), size - 1)
    context.fillStyle = colours.discriminator
    context.save()
    context.translate(11, py(0))
    context.rotate(-Math.PI / 2)
    context.textBaseline = 'middle'
    context.fillText('ψ, the slope of D', 0, 0)
    context.restore()
    return (this.ground = picture)
  }

  paintPlane(colours) {
    const { size, px, py, inside, answer, source } = this
    const context = fit(this.plane, size, size)
    context.drawImage(this.back(colours), 0, 0, size, size)
    const [x, y, w, ht] = inside
    context.save()
    context.beginPath()
    context.rect(x, y, w, ht)
    context.clip()
    context.lineJoin = context.lineCap = 'round'
    // the equilibrium
    context.strokeStyle = colours.text
    context.lineWidth = 2
    line(context, px(0) - 6, py(0), px(0) + 6, py(0))
    line(context, px(0), py(0) - 6, px(0), py(0) + 6)
    const n = this.at
    for (const how of answer ? HOWS : []) {
      const path = answer.paths[how]
      if (!path) continue
      const alone = Object.keys(answer.paths).length === 1,
        dotted = how === 'simultaneous' && !alone
      context.strokeStyle = context.fillStyle = colours.text
      trace(context, path, path[0].length - 1, px, py)
      context.globalAlpha = 0.22
      context.lineWidth = 1
      context.stroke()
      context.globalAlpha = dotted ? 0.75 : 0.9
      if (dotted) dots(context, path, n, px, py, 1.7)
      else {
        // round after round would fill the plane: what is long past is thin
        trace(context, path, n, px, py)
        context.lineWidth = 1
        context.globalAlpha = 0.55
        context.stroke()
        trace(context, path, n, px, py, Math.max(0, Math.floor(n) - TAIL))
        context.lineWidth = 2
        context.globalAlpha = 0.95
        context.stroke()
        if (spacing(path, px, py) > 14) dots(context, path, n, px, py, 2.4)
      }
      context.globalAlpha = 1
    }
    // the start, under the finger at once
    const sx = px(source.setup.theta),
      sy = py(source.setup.psi)
    context.strokeStyle = colours.text
    context.fillStyle = colours.background
    context.lineWidth = 2
    context.beginPath()
    context.arc(sx, sy, 6, 0, 7)
    context.fill()
    context.stroke()
    for (const how of answer ? HOWS : []) if (answer.paths[how]) this.paintHead(context, how, colours)
    context.restore()
    if (!answer || !source.answer) return
    const left = this.leaves()
    if (left) {
      context.font = `12px ${colours.font}`
      context.textAlign = 'left'
      context.textBaseline = 'top'
      context.fillStyle = colours.background
      context.fillRect(x + 4, y + 4, context.measureText(left).width + 12, 22)
      context.fillStyle = colours.text
      context.fillText(left, x + 10, y + 9)
    }
  }

  /** Where the game is now, and where each player goes from there. */
  paintHead(context, how, colours) {
    const { px, py, answer } = this,
      path = answer.paths[how],
      i = Math.min(Math.floor(this.at), path[0].length - 1)
    const [theta, psi] = between(path, this.at),
      x = px(theta),
      y = py(psi),
      lr = answer.setup.lr
    if (i + 1 < path[0].length) {
      const reach = (px(1) - px(0)) * 0.55
      const move = (v) => Math.sign(v) * Math.min(1.4, Math.abs(v / lr)) * reach
      for (const [dx, dy, colour] of [
        [move(path[0][i + 1] - path[0][i]), 0, colours.generator],
        [0, -move(path[1][i + 1] - path[1][i]), colours.discriminator],
      ]) {
        if (Math.hypot(dx, dy) < 5) continue
        context.strokeStyle = context.fillStyle = colour
        context.lineWidth = 2.5
        line(context, x, y, x + dx, y + dy)
        head(context, x, y, x + dx, y + dy, 8)
      }
    }
    context.beginPath()
    context.arc(x, y, 6.5, 0, 7)
    context.fillStyle = how === 'simultaneous' && answer.paths.alternating ? colours.background : colours.text
    context.strokeStyle = how === 'simultaneous' && answer.paths.alternating ? colours.text : colours.background
    context.lineWidth = 2
    context.fill()
    context.stroke()
  }

  leaves() {
    const said = []
    for (const how of HOWS) {
      const path = this.answer.paths[how]
      if (!path) continue
      const [theta, psi] = between(path, this.at),
        n = path[0].length - 1
      const who = Object.keys(this.answer.paths).length > 1 ? `${how}: ` : ''
      if (this.at >= n && n < this.answer.setup.steps) said.push(`${who}beyond all bounds after ${whole(n)} steps`)
      else if (Math.max(Math.abs(theta), Math.abs(psi)) > EXTENT) said.push(`${who}out of the picture`)
    }
    return said.join(' · ')
  }

  paintLegend() {
    const { answer } = this,
      found = HOWS.filter((how) => answer.paths[how])
    if (this.keys?.join() !== found.join()) {
      this.keys = found
      this.distances = found.map(() => h('b', {}))
      this.legend.replaceChildren(
        ...found.map((how, i) =>
          h(
            'span',
            { class: `sort ${found.length > 1 ? how : ''}` },
            h('i', {}),
            `${how}, distance `,
            this.distances[i],
          ),
        ),
      )
    }
    found.forEach((how, i) => text(this.distances[i], fixed(Math.hypot(...between(answer.paths[how], this.at)))))
  }

  /** The game itself: the data's point, G's, and D as a line over both. */
  paintScene(colours) {
    const canvas = this.scene,
      width = Math.floor(canvas.parentElement.clientWidth),
      height = 170
    const [theta, psi] = between(this.answer.paths[HOWS.find((how) => this.answer.paths[how])], this.at)
    const context = fit(canvas, width, height)
    context.clearRect(0, 0, width, height)
    const px = (v) => width / 2 + (v / EXTENT) * (width / 2 - 8),
      ground = height / 2,
      py = (v) => ground - (v * (height / 2 - 22)) / 3
    context.strokeStyle = colours.line
    context.lineWidth = 1
    line(context, 4, ground, width - 4, ground)
    context.save()
    context.beginPath()
    context.rect(0, 4, width, height - 8)
    context.clip()
    context.strokeStyle = colours.discriminator
    context.lineWidth = 2
    context.setLineDash([9, 5])
    line(context, px(-EXTENT), py(-EXTENT * psi), px(EXTENT), py(EXTENT * psi))
    context.restore()
    const point = (at, colour) => {
      context.fillStyle = colour
      context.beginPath()
      context.arc(at, ground, 6, 0, 7)
      context.fill()
    }
    point(px(0), colours.real)
    point(Math.max(6, Math.min(width - 6, px(theta))), colours.fake)
    const push = Math.max(-26, Math.min(26, psi * 26))
    if (Math.abs(push) > 4) {
      context.strokeStyle = context.fillStyle = colours.generator
      const x = Math.max(6, Math.min(width - 6, px(theta)))
      context.lineWidth = 2.5
      line(context, x, ground + 14, x + push, ground + 14)
      head(context, x, ground + 14, x + push, ground + 14, 7)
    }
    context.font = `12px ${colours.font}`
    context.textAlign = 'left'
    context.textBaseline = 'bottom'
    let x = 4
    for (const [words, colour] of [
      ['data', colours.real],
      ['fake', colours.fake],
      ['D(x)', colours.discriminator],
    ]) {
      context.fillStyle = colour
      context.fillText(words, x, height - 2)
      x += context.measureText(words).width + 12
    }
    canvas.setAttribute('aria-label', `The data at 0, G's point at ${fixed(theta)}, D with slope ${fixed(psi)}`)
  }

  paintCurves(colours) {
    const { answer } = this,
      width = Math.floor(this.curves.parentElement.clientWidth),
      height = 170,
      each = height / 2
    const context = fit(this.curves, width, height),
      left = 20,
      right = width - 6,
      n = answer.setup.steps
    context.clearRect(0, 0, width, height)
    const px = (i) => left + ((right - left) * i) / n,
      both = Object.keys(answer.paths).length > 1
    ;[
      ['θ', colours.generator],
      ['ψ', colours.discriminator],
    ].forEach(([name, colour], which) => {
      const top = which * each + 6,
        bottom = (which + 1) * each - 8,
        py = (v) => (top + bottom) / 2 - (v / EXTENT) * ((bottom - top) / 2)
      context.strokeStyle = colours.line
      context.lineWidth = 1
      line(context, left, py(0), right, py(0))
      context.fillStyle = colour
      context.font = `600 13px ${colours.font}`
      context.textAlign = 'left'
      context.textBaseline = 'middle'
      context.fillText(name, 2, py(0))
      context.save()
      context.beginPath()
      context.rect(left, top - 2, right - left + 4, bottom - top + 4)
      context.clip()
      for (const how of HOWS) {
        const path = answer.paths[how]
        if (!path) continue
        const dotted = both && how === 'simultaneous'
        context.strokeStyle = context.fillStyle = colour
        for (const [end, alpha] of [
          [path[0].length - 1, 0.25],
          [this.at, 1],
        ]) {
          context.globalAlpha = alpha
          context.setLineDash(dotted ? [2, 3] : [])
          context.lineWidth = alpha < 1 ? 1 : 1.7
          trace(context, [path[0].map((_, i) => i), path[which]], end, px, py)
          context.stroke()
        }
        context.setLineDash([])
        context.beginPath()
        context.arc(px(Math.min(this.at, path[0].length - 1)), py(between(path, this.at)[which]), 3.5, 0, 7)
        context.fill()
      }
      context.restore()
    })
    context.globalAlpha = 1
  }

  paintFlow(colours) {
    const { values } = this.answer.flow
    const [context, size, unit] = complexPlane(this.flow, values ? values.flat() : [], 1.2, colours)
    const middle = size / 2
    context.fillStyle = colours.text
    context.globalAlpha = 0.09
    context.fillRect(1, 1, middle - 1, size - 2)
    context.globalAlpha = 1
    shadeName(context, 6, size - 6, colours)
    axes(context, size, unit, colours)
    if (values) for (const [re, im] of values) mark(context, middle + re * unit, middle - im * unit, true, colours)
    else none(context, size, colours)
  }

  paintCircle(colours) {
    const { steps } = this.answer,
      found = HOWS.filter((how) => steps[how])
    const all = found.flatMap((how) => steps[how].values?.flat() ?? [])
    const [context, size, unit] = complexPlane(this.circle, all, 1.4, colours)
    const middle = size / 2
    context.beginPath()
    context.arc(middle, middle, unit, 0, 7)
    context.fillStyle = colours.text
    context.globalAlpha = 0.09
    context.fill()
    context.globalAlpha = 1
    context.strokeStyle = colours.unsure
    context.lineWidth = 1.2
    context.stroke()
    if (unit > 40) shadeName(context, middle - 0.62 * unit, middle + 0.62 * unit, colours)
    axes(context, size, unit, colours)
    let any = false
    for (const how of [...found].reverse())
      for (const [re, im] of steps[how].values ?? []) {
        any = true
        mark(context, middle + re * unit, middle - im * unit, found.length < 2 || how === 'alternating', colours)
      }
    if (!any) none(context, size, colours)
  }
}

// ---- pieces of drawing

function moduliInWords([a, b]) {
  return Math.abs(a - b) < 5e-4 ? fixed(a, 3) : `${fixed(Math.max(a, b), 3)} and ${fixed(Math.min(a, b), 3)}`
}

function line(context, x0, y0, x1, y1) {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}

/** The head of an arrow that comes from (x0, y0) and ends at (x1, y1). */
function head(context, x0, y0, x1, y1, size) {
  const angle = Math.atan2(y1 - y0, x1 - x0)
  context.beginPath()
  context.moveTo(x1 + Math.cos(angle) * size * 0.4, y1 + Math.sin(angle) * size * 0.4)
  for (const turn of [2.6, -2.6]) context.lineTo(x1 + Math.cos(angle + turn) * size, y1 + Math.sin(angle + turn) * size)
  context.closePath()
  context.fill()
}

/** A point of a path at a step that may lie between two. */
function between(path, at) {
  const last = path[0].length - 1,
    i = Math.min(Math.floor(at), last),
    next = Math.min(i + 1, last),
    share = Math.min(at, last) - i
  return path.map((c) => c[i] + share * (c[next] - c[i]))
}

function trace(context, path, at, px, py, first = 0) {
  const last = Math.min(Math.floor(at), path[0].length - 1),
    [x, y] = path
  const begin = Math.min(first, last)
  context.beginPath()
  context.moveTo(px(x[begin]), py(y[begin]))
  for (let i = begin + 1; i <= last; i++) context.lineTo(px(x[i]), py(y[i]))
  const [ex, ey] = between(path, at)
  context.lineTo(px(ex), py(ey))
}

function dots(context, path, at, px, py, radius) {
  const last = Math.min(Math.floor(at), path[0].length - 1),
    [x, y] = path
  context.beginPath()
  for (let i = 0; i <= last; i++) {
    const a = px(x[i]),
      b = py(y[i])
    context.moveTo(a + radius, b)
    context.arc(a, b, radius, 0, 7)
  }
  context.fill()
}

/** Pixels between two steps of a path, on average over all of it. */
function spacing([x, y], px, py) {
  let sum = 0
  for (let i = 0; i + 1 < x.length; i++) sum += Math.hypot(px(x[i + 1]) - px(x[i]), py(y[i + 1]) - py(y[i]))
  return sum / (x.length - 1 || 1)
}

/** A square for complex numbers, wide enough for all; [context, size, pixels of 1]. */
function complexPlane(canvas, numbers, least, colours) {
  const size = Math.max(120, Math.min(210, Math.floor(canvas.parentElement.clientWidth)))
  const most = Math.max(0, ...numbers.map(Math.abs)) * 1.12
  let reach = least
  while (reach < most) reach *= 2
  const context = fit(canvas, size, size)
  context.clearRect(0, 0, size, size)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.strokeRect(0.5, 0.5, size - 1, size - 1)
  return [context, size, size / 2 / reach]
}

function shadeName(context, x, y, colours) {
  context.font = `11px ${colours.font}`
  context.fillStyle = colours.unsure
  context.textAlign = 'left'
  context.textBaseline = 'bottom'
  context.fillText('stable', x, y)
}

function axes(context, size, unit, colours) {
  const middle = size / 2
  context.strokeStyle = colours.unsure
  context.globalAlpha = 0.6
  context.lineWidth = 1
  line(context, 1, middle, size - 1, middle)
  line(context, middle, 1, middle, size - 1)
  context.globalAlpha = 1
  context.fillStyle = colours.unsure
  context.font = `10.5px ${colours.font}`
  context.textAlign = 'right'
  context.textBaseline = 'bottom'
  context.fillText('Re', size - 4, middle - 2)
  context.textAlign = 'left'
  context.textBaseline = 'top'
  context.fillText('Im', middle + 4, 3)
  const tick = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((t) => t * unit > size / 6) ?? 1000
  context.textAlign = 'center'
  for (const sign of [1, -1]) {
    line(context, middle + sign * tick * unit, middle - 3, middle + sign * tick * unit, middle + 3)
    line(context, middle - 3, middle + sign * tick * unit, middle + 3, middle + sign * tick * unit)
    context.fillText(String(sign * tick).replace('-', '−'), middle + sign * tick * unit, middle + 5)
  }
}

function mark(context, x, y, filled, colours) {
  context.beginPath()
  context.arc(x, y, 4.5, 0, 7)
  context.fillStyle = filled ? colours.text : colours.background
  context.strokeStyle = filled ? colours.background : colours.text
  context.lineWidth = filled ? 1.5 : 2
  context.fill()
  context.stroke()
}

function none(context, size, colours) {
  context.fillStyle = colours.text
  context.font = `13px ${colours.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillText('none', size / 2, size * 0.3)
}

// ---- the dials

const log = {
  to: (v, [low, high]) => Math.log(v / low) / Math.log(high / low),
  from: (p, [low, high]) => low * (high / low) ** p,
}
const square = { to: (v, [, high]) => Math.sqrt(v / high), from: (p, [, high]) => high * p * p }
const even = { to: (v, [low, high]) => (v - low) / (high - low), from: (p, [low, high]) => low + p * (high - low) }
const two = (v) => +v.toPrecision(2)
const DIALS = [
  {
    name: 'weight',
    label: () => 'Weight of the penalty',
    range: [0, 10],
    scale: square,
    notch: 200,
    round: two,
    words:
      'γ of R1 and R2, λ of WGAN-GP and DRAGAN.\nNear the equilibrium γ is the damping: too little and the game spirals long, too much and it creeps.',
  },
  { name: 'clip', label: () => 'Clipping of ψ', range: [0, 2], scale: even, notch: 40, round: two, off: true },
  { name: 'noise', label: () => 'Instance noise σ', range: [0, 2], scale: even, notch: 40, round: two, off: true },
  {
    name: 'lr',
    label: () => 'Learning rate',
    range: [0.01, 5],
    scale: log,
    notch: 200,
    round: two,
    words:
      'Of both players. In the limit of 0 only the eigenvalues in continuous time count.\nWith alternating steps the plain game circles up to a rate of 4/√k (2/√k where the loss is straight), and is thrown out beyond.',
  },
  { name: 'k', label: () => 'D’s updates a step, k', range: [1, 10], scale: even, notch: 9, round: Math.round },
  {
    name: 'steps',
    label: () => 'Steps shown',
    range: [50, 2000],
    scale: even,
    notch: 39,
    round: Math.round,
    words: 'How many steps of the game are computed and played.',
  },
]

export class DiracDials extends View {
  static source = diracSource

  constructor(place) {
    super(place)
    this.node = h('div', { class: 'gan dials' })
    this.root.append(this.node)
  }

  restyle() {}

  draw() {
    const { setup } = this.source
    this.rows ??= DIALS.map((dial) => {
      const value = () => dial.round(dial.scale.from(+range.value / dial.notch, dial.range))
      const range = h('input', {
        type: 'range',
        min: '0',
        max: String(dial.notch),
        step: '1',
        'aria-label': dial.label(),
        'data-dial': dial.name,
        oninput: () => this.source.move({ [dial.name]: value() }, this.component, false),
        onchange: () => this.source.move({ [dial.name]: value() }, this.component, true),
      })
      const output = h('output', {})
      const words = dial.words ?? this.component.data.helps[dial.name]
      const row = h(
        'div',
        { class: 'dial' },
        h('div', {}, h('span', {}, dial.label()), help(dial.label(), words), output),
        range,
      )
      this.node.append(row)
      return { dial, value, range, output, row }
    })
    for (const { dial, value, range, output, row } of this.rows) {
      const v = setup[dial.name],
        share = Math.max(0, Math.min(1, dial.scale.to(v, dial.range)))
      const dead = dial.name === 'weight' && setup.penalty === 'none'
      range.disabled = dead
      row.classList.toggle('dead', dead)
      // several notches may round to one value: the one that the reader chose stays
      if (value() !== v) range.value = String(Math.round(share * dial.notch))
      range.style.setProperty('--share', `${100 * share}%`)
      text(output, dial.off && !v ? 'off' : String(v))
      range.setAttribute('aria-valuetext', output.textContent)
    }
  }
}
