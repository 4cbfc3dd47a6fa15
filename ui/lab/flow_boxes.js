// The other boxes in the picture of one step: both networks, D's verdicts, and the losses.

import { disc, segment } from '../shared/drawing.js'
import { mean, short, whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { arrowOf, binned } from './flow_layout.js'
import { percent, saidOf, weightsOf } from './recording.js'

/** @import { ArrowName, Box, Places } from './flow_layout.js' */
/** @import { Pen } from './flow_pen.js' */
/** @import { Film } from './recording.js' */
/** @import { Layer } from './types.d.ts' */

const BINS = 24

/** @param {number} n */
const thousands = (n) => (n >= 10_000 ? `${Math.round(n / 1000)}k` : String(n))

/**
 * An arrow between two boxes; while a part of the step comes, something runs along those that are lit.
 * @param {Pen} pen
 * @param {Places['boxes']} boxes
 * @param {ArrowName} name
 * @param {boolean} lit
 */
export function drawArrow(pen, boxes, name, lit) {
  const { x0, y0, x1, y1 } = arrowOf(name, boxes)
  pen.ink(lit ? pen.colours.text : pen.colours.unsure)
  pen.context.lineWidth = lit ? 2 : 1.3
  pen.arrow(x0, y0, x1, y1, 5)
  if (lit && pen.share < 1) disc(pen.context, x0 + pen.share * (x1 - x0), y0 + pen.share * (y1 - y0), 4)
}

/**
 * Layers as bars, as long as they have units; below them the gradient of each, or how far its weights have moved.
 * @param {Pen} pen
 * @param {Box} box
 * @param {'G' | 'D'} letter
 * @param {Layer[]} layers
 * @param {{ layers: number[] } | null} gradient
 * @param {{ moved: number[], size: number[] } | null} update
 */
export function drawNetwork(pen, box, letter, layers, gradient, update) {
  const { context, colours, share } = pen
  const [x, y, w, h] = box
  const colour = letter === 'G' ? colours.generator : colours.discriminator
  pen.words(letter, x, y - 7, { size: 14, weight: 700, colour })
  const weights = say('slow.weights', { count: whole(weightsOf(layers)) })
  pen.words(weights, x + w, y - 7, { align: 'right', colour: colours.unsure, room: w - 20 })
  pen.frame(box, colours.soft)
  const room = h - 40 - 26
  const step = (w - 12) / layers.length
  const thick = Math.min(13, step * 0.42)
  const widest = Math.max(...layers.map((layer) => layer.units))
  const centre = y + 22 + room / 2
  const bars = layers.map(({ units }, i) => ({
    units,
    middle: x + 6 + step * (i + 0.5),
    length: room * (0.16 + (0.84 * Math.log(1 + units)) / Math.log(1 + widest)),
  }))
  context.fillStyle = colour
  context.save()
  context.globalAlpha *= 0.16
  for (let i = 0; i + 1 < bars.length; i++) {
    const [a, b] = [bars[i], bars[i + 1]]
    context.beginPath()
    context.moveTo(a.middle + thick / 2, centre - a.length / 2)
    context.lineTo(b.middle - thick / 2, centre - b.length / 2)
    context.lineTo(b.middle - thick / 2, centre + b.length / 2)
    context.lineTo(a.middle + thick / 2, centre + a.length / 2)
    context.fill()
  }
  context.restore()
  for (const { units, middle, length } of bars) {
    context.fillStyle = colour
    context.beginPath()
    context.roundRect(middle - thick / 2, centre - length / 2, thick, length, 3)
    context.fill()
    pen.words(thousands(units), middle, y + 15, { size: 12, align: 'center', room: step })
  }
  const values = gradient?.layers ?? update?.moved.map((v, i) => v / (update.size[i] || 1))
  if (!values) return
  const most = Math.max(...values) || 1
  values.forEach((v, i) => {
    const { middle } = bars[i]
    const length = share * Math.max(1, (22 * v) / most)
    context.fillStyle = gradient ? colours.gradients : colour
    context.fillRect(middle - thick / 2 - 2, y + h - 18 - length, thick + 4, length)
    const words = gradient ? short(v) : percent(v)
    pen.words(words, middle, y + h - 5, { size: 12, align: 'center', room: step - 1 })
  })
}

/**
 * What D says of many samples, as a histogram with its mean.
 * @param {Pen} pen
 * @param {Film} film
 * @param {Box} box
 * @param {number[]} logits
 * @param {{ title: string, colour: string, pull: number[] | null }} look
 */
export function drawVerdicts(pen, { found, scores }, box, logits, { title, colour, pull }) {
  const { context, colours } = pen
  const { game } = found
  const [x, y, w, h] = box
  const [low, high] = scores
  const [left, room, top, bottom] = [x + 8, w - 16, y + 24, y + h - 18]
  const bin = room / BINS
  /** @param {number} v */
  const px = (v) => left + ((v - low) / (high - low)) * room
  pen.words(title, x, y - 7, { colour, room: w })
  pen.frame(box, colours.background)
  /** @type {[number, string, CanvasTextAlign][]} */
  const ends = [
    [low, game.probability ? '0' : short(low), 'left'],
    [high, game.probability ? '1' : short(high), 'right'],
  ]
  if (game.probability) ends.push([0.5, '½', 'center'])
  for (const [v, name, align] of ends) pen.words(name, px(v), y + h - 5, { size: 12, align, colour: colours.unsure })
  const level = game.probability ? 0.5 : game.level
  if (level !== null && level > low && level < high) {
    context.strokeStyle = colours.unsure
    context.setLineDash([2, 3])
    segment(context, px(level), top - 4, px(level), bottom)
    context.setLineDash([])
  }
  context.fillStyle = colours.line
  context.fillRect(left, bottom, room, 1)
  if (!logits.length) return
  const said = logits.map((s) => saidOf(game, s))
  const { counts, pulls } = binned(said, scores, BINS, pull)
  const tallest = Math.max(...counts)
  context.fillStyle = colour
  counts.forEach((n, i) => {
    const height = (n / tallest) * (bottom - top)
    if (n) context.fillRect(left + i * bin + 0.5, bottom - height, bin - 1, height)
  })
  const middle = px(mean(said))
  context.fillStyle = colours.text
  context.fillRect(middle - 0.75, top - 3, 1.5, bottom - top + 3)
  pen.words(say('slow.mean', { value: short(mean(said)) }), Math.max(left, Math.min(left + room, middle)), y + 16, {
    align: middle > x + 0.66 * w ? 'right' : middle < x + 0.34 * w ? 'left' : 'center',
  })
  if (pull) drawPulled(pen, counts, pulls, { left, bin, top, bottom })
}

/**
 * From every bar of verdicts an arrow to where the loss pulls them, as long as it pulls.
 * @param {Pen} pen
 * @param {number[]} counts
 * @param {number[]} pulls
 * @param {{ left: number, bin: number, top: number, bottom: number }} place
 */
function drawPulled(pen, counts, pulls, { left, bin, top, bottom }) {
  const some = counts.flatMap((n, i) => (n ? [i] : []))
  const most = Math.max(...pulls.map(Math.abs)) || 1
  pen.ink(pen.colours.gradients)
  pen.context.lineWidth = 1.4
  some.forEach((i, row) => {
    const from = left + (i + 0.5) * bin
    const y = top + 4 + ((row + 0.5) / some.length) * (bottom - top - 8)
    pen.arrow(from, y, from + (pen.share * 5 * bin * pulls[i]) / most, y, 3.5)
  })
}

/**
 * A loss, large, and what it is made of; null before it is known.
 * @param {Pen} pen
 * @param {Box} box
 * @param {string} title
 * @param {number | null} loss
 * @param {{ name: string, value: number }[]} terms
 */
export function drawLoss(pen, box, title, loss, terms = []) {
  const { colours } = pen
  const [x, y, w, h] = box
  pen.words(title, x, y - 7, { room: w })
  pen.frame(box, colours.soft)
  const middle = y + h / 2 - (terms.length ? 8 * terms.length + 2 : 0)
  pen.words(short(loss), x + w / 2, middle, {
    size: 22,
    weight: 600,
    align: 'center',
    base: 'middle',
    colour: loss === null ? colours.unsure : colours.text,
  })
  terms.forEach(({ name, value }, i) => {
    pen.words(name, x + 10, middle + 32 + 17 * i, { size: 12, colour: colours.unsure })
    pen.words(short(value), x + w - 10, middle + 32 + 17 * i, { size: 12, align: 'right' })
  })
}
