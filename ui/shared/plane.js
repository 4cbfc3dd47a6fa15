// A picture of the plane, layer by layer: real points, fakes, the data's modes, and what is written at its edges.

import { circles, pen, roundNumber } from './drawing.js'
import { ground, levelLine } from './ground.js'
import { tintOf } from './maps.js'
import { signed } from './numbers.js'
import { say } from './say.js'

/** @import { Context } from './drawing.js' */
/** @import { Colours } from './theme.js' */
/** @import { Game, PlaneFrame, PlaneScene, Square } from './points.d.ts' */

/**
 * Where a square of the plane lies on the screen, and both ways between them.
 * @typedef {ReturnType<typeof placeOf>} Place
 */

/**
 * The largest square in the middle of a box, for a square of the plane.
 * @param {Square} square
 * @param {number} width
 * @param {number} height
 */
export function placeOf([x0, x1, y0, y1], width, height) {
  const side = Math.min(width, height)
  const left = (width - side) / 2
  const top = (height - side) / 2
  return {
    left,
    top,
    side,
    px: (/** @type {number} */ x) => left + ((x - x0) / (x1 - x0)) * side,
    py: (/** @type {number} */ y) => top + ((y1 - y) / (y1 - y0)) * side,
    x: (/** @type {number} */ px) => x0 + ((px - left) / side) * (x1 - x0),
    y: (/** @type {number} */ py) => y1 - ((py - top) / side) * (y1 - y0),
  }
}

/**
 * Draws inside the square, then its border.
 * @param {Context} context
 * @param {Place} place
 * @param {Colours} colours
 * @param {() => void} draw
 */
export function within(context, { left, top, side }, colours, draw) {
  context.save()
  context.beginPath()
  context.roundRect(left, top, side, side, 6)
  context.fillStyle = colours.background
  context.fill()
  context.clip()
  draw()
  context.restore()
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, side - 1, side - 1, 6)
  context.stroke()
}

/**
 * Points as they are: kept as a picture of their own where they do not move.
 * @param {Context} context
 * @param {ArrayLike<number>} points
 * @param {Pick<Place, 'px' | 'py'>} place
 * @param {number} radius
 * @param {string} colour
 * @param {number} alpha
 */
export function dots(context, points, place, radius, colour, alpha) {
  context.fillStyle = colour
  context.globalAlpha = alpha
  circles(context, points, place, radius)
  context.fill()
  context.globalAlpha = 1
}

/**
 * Real points, smaller where the picture is small.
 * @param {Context} context
 * @param {PlaneScene} scene
 * @param {Place} place
 * @param {Colours} colours
 */
export const realDots = (context, scene, place, colours) =>
  dots(context, scene.real, place, place.side < 300 ? 1.1 : 1.6, colours.real, 0.65)

/** @type {(context: Context, points: ArrayLike<number>, place: Place, colours: Colours) => void} */
export const fakeDots = (context, points, place, colours) => dots(context, points, place, 1.9, colours.fake, 0.85)

/**
 * Fakes of G's average, as rings.
 * @param {Context} context
 * @param {ArrayLike<number>} points
 * @param {Place} place
 * @param {Colours} colours
 */
export function rings(context, points, place, colours) {
  context.strokeStyle = colours.generator
  context.lineWidth = 1
  context.globalAlpha = 0.7
  circles(context, points, place, 2.4)
  context.stroke()
  context.globalAlpha = 1
}

/**
 * Circles around the data's modes, solid where a fake lies within three standard deviations.
 * @param {Context} context
 * @param {Place} place
 * @param {PlaneScene} scene
 * @param {number[] | null} hits
 * @param {Colours} colours
 */
export function modes(context, place, { modes: centres, sigma, extent }, hits, colours) {
  if (!centres || sigma === null) return
  const radius = Math.max((3 * sigma * place.side) / (extent[1] - extent[0]), place.side / 52)
  context.strokeStyle = colours.text
  for (const found of [false, true]) {
    context.setLineDash(found ? [] : [3, 3])
    context.lineWidth = found ? 1.6 : 1.2
    context.globalAlpha = found ? 0.9 : 0.55
    circles(context, centres.filter((_, i) => Boolean(hits?.[i]) === found).flat(), place, radius)
    context.stroke()
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

/**
 * Round numbers between two ends, about four of them.
 * @param {number} low
 * @param {number} high
 */
export function ticksBetween(low, high) {
  const step = roundNumber((high - low) / 4)
  const first = Math.ceil(low / step)
  return Array.from({ length: Math.max(0, Math.ceil(high / step) - first) }, (_, i) => {
    const at = (first + i) * step
    return { at, name: signed(+at.toPrecision(6)) }
  })
}

/**
 * A few round numbers along two edges.
 * @param {Context} context
 * @param {Square} square
 * @param {Place} place
 * @param {Colours} colours
 */
export function ticks(context, [x0, x1, y0, y1], { px, py, left, top, side }, colours) {
  context.globalAlpha = 0.7
  pen(context, colours, { size: 12, align: 'center', base: 'bottom' })
  const right = left + side - 14
  for (const { at, name } of ticksBetween(x0, x1))
    if (px(at) > left + 26 && px(at) <= right) context.fillText(name, px(at), top + side - 3)
  pen(context, colours, { size: 12, align: 'left', base: 'middle' })
  for (const { at, name } of ticksBetween(y0, y1))
    if (py(at) > top + 12 && py(at) < top + side - 20) context.fillText(name, left + 5, py(at))
  context.globalAlpha = 1
}

/**
 * A line of words in the corner; `draw` what stands before them.
 * @typedef {{ words: string, colour: string, draw?: (x: number, y: number) => void }} CornerLine
 */

/**
 * Lines of words in the lower right corner, above the axis, the last one lowest; one that is too long goes on below.
 * @param {Context} context
 * @param {CornerLine[]} lines
 * @param {Place} place
 * @param {Colours} colours
 */
export function cornerWords(context, lines, { left, top, side }, colours) {
  const right = left + side - 8
  const bottom = top + side - 19
  context.lineJoin = 'round'
  pen(context, colours, { align: 'right', base: 'bottom' })
  const rows = lines.flatMap(({ words, ...rest }) =>
    broken(words, side - 16, (part) => context.measureText(part).width).map((part) => ({ words: part, ...rest })),
  )
  rows.forEach(({ words, colour, draw }, i) => {
    const y = bottom - 17 * (rows.length - 1 - i)
    pen(context, colours, { colour, align: 'right', base: 'bottom' })
    context.lineWidth = 4
    context.strokeStyle = colours.background
    context.globalAlpha = 0.8
    context.strokeText(words, right, y)
    context.globalAlpha = 1
    context.fillText(words, right, y)
    draw?.(right - context.measureText(words).width - 8, y - 7)
  })
}

/**
 * Words in parts that are no wider than there is room, broken after a comma or a colon.
 * @param {string} words
 * @param {number} room
 * @param {(words: string) => number} widthOf
 */
export function broken(words, room, widthOf) {
  /** @type {string[]} */
  const parts = []
  for (const piece of words.split(/(?<=[,:]) /)) {
    const longer = parts.length ? `${parts[parts.length - 1]} ${piece}` : piece
    if (parts.length && widthOf(longer) <= room) parts[parts.length - 1] = longer
    else parts.push(piece)
  }
  return parts
}

/**
 * Which modes are reached, in words; `count` is how many fakes there are, and whose they are is said.
 * @param {number[]} hits
 * @param {number} count
 * @param {boolean} average
 */
export const hitsInWords = (hits, count, average = false) =>
  say(average ? 'plane.hits_of_average' : 'plane.hits', {
    count,
    reached: hits.filter(Boolean).length,
    modes: hits.length,
    share: Math.round((100 * hits.reduce((sum, n) => sum + n, 0)) / count),
  })

/**
 * Which modes G reaches, and its average, as lines for the corner.
 * @param {PlaneFrame} frame
 * @param {boolean} fakes whether G's fakes are shown
 * @param {boolean} averages whether those of its average are
 * @param {Colours} colours
 */
export function reached({ x, hits, average }, fakes, averages, colours) {
  /** @type {CornerLine[]} */
  const lines = []
  if (fakes && hits) {
    const words = hitsInWords(hits, x.length / 2)
    lines.push({ words, colour: averages ? colours.fake : colours.text })
  }
  if (averages && average?.hits) {
    const words = hitsInWords(average.hits, average.x.length / 2, true)
    lines.push({ words, colour: colours.generator })
  }
  return lines
}

/**
 * @typedef {object} Shown
 * @property {PlaneFrame | null} frame
 * @property {PlaneScene} scene
 * @property {ArrayLike<number> | null} fakes
 * @property {ArrayLike<number> | null} averages
 * @property {Game} game
 */

/**
 * A whole picture of the plane in a box.
 * @param {Context} context
 * @param {Shown} shown
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function drawPlane(context, { frame, scene, fakes, averages, game }, width, height, colours) {
  const place = placeOf(scene.extent, width, height)
  const hits = frame?.hits ?? null
  const tints = frame && tintOf(frame, 'd', game)
  context.clearRect(0, 0, width, height)
  within(context, place, colours, () => {
    if (tints) {
      ground(context, place, tints, scene.map, colours)
      levelLine(context, place, tints, scene.map, colours)
    }
    realDots(context, scene, place, colours)
    modes(context, place, scene, hits, colours)
    if (fakes) fakeDots(context, fakes, place, colours)
    if (averages) rings(context, averages, place, colours)
    ticks(context, scene.extent, place, colours)
    if (frame) cornerWords(context, reached(frame, Boolean(fakes), Boolean(averages), colours), place, colours)
  })
}
