// One source of truth a page: the run that is looked at, or the settings where there is none yet. Views subscribe;
// a source without subscribers asks the server nothing.

import { WHOLE } from './ranges.js'

/** @import { Mark } from './marks.js' */
/** @import { Zoom } from './ranges.js' */
/** @import { Game, PageData } from './types.d.ts' */

const KEPT = 6 // sources without a view that are remembered with what they know

/** @type {Map<string, Source>} */
export const sources = new Map()

/**
 * The source of a name, made where there is none yet, and told what the page says.
 * @template {Source} S
 * @param {string} name
 * @param {PageData} data
 * @param {() => S} make
 */
export function shared(name, data, make) {
  const source = /** @type {S} */ (sources.get(name)) ?? make()
  sources.set(name, source)
  for (const [old, one] of sources) {
    if (sources.size <= KEPT) break
    if (one.views.size || old === name) continue
    one.forget()
    sources.delete(old)
  }
  source.configure(data)
  return source
}

export class Source {
  /**
   * What is called when something has changed -> what the page says of that view.
   * @type {Map<() => void, () => Partial<PageData>>}
   */
  views = new Map()

  /** What is shown, as a token: views and late answers of another one than the present have nothing to say. */
  identity = {}

  /** @type {number | null} the step that is looked at, null for now */
  cursor = null

  /** @type {Zoom} the part of the charts that is looked at */
  zoom = WHOLE

  /** @type {Mark[]} what happened besides training, by the step */
  marks = []

  /** @type {string | null} why there is nothing to see */
  error = null

  /** @param {PageData} data */
  constructor(data) {
    this.place = data
  }

  /**
   * What the page says, at every rerun.
   * @param {PageData} data
   */
  configure(data) {
    this.place = data
  }

  /** What the numbers of the present objective mean. */
  get game() {
    return this.place.game
  }

  /** Whether there is a penalty at present. */
  get penalty() {
    return this.place.penalty
  }

  /**
   * Returns what ends it. `about()`: the view's data, of which `often` and `pair` count here.
   * @param {() => void} view
   * @param {() => Partial<PageData>} about
   */
  subscribe(view, about = () => ({})) {
    this.views.set(view, about)
    if (this.views.size === 1) this.begin()
    return () => {
      this.views.delete(view)
      // the views of a rerun leave and come one by one; only an empty page ends the asking
      if (!this.views.size) this.end()
    }
  }

  /** What each view that is here is told by the page. */
  get wishes() {
    return [...this.views.values()].map((about) => about())
  }

  changed() {
    for (const view of [...this.views.keys()]) view()
  }

  /**
   * What the scores in a picture of points mean: its objective may not be the present one.
   * @param {{ objective?: string } | null} [frame]
   * @returns {Game}
   */
  gameOf(frame) {
    return this.place.games[frame?.objective ?? ''] ?? this.game
  }

  /** @param {number | null} step */
  turnTo(step) {
    if (this.cursor === step) return
    this.cursor = step
    this.changed()
  }

  /**
   * The reader looks at a step.
   * @param {number | null} step
   */
  look(step) {
    if (this.cursor === step) return
    this.turnTo(step)
    // the other side of a race looks at what it had made by then
    this.pair?.follow(step)
  }

  /** The other side of a race. */
  get pair() {
    const name = this.wishes.map((about) => about.pair).find(Boolean)
    return sources.get(`run ${name}`)
  }

  /**
   * The reader looks at a part of the charts, on both sides of a race.
   * @param {Zoom} zoom
   */
  zoomTo(zoom) {
    const { pair } = this
    for (const one of pair ? [this, pair] : [this]) one.zoom = zoom
    this.changed()
    pair?.changed()
  }

  /** The first view has come. */
  begin() {}

  /** The last view has left. */
  end() {}

  /** Something was pressed: news may be there at once. */
  hurry() {}

  /** @param {number | null} _step */
  follow(_step) {}

  /** It is not needed any more. */
  forget() {}
}

/** @type {Source | null} */
let page = null

/**
 * The source of what shows no run.
 * @param {PageData} data
 */
export function pageSource(data) {
  page ??= new Source(data)
  page.configure(data)
  return page
}
