// The dials of the Dirac-GAN, in the sidebar.

import { Slider } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'
import { DIALS, notchOf, valueAt } from './dials.js'
import { diracSource } from './dirac_source.js'

/** @import { Place } from '../shared/view.js' */
/** @import { Dial } from './dials.js' */
/** @import { DiracSource } from './dirac_source.js' */

/** Dials whose help is the glossary's, which the page knows. */
const HELPS = ['clip', 'noise', 'k']

/** @extends {View<DiracSource>} */
export default class DiracDials extends View {
  static source = diracSource

  /** @param {Place<DiracSource>} place */
  constructor(place) {
    super(place)
    this.rows = DIALS.map((dial) => this.row(dial))
    this.root.append(h('div', { class: 'gan dials' }, ...this.rows.map(({ node }) => node)))
  }

  /** @param {Dial} dial */
  row(dial) {
    const { name } = dial
    /** @param {boolean} settled */
    const move = (settled) => {
      const report = this.source.move({ [name]: valueAt(dial, range.value) }, settled)
      if (report) this.tell('moved', report)
    }
    const label = say(`dials.${name}`)
    const range = new Slider(label, { max: dial.notches }, () => move(false), {
      'data-dial': name,
      onchange: () => move(true),
    })
    const output = h('output')
    const words = HELPS.includes(name) ? (this.data.helps?.[name] ?? '') : say(`dials.${name}.help`)
    const line = h('div', {}, h('span', {}, label), help(label, words), output)
    return { dial, range, output, node: h('div', { class: 'dial' }, line, range.node) }
  }

  draw() {
    const { setup } = this.source
    if (!setup) return
    for (const { dial, range, output, node } of this.rows) {
      const value = setup[dial.name]
      const dead = dial.name === 'weight' && setup.penalty === 'none'
      const words = dial.off && !value ? say('dials.off') : String(value)
      range.node.disabled = dead
      node.classList.toggle('dead', dead)
      range.show(notchOf(dial, value, range.value), words)
      text(output, words)
    }
  }
}
