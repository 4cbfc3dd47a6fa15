// A recording of one step for the tests of slow motion.

import { PROBABILITY } from './points.js'

/** @import { Recording } from '../../ui/lab/types.d.ts' */

/**
 * Two samples each, in the plane; D's map has 2 x 2 cells.
 * @param {Partial<Recording>} more
 * @returns {Recording}
 */
export function recording(more = {}) {
  return {
    step: 12,
    game: { ...PROBABILITY, losses: ['A + B', 'C'] },
    config: {
      batch_size: 32,
      latent_dim: 2,
      prior: 'normal',
      k: 1,
      k_g: 1,
      packing: 1,
      label_smoothing: 0,
      d_loss_scale: 1,
      clip: null,
      clip_grad: null,
      optimiser_d: 'adam',
      optimiser_g: 'sgd',
      lr_d: 0.0002,
      lr_g: 0.01,
    },
    at: { dim: 2, extent: [-1, 1, -1, 1], map: 2 },
    networks: {
      discriminator: [
        { kind: 'Linear', units: 8, parameters: 24 },
        { kind: 'Linear', units: 1, parameters: 9 },
      ],
      generator: [{ kind: 'Linear', units: 2, parameters: 1234 }],
    },
    draw: { z: [0, 0, 1, 1], z_dim: 2, real: [1, 1, 3, 5] },
    generate: { fake: [-1, 0, 0, 0] },
    classify_real: { logits: [2, -1], mean: 0.575 },
    classify_fake: { logits: [-1, -0.5], mean: 0.323 },
    loss_d: { loss: 1.5, real: 1, fake: 0.5, penalty: null, penalty_weight: null },
    gradient_d: { norm: 0.25, layers: [0.2, 0.15], pull_real: [1, 0.5], pull_fake: [-1, -0.5] },
    update_d: {
      moved: [0.3, 0.4],
      size: [30, 40],
      before: [-2, 0, 0, 2],
      after: [0, 2, 2, 4],
      verdicts_before: [1, -1],
      verdicts_after: [3, 1],
    },
    loss_g: {
      fresh: true,
      z: [0, 0, 1, 1],
      fake: [-1, 0, 0, 0],
      logits: [0, 1],
      mean: 0.6,
      real_logits: null,
      loss: 0.7,
    },
    gradient_g: { norm: 0.5, layers: [0.5], pull: [3, 4, 0, 1] },
    update_g: { moved: [1], size: [10], fake: [-1, 1, 0, 3], before: 0.6, after: 0.61 },
    ...more,
  }
}
