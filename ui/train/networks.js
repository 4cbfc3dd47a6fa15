// Both networks, layer by layer.

import { head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { whole } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { View } from '../shared/view.js'

/** @import { Layer, Network } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */

export default class Networks extends View {
  #shape = ''

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.body = h('div', { class: 'pair' })
    this.overlay = h('p', { class: 'quiet' }, say('networks.building'))
    const title = head(say('networks.title'), { term: say('networks.term'), words: say('networks.help') })
    this.root.append(h('div', { class: 'gan networks' }, title, this.overlay, this.body))
  }

  draw() {
    const { source } = this
    source.askNetworks()
    const { networks } = source
    if (!networks) {
      if (this.#shape) return
      text(this.overlay, say(source.error ? 'networks.none' : 'networks.building'))
      return
    }
    const shape = JSON.stringify(networks)
    if (shape === this.#shape) return
    this.#shape = shape
    this.overlay.hidden = true
    this.body.replaceChildren(
      table(
        say('networks.generator'),
        say('networks.generator.path', { n: networks.generator.parameters }),
        'generator',
        networks.generator,
      ),
      table(
        say('networks.discriminator'),
        say('networks.discriminator.path', { n: networks.discriminator.parameters }),
        'discriminator',
        networks.discriminator,
      ),
    )
  }
}

/** @param {number[]} [shape] */
const size = (shape) => (shape?.length ? shape.join(' × ') : '1')

const KINDS = ['Conv2d', 'ConvTranspose2d', 'BatchNorm1d', 'BatchNorm2d', 'MaxPool2d', 'Unflatten', 'View']

/**
 * A kind of layer in words; others have the name that they have in PyTorch.
 * @param {string} kind
 */
const named = (kind) => (KINDS.includes(kind) ? say(`networks.kind.${kind}`) : kind)

/**
 * What of PyTorch's description of a layer its row does not say already.
 * @param {string} kind
 * @param {string} detail
 */
export function tidy(kind, detail) {
  const get = (/** @type {string} */ name) => detail.match(new RegExp(`${name}=\\(?(-?[\\d.e-]+)`))?.[1]
  const kernel = get('kernel_size') ?? ''
  if (/^Conv/.test(kind)) return say('networks.stride', { kernel, stride: get('stride') ?? '1' })
  if (/^MaxPool/.test(kind)) return `${kernel}×${kernel}`
  if (kind === 'LeakyReLU') return say('networks.slope', { slope: get('negative_slope') ?? '0.01' })
  if (/^Dropout/.test(kind)) return say('networks.drops', { share: get('p') ?? '0.5' })
  return /^(BatchNorm|Linear|ReLU|Unflatten|Flatten|Tanh|Sigmoid|View)/.test(kind) ? '' : detail
}

/** @param {Layer} layer */
const row = ({ kind = '', name = '', detail = '', shape, parameters }) =>
  h(
    'tr',
    {},
    h('td', {}, named(kind) || name),
    h('td', { class: 'detail' }, tidy(kind, detail)),
    h('td', { class: 'n' }, size(shape)),
    h('td', { class: 'n' }, parameters ? whole(parameters) : ''),
  )

/**
 * @param {string} title
 * @param {string} path
 * @param {string} colour
 * @param {Network} network
 */
function table(title, path, colour, network) {
  const column = (/** @type {string} */ words, look = '') => h('th', { scope: 'col', class: look }, words)
  return h(
    'section',
    { style: `--c: var(--${colour})` },
    h('h3', {}, h('i'), title, h('span', {}, path)),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          column(say('networks.column.layer')),
          column(''),
          column(say('networks.column.shape'), 'n'),
          column(say('networks.column.parameters'), 'n'),
        ),
      ),
      h('tbody', {}, ...(network.layers ?? []).map(row)),
    ),
  )
}
