// How D's scores of real points and of fakes lie: each point at its place on a line, or how many get which score.

import { known, mean, short } from '../shared/numbers.js'
import { say } from '../shared/say.js'

/** @import { Colours } from '../shared/theme.js' */
/** @import { Game, LineFrame, PlaneFrame } from '../shared/types.d.ts' */

const LEFT = 44
const BINS = 32
/** @type {[number, string][]} */
const PROBABILITIES = [
  [0, '0'],
  [0.5, '½'],
  [1, '1'],
]

/**
 * The name of a row, before it.
 * @param {CanvasRenderingContext2D} context
 * @param {string} name
 * @param {string} colour
 * @param {number} y
 * @param {Colours} colours
 */
export function rowName(context, name, colour, y, colours) {
  context.font = `600 13px ${colours.font}`
  context.fillStyle = colour
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText(name, 0, y)
}

/**
 * Points of a line: each at its x, as high as D finds it real.
 * @param {CanvasRenderingContext2D} context
 * @param {LineFrame} frame
 * @param {Game} game
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function paintLine(context, frame, game, width, height, colours) {
  const { grid, d } = frame
  if (!grid?.length) return
  const right = width - 34
  const low = grid[0]
  const high = grid[grid.length - 1]
  const last = grid.length - 1
  const share = (/** @type {number} */ x) => (x - low) / (high - low)
  const px = (/** @type {number} */ x) => LEFT + share(x) * (right - LEFT)
  // D is known on the grid; a point outside it gets the answer at its end
  const score = (/** @type {number} */ x) => d[Math.max(0, Math.min(last, Math.round(share(x) * last)))]
  const reals = frame.real || []
  const fakes = frame.x || []
  const all = [...reals, ...fakes].map(score)
  const [least, most] = game.probability ? [0, 1] : [Math.min(...all), Math.max(...all)]
  /** @type {[number, string][]} */
  const levels = game.probability
    ? PROBABILITIES
    : [
        [least, short(least)],
        [most, short(most)],
      ]
  const row = (
    /** @type {string} */ name,
    /** @type {number[]} */ xs,
    /** @type {string} */ colour,
    /** @type {number} */ top,
    /** @type {number} */ bottom,
  ) => {
    const py = (/** @type {number} */ v) => bottom - ((v - least) / (most - least || 1)) * (bottom - top)
    rowName(context, name, colour, (top + bottom) / 2, colours)
    context.strokeStyle = colours.line
    for (const [v, words] of levels) {
      context.fillStyle = colours.unsure
      context.font = `12px ${colours.font}`
      context.fillText(words, right + 3, py(v))
      context.setLineDash(v === 0.5 && game.probability ? [2, 4] : [])
      context.beginPath()
      context.moveTo(LEFT, py(v))
      context.lineTo(right, py(v))
      context.stroke()
    }
    context.setLineDash([])
    context.fillStyle = colour
    context.globalAlpha = 0.8
    for (const x of xs) {
      context.beginPath()
      context.arc(Math.max(LEFT, Math.min(right, px(x))), py(score(x)), 3.2, 0, 7)
      context.fill()
    }
    context.globalAlpha = 1
    if (!xs.length) return
    context.fillStyle = colours.text
    context.font = `12px ${colours.font}`
    const words = say(game.probability ? 'batch.height.probability' : 'batch.height.score', {
      mean: short(mean(xs.map(score))),
    })
    context.fillText(words, LEFT, bottom + 12)
  }
  const room = height / 2
  row(say('batch.real'), reals, colours.real, 4, room - 22)
  row(say('batch.fake'), fakes, colours.fake, room + 4, 2 * room - 22)
}

/**
 * Shares of scores in BINS equal parts of a range; what lies outside counts at its end.
 * @param {number[]} scores
 * @param {number} low
 * @param {number} high
 */
export function histogram(scores, low, high) {
  const found = new Array(BINS).fill(0)
  for (const s of scores) {
    const bin = Math.floor(((s - low) / (high - low)) * BINS)
    found[Math.max(0, Math.min(BINS - 1, bin))] += 1 / scores.length
  }
  return found
}

/**
 * From the least to the largest score, and the level where D cannot tell, where there is one.
 * @param {number[]} scores
 * @param {Game} game
 * @returns {[number, number]}
 */
export function rangeOf(scores, game) {
  if (game.probability) return [0, 1]
  const all = game.level === null ? scores : [...scores, game.level]
  const low = Math.min(...all)
  const high = Math.max(...all)
  return high - low < 1e-6 ? [low - 0.5, high + 0.5] : [low, high]
}

/**
 * Points of the plane: how many reals and how many fakes get which score.
 * @param {CanvasRenderingContext2D} context
 * @param {PlaneFrame} frame
 * @param {Game} game
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function paintPlane(context, { s_real: reals, s_fake: fakes }, game, width, height, colours) {
  const all = [...reals, ...fakes].filter(known)
  if (!all.length) return
  const [low, high] = rangeOf(all, game)
  const right = width - 10
  const bar = (right - LEFT) / BINS
  const room = (height - 18) / 2
  const px = (/** @type {number} */ v) => LEFT + ((v - low) / (high - low)) * (right - LEFT)
  const counts = [histogram(reals, low, high), histogram(fakes, low, high)]
  const tallest = Math.max(...counts.flat())
  const row = (
    /** @type {string} */ name,
    /** @type {number[]} */ scores,
    /** @type {number[]} */ shares,
    /** @type {string} */ colour,
    /** @type {number} */ top,
    /** @type {number} */ bottom,
  ) => {
    rowName(context, name, colour, (top + bottom) / 2, colours)
    context.fillStyle = colour
    shares.forEach((share, i) => {
      const tall = Math.max(2, (share / tallest) * (bottom - top))
      if (share) context.fillRect(LEFT + i * bar + 0.5, bottom - tall, bar - 1, tall)
    })
    context.fillStyle = colours.line
    context.fillRect(LEFT, bottom, right - LEFT, 1)
    const average = mean(scores)
    context.fillStyle = colours.text
    context.fillRect(px(average) - 1, top - 4, 2, bottom - top + 4)
    context.font = `12px ${colours.font}`
    const after = px(average) + 110 < right
    context.textAlign = after ? 'left' : 'right'
    context.textBaseline = 'top'
    halo(context, say('batch.average', { mean: short(average) }), px(average) + (after ? 6 : -6), top - 4, colours)
  }
  row(say('batch.real'), reals, counts[0], colours.real, 6, room - 3)
  row(say('batch.fake'), fakes, counts[1], colours.fake, room + 6, 2 * room - 3)
  context.font = `12px ${colours.font}`
  context.textBaseline = 'bottom'
  context.fillStyle = colours.unsure
  for (const [v, words] of marks(game, low, high, px, right)) {
    context.textAlign = v === low ? 'left' : v === high ? 'right' : 'center'
    context.fillText(words, px(v), height)
  }
  const middle = game.probability ? 0.5 : game.level
  if (middle === null || middle <= low || middle >= high) return
  context.strokeStyle = colours.unsure
  context.setLineDash([2, 4])
  context.beginPath()
  context.moveTo(px(middle), 2)
  context.lineTo(px(middle), height - 15)
  context.stroke()
  context.setLineDash([])
}

/**
 * The scores that are named below: both ends, and the level where D cannot tell, where it has room.
 * @param {Game} game
 * @param {number} low
 * @param {number} high
 * @param {(v: number) => number} px
 * @param {number} right
 * @returns {[number, string][]}
 */
function marks({ probability, level }, low, high, px, right) {
  if (probability) return PROBABILITIES
  const has = level !== null && px(level) > LEFT + 40 && px(level) < right - 40
  return [
    [low, short(low)],
    ...(has ? [/** @type {[number, string]} */ ([level, short(level)])] : []),
    [high, short(high)],
  ]
}

/**
 * Letters that stay readable over bars.
 * @param {CanvasRenderingContext2D} context
 * @param {string} words
 * @param {number} x
 * @param {number} y
 * @param {Colours} colours
 */
function halo(context, words, x, y, colours) {
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.strokeStyle = colours.background
  context.strokeText(words, x, y)
  context.fillStyle = colours.text
  context.fillText(words, x, y)
  context.lineWidth = 1
}
