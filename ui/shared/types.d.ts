// What the server sends and the page says, as the browser half reads it. The server's own description is named at each.

import type { Game, LineFrame, LineScene, PlaneFrame, PlaneScene, PointsFrame, PointsScene } from './points.d.ts'

export type { Game, LineFrame, LineScene, PlaneFrame, PlaneScene, PointsFrame, PointsScene }

/** What Streamlit hands to a component of version 2. */
export interface Component {
  data: PageData
  parentElement: HTMLElement
  setTriggerValue(name: string, value: unknown): void
}

/** ui/shared/views.py: what the page says to every view, and to some of them. */
export interface PageData {
  base: string
  /** addresses of shared/mount.js and of the view's module */
  mount: string
  view: string
  plotly: string
  address: string
  /** the visit as which the server knows this tab */
  visit: string
  run: string | null
  state: string
  game: Game
  games: Record<string, Game>
  penalty: boolean
  image: boolean
  average: boolean
  /** of the run, or the settings where there is none yet */
  config: string
  /** a word for all that the pictures before the first step depend on */
  look: string

  /** milliseconds between two questions, where the view wants them more often than usual */
  often?: number
  /** the run on the other side of a race */
  pair?: string | null
  seen?: number
  layers?: string
  maps?: boolean
  title?: string
  side?: string
  titles?: Record<string, string>
  /** which runs train, are held or wait, as the page saw it */
  line?: string
  /** the settings cannot be trained; the line below says why */
  wrong?: boolean
  /** whose networks are counted: the run's, the settings', or nobody's where they cannot be trained */
  whose?: 'run' | 'settings' | 'nobody'
  /** what the line below says of what was tried */
  told?: string[]
  /** seconds after which something that the page has said is no news any more, 0 for none */
  brief?: number
  /** steps a second that were chosen, 0 for as many as there can be */
  speed?: number
  fork?: boolean
  latent?: Walking
  [more: string]: unknown
}

/** The settings, as far as the views read them: gan_core/config. */
export interface Settings {
  steps: number | null
  epochs: number
  resolution: number | null
  latent_dim: number
  [field: string]: unknown
}

/** gan_core/look/pictures.py: how samples lie on a sheet of tiles. */
export interface Layout {
  count: number
  rows: number
  columns: number
  width: number
  height: number
  by_class?: boolean
  names?: string[]
}

/** ui/server: the status of a run with what the views need beside it. */
export interface Status {
  state: string
  active: boolean
  message: string
  name: string
  step: number
  total_steps: number | null
  epoch: number | null
  images_per_second: number | null
  eta: number | null
  seconds: number | null
  device: string | null
  precision: string
  parameters: { generator: number; discriminator: number }
  data_size: number | null
  skipped: number | null
  frame: number | null
  saved_step: number | null
  checkpoints: number[]
  is_image: boolean
  /** drawn from a distribution: there are no epochs */
  endless: boolean
  objective: string
  latent_dim: number
  head_start: number
  live?: Record<string, unknown>
  asked?: 'pause' | 'stop'
  queue_position?: number | null
  waits_for?: string[]
  /** seconds until it begins at the latest; null where that cannot be known */
  waits?: number | null
}

/** One curve: every step as far as it is drawn (x, y), and smoothed (sx, sy). Null is what no number stands for. */
export interface Curve {
  x: number[]
  y: (number | null)[]
  sx: number[]
  sy: (number | null)[]
}

export type Curves = Partial<Record<string, Curve>>

/** What was measured while a run trained, by column; "step" is one of them. */
export type Evaluations = Partial<Record<string, (number | null)[]>>

/** gan_core/advice: something that goes wrong, and what to do about it. */
export interface Finding {
  kind: string
  title: string
  evidence: string
  meaning: string
  remedy: Record<string, unknown>
  remedy_words: string
  at_once: boolean
  /** the step since which it goes wrong, and a sentence with what was changed then */
  since: number
  since_words: string
  /** no change at once can mend it */
  lost: boolean
  /** the kept step to go back to */
  back: number | null
}

/** ui/server/moved.py: a single step, and D's mean scores before and after it. */
export interface Moved {
  who: 'd' | 'g' | 'both'
  real: [number, number]
  fake: [number, number]
  loss_d: number | null
  loss_g: number | null
}

/** The answer to /live. */
export interface Live {
  sequence: string
  status: Status
  frames: number[]
  layout: Layout | null
  evaluations: Evaluations
  findings: Finding[]
  /** what is new of its history, to stand from the place `from` on */
  events?: { from: number; rows: Event[] }
  moved?: Moved | null
  curves?: Curves
}

/** ui/shared/history.py: what happened to a run besides training. */
export interface Event {
  what: string
  step: number
  /** of a pause: how long it lasted */
  seconds?: number
  changes?: { field: string; was: string; now: string }[]
}

export interface LiveError {
  error?: string
}

/** D's logits on single samples. */
export interface Scores {
  d_real?: (number | null)[]
  d_fake?: (number | null)[]
}

export interface Layer {
  kind?: string
  name?: string
  detail?: string
  shape?: number[]
  parameters?: number
}

export interface Network {
  layers?: Layer[]
  parameters: number
}

export interface Networks {
  generator: Network
  discriminator: Network
  error?: string
}

/** What there is to see of a step: a sheet of tiles, or the numbers of points. */
export type Frame = ImageBitmap | PointsFrame
/** The real samples: a sheet of tiles, or what frames of points share. */
export type Scene = ImageBitmap | PointsScene

/** The answer to /preview. */
export interface Preview {
  error?: string
  layout: Layout | null
  data_size: number
  skipped: number
  total_steps: number
  networks: Networks
  real: string | PointsScene
  fake: string | PointsFrame
  d_real: number[]
  d_fake: number[]
}

export interface Timing {
  error?: string
  /** at the least and at the most */
  seconds_per_step: [number, number]
  total_steps: number
}

/** One measure of the full evaluation: gan_core/metrics. */
export interface Measure {
  measure: string
  note: string
  network?: string | null
  value: number | null
  spread?: number | null
  oracle?: number | null
  floor?: number | null
  better: 'low' | 'high' | 'reference'
  n: number
}

/** The answer to /evaluate, and what is known while one is under way. */
export interface Evaluation {
  step: number
  n_fake: number
  n_real: number
  rows: Measure[]
  notes?: string[]
  busy: boolean
  average: boolean
  error?: string | null
}

/** What the Latent page chooses. */
export interface Walking {
  step: number | null
  a: number
  b: number
  kind: string
  count: number
  label: number
  average: boolean
}

/** The answer to /walk: tiles on one sheet, or the values of points. */
export interface Walk {
  error?: string
  scores: number[]
  step: number
  layout: Layout | null
  sheet: string | null
  points?: number[][]
}

/** The answer to /point. */
export interface Point {
  error?: string
  score: number | null
  step: number
  z: number[]
  range: [number, number]
  image: string | null
  value?: number[]
}
