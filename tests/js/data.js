// What a server would say, as tests need it.

/** @import { Curve, Curves, Game, Live, PageData, Status } from '../../ui/shared/types.d.ts' */

/** @type {Game} */
export const PROBABILITY = {
  name: 'non-saturating',
  value: 'V(G, D)',
  draw: -Math.log(4),
  most: 0,
  probability: true,
  level: 0.5,
  clear: 0,
  far: null,
  losses: ['', ''],
}
/** @type {Game} */
export const HINGE = { ...PROBABILITY, name: 'hinge', value: '−Loss_D', draw: -2, probability: false, level: 0, far: 2 }
/** @type {Game} */
export const WASSERSTEIN = {
  ...PROBABILITY,
  name: 'wasserstein',
  value: 'estimated distance',
  draw: 0,
  most: null,
  probability: false,
  level: null,
}

/** @param {Partial<PageData>} more @returns {PageData} */
export const pageData = (more = {}) => ({
  base: '',
  mount: '',
  view: '',
  plotly: '',
  visit: 'first',
  address: '',
  run: null,
  state: 'ready',
  game: PROBABILITY,
  games: {},
  penalty: false,
  image: false,
  average: false,
  look: '',
  config: '{"steps": null, "epochs": 3, "resolution": null, "latent_dim": 2}',
  ...more,
})

/** @param {Partial<Status>} more @returns {Status} */
export const status = (more = {}) => ({
  state: 'training',
  active: true,
  message: '',
  name: 'a run',
  step: 1204,
  total_steps: 4212,
  epoch: 3,
  images_per_second: 9800,
  eta: 42,
  seconds: 61,
  device: 'cpu',
  precision: 'float32',
  parameters: { generator: 58720, discriminator: 10080 },
  data_size: 17970,
  skipped: 0,
  frame: null,
  saved_step: null,
  checkpoints: [],
  is_image: true,
  endless: false,
  objective: 'non-saturating',
  latent_dim: 8,
  head_start: 0,
  ...more,
})

/** @param {Partial<Live>} more @returns {Live} */
export const live = (more = {}) => ({
  sequence: '1',
  status: status(),
  frames: [0, 10, 20],
  layout: null,
  evaluations: {},
  findings: [],
  ...more,
})

/** @param {(number | null)[]} sy at the steps 1, 2, ... @returns {Curve} */
export const curve = (sy) => ({ x: [], y: [], sx: sy.map((_, i) => i + 1), sy })

/** @param {number} real @param {number} fake @param {Curves} more @returns {Curves} */
export const curves = (real, fake, more = {}) => ({ d_real: curve([real]), d_fake: curve([fake]), ...more })
