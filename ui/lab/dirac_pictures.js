// The game itself at one step, and both parameters over the steps.

import { fit } from '../shared/canvas.js'
import { disc, pen, segment } from '../shared/drawing.js'
import { clamp } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { between, EXTENT, fixed, HOWS, stepsOf } from './dirac_geometry.js'
import { head, trace, trajectories } from './dirac_strokes.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Answer } from './dirac_source.js' */

const HEIGHT = 170

/** @param {HTMLCanvasElement} canvas */
const widthFor = (canvas) => Math.floor(canvas.parentElement?.clientWidth ?? 0)

/**
 * The data's point, G's, and D as a line over both.
 * @param {HTMLCanvasElement} canvas
 * @param {Answer} answer
 * @param {number} at
 * @param {Colours} colours
 */
export function paintGame(canvas, answer, at, colours) {
  const [first] = trajectories(answer.paths, HOWS)
  if (!first) return
  const [theta, psi] = between(first.path, at)
  const width = widthFor(canvas)
  const context = fit(canvas, width, HEIGHT)
  context.clearRect(0, 0, width, HEIGHT)
  const ground = HEIGHT / 2
  /** @param {number} v */
  const px = (v) => width / 2 + (v / EXTENT) * (width / 2 - 8)
  /** @param {number} v */
  const py = (v) => ground - (v * (HEIGHT / 2 - 22)) / 3
  context.strokeStyle = colours.line
  context.lineWidth = 1
  segment(context, 4, ground, width - 4, ground)
  context.save()
  context.beginPath()
  context.rect(0, 4, width, HEIGHT - 8)
  context.clip()
  context.strokeStyle = colours.discriminator
  context.lineWidth = 2
  context.setLineDash([9, 5])
  segment(context, px(-EXTENT), py(-EXTENT * psi), px(EXTENT), py(EXTENT * psi))
  context.restore()
  const fake = clamp(px(theta), 6, width - 6)
  context.fillStyle = colours.real
  disc(context, px(0), ground, 6)
  context.fillStyle = colours.fake
  disc(context, fake, ground, 6)
  const push = clamp(psi * 26, -26, 26)
  if (Math.abs(push) > 4) {
    context.strokeStyle = colours.generator
    context.fillStyle = colours.generator
    context.lineWidth = 2.5
    segment(context, fake, ground + 14, fake + push, ground + 14)
    head(context, fake, ground + 14, fake + push, ground + 14, 7)
  }
  let x = 4
  for (const [words, colour] of [
    [say('dirac.data'), colours.real],
    [say('dirac.fake'), colours.fake],
    ['D(x)', colours.discriminator],
  ]) {
    pen(context, colours, { colour, base: 'bottom' })
    context.fillText(words, x, HEIGHT - 2)
    x += context.measureText(words).width + 12
  }
  canvas.setAttribute('aria-label', say('dirac.game_label', { theta: fixed(theta), psi: fixed(psi) }))
}

/**
 * Theta above, psi below.
 * @param {HTMLCanvasElement} canvas
 * @param {Answer} answer
 * @param {number} at
 * @param {Colours} colours
 */
export function paintSteps(canvas, answer, at, colours) {
  const width = widthFor(canvas)
  const context = fit(canvas, width, HEIGHT)
  context.clearRect(0, 0, width, HEIGHT)
  drawParameter(context, 'θ', 0, colours.generator, width, answer, at, colours)
  drawParameter(context, 'ψ', 1, colours.discriminator, width, answer, at, colours)
}

/**
 * @param {Context} context
 * @param {string} name
 * @param {0 | 1} which
 * @param {string} colour
 * @param {number} width
 * @param {Answer} answer
 * @param {number} at
 * @param {Colours} colours
 */
function drawParameter(context, name, which, colour, width, { paths, setup }, at, colours) {
  const [left, right] = [20, width - 6]
  const each = HEIGHT / 2
  const [top, bottom] = [which * each + 6, (which + 1) * each - 8]
  /** @param {number} i */
  const px = (i) => left + ((right - left) * i) / setup.steps
  /** @param {number} v */
  const py = (v) => (top + bottom) / 2 - (v / EXTENT) * ((bottom - top) / 2)
  context.strokeStyle = colours.line
  context.lineWidth = 1
  segment(context, left, py(0), right, py(0))
  pen(context, colours, { size: 13, weight: 600, colour, base: 'middle' })
  context.fillText(name, 2, py(0))
  context.save()
  context.beginPath()
  context.rect(left, top - 2, right - left + 4, bottom - top + 4)
  context.clip()
  context.strokeStyle = colour
  for (const { path, second } of trajectories(paths, HOWS)) {
    const last = stepsOf(path)
    context.setLineDash(second ? [2, 3] : [])
    for (const [end, alpha, lineWidth] of [
      [last, 0.25, 1],
      [at, 1, 1.7],
    ]) {
      context.globalAlpha = alpha
      context.lineWidth = lineWidth
      trace(context, [path[0].map((_, i) => i), path[which]], end, px, py)
      context.stroke()
    }
    context.setLineDash([])
    disc(context, px(Math.min(at, last)), py(between(path, at)[which]), 3.5)
  }
  context.restore()
}
