// Both networks, layer by layer, and their sizes in a line.

import { h, help, text, whole } from './dom.js'
import { HELP } from './glossary.js'

export class Networks {
  constructor(root) {
    this.body = h('div', { class: 'pair' })
    this.overlay = h('p', { class: 'quiet' }, 'Building both networks …')
    this.node = h(
      'div',
      { class: 'gan networks' },
      h('div', { class: 'head' }, h('span', { class: 'title' }, 'The two networks'), help('this table', HELP.networks)),
      this.overlay,
      this.body,
    )
    root.append(this.node)
  }

  draw() {
    const { source } = this
    source.askNetworks()
    const networks = source.networks
    if (!networks) {
      if (!this.body.childElementCount)
        text(this.overlay, source.error ? 'No networks: the settings need data first.' : 'Building both networks …')
      return
    }
    const shape = JSON.stringify(networks)
    if (shape === this.shape) return
    this.shape = shape
    this.overlay.hidden = true
    this.body.replaceChildren(
      table('Generator G', 'noise z → sample', 'generator', networks.generator),
      table('Discriminator D', 'sample → score', 'discriminator', networks.discriminator),
    )
  }
}

const size = (shape) => (shape?.length ? shape.join(' × ') : '1')

const KINDS = {
  Conv2d: 'Convolution',
  ConvTranspose2d: 'Transposed convolution',
  BatchNorm1d: 'Batch norm',
  BatchNorm2d: 'Batch norm',
  MaxPool2d: 'Max pooling',
  Unflatten: 'Reshape',
  View: 'Reshape',
}

/** What of PyTorch's description of a layer its row does not say already. */
function tidy(kind, detail) {
  const get = (name) => detail.match(new RegExp(`${name}=\\(?(-?[\\d.e-]+)`))?.[1]
  if (/^Conv/.test(kind)) return `${get('kernel_size')}×${get('kernel_size')}, stride ${get('stride') ?? 1}`
  if (/^MaxPool/.test(kind)) return `${get('kernel_size')}×${get('kernel_size')}`
  if (kind === 'LeakyReLU') return `slope ${get('negative_slope') ?? 0.01}`
  if (/^Dropout/.test(kind)) return `drops ${get('p') ?? 0.5}`
  return /^(BatchNorm|Linear|ReLU|Unflatten|Flatten|Tanh|Sigmoid|View)/.test(kind) ? '' : detail
}

function table(title, path, colour, network) {
  const rows = (network.layers || []).map((l) =>
    h(
      'tr',
      {},
      h('td', {}, KINDS[l.kind] || l.kind || l.name),
      h('td', { class: 'detail' }, tidy(l.kind || '', l.detail || '')),
      h('td', { class: 'n' }, size(l.shape)),
      h('td', { class: 'n' }, l.parameters ? whole(l.parameters) : ''),
    ),
  )
  return h(
    'section',
    { style: `--c: var(--${colour})` },
    h('h4', {}, h('i'), title, h('span', {}, `${path} · ${whole(network.parameters)} parameters`)),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Layer'),
          h('th', { scope: 'col' }, ''),
          h('th', { scope: 'col', class: 'n' }, 'Shape out'),
          h('th', { scope: 'col', class: 'n' }, 'Parameters'),
        ),
      ),
      h('tbody', {}, ...rows),
    ),
  )
}

export class Counts {
  constructor(root) {
    this.g = h('b', {}, '–')
    this.d = h('b', {}, '–')
    this.node = h('p', { class: 'gan counts' }, 'Parameters: G ', this.g, ', D ', this.d)
    root.append(this.node)
  }

  draw() {
    const { source } = this
    const n = source.networks
    const g = n?.generator?.parameters ?? source.status?.parameters?.generator,
      d = n?.discriminator?.parameters ?? source.status?.parameters?.discriminator
    if (g !== undefined) {
      text(this.g, whole(g))
      text(this.d, whole(d))
    }
  }
}
