// Mounts the live views. Streamlit calls `mount` again with new data at every rerun, `unmount` once at the end.

import { addStyle } from './elements.js'
import { theme } from './theme.js'

/** @import { View } from './view.js' */
/** @import { Component } from './types.d.ts' */
/** @typedef {HTMLElement & { view?: View<any> | null }} Root */

const NARROW = 1000
let decided = false

/**
 * On a narrow screen the sidebar would leave no room for the pictures: it is folded when the app opens. Whoever opens it
 * afterwards, and on a phone, where it opens folded, that is everybody, keeps it.
 */
function fold() {
  const bar = decided ? null : document.querySelector('[data-testid="stSidebar"]')
  if (!(bar instanceof HTMLElement)) return
  decided = true
  const button = bar.querySelector('[data-testid="stSidebarCollapseButton"] button')
  if (innerWidth < NARROW && bar.dataset.collapsed === 'false' && button instanceof HTMLElement) button.click()
}

/**
 * Settings and run in the address, without a new entry in the browser's history.
 * @param {string} query
 */
function address(query) {
  if (location.search.slice(1) !== query)
    history.replaceState(history.state, '', query ? `?${query}` : location.pathname)
}

/**
 * @param {Root} root
 * @param {Component} component
 * @param {typeof View<any>} Kind the view's class
 */
export function mount(root, component, Kind) {
  addStyle(new URL('style.css', import.meta.url).href)
  fold()
  address(component.data.address)
  theme.apply(root)
  if (!(root.view instanceof Kind)) unmount(root)
  const source = Kind.source(component.data)
  root.view ??= start(new Kind({ root, component, source }))
  root.view.mount(component, source)
}

/** @param {View<any>} view */
function start(view) {
  view.until(theme.watch(view.root, () => view.restyle()))
  return view
}

/** @param {Root} root */
export function unmount(root) {
  root.view?.unmount()
  root.view = null
}
