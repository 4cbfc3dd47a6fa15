// The score of the game on a line that stays as it is: D's value, that of the best D, and between them what D could
// still gain.

import { h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { clamp, known, short } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { steady } from './steady.js'

/** @import { Game } from '../shared/types.d.ts' */

/**
 * The scale of a game is fixed: all between its worst for D and its best, and a little more on the low side. A distance
 * has no upper end: there it reaches as far as it ever had to, `before` included.
 * @param {Pick<Game, 'draw' | 'most'>} game
 * @param {(number | null | undefined)[]} values
 * @param {number} before
 */
export function scaleOf({ draw, most }, values, before) {
  if (most === null) return { low: draw, high: Math.max(before, ...values.map((v) => v ?? 0)) }
  return { low: draw - 0.25 * (most - draw), high: most }
}

/**
 * What D could still gain: never less than nothing. Pictures of older versions may hold two estimates that contradict
 * each other by their errors.
 * @param {number | null | undefined} value
 * @param {number | null | undefined} best
 */
export function gapInWords(value, best) {
  if (!known(value) || !known(best)) return steady(null)
  return best < value - 0.0005 ? say('gauge.none') : steady(Math.max(0, best - value))
}

/**
 * What D has reached, by name: a distance below 0 is none.
 * @param {number | null | undefined} value
 * @param {Pick<Game, 'most' | 'value'>} game
 */
export const nameInWords = (value, { most, value: name }) =>
  most === null && known(value) && value < -0.0005 ? say('gauge.negative', { name }) : name

export class Gauge {
  #high = 1
  #game = ''

  name = h('span')
  value = h('b')
  best = h('b')
  gap = h('b')
  floor = h('b')
  floorName = h('span')
  bar = h('i', { class: 'gap' })
  mark = h('i', { class: 'mark' })
  goal = h('i', { class: 'goal' })
  rest = h('i', { class: 'rest' })
  ends = [h('span', { class: 'end' }), h('span', { class: 'end last' })]
  node = h(
    'div',
    { class: 'gauge' },
    h(
      'p',
      {},
      h('span', { class: 'is' }, this.name, ' ', this.value),
      h('span', { class: 'would' }, `${say('gauge.best')} `, this.best),
      h('span', {}, `${say('gauge.gap')} `, this.gap),
      h('span', {}, this.floorName, ' ', this.floor),
      help(say('gauge.term'), say('gauge.help')),
    ),
    h('div', { class: 'track' }, this.bar, this.rest, this.goal, this.mark),
    h('div', { class: 'ends' }, ...this.ends),
  )

  /**
   * @param {number | null | undefined} value what D has reached
   * @param {number | null | undefined} best what the best D would reach
   * @param {Game} game
   */
  show(value, best, game) {
    const open = game.most === null
    if (this.#game !== game.name) this.#high = 1
    this.#game = game.name
    const { low, high } = scaleOf(game, [value, best], this.#high)
    this.#high = high
    text(this.name, nameInWords(value, game))
    text(this.value, steady(value))
    text(this.best, steady(best))
    text(this.gap, gapInWords(value, best))
    text(this.floorName, say(game.probability ? 'gauge.floor' : 'gauge.draw'))
    text(this.floor, steady(game.draw))
    /** @param {number} v */
    const share = (v) => 100 * clamp((v - low) / (high - low), 0, 1)
    /** @type {(node: HTMLElement, v: number | null | undefined) => void} */
    const put = (node, v) => {
      node.hidden = !known(v)
      if (known(v)) node.style.left = `${share(v)}%`
    }
    put(this.mark, value)
    put(this.goal, best)
    put(this.rest, open ? null : game.draw)
    this.mark.classList.toggle('off', known(value) && (value < low || value > high))
    this.bar.hidden = !(known(value) && known(best))
    if (known(value) && known(best)) {
      this.bar.style.left = `${Math.min(share(value), share(best))}%`
      this.bar.style.width = `${Math.abs(share(best) - share(value))}%`
    }
    text(this.ends[0], open ? short(low) : game.probability ? say('gauge.low') : short(game.draw))
    this.ends[0].style.left = `${open ? 0 : share(game.draw)}%`
    text(this.ends[1], short(high))
  }
}
