// The sizes of both networks, in a line.

import { h, text } from './elements.js'
import { whole } from './numbers.js'
import { parts } from './say.js'
import { View } from './view.js'

/** @import { Place } from './view.js' */

export default class Counts extends View {
  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.g = h('b', {}, '–')
    this.d = h('b', {}, '–')
    this.root.append(h('p', { class: 'gan counts' }, ...parts('counts.line', { g: this.g, d: this.d })))
  }

  draw() {
    const { source } = this
    const { networks } = source
    const known = networks
      ? { generator: networks.generator.parameters, discriminator: networks.discriminator.parameters }
      : source.isRun && source.status?.parameters
    if (!known) return
    text(this.g, whole(known.generator))
    text(this.d, whole(known.discriminator))
  }
}
