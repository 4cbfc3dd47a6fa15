// Figure 1 of the original paper, large and alive, and below it how far the game is from what theory says.

import { fit, onWidth } from '../shared/canvas.js'
import { h, text } from '../shared/elements.js'
import { drawFigure, FIGURE_HELP, FIGURE_WORDS } from '../shared/figure1.js'
import { levelled } from '../shared/figure1_layout.js'
import { Framed } from '../shared/framed.js'
import { help } from '../shared/help.js'
import { known, short, whole } from '../shared/numbers.js'
import { theme } from '../shared/theme.js'

const GAUGE_HELP =
  'What D has reached in this game, and what the best D would reach against this G: between the two lies all that D could still gain.\nAs G comes closer to the data the best value sinks to its lowest, where the two are the same and D can only guess.'
const FAR_HELP =
  'How far G’s density is from the data’s, in nats; 0 is a perfect G.\nJSD: the Jensen-Shannon divergence, at most ln 2 = 0.69. KL(data‖G) punishes a G that leaves out some of the data, KL(G‖data) one that makes what the data do not have.'

/** Numbers that share a line with others, each as wide as it ever gets. */
const number = (v) =>
  known(v)
    ? v
        .toFixed(3)
        .replace(/^-(?=0\.0*$)/, '')
        .replace('-', '−')
    : '–'

export default class Figure extends Framed {
  constructor(place) {
    super(place)
    this.title = h('span', { class: 'title' }, 'Figure 1')
    this.legend = h('span', { class: 'legend' })
    this.gauge = new Gauge()
    this.far = [
      ['jsd', 'JSD'],
      ['kl_data_g', 'KL(data‖G)'],
      ['kl_g_data', 'KL(G‖data)'],
    ].map(([name, label]) => ({ name, label, value: h('b', {}) }))
    this.node = h(
      'div',
      { class: 'gan figure' },
      h('div', { class: 'head' }, this.title, help('this figure', FIGURE_HELP), this.legend),
      this.box,
      this.gauge.node,
      h(
        'p',
        { class: 'far' },
        ...this.far.map(({ label, value }) => h('span', {}, `${label} `, value)),
        help('these divergences', FAR_HELP),
      ),
    )
    this.root.append(this.node)
    this.unsize = onWidth(this.box, () => this.paint())
    this.box.addEventListener('pointermove', (event) => {
      this.pointer = event.clientX - this.box.getBoundingClientRect().left
      this.paint()
    })
    this.box.addEventListener('pointerleave', () => {
      this.pointer = null
      this.paint()
    })
  }

  destroy() {
    super.destroy()
    this.unsize()
  }

  takes(frame, scene) {
    return frame?.dim === 1 && Boolean(scene)
  }

  mounted() {
    const { data } = this.component
    text(this.title, data.title ? `${data.title} · Figure 1` : 'Figure 1')
  }

  accepted() {
    const { frame } = this,
      game = this.source.gameOf(frame)
    this.game = game
    this.canvas.setAttribute('aria-label', `The game in one dimension at step ${whole(+this.canvas.dataset.step)}`)
    this.gauge.show(frame.value, frame.value_best, game)
    // a KL that is infinite is no number of JSON
    for (const { name, value } of this.far)
      text(value, frame[name] === null && known(frame.jsd) ? '∞' : number(frame[name]))
    const { d, best, data_density, g_density, x } = frame
    this.glide.to({ d, best: best ?? null, data_density, g_density, x, average: frame.average?.g_density ?? null })
  }

  paint() {
    const width = Math.floor(this.box.clientWidth),
      height = Math.floor(this.box.clientHeight)
    if (!width || !height || !this.component) return
    const context = fit(this.canvas, width, height),
      colours = theme.of(this.root),
      { frame } = this
    this.box.classList.toggle('bare', Boolean(frame))
    if (!frame) return context.clearRect(0, 0, width, height)
    const { average, ...now } = this.glide.now(),
      drawn = { ...frame, ...now, average: average && { g_density: average } }
    const at = this.pointer !== null && this.place ? this.place.x(this.pointer) : null,
      { grid } = frame
    const inside = at !== null && at >= grid[0] && at <= grid[grid.length - 1]
    this.place = drawFigure(
      context,
      drawn,
      width,
      height,
      colours,
      average ? ['live', 'average'] : ['live'],
      this.game,
      inside ? at : null,
    )
    this.read(inside ? at : null, drawn)
    this.painted()
  }

  /** What all curves are at the mouse's x. */
  read(x, frame) {
    if (x === null) return text(this.legend, FIGURE_WORDS)
    const { grid } = frame,
      at = Math.min(grid.length - 2, Math.max(0, Math.floor((x - grid[0]) / (grid[1] - grid[0])))),
      share = (x - grid[at]) / (grid[at + 1] - grid[at])
    const value = (values) => (values[at] + share * (values[at + 1] - values[at])).toFixed(2).replace('-', '−')
    const best = frame.best && levelled(frame, this.game)
    text(
      this.legend,
      `at x = ${x.toFixed(2).replace('-', '−')}: data ${value(frame.data_density)}, generator ${value(frame.g_density)}, D(x) ${value(frame.d)}${best ? `, best D ${value(best)}` : ''}`,
    )
  }
}

Figure.prototype.pointer = null

/** The score of the game on a line that stays as it is: D's value, that of the best D, and between them what D could still gain. */
class Gauge {
  constructor() {
    this.name = h('span', {})
    ;(this.value = h('b', {})),
      (this.best = h('b', {})),
      (this.gap = h('b', {})),
      (this.floor = h('b', {})),
      (this.floorName = h('span', {}))
    ;(this.bar = h('i', { class: 'gap' })),
      (this.mark = h('i', { class: 'mark' })),
      (this.goal = h('i', { class: 'goal' })),
      (this.rest = h('i', { class: 'rest' }))
    this.ends = [h('span', { class: 'end' }), h('span', { class: 'end last' })]
    this.track = h('div', { class: 'track' }, this.bar, this.rest, this.goal, this.mark)
    this.node = h(
      'div',
      { class: 'gauge' },
      h(
        'p',
        {},
        h('span', { class: 'is' }, this.name, ' ', this.value),
        h('span', { class: 'would' }, 'the best D would reach ', this.best),
        h('span', {}, 'left for D to gain ', this.gap),
        h('span', {}, this.floorName, ' ', this.floor),
        help('this gauge', GAUGE_HELP),
      ),
      this.track,
      h('div', { class: 'ends' }, ...this.ends),
    )
  }

  show(value, best, game) {
    const { draw, most } = game,
      open = most === null // a distance has no upper end
    text(this.name, game.value)
    text(this.value, number(value))
    text(this.best, number(best))
    text(this.gap, number(known(value) && known(best) ? best - value : null))
    text(this.floorName, game.probability ? '−ln 4 =' : 'at a draw')
    text(this.floor, number(draw))
    // the scale of a game is fixed: all between its worst for D and its best, and a little more on the low side
    const high = open
      ? (this.high = Math.max(this.gameName === game.name ? this.high : 1, value ?? 0, best ?? 0))
      : most
    this.gameName = game.name
    const low = open ? draw : draw - 0.25 * (most - draw)
    const at = (v) => Math.max(0, Math.min(1, (v - low) / (high - low)))
    const put = (node, v) => {
      node.hidden = !known(v)
      if (known(v)) node.style.left = `${100 * at(v)}%`
    }
    put(this.mark, value)
    put(this.goal, best)
    put(this.rest, open ? null : draw)
    this.mark.classList.toggle('off', known(value) && (value < low || value > high))
    this.bar.hidden = !(known(value) && known(best))
    if (!this.bar.hidden) {
      this.bar.style.left = `${100 * Math.min(at(value), at(best))}%`
      this.bar.style.width = `${100 * Math.abs(at(best) - at(value))}%`
    }
    text(this.ends[0], open ? short(low) : game.probability ? '−ln 4' : short(draw))
    this.ends[0].style.left = `${100 * (open ? 0 : at(draw))}%`
    text(this.ends[1], short(high))
  }
}
