// The plane of theta and psi: the field of the game, its trajectories, and the start, which follows the finger.

import { fit } from '../shared/canvas.js'
import { disc, pen, polyline, segment } from '../shared/drawing.js'
import { signed, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { between, EXTENT, HOWS, movesAt, spacing, stepsOf, whereabouts } from './dirac_geometry.js'
import { dotted, head, trace, trajectories } from './dirac_strokes.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Plane } from './dirac_geometry.js' */
/** @import { Answer } from './dirac_source.js' */
/** @import { Path, Setup } from './types.d.ts' */

/** Steps that the bold end of a trajectory is long. */
const TAIL = 150

/** What does not move, and what it was drawn of. @typedef {{ key: string, picture: HTMLCanvasElement }} Ground */

/**
 * @typedef {object} Shown
 * @property {Setup} setup
 * @property {Answer | null} answer
 * @property {number} at the step
 * @property {number[][]} field
 * @property {string} game what the field is of
 */

export class DiracPlane {
  /** @type {Ground | null} */
  #ground = null

  forget() {
    this.#ground = null
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Plane} plane
   * @param {Shown} shown
   * @param {Colours} colours
   */
  paint(canvas, plane, { setup, answer, at, field, game }, colours) {
    const { size, px, py } = plane
    const context = fit(canvas, size, size)
    const clip = answer?.setup.clip ?? 0
    context.drawImage(this.ground(plane, { field, game, clip }, colours), 0, 0, size, size)
    const found = answer ? trajectories(answer.paths, HOWS) : []
    context.save()
    context.beginPath()
    context.rect(plane.left, plane.top, plane.width, plane.height)
    context.clip()
    context.lineJoin = 'round'
    context.lineCap = 'round'
    drawEquilibrium(context, plane, colours)
    for (const { path, second } of found) drawTrajectory(context, plane, path, at, second, colours)
    // the start, under the finger at once
    ring(context, px(setup.theta), py(setup.psi), 6, colours.background, colours.text)
    for (const { path, second } of found)
      if (answer) drawNow(context, plane, path, at, answer.setup.lr, second, colours)
    context.restore()
    if (answer) drawNote(context, plane, leaversInWords(answer, at), colours)
  }

  /**
   * What does not move: box, field, axes. Kept as a picture.
   * @param {Plane} plane
   * @param {{ field: number[][], game: string, clip: number }} shown
   * @param {Colours} colours
   */
  ground(plane, { field, game, clip }, colours) {
    const ratio = Math.max(1, window.devicePixelRatio || 1)
    const key = [plane.size, ratio, game, clip, colours.background, colours.text].join(' ')
    if (this.#ground?.key !== key) {
      const picture = document.createElement('canvas')
      drawGround(fit(picture, plane.size, plane.size), plane, field, clip, colours)
      this.#ground = { key, picture }
    }
    return this.#ground.picture
  }
}

/**
 * A disc with a rim.
 * @type {(context: Context, x: number, y: number, radius: number, fill: string, rim: string) => void}
 */
function ring(context, x, y, radius, fill, rim) {
  context.fillStyle = fill
  context.strokeStyle = rim
  context.lineWidth = 2
  disc(context, x, y, radius)
  context.stroke()
}

/** @type {(context: Context, plane: Plane, field: number[][], clip: number, colours: Colours) => void} */
function drawGround(context, plane, field, clip, colours) {
  const { size, px, py, left: x, top: y, width: w, height: h } = plane
  context.fillStyle = colours.background
  context.fillRect(0, 0, size, size)
  context.save()
  context.beginPath()
  context.roundRect(x, y, w, h, 6)
  context.clip()
  context.strokeStyle = colours.line
  context.lineWidth = 1
  segment(context, px(0), y, px(0), y + h)
  segment(context, x, py(0), x + w, py(0))
  drawField(context, plane, field, colours)
  if (clip && clip < EXTENT) drawClip(context, plane, clip, colours)
  context.restore()
  context.strokeStyle = colours.line
  context.beginPath()
  context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, 6)
  context.stroke()
  drawAxes(context, plane, colours)
}

/**
 * Arrows to where both players want to go.
 * @type {(context: Context, plane: Plane, field: number[][], colours: Colours) => void}
 */
function drawField(context, { px, py }, field, colours) {
  context.strokeStyle = colours.gradients
  context.fillStyle = colours.gradients
  for (const [share, ...points] of field) {
    context.globalAlpha = 0.25 + 0.5 * share
    context.lineWidth = 1 + 0.6 * share
    polyline(
      context,
      points.length / 2,
      (i) => px(points[2 * i]),
      (i) => py(points[2 * i + 1]),
    )
    context.stroke()
    const [x0, y0, x1, y1] = points.slice(-4)
    head(context, px(x0), py(y0), px(x1), py(y1), 3 + 2.5 * share)
  }
  context.globalAlpha = 1
}

/** Where D cannot be. @type {(context: Context, plane: Plane, clip: number, colours: Colours) => void} */
function drawClip(context, { py, left: x, top: y, width: w, height: h }, clip, colours) {
  context.fillStyle = colours.soft
  context.globalAlpha = 0.85
  context.fillRect(x, y, w, py(clip) - y)
  context.fillRect(x, py(-clip), w, y + h - py(-clip))
  context.globalAlpha = 1
  context.strokeStyle = colours.discriminator
  context.setLineDash([6, 4])
  for (const v of [clip, -clip]) segment(context, x, py(v), x + w, py(v))
  context.setLineDash([])
  pen(context, colours, { colour: colours.discriminator, align: 'right', base: 'bottom' })
  context.fillText(say('dirac.clipped', { clip: String(clip) }), x + w - 8, py(clip) - 4)
}

/** @type {(context: Context, plane: Plane, colours: Colours) => void} */
function drawAxes(context, { size, px, py, left: x, top: y, height: h }, colours) {
  for (const v of [-2, -1, 0, 1, 2]) {
    pen(context, colours, { size: 12, colour: colours.text, align: 'center', base: 'top' })
    context.fillText(signed(v), px(v), y + h + 5)
    pen(context, colours, { size: 12, colour: colours.text, align: 'right', base: 'middle' })
    context.fillText(signed(v), x - 6, py(v))
  }
  const name = /** @type {const} */ ({ size: 12.5, weight: 600, align: 'center' })
  pen(context, colours, { ...name, colour: colours.generator, base: 'bottom' })
  context.fillText(say('dirac.theta'), px(0), size - 1)
  pen(context, colours, { ...name, colour: colours.discriminator, base: 'middle' })
  context.save()
  context.translate(11, py(0))
  context.rotate(-Math.PI / 2)
  context.fillText(say('dirac.psi'), 0, 0)
  context.restore()
}

/** @type {(context: Context, plane: Plane, colours: Colours) => void} */
function drawEquilibrium(context, { px, py }, colours) {
  context.strokeStyle = colours.text
  context.lineWidth = 2
  segment(context, px(0) - 6, py(0), px(0) + 6, py(0))
  segment(context, px(0), py(0) - 6, px(0), py(0) + 6)
}

/**
 * All of it faintly, up to now strongly; the second of two as dots.
 * @type {(context: Context, plane: Plane, path: Path, at: number, second: boolean, colours: Colours) => void}
 */
function drawTrajectory(context, plane, path, at, second, colours) {
  const { px, py } = plane
  context.strokeStyle = colours.text
  context.fillStyle = colours.text
  trace(context, path, stepsOf(path), px, py)
  context.globalAlpha = 0.22
  context.lineWidth = 1
  context.stroke()
  if (second) {
    context.globalAlpha = 0.75
    dotted(context, path, at, px, py, 1.7)
  } else {
    // round after round would fill the plane: what is long past is thin
    trace(context, path, at, px, py)
    context.globalAlpha = 0.55
    context.stroke()
    trace(context, path, at, px, py, Math.max(0, Math.floor(at) - TAIL))
    context.lineWidth = 2
    context.globalAlpha = 0.95
    context.stroke()
    if (spacing(path, plane) > 14) dotted(context, path, at, px, py, 2.4)
  }
  context.globalAlpha = 1
}

/**
 * Where the game is now, and where each player goes from there.
 * @param {Context} context
 * @param {Plane} plane
 * @param {Path} path
 * @param {number} at
 * @param {number} lr
 * @param {boolean} second
 * @param {Colours} colours
 */
function drawNow(context, { px, py }, path, at, lr, second, colours) {
  const [theta, psi] = between(path, at)
  const [x, y] = [px(theta), py(psi)]
  const reach = (px(1) - px(0)) * 0.55
  const moves = movesAt(path, at, lr)
  /** @type {[number, number, string][]} */
  const arrows = moves
    ? [
        [moves[0] * reach, 0, colours.generator],
        [0, -moves[1] * reach, colours.discriminator],
      ]
    : []
  for (const [dx, dy, colour] of arrows) {
    if (Math.hypot(dx, dy) < 5) continue
    context.strokeStyle = colour
    context.fillStyle = colour
    context.lineWidth = 2.5
    segment(context, x, y, x + dx, y + dy)
    head(context, x, y, x + dx, y + dy, 8)
  }
  ring(context, x, y, 6.5, second ? colours.background : colours.text, second ? colours.text : colours.background)
}

/** @type {(context: Context, plane: Plane, words: string, colours: Colours) => void} */
function drawNote(context, { left, top }, words, colours) {
  if (!words) return
  pen(context, colours, { colour: colours.background, base: 'top' })
  context.fillRect(left + 4, top + 4, context.measureText(words).width + 12, 22)
  context.fillStyle = colours.text
  context.fillText(words, left + 10, top + 9)
}

/**
 * Which trajectory is not in the picture, and why; empty where all are.
 * @param {Pick<Answer, 'paths' | 'setup'>} answer
 * @param {number} at
 */
function leaversInWords({ paths, setup }, at) {
  const found = trajectories(paths, HOWS)
  const said = found.flatMap(({ how, path }) => {
    const { place, last } = whereabouts(path, at, setup.steps)
    if (place === 'inside') return []
    const words = place === 'beyond' ? say('dirac.beyond', { steps: whole(last) }) : say('dirac.outside')
    return [found.length > 1 ? `${say(`dirac.how.${how}`)}: ${words}` : words]
  })
  return said.join(' · ')
}
