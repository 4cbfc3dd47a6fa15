// What the server says to the Lab's views. Frames and scenes on points are in ../shared/points.d.ts.

import type { Game, Square } from '../shared/points.d.ts'

// ---- the smallest GAN: ui/lab/dirac.py

export type How = 'alternating' | 'simultaneous'

/** All that can be set; `how` may be "both". */
export interface Setup {
  objective: string
  penalty: string
  weight: number
  clip: number
  noise: number
  lr: number
  k: number
  how: How | 'both'
  steps: number
  theta: number
  psi: number
}

/** A trajectory: theta and psi after each step. */
export type Path = [number[], number[]]

/** Real and imaginary part. */
export type Complex = [number, number]

export interface Eigenvalues {
  values: Complex[] | null
  text: string
  word: string
  why: string
}

export interface DiracReply {
  paths: Partial<Record<How, Path>>
  flow: Eigenvalues
  steps: Partial<Record<How, Eigenvalues & { moduli: [number, number] | null }>>
  /** Arrows of the field, where it was asked for: [strength from 0 to 1, x0, y0, x1, y1, ...]. */
  field?: number[][]
  error?: string
}

export interface DiracTrial {
  name: string
  title: string
  words: string
  setup: Setup
}

// ---- one step in slow motion: gan_core/look/slow.py

/** What one step consists of. */
export type PartName =
  | 'draw'
  | 'generate'
  | 'classify_real'
  | 'classify_fake'
  | 'loss_d'
  | 'gradient_d'
  | 'update_d'
  | 'loss_g'
  | 'gradient_g'
  | 'update_g'

export type Player = 'discriminator' | 'generator'

export interface Layer {
  kind: string
  units: number
  parameters: number
}

interface Judged {
  logits: number[]
  mean: number
}

interface Moved {
  /** How far the weights of each layer came, and their length before. */
  moved: number[]
  size: number[]
}

/** Points and noise are flat; see `gan_core.look.slow.iteration`. */
export interface Recording {
  error?: string
  step: number
  game: Game
  config: {
    batch_size: number
    latent_dim: number
    prior: string
    k: number
    k_g: number
    packing: number
    label_smoothing: number
    d_loss_scale: number
    clip: number | null
    clip_grad: number | null
    optimiser_d: string
    optimiser_g: string
    lr_d: number
    lr_g: number
  }
  at: { dim: 1; grid: number[] } | { dim: 2; extent: Square; map: number }
  networks: Record<Player, Layer[]>
  draw: { z: number[]; z_dim: number; real: number[] }
  generate: { fake: number[] }
  classify_real: Judged
  classify_fake: Judged
  loss_d: {
    loss: number
    real: number | null
    fake: number | null
    penalty: number | null
    penalty_weight: number | null
  }
  gradient_d: { norm: number; layers: number[]; pull_real: number[]; pull_fake: number[] }
  update_d: Moved & {
    before: number[]
    after: number[]
    verdicts_before: [number, number]
    verdicts_after: [number, number]
  }
  loss_g: Judged & { fresh: boolean; z: number[]; fake: number[]; real_logits: number[] | null; loss: number }
  gradient_g: { norm: number; layers: number[]; pull: number[] }
  update_g: Moved & { fake: number[]; before: number; after: number }
}

// ---- things to try: ui/lab/trials.py

export interface TrialCard {
  name: string
  title: string
  words: string
  question: string
  race: boolean
}

export interface TrialAnswer {
  done?: boolean
  words: string
  /** Why it worked, where it is done. */
  why?: string
}

// ---- data to choose from: /api/thumbnails

/** Draws from 0 to 255 in each coordinate over the square that is shown, and on a line the density, as base64. */
export interface DataSetReply {
  name: string
  title: string
  note: string
  draws: string
  density: string | null
}

// ---- what a page says of each view

declare module '../shared/types.d.ts' {
  interface PageData {
    dirac?: { setup: Setup; seen: number }
    helps?: Record<string, string>
    layers?: string
    seen?: number
    maps?: boolean
    title?: string
    thumbnails?: { dim: 1 | 2; chosen: string | null; open: string | null; drawing: string | null }
    brush?: { drawing: string | null; seen: number }
    trials?: TrialCard[] | DiracTrial[]
    chosen?: string
    question?: string
    about?: string
    /** The side of a race that was changed last. */
    last?: 'A' | 'B'
    /** When the trial was begun in this visit, 0 where it was not. */
    begun?: number
    rival?: string | null
  }
}
