// What all live views have in common. A view is the default export of ui/ROOM/NAME.js and is mounted by its name, "ROOM/NAME".

import { onSize } from './canvas.js'
import { pageSource } from './source.js'
import { sourceFor } from './store.js'
import { theme } from './theme.js'

/** @import { Source } from './source.js' */
/** @import { PageSource } from './store.js' */
/** @import { Component, PageData } from './types.d.ts' */

/**
 * Where a view is mounted, what Streamlit says to it, and where its numbers come from.
 * @template {Source} [S=PageSource]
 * @typedef {{ root: HTMLElement, component: Component, source: S }} Place
 */

/**
 * An heir makes its elements in its constructor, and draws in `draw` and `paint`. It is of one source, and of one `identity`
 * of that, as long as it lives: where another run is looked at, `mount.js` makes another view.
 * @template {Source} [S=PageSource]
 */
export class View {
  /**
   * Where the numbers of such a view come from: the run that is looked at, or the settings where there is none yet.
   * @param {PageData} data
   * @returns {Source}
   */
  static source(data) {
    return sourceFor(data)
  }

  /** @type {(() => void)[]} */
  #ends = []
  /** @type {(() => void) | null} */
  #leave = null

  /** @param {Place<S>} place */
  constructor({ root, component, source }) {
    this.root = root
    this.component = component
    this.source = source
    this.identity = source.identity
    this.gone = false
  }

  // -- what an heir may have a word in

  /** The page has said something: at first, and with every rerun. */
  mounted() {}

  /** The source, or the page, has something new. */
  draw() {}

  /** The picture anew: new numbers, another width, another theme. */
  paint() {}

  /** The theme has changed. */
  restyle() {
    this.paint()
  }

  /** The view ends; once. */
  destroy() {}

  // -- what it may use

  get data() {
    return this.component.data
  }

  /** The theme's colours. */
  get colours() {
    return theme.of(this.root)
  }

  /**
   * Tells the page, which runs anew for it.
   * @param {string} name
   * @param {unknown} value
   */
  tell(name, value) {
    this.component.setTriggerValue(name, value)
  }

  /**
   * Something to be ended with the view.
   * @param {() => void} end
   */
  until(end) {
    this.#ends.push(end)
  }

  /**
   * Calls back with the width of an element whenever its size changes, as long as the view lives.
   * @param {Element} element
   * @param {(width: number) => void} changed
   */
  onSize(element, changed = () => this.paint()) {
    this.until(onSize(element, changed))
  }

  // -- its life, which `mount.js` leads

  /** @param {Component} component */
  mount(component) {
    this.component = component
    if (this.#leave) this.source.hurry()
    else
      this.#leave = this.source.subscribe(
        () => this.draw(),
        () => this.data,
      )
    this.mounted()
    this.draw()
  }

  unmount() {
    this.gone = true
    this.#leave?.()
    for (const end of this.#ends) end()
    this.destroy()
  }
}

/**
 * A view of the page itself, which shows no run: it stays whatever run or settings are looked at.
 * @extends {View<Source>}
 */
export class PageView extends View {
  /** @param {PageData} data */
  static source(data) {
    return pageSource(data)
  }
}
