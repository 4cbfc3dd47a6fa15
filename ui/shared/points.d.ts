// What the server says of games on points, in the plane and on a line: gan_core/look/scene.py writes it as JSON.

/** What the numbers of an objective mean: gan_core/config/games.py. */
export interface Game {
  name: string
  /** D's logit stands for a probability. */
  probability: boolean
  /** The mean score of reals and fakes where D cannot tell them apart; null where any will do. */
  level: number | null
  /** The name of what D maximises, what that is at a draw, and the most it can be; null where there is no bound. */
  value: string
  draw: number
  most: number | null
  /** How far from the middle a score counts as sure; 0 where there is no such number. */
  clear: number
  /** A difference of the mean scores that is large; null where there is no such number. */
  far: number | null
  /** What D minimises and what G does, as formulas. */
  losses: [string, string]
}

/** [low x, high x, low y, high y] */
export type Square = [number, number, number, number]

/** What stays the same in all frames of a run in the plane. Points are x0, y0, x1, y1, ... */
export interface PlaneScene {
  dim: 2
  extent: Square
  /** Cells a side of the maps. */
  map: number
  real: number[]
  /** Centres and standard deviation of the data's components, where they have any. */
  modes: [number, number][] | null
  sigma: number | null
}

/** Fakes, and how many of them lie within 3 sigma of each mode. */
export interface Dots {
  x: number[]
  hits: number[] | null
}

/** G of a lattice of the prior, row by row. */
export interface Lattice {
  x: number[]
  rows: number
  columns: number
}

/** One picture of a game in the plane. What an older version did not write is undefined; null is what there cannot be. */
export interface PlaneFrame extends Dots {
  dim: 2
  objective?: string
  average?: Dots | null
  /** D at the cells, row by row from below, as 16-bit numbers in base64, and what 0 and 65535 stand for. */
  d: string
  range: [number, number]
  best?: string | null
  best_range?: [number, number] | null
  /** D's scores of some reals and fakes. */
  s_real: number[]
  s_fake: number[]
  /** Where G's loss pulls each of the first fakes: dx0, dy0, ... */
  gradient?: number[]
  manifold?: Lattice | null
}

/** What stays the same in all frames of a run on a line. */
export interface LineScene {
  dim: 1
  real: number[]
}

/** One picture of a game on a line: the four things of figure 1, and what theory says of them. */
export interface LineFrame {
  dim: 1
  objective?: string
  grid: number[]
  d: number[]
  data_density: number[]
  g_density: number[]
  best?: number[] | null
  z: number[]
  x: number[]
  real: number[]
  average?: { g_density: number[] } | null
  method?: string
  bandwidth?: number | null
  value?: number | null
  value_best?: number | null
  jsd?: number | null
  kl_data_g?: number | null
  kl_g_data?: number | null
}

export type PointsFrame = PlaneFrame | LineFrame
export type PointsScene = PlaneScene | LineScene
