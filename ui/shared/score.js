// How a game's scores are shown: as a number, and as a bar with its middle marked.

import { known, short, sigmoid } from './numbers.js'

/** @import { Game } from './types.d.ts' */
/** @import { Colours } from './theme.js' */
/** @typedef {{ words: string, share: number, sure: number }} Score how it is written, its share of the bar, how sure D is */

/**
 * From a logit to how it is shown.
 * @param {Game} game
 * @param {(number | null)[]} among the logits beside it, for critics without a scale
 * @returns {(logit: number) => Score}
 */
export function scorer(game, among = []) {
  if (game.probability)
    return (logit) => {
      const p = sigmoid(logit)
      return { words: p.toFixed(2), share: p, sure: Math.abs(p - 0.5) * 2.4 }
    }
  const some = among.filter(known)
  const middle = game.level ?? (some.length ? (Math.min(...some) + Math.max(...some)) / 2 : 0)
  const most = Math.max(...some.map((s) => Math.abs(s - middle)), 1e-9)
  return (s) => ({ words: short(s), share: 0.5 + (s - middle) / (2 * most), sure: Math.abs(s - middle) / most })
}

/**
 * D as a number and a small bar with its middle marked: grey where D cannot tell, blue where it is sure.
 * @param {CanvasRenderingContext2D} context
 * @param {Score | null} score
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {Colours} colours
 */
export function paintScore(context, score, x, y, width, colours) {
  context.textAlign = 'center'
  context.textBaseline = 'top'
  context.font = `12px ${colours.font}`
  context.fillStyle = colours.text
  context.fillText(score === null ? '–' : score.words, x + width / 2, y)
  const bar = y + 15
  context.fillStyle = colours.line
  context.fillRect(x, bar, width, 4)
  if (score !== null) {
    context.fillStyle = colours.unsure
    context.fillRect(x, bar, width * score.share, 4)
    context.globalAlpha = Math.min(1, score.sure)
    context.fillStyle = colours.discriminator
    context.fillRect(x, bar, width * score.share, 4)
    context.globalAlpha = 1
  }
  context.fillStyle = colours.text
  context.fillRect(x + width / 2 - 0.5, bar - 1, 1, 6)
}
