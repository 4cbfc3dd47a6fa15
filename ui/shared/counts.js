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
    this.line = h('p', { class: 'gan counts' })
    this.root.append(this.line)
  }

  /** Whose they are: where settings wait they are those of the run, not of the form above. */
  mounted() {
    const { whose } = this.data
    this.line.replaceChildren(...parts(whose === 'run' ? 'counts.run' : 'counts.line', { g: this.g, d: this.d }))
  }

  draw() {
    const { source } = this
    if (this.data.whose === 'nobody') {
      // settings that cannot be trained have no networks
      text(this.g, '–')
      text(this.d, '–')
      return
    }
    const { networks } = source
    const known = networks
      ? { generator: networks.generator.parameters, discriminator: networks.discriminator.parameters }
      : source.isRun && source.status?.parameters
    if (!known) return
    text(this.g, whole(known.generator))
    text(this.d, whole(known.discriminator))
  }
}
