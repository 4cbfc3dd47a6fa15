// The way of the data through both networks in numbers: where each box stands, what is lit when, and the ways between
// boxes.

import { clamp } from '../shared/numbers.js'

/** @import { PartName } from './types.d.ts' */

/** [x, y, width, height] @typedef {[number, number, number, number]} Box */
/** @typedef {[number, number]} Corner */
/** @typedef {ReturnType<typeof places>} Places */
/** @typedef {'z' | 'G' | 'real' | 'fake' | 'D' | 'saidReal' | 'saidFake' | 'lossD' | 'lossG'} BoxName */

/** Narrower than this the picture is drawn smaller as a whole. */
const LEAST = 660

export const ARROWS = /** @type {const} */ ([
  'z>G',
  'G>fake',
  'real>D',
  'fake>D',
  'D>saidReal',
  'D>saidFake',
  'saidReal>lossD',
  'saidFake>lossD',
  'saidFake>lossG',
])

/** @typedef {(typeof ARROWS)[number]} ArrowName */

/**
 * What plays a part in each part of a step; the rest is dim.
 * @type {Record<PartName, (BoxName | ArrowName)[]>}
 */
const LIT = {
  draw: ['z', 'real'],
  generate: ['z', 'G', 'fake', 'z>G', 'G>fake'],
  classify_real: ['real', 'D', 'saidReal', 'real>D', 'D>saidReal'],
  classify_fake: ['fake', 'D', 'saidFake', 'fake>D', 'D>saidFake'],
  loss_d: ['saidReal', 'saidFake', 'lossD', 'saidReal>lossD', 'saidFake>lossD'],
  gradient_d: ['saidReal', 'saidFake', 'lossD', 'D'],
  update_d: ['D', 'real', 'fake'],
  loss_g: ['fake', 'D', 'saidFake', 'lossG', 'fake>D', 'D>saidFake', 'saidFake>lossG'],
  gradient_g: ['lossG', 'D', 'fake', 'G'],
  update_g: ['z', 'G', 'fake', 'z>G', 'G>fake'],
}

/**
 * @param {{ loss_g: { fresh: boolean, real_logits: number[] | null } }} found
 * @param {PartName} name
 * @returns {Set<BoxName | ArrowName>}
 */
export function litIn({ loss_g: g }, name) {
  const fresh = name === 'loss_g' && g.fresh ? LIT.generate : []
  const paired = name === 'loss_g' && g.real_logits ? LIT.classify_real : []
  return new Set([...LIT[name], ...fresh, ...paired])
}

/**
 * Where everything stands, for a width: the boxes, the whole height, and the room in the upper left corner.
 * @param {number} width
 */
export function places(width) {
  const w = Math.max(width, LEAST)
  const gap = clamp(w * 0.027, 19, 40)
  const side = clamp(w * 0.15, 104, 142)
  const noise = Math.round(side * 0.72)
  const said = clamp(w * 0.155, 108, 178)
  const loss = clamp(w * 0.105, 84, 112)
  const net = (w - noise - side - said - loss - 5 * gap) / 2
  const top = 28
  const second = top + side + 44
  /** @type {number[]} */
  const lefts = []
  const widths = [noise, net, side, net, said, loss]
  for (const [i] of widths.entries()) lefts.push(i ? lefts[i - 1] + widths[i - 1] + gap : 0)
  /** @type {(column: number, y: number, high: number) => Box} */
  const box = (column, y, high) => [lefts[column], y, widths[column], high]
  return {
    scale: width / w,
    width: w,
    height: second + side + 34,
    corner: [lefts[1] + net, side + top],
    boxes: {
      z: box(0, second + side - noise, noise),
      G: box(1, second, side),
      real: box(2, top, side),
      fake: box(2, second, side),
      D: box(3, top + side * 0.5 + 6, side + 32),
      saidReal: box(4, top, side),
      saidFake: box(4, second, side),
      lossD: box(5, top, side),
      lossG: box(5, second, side),
    },
  }
}

/** @param {Box} box */
const middleOf = ([, y, , h]) => y + h / 2

/**
 * The ends of an arrow from one box to the next: level with the box that it serves, as far as both reach.
 * @param {ArrowName} name
 * @param {Places['boxes']} boxes
 */
export function arrowOf(name, boxes) {
  const [a, b] = /** @type {[BoxName, BoxName]} */ (name.split('>'))
  const from = boxes[a]
  const to = boxes[b]
  const level = middleOf(a === 'D' || (a !== 'z' && b !== 'D' && !b.startsWith('loss')) ? to : from)
  /** @type {(y: number, box: Box) => number} */
  const inside = (y, [, top, , height]) => clamp(y, top + 14, top + height - 14)
  return {
    x0: from[0] + from[2] + 3,
    y0: inside(level, from),
    x1: to[0] - 4,
    y1: inside(name === 'saidFake>lossD' ? level - 30 : level, to),
  }
}

/**
 * From D's loss, above the verdicts, back into D.
 * @param {Places['boxes']} boxes
 * @returns {Corner[]}
 */
export function roadToD({ lossD, D }) {
  const x = lossD[0] + lossD[2] - 9
  const to = D[0] + 0.28 * D[2]
  return [
    [x, lossD[1] - 2],
    [x, 6],
    [to, 6],
    [to, D[1] - 4],
  ]
}

/**
 * From G's loss below everything through D and the fakes back into G: three roads, one after the other.
 * @param {Pick<Places, 'boxes' | 'height'>} place
 * @returns {Corner[][]}
 */
export function roadsToG({ boxes, height }) {
  const low = height - 8
  const [loss, d, fake, g] = [boxes.lossG, boxes.D, boxes.fake, boxes.G].map(([x, y, w, h]) => [x + w / 2, y + h + 3])
  /** @type {(from: number[], to: number[], leaves: number, arrives: number) => Corner[]} */
  const under = (from, to, leaves, arrives) => [
    [from[0] + leaves, from[1]],
    [from[0] + leaves, low],
    [to[0] + arrives, low],
    [to[0] + arrives, to[1] + 2],
  ]
  return [under(loss, d, 0, 7), under(d, fake, -7, 7), under(fake, g, -7, 0)]
}

/**
 * A share of a way round corners, as pieces; the last one ends where it has come to.
 * @param {Corner[]} corners
 * @param {number} share
 */
export function partOf(corners, share) {
  const lengths = corners.slice(1).map(([x, y], i) => Math.hypot(x - corners[i][0], y - corners[i][1]))
  let left = share * lengths.reduce((sum, length) => sum + length, 0)
  /** @type {[number, number, number, number][]} */
  const pieces = []
  for (let i = 0; i < lengths.length && left > 0; i++) {
    const [x0, y0] = corners[i]
    const [x1, y1] = corners[i + 1]
    const t = Math.min(1, left / lengths[i])
    pieces.push([x0, y0, x0 + t * (x1 - x0), y0 + t * (y1 - y0)])
    left -= lengths[i]
  }
  return pieces
}

/**
 * Values counted in bins of a scale, and the mean pull on those of each bin.
 * @param {number[]} values what lies beyond an end counts there
 * @param {[number, number]} scale
 * @param {number} bins
 * @param {number[] | null} pull on each value
 */
export function binned(values, [low, high], bins, pull = null) {
  const counts = new Array(bins).fill(0)
  const pulls = new Array(bins).fill(0)
  values.forEach((v, i) => {
    const bin = clamp(Math.floor(((v - low) / (high - low)) * bins), 0, bins - 1)
    counts[bin] += 1
    pulls[bin] += pull?.[i] ?? 0
  })
  return { counts, pulls: pulls.map((sum, i) => (counts[i] ? sum / counts[i] : 0)) }
}

/**
 * Numbers on their way from one list to another.
 * @param {ArrayLike<number>} from
 * @param {ArrayLike<number>} to
 * @param {number} share
 */
export const mixed = (from, to, share) => Array.from(from, (v, i) => v + share * (to[i] - v))
