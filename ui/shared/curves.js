// The run's metrics as curves: the raw line faint, the smoothed one bold. What they mean depends on the game.

import { Charts } from './charts.js'
import { short } from './numbers.js'
import { say } from './say.js'
import { losses, upTo } from './series.js'

/** @import { Chart, Line } from './charts.js' */
/** @import { Game } from './types.d.ts' */
/** @import { Place } from './view.js' */

const FLOOR = -Math.log(4)

export default class Curves extends Charts {
  hint = say('curves.hint')

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
      name: say('curves.losses'),
      help: say(probability ? 'curves.losses.help' : 'curves.losses.help.any'),
      before: say('curves.losses.before'),
      lines: [
        line('loss_d', say('curves.losses.d'), 'discriminator'),
        line('loss_g', say('curves.losses.g'), 'generator', 'dash'),
      ],
      axis: {},
      empty: [0, 2],
      span: losses,
      log: false,
    },
    {
      ...(probability ? belief : scores(game)),
      lines: [
        line('d_real', say('curves.real'), 'real'),
        line('d_fake', say('curves.fake'), 'fake', 'dash'),
        line('d_fake_after', say('curves.after'), 'fake', 'dot'),
      ],
    },
    {
      ...(probability ? v : game.most === null ? distance(game) : gain(game)),
      lines: [line('value', probability ? say('curves.value.line') : game.value, 'text')],
    },
    {
      name: say(penalty ? 'curves.penalty' : 'curves.gradients'),
      help: say(penalty ? 'curves.penalty.help' : 'curves.gradients.help'),
      before: say(penalty ? 'curves.penalty.before' : 'curves.gradients.before'),
      lines: [
        line('grad_norm_d', say('curves.gradients.d'), 'gradients'),
        line('grad_norm_g', say('curves.gradients.g'), 'gradients', 'dash'),
        ...(penalty ? [line('penalty', say('curves.penalty.line'), 'discriminator', 'dot')] : []),
      ],
      axis: {},
      empty: [-3, 1],
      span: losses,
      log: true,
    },
  ]
}

/** @typedef {Omit<Chart, 'lines'>} Frame a chart but for its lines */

/** @type {Frame} D is a probability. */
const belief = {
  name: say('curves.belief'),
  help: say('curves.belief.help'),
  before: say('curves.belief.before'),
  axis: { tickvals: [0, 0.25, 0.5, 0.75, 1], ticktext: ['0', '0.25', '1/2', '0.75', '1'] },
  level: 0.5,
  empty: [-0.02, 1.02],
  span: () => [-0.02, 1.02],
}

/** @type {Frame} The score of a game whose D is a probability. */
const v = {
  name: say('curves.value'),
  help: say('curves.value.help'),
  before: say('curves.value.before'),
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
  name: say('curves.scores'),
  help: say('curves.scores.help'),
  before: say(level === null ? 'curves.scores.before.difference' : 'curves.scores.before'),
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
  name: say('curves.distance'),
  help: say('curves.distance.help'),
  before: say('curves.distance.before'),
  axis: {},
  level: draw,
  empty: [-0.2, 1],
  span: upTo(draw),
  log: false,
})

/**
 * What D maximises, between its best at a draw and `most`.
 * @param {Game} game
 * @returns {Frame}
 */
const gain = ({ draw, most }) => ({
  name: say('curves.gain'),
  help: say('curves.gain.help'),
  before: say('curves.gain.before', { draw: short(draw) }),
  axis: {},
  level: draw,
  empty: [1.15 * draw, -0.05 * draw],
  span: (bold, raw) => {
    const [low, high] = upTo(draw)(bold, raw)
    return [low, Math.max(high, (most ?? 0) - 0.04 * low)]
  },
})
