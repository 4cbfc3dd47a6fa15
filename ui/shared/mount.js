// Mounts the live views. Streamlit calls `mount` again with new data at every rerun, `unmount` once at the end.

import { addStyle, calm } from './elements.js'
import { nameInWords } from './names.js'
import { explainTerms } from './terms.js'
import { theme } from './theme.js'

/** @import { View } from './view.js' */
/** @import { Component } from './types.d.ts' */
/** @typedef {HTMLElement & { view?: View<any> | null }} Root */

const NARROW = 1000
const PHONE = 480 // as in page.css
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
  new MutationObserver(() => bar.dataset.collapsed === 'false' && showPicture()).observe(bar, {
    attributeFilter: ['data-collapsed'],
  })
}

/** On a phone the sidebar covers the lower half: what its dials change moves above it. The Lab's sidebar has pictures too. */
function showPicture() {
  const picture = document.querySelector('[data-testid="stMain"] :is(.picture, .plane):has(canvas)')
  if (innerWidth <= PHONE) picture?.scrollIntoView({ block: 'start', behavior: calm() ? 'auto' : 'smooth' })
}

/** What the page last asked for, and on which of the pages. */
let asked = ''
let place = ''
/** the browser went back or forward, and the page has not yet followed */
let travelling = false
addEventListener('popstate', () => {
  travelling = true
})

/**
 * What an entry of the browser's history stands for: a run, in a section of the page.
 * @param {string} query
 */
function entry(query) {
  const said = new URLSearchParams(query)
  return `${said.get('section') ?? ''} ${said.get('run') ?? ''}`
}

/**
 * Settings and run in the address. Another run is a new entry in the browser's history, a change of settings is none; a
 * page that one comes to has made its entry.
 * @param {string} query
 */
function address(query) {
  const here = location.pathname
  // a page without views, as Latent is before the first run, leaves no trace here: the address tells where one has been
  if (query === asked && here === place && (travelling || location.search.slice(1) === query)) return
  const other = here === place && !travelling && entry(query) !== entry(location.search)
  asked = query
  place = here
  travelling = false
  if (location.search.slice(1) === query) return
  const to = query ? `?${query}` : here
  if (other) history.pushState({}, '', to)
  else history.replaceState(history.state, '', to)
}

/**
 * Whether the server no longer knows what this tab shows: it was started again, or the tab was away for too long. What
 * it says then is about a new visit, which Streamlit begins with the address of the first one. The address in the
 * browser has the run and the settings: the tab is loaded anew with it.
 * @param {string} visit the visit as which the server knows this tab
 */
function forgotten(visit) {
  // known to the whole tab, for after an update of the app this module is another one
  const tab = /** @type {{ ganVisit?: string }} */ (globalThis)
  const other = tab.ganVisit !== undefined && tab.ganVisit !== visit
  if (other) location.reload()
  else tab.ganVisit = visit
  return other
}

/**
 * @param {Root} root
 * @param {Component} component
 * @param {typeof View<any>} Kind the view's class
 */
export function mount(root, component, Kind) {
  if (forgotten(component.data.visit)) return
  addStyle(new URL('style.css', import.meta.url).href)
  fold()
  nameInWords()
  explainTerms()
  address(component.data.address)
  theme.apply(root)
  const source = Kind.source(component.data)
  // a view shows one thing as long as it lives: nothing of another run can be left in a new one, or come to it late
  const { view } = root
  if (!(view instanceof Kind) || view.source !== source || view.identity !== source.identity) unmount(root)
  root.view ??= start(new Kind({ root, component, source }))
  root.view.mount(component)
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
  root.replaceChildren()
}
