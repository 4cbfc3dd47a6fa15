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

/** @param {Text} node */
const shown = (node) => !node.parentElement?.closest(CONTROL) && node.parentElement?.checkVisibility()

/** @param {string} name */
function mark(name) {
  const { pattern, words } = TERMS[name]
  const before = document.querySelector(`dfn[data-term="${name}"]`)
  for (const view of document.querySelectorAll('.gan, .note')) {
    const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const found = pattern.exec(node.textContent ?? '')
      if (!found || !(node instanceof Text) || !shown(node)) continue
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
  new MutationObserver(soon).observe(document.body, { subtree: true, childList: true, characterData: true })
}
