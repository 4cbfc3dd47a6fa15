// The run's metrics as curves: the raw line faint, the smoothed one bold. What they mean depends on the game.

import { Charts } from './charts.js'
import { HELP } from './glossary.js'
import { short } from './numbers.js'
import { decades, losses, upTo } from './series.js'

/** @import { Chart, Line } from './charts.js' */
/** @import { Game } from './types.d.ts' */
/** @import { Place } from './view.js' */

const FLOOR = -Math.log(4)

export default class Curves extends Charts {
  hint = 'Faint: every step. Bold: smoothed. Drag across a chart to zoom in, double-click to go back.'

  /** @param {Place} place */
  constructor(place) {
    super(place, 'curves')
  }

  /**
   * @returns {[string, Chart[]]}
   */
  wanted() {
    const { game, penalty } = this.source
    return [JSON.stringify([game, penalty]), chartsOf(game, penalty)]
  }

  version() {
    return this.source.isRun ? this.source.curvesVersion : 0
  }

  curvesOf() {
    return (this.source.isRun && this.source.curves) || {}
  }

  paint() {
    super.paint()
    // a slow machine gets its curves less often, so that drawing them never takes much of it
    if (this.source.isRun) this.source.curvesEvery = Math.max(1000, Math.min(4000, 12 * this.took))
  }
}

/**
 * @param {string} key
 * @param {string} name
 * @param {Line['colour']} colour
 * @param {string} dash
 * @returns {Line}
 */
const line = (key, name, colour, dash = 'solid') => ({ key, name, colour, dash })

/**
 * The four charts of a game: the lines never change, what they mean does.
 * @param {Game} game
 * @param {boolean} penalty
 * @returns {Chart[]}
 */
export function chartsOf(game, penalty) {
  const { probability } = game
  return [
    {
      name: 'Losses',
      help: probability ? HELP.losses : HELP.anyLosses,
      before: 'How wrong D is, and how easily it spots G’s fakes. Two opponents: neither has to fall.',
      lines: [line('loss_d', 'Loss_D', 'discriminator'), line('loss_g', 'Loss_G', 'generator', 'dash')],
      axis: {},
      empty: [0, 2],
      span: losses,
    },
    {
      ...(probability ? belief : scores(game)),
      lines: [
        line('d_real', 'D(x)', 'real'),
        line('d_fake', 'D(G(z))', 'fake', 'dash'),
        line('d_fake_after', 'after', 'fake', 'dot'),
      ],
    },
    {
      ...(probability ? v : game.most === null ? distance(game) : gain(game)),
      lines: [line('value', probability ? 'V' : game.value, 'text')],
    },
    {
      name: penalty ? 'Gradients' : 'Gradient norms',
      help: penalty ? `${HELP.gradients}\n${HELP.penalty}` : HELP.gradients,
      before: `How strongly each network is pulled. G’s falling to nothing means that it has stopped learning.${penalty ? ' Dotted: the penalty, before its weight.' : ''}`,
      lines: [
        line('grad_norm_d', 'of D', 'gradients'),
        line('grad_norm_g', 'of G', 'gradients', 'dash'),
        ...(penalty ? [line('penalty', 'penalty', 'discriminator', 'dot')] : []),
      ],
      axis: { type: 'log' },
      empty: [-3, 1],
      span: decades,
    },
  ]
}

/** @typedef {Omit<Chart, 'lines'>} Frame a chart but for its lines */

/** @type {Frame} D is a probability. */
const belief = {
  name: 'D on average',
  help: HELP.scores,
  before: 'D’s belief in real samples and in fakes, before and after its update. They meet at 1/2 when D cannot tell.',
  axis: { tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ['0', '0.25', '1/2', '0.75', '1'] },
  level: 0.5,
  empty: [-0.02, 1.02],
  span: () => [-0.02, 1.02],
}

/** @type {Frame} The score of a game whose D is a probability. */
const v = {
  name: 'V(G, D)',
  help: HELP.value,
  before: 'The score of the game. D pushes it up towards 0, G down to −ln 4.',
  axis: {},
  level: FLOOR,
  empty: [FLOOR - 0.12, 0.05],
  // the whole game is from the floor to 0; a curve that leaves it makes the axis longer, never shorter
  span: (bold, raw) => [Math.min(FLOOR, ...bold, Math.max(Math.min(...raw), -4)) - 0.12, 0.05],
  ticks: ([low]) => (low > -2.2 ? { tickvals: [FLOOR, -1, -0.5, 0], ticktext: ['−ln 4', '−1', '−0.5', '0'] } : {}),
}

/**
 * D is a critic: mean scores without bounds.
 * @param {Game} game
 * @returns {Frame}
 */
const scores = ({ level }) => ({
  name: 'D’s mean score',
  help: HELP.meanScores,
  before:
    level === null
      ? 'D’s mean score of real samples and of fakes. Only their difference counts; at a draw they meet.'
      : 'D’s mean score of real samples and of fakes, before and after its update. They meet at the dotted line when D cannot tell.',
  axis: {},
  level: level ?? undefined,
  empty: level === null ? [-1, 1] : [level - 1, level + 1],
  span: upTo(level),
})

/**
 * What D maximises has no bound: a distance.
 * @param {Game} game
 * @returns {Frame}
 */
const distance = ({ draw }) => ({
  name: 'Estimated distance',
  help: HELP.distance,
  before: 'How far G’s samples still are from the data, as D measures it. It falls as G learns.',
  axis: {},
  level: draw,
  empty: [-0.2, 1],
  span: upTo(draw),
})

/**
 * What D maximises, between its best at a draw and `most`.
 * @param {Game} game
 * @returns {Frame}
 */
const gain = ({ draw, most }) => ({
  name: 'What D maximises',
  help: HELP.gain,
  before: `Minus D’s loss. D pushes it up towards 0, G down; where D cannot tell, its best answer gives ${short(draw)}, the dotted line.`,
  axis: {},
  level: draw,
  empty: [1.15 * draw, -0.05 * draw],
  span: (bold, raw) => {
    const [low, high] = upTo(draw)(bold, raw)
    return [low, Math.max(high, (most ?? 0) - 0.04 * low)]
  },
})
