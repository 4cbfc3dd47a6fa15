// Which layers of the plane are shown: one choice for all planes of the page, known by it, and why a layer may not be
// there.

import { Reports } from '../shared/reports.js'
import { say } from '../shared/say.js'

/** @import { PlaneFrame } from '../shared/types.d.ts' */

/** What lies on the ground. @typedef {'real' | 'fakes' | 'average' | 'manifold' | 'pull'} LayerName */
/** What the ground shows. @typedef {'d' | 'best' | 'difference' | 'nothing'} GroundName */
/** @typedef {LayerName | GroundName} Shown */

/** @type {LayerName[]} */
export const LAYERS = ['real', 'fakes', 'average', 'manifold', 'pull']
/** @type {Exclude<GroundName, 'nothing'>[]} */
export const MAPS = ['d', 'best', 'difference']
/** @type {GroundName[]} */
export const GROUNDS = [...MAPS, 'nothing']
const USUAL = 'real,fakes,d,manifold'

/** @param {string} name @returns {name is LayerName} */
export const isLayer = (name) => LAYERS.some((one) => one === name)

export class Layers {
  /** @type {Set<string>} */
  names = new Set(USUAL.split(','))
  /** What is called when something else is to be seen. @type {Set<() => void>} */
  views = new Set()
  reports = new Reports()

  get ground() {
    return MAPS.find((name) => this.names.has(name)) ?? 'nothing'
  }

  /** Names as the page and its address know them, in order. */
  get words() {
    return [...LAYERS, ...MAPS].filter((name) => this.names.has(name)).join()
  }

  /**
   * What the page says; what was switched here counts until the page has heard of it.
   * @param {string | undefined} words
   * @param {number} seen the newest report that it has heard
   */
  configure(words, seen) {
    if (!this.reports.waits(seen)) this.#become(new Set((words ?? USUAL).split(',')))
  }

  /**
   * Switches a layer, or takes another ground; returns the report for the page.
   * @param {Shown} name
   */
  switch(name) {
    const names = new Set(this.names)
    if (isLayer(name)) {
      if (!names.delete(name)) names.add(name)
    } else {
      for (const ground of GROUNDS) names.delete(ground)
      if (name !== 'nothing') names.add(name)
    }
    this.#become(names)
    return { n: this.reports.next(), layers: this.words }
  }

  /** @param {Set<string>} names */
  #become(names) {
    if ([...names].sort().join() === [...this.names].sort().join()) return
    this.names = names
    for (const changed of this.views) changed()
  }
}

/**
 * Why a layer is not there; empty where it is.
 * @param {Shown} name
 * @param {PlaneFrame | null} frame
 * @param {number} dims of the noise
 */
export function whyMissing(name, frame, dims) {
  if (!frame) return ''
  if (name === 'manifold' && !frame.manifold) {
    if (dims > 2) return say('field.no_lattice', { dims })
    return say(frame.manifold === null ? 'field.no_lattice_here' : 'field.old')
  }
  if (name === 'pull' && !frame.gradient) return say('field.old')
  if ((name === 'best' || name === 'difference') && !frame.best)
    return say(frame.best === null ? 'field.no_best' : 'field.old')
  if (name === 'average' && !frame.average) return say('field.no_average')
  return ''
}
