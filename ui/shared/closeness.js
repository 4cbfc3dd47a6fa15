// What evaluations have found of G while it trained: few steps, each a measured point.

import { Charts } from './charts.js'
import { say } from './say.js'
import { finite, losses } from './series.js'

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
    const whose = this.source.place.average ? 'average' : 'g'
    const has = (/** @type {Line} */ line) => finite(found[line.key] ?? []).length > 0
    const charts = chartsOf(images, whose)
    // before anything is measured: what is expected of such data
    const some = charts.filter((chart) => chart.lines.some(has))
    const shown = some.length ? some : charts.slice(0, images ? 2 : 3)
    const any = Object.keys(found).length > 0
    return [
      `${images} ${whose} ${shown.map((chart) => chart.name)}`,
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
    return over && !this.found.step?.length ? say('closeness.none') : ''
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
 * The charts of images or of points, for G or, in runs that keep one, for its average: that is what is measured.
 * @param {boolean} images
 * @param {'g' | 'average'} whose
 * @returns {Chart[]}
 */
export const chartsOf = (images, whose) =>
  (images ? [variety(true), NEAREST] : [...POINTS, variety(false)]).map(({ name, ...chart }) => ({
    ...chart,
    name: say('closeness.name', { name, whose: say(`closeness.whose.${whose}`) }),
  }))

/**
 * @param {boolean} images
 * @returns {Chart}
 */
const variety = (images) => ({
  name: say('closeness.variety'),
  help: say('closeness.variety.help'),
  before: say('closeness.variety.before'),
  lines: [line('diversity', say(images ? 'closeness.samples.images' : 'closeness.samples.points'), 'fake')],
  axis: { rangemode: 'tozero' },
  level: 1,
  empty: [0, 1.3],
  span: (bold) => [0, 1.15 * Math.max(1, ...bold)],
})

/** @type {Chart} */
const NEAREST = {
  name: say('closeness.nearest'),
  help: say('closeness.nearest.help'),
  before: say('closeness.nearest.before'),
  lines: [line('nearest', say('closeness.samples.compared'), 'fake')],
  axis: { rangemode: 'tozero' },
  level: 1,
  empty: [0, 2],
  span: (bold) => [0, 1.1 * Math.max(1.1, ...bold)],
}

/** @type {Chart[]} */
const POINTS = [
  {
    name: say('closeness.modes'),
    help: say('closeness.modes.help'),
    before: say('closeness.modes.before'),
    lines: [
      { ...line('modes', say('closeness.modes.found'), 'fake'), count: true, total: 'modes_total' },
      { ...line('modes_total', say('closeness.modes.total'), 'unsure', 'dot'), count: true },
    ],
    axis: { rangemode: 'tozero' },
    empty: [0, 10],
    span: (bold) => [0, 1.12 * Math.max(1, ...bold)],
  },
  {
    name: say('closeness.quality'),
    help: say('closeness.quality.help'),
    before: say('closeness.quality.before'),
    lines: [
      line('high_quality', say('closeness.quality.share'), 'fake'),
      line('high_quality_oracle', say('charts.perfect'), 'unsure', 'dot'),
    ],
    axis: { tickformat: '.0%' },
    empty: [-0.02, 1.04],
    span: () => [-0.02, 1.04],
  },
  {
    name: say('closeness.divergence'),
    help: say('closeness.divergence.help'),
    before: say('closeness.divergence.before'),
    lines: [
      line('reverse_kl', say('closeness.divergence.reverse'), 'fake'),
      line('jsd', say('closeness.divergence.jsd'), 'discriminator', 'dash'),
      line('kl_g_data', say('closeness.divergence.g'), 'generator', 'dashdot'),
      line('kl_data_g', say('closeness.divergence.data'), 'real', 'longdash'),
      line('reverse_kl_oracle', '', 'fake', 'dot'),
      line('jsd_oracle', '', 'discriminator', 'dot'),
      line('kl_g_data_oracle', '', 'generator', 'dot'),
      line('kl_data_g_oracle', '', 'real', 'dot'),
    ],
    axis: {},
    empty: [-3, 1],
    span: losses,
    log: true,
  },
]
