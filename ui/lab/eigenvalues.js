// The eigenvalues at the equilibrium, in continuous time and of one step: both complex planes, in numbers, and what
// they mean in words.

import { fit } from '../shared/canvas.js'
import { head } from '../shared/controls.js'
import { disc, pen, segment } from '../shared/drawing.js'
import { h, text } from '../shared/elements.js'
import { clamp, signed } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { HOWS, moduliInWords, reachOf, tickOf } from './dirac_geometry.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Answer } from './dirac_source.js' */
/** @import { Complex } from './types.d.ts' */

export class Eigenvalues {
  flow = h('canvas', { role: 'img' })
  circle = h('canvas', { role: 'img' })
  flowText = h('p', { class: 'values' })
  stepText = h('div', { class: 'values' })
  why = h('div', { class: 'why', 'aria-live': 'polite' })
  nodes = [
    head(say('dirac.values'), { term: say('dirac.values_term'), words: say('dirac.values_help') }),
    h(
      'div',
      { class: 'pair' },
      h('div', {}, h('p', { class: 'quiet' }, say('dirac.in_time')), this.flow, this.flowText),
      h('div', {}, h('p', { class: 'quiet' }, say('dirac.of_step')), this.circle, this.stepText),
    ),
    this.why,
  ]

  /** In numbers and words. @param {Answer} answer */
  explain({ flow, steps }) {
    const found = eigenvaluesOf({ steps })
    text(this.flowText, flow.values ? `λ = ${flow.text}` : say('dirac.no_lambda'))
    this.stepText.replaceChildren(
      ...found.map(({ how, text: values, moduli }) =>
        h(
          'p',
          {},
          found.length > 1 ? h('i', { class: how }) : null,
          h('span', {}, moduli ? `μ = ${values}` : say('dirac.no_mu')),
          moduli ? h('span', {}, `|μ| = ${moduliInWords(moduli)}`) : null,
        ),
      ),
    )
    this.why.replaceChildren(h('p', {}, flow.why), ...found.map(({ why }) => h('p', {}, why)))
    this.flow.setAttribute('aria-label', say('dirac.flow_label', { values: flow.text, word: flow.word }))
    const values = found.map((one) => `${say(`dirac.how.${one.how}`)} ${one.text}`).join('; ')
    this.circle.setAttribute('aria-label', say('dirac.circle_label', { values }))
  }

  /**
   * @param {Answer} answer
   * @param {Colours} colours
   */
  paint({ flow, steps }, colours) {
    paintFlow(this.flow, flow.values ?? [], colours)
    paintCircle(this.circle, eigenvaluesOf({ steps }), colours)
  }
}

/** Of each way to step, in order. @param {Pick<Answer, 'steps'>} answer */
const eigenvaluesOf = ({ steps }) =>
  HOWS.flatMap((how) => {
    const found = steps[how]
    return found ? [{ how, ...found }] : []
  })

/**
 * Damped to the left of the middle.
 * @type {(canvas: HTMLCanvasElement, values: Complex[], colours: Colours) => void}
 */
function paintFlow(canvas, values, colours) {
  const { context, size, unit } = complexPlane(canvas, values, 1.2, colours)
  const middle = size / 2
  context.fillStyle = colours.text
  context.globalAlpha = 0.09
  context.fillRect(1, 1, middle - 1, size - 2)
  context.globalAlpha = 1
  nameStable(context, 6, size - 6, colours)
  drawAxes(context, size, unit, colours)
  for (const [re, im] of values) mark(context, middle + re * unit, middle - im * unit, true, colours)
  if (!values.length) nameNone(context, size, colours)
}

/**
 * Damped inside the unit circle.
 * @type {(canvas: HTMLCanvasElement, found: ReturnType<typeof eigenvaluesOf>, colours: Colours) => void}
 */
function paintCircle(canvas, found, colours) {
  const all = found.flatMap(({ values }) => values ?? [])
  const { context, size, unit } = complexPlane(canvas, all, 1.4, colours)
  const middle = size / 2
  context.fillStyle = colours.text
  context.globalAlpha = 0.09
  disc(context, middle, middle, unit)
  context.globalAlpha = 1
  context.strokeStyle = colours.unsure
  context.lineWidth = 1.2
  context.stroke()
  if (unit > 40) nameStable(context, middle - 0.62 * unit, middle + 0.62 * unit, colours)
  drawAxes(context, size, unit, colours)
  for (const { how, values } of [...found].reverse())
    for (const [re, im] of values ?? [])
      mark(context, middle + re * unit, middle - im * unit, found.length < 2 || how === 'alternating', colours)
  if (!all.length) nameNone(context, size, colours)
}

/**
 * A square for complex numbers, wide enough for all; `unit`: pixels of 1.
 * @param {HTMLCanvasElement} canvas
 * @param {Complex[]} numbers
 * @param {number} least
 * @param {Colours} colours
 */
function complexPlane(canvas, numbers, least, colours) {
  const most = Math.max(210, innerHeight - 760)
  const size = clamp(Math.floor(canvas.parentElement?.clientWidth ?? 0), 120, most)
  const context = fit(canvas, size, size)
  context.clearRect(0, 0, size, size)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.strokeRect(0.5, 0.5, size - 1, size - 1)
  return { context, size, unit: size / 2 / reachOf(numbers, least) }
}

/** @type {(context: Context, x: number, y: number, colours: Colours) => void} */
function nameStable(context, x, y, colours) {
  pen(context, colours, { size: 12, colour: colours.text, base: 'bottom' })
  context.fillText(say('dirac.stable'), x, y)
}

/** @type {(context: Context, size: number, colours: Colours) => void} */
function nameNone(context, size, colours) {
  pen(context, colours, { size: 13, align: 'center', base: 'middle' })
  context.fillText(say('dirac.none'), size / 2, size * 0.3)
}

/** @type {(context: Context, size: number, unit: number, colours: Colours) => void} */
function drawAxes(context, size, unit, colours) {
  const middle = size / 2
  context.strokeStyle = colours.unsure
  context.globalAlpha = 0.6
  context.lineWidth = 1
  segment(context, 1, middle, size - 1, middle)
  segment(context, middle, 1, middle, size - 1)
  context.globalAlpha = 1
  const small = { size: 12, colour: colours.text }
  pen(context, colours, { ...small, align: 'right', base: 'bottom' })
  context.fillText(say('dirac.re'), size - 4, middle - 2)
  pen(context, colours, { ...small, base: 'top' })
  context.fillText(say('dirac.im'), middle + 4, 3)
  pen(context, colours, { ...small, align: 'center', base: 'top' })
  const tick = tickOf(unit, size)
  for (const v of [tick, -tick]) {
    const at = middle + v * unit
    segment(context, at, middle - 3, at, middle + 3)
    segment(context, middle - 3, at, middle + 3, at)
    context.fillText(signed(v), at, middle + 5)
  }
}

/** @type {(context: Context, x: number, y: number, filled: boolean, colours: Colours) => void} */
function mark(context, x, y, filled, colours) {
  context.fillStyle = filled ? colours.text : colours.background
  context.strokeStyle = filled ? colours.background : colours.text
  context.lineWidth = filled ? 1.5 : 2
  disc(context, x, y, 4.5)
  context.stroke()
}
