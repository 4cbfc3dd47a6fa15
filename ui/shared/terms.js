// Terms of the field: marked where the page uses one first, and explained there on hover, focus and touch.

import { h } from './elements.js'
import { explain } from './help.js'
import { say } from './say.js'

/** @type {Record<string, { pattern: RegExp, words: () => string }>} */
export const TERMS = {
  prior: { pattern: /\bpriors?\b/i, words: () => say('terms.prior') },
  manifold: { pattern: /\bmanifold\b/i, words: () => say('terms.manifold') },
  pull: { pattern: /\bpulls?\b/i, words: () => say('terms.pull') },
  best: { pattern: /\bbest D\b/i, words: () => say('terms.best') },
  sigma: { pattern: /3σ|three standard deviations/i, words: () => say('terms.sigma') },
  critic: { pattern: /\bcritics?\b/i, words: () => say('terms.critic') },
}
const CONTROL = 'button, a, select, label, input, .unseen, [hidden], .gan-bubble'

/**
 * Whether a reader sees it: a note that is not opened is cut after two lines.
 * @param {Text} node
 * @param {number} at
 */
function shown(node, at) {
  const { parentElement: home } = node
  if (!home || home.closest(CONTROL) || !home.checkVisibility()) return false
  const cut = home.closest('details:not([open]) summary span')
  if (!cut) return true
  const range = document.createRange()
  range.setStart(node, at)
  range.setEnd(node, at + 1)
  return range.getBoundingClientRect().bottom <= cut.getBoundingClientRect().bottom + 1
}

/** @param {string} name */
function mark(name) {
  const { pattern, words } = TERMS[name]
  const before = document.querySelector(`dfn[data-term="${name}"]`)
  for (const view of document.querySelectorAll('.gan, .note')) {
    const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const found = pattern.exec(node.textContent ?? '')
      if (!found || !(node instanceof Text) || !shown(node, found.index)) continue
      if (before?.contains(node)) return
      before?.replaceWith(...before.childNodes)
      const term = node.splitText(found.index)
      term.splitText(found[0].length)
      const about = h('dfn', { 'data-term': name, tabindex: '0' })
      term.replaceWith(about)
      about.append(term)
      explain(about, words)
      return
    }
  }
}

let waiting = false

/** Soon, once for all that has changed meanwhile. */
function soon() {
  if (waiting) return
  waiting = true
  setTimeout(() => {
    waiting = false
    for (const name of Object.keys(TERMS)) mark(name)
  }, 400)
}

let watching = false

/** From now on, for all that the page says. */
export function explainTerms() {
  if (watching) return
  watching = true
  soon()
  const what = { subtree: true, childList: true, characterData: true, attributeFilter: ['open', 'hidden'] }
  new MutationObserver(soon).observe(document.body, what)
}
