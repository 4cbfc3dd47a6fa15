// Both networks, layer by layer.

import { head } from '../shared/controls.js'
import { h, text } from '../shared/elements.js'
import { HELP } from '../shared/glossary.js'
import { whole } from '../shared/numbers.js'
import { View } from '../shared/view.js'

/** @import { Layer, Network } from '../shared/types.d.ts' */
/** @import { Place } from '../shared/view.js' */

export default class Networks extends View {
  #shape = ''

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.body = h('div', { class: 'pair' })
    this.overlay = h('p', { class: 'quiet' }, 'Building both networks …')
    const title = head('The two networks', { term: 'this table', words: HELP.networks })
    this.root.append(h('div', { class: 'gan networks' }, title, this.overlay, this.body))
  }

  draw() {
    const { source } = this
    source.askNetworks()
    const { networks } = source
    if (!networks) {
      if (this.#shape) return
      text(this.overlay, source.error ? 'No networks: the settings need data first.' : 'Building both networks …')
      return
    }
    const shape = JSON.stringify(networks)
    if (shape === this.#shape) return
    this.#shape = shape
    this.overlay.hidden = true
    this.body.replaceChildren(
      table('Generator G', 'noise z → sample', 'generator', networks.generator),
      table('Discriminator D', 'sample → score', 'discriminator', networks.discriminator),
    )
  }
}

/** @param {number[]} [shape] */
const size = (shape) => (shape?.length ? shape.join(' × ') : '1')

/** @type {Partial<Record<string, string>>} */
const KINDS = {
  Conv2d: 'Convolution',
  ConvTranspose2d: 'Transposed convolution',
  BatchNorm1d: 'Batch norm',
  BatchNorm2d: 'Batch norm',
  MaxPool2d: 'Max pooling',
  Unflatten: 'Reshape',
  View: 'Reshape',
}

/**
 * What of PyTorch's description of a layer its row does not say already.
 * @param {string} kind
 * @param {string} detail
 */
export function tidy(kind, detail) {
  const get = (/** @type {string} */ name) => detail.match(new RegExp(`${name}=\\(?(-?[\\d.e-]+)`))?.[1]
  const kernel = `${get('kernel_size')}×${get('kernel_size')}`
  if (/^Conv/.test(kind)) return `${kernel}, stride ${get('stride') ?? 1}`
  if (/^MaxPool/.test(kind)) return kernel
  if (kind === 'LeakyReLU') return `slope ${get('negative_slope') ?? 0.01}`
  if (/^Dropout/.test(kind)) return `drops ${get('p') ?? 0.5}`
  return /^(BatchNorm|Linear|ReLU|Unflatten|Flatten|Tanh|Sigmoid|View)/.test(kind) ? '' : detail
}

/** @param {Layer} layer */
const row = ({ kind = '', name = '', detail = '', shape, parameters }) =>
  h(
    'tr',
    {},
    h('td', {}, KINDS[kind] || kind || name),
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
    h('h4', {}, h('i'), title, h('span', {}, `${path} · ${whole(network.parameters)} parameters`)),
    h(
      'table',
      {},
      h('thead', {}, h('tr', {}, column('Layer'), column(''), column('Shape out', 'n'), column('Parameters', 'n'))),
      h('tbody', {}, ...(network.layers ?? []).map(row)),
    ),
  )
}
