// What evaluations have found of G while it trained: few steps, each a measured point.

import { Charts } from './charts.js'
import { HELP } from './glossary.js'
import { decades, finite } from './series.js'

/** @import { Chart, Line } from './charts.js' */
/** @import { Curves } from './types.d.ts' */
/** @import { Place } from './view.js' */

export default class Closeness extends Charts {
  mode = 'lines+markers'

  /** @param {Place} place */
  constructor(place) {
    super(place, 'curves closeness')
  }

  /** What was measured, by column. */
  get found() {
    return (this.source.isRun && this.source.evaluations) || {}
  }

  /**
   * @returns {[string, Chart[]]}
   */
  wanted() {
    const images = this.source.isImage
    const { found } = this
    const has = (/** @type {Line} */ line) => finite(found[line.key] ?? []).length > 0
    const charts = images ? [VARIETY, NEAREST] : [...POINTS, VARIETY]
    // before anything is measured: what is expected of such data
    const some = charts.filter((chart) => chart.lines.some(has))
    const shown = some.length ? some : charts.slice(0, images ? 2 : 3)
    const any = Object.keys(found).length > 0
    return [
      `${images} ${shown.map((chart) => chart.name)}`,
      shown.map((chart) => ({ ...chart, lines: chart.lines.filter((line) => !any || has(line)) })),
    ]
  }

  version() {
    return this.found.step?.length ?? 0
  }

  /**
   * @returns {Curves}
   */
  curvesOf() {
    const { step = [], ...columns } = this.found
    return Object.fromEntries(
      Object.entries(columns).map(([key, values = []]) => [key, { x: [], y: [], sx: finite(step), sy: values }]),
    )
  }

  unknown() {
    const { source } = this
    const over = source.isRun && source.status && !source.status.active
    return over && !this.found.step?.length ? 'This run was not measured while it trained.' : ''
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

/** @type {Chart} */
const VARIETY = {
  name: 'Variety',
  help: HELP.variety,
  before: 'How far apart G’s samples are, compared with real ones, whose distance is 1. Near 0: they are all alike.',
  lines: [line('diversity', 'of G', 'fake')],
  axis: { rangemode: 'tozero' },
  level: 1,
  empty: [0, 1.3],
  span: (bold) => [0, 1.15 * Math.max(1, ...bold)],
}

/** @type {Chart} */
const NEAREST = {
  name: 'Distance to the training data',
  help: HELP.nearest,
  before:
    'How far G’s samples lie from the nearest training image, compared with real ones, for which it is 1. Near 0: they are copies.',
  lines: [line('nearest', 'of G', 'fake')],
  axis: { rangemode: 'tozero' },
  level: 1,
  empty: [0, 2],
  span: (bold) => [0, 1.1 * Math.max(1.1, ...bold)],
}

/** @type {Chart[]} */
const POINTS = [
  {
    name: 'Modes found',
    help: HELP.modes,
    before: 'How many of the data’s modes G’s samples reach.',
    lines: [line('modes', 'found', 'fake'), line('modes_total', 'in the data', 'unsure', 'dot')],
    axis: { rangemode: 'tozero' },
    empty: [0, 10],
    span: (bold) => [0, 1.12 * Math.max(1, ...bold)],
  },
  {
    name: 'High-quality samples',
    help: HELP.quality,
    before: 'Share of G’s samples within three standard deviations of a mode.',
    lines: [line('high_quality', 'share', 'fake'), line('high_quality_oracle', 'perfect sampler', 'unsure', 'dot')],
    axis: { tickformat: '.0%' },
    empty: [-0.02, 1.04],
    span: () => [-0.02, 1.04],
  },
  {
    name: 'Divergence',
    help: HELP.divergence,
    before:
      'How far G’s distribution is from the data’s, in nats. Dotted: what a perfect sampler scores with as many samples.',
    lines: [
      line('reverse_kl', 'reverse KL', 'fake'),
      line('jsd', 'JSD', 'discriminator', 'dash'),
      line('kl_g_data', 'KL(G ‖ data)', 'generator', 'dashdot'),
      line('kl_data_g', 'KL(data ‖ G)', 'real', 'longdash'),
      line('reverse_kl_oracle', '', 'fake', 'dot'),
      line('jsd_oracle', '', 'discriminator', 'dot'),
      line('kl_g_data_oracle', '', 'generator', 'dot'),
      line('kl_data_g_oracle', '', 'real', 'dot'),
    ],
    axis: { type: 'log' },
    empty: [-3, 1],
    span: decades,
  },
]
