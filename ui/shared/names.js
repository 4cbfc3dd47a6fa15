// Names of Streamlit's own elements for those who listen: the marks in its labels, as words.

import { say } from './say.js'

const MARK = /:material\/(\w+): */
const ICON = /^\w+ icon$/

/**
 * A label without its mark, and with what the mark means.
 * @param {string} label
 */
export function inWords(label) {
  const mark = MARK.exec(label)?.[1]
  const name = label.replace(MARK, '')
  if (mark === 'bolt') return say('mark.bolt', { name })
  return mark === 'restart_alt' ? say('mark.restart_alt', { name }) : name
}

/** @param {Element} node */
function rename(node) {
  const label = node.getAttribute('aria-label') ?? ''
  if (MARK.test(label)) node.setAttribute('aria-label', inWords(label))
  // a mark in a sentence repeats what the sentence says
  else if (ICON.test(label) && node.getAttribute('role') === 'img') node.setAttribute('aria-hidden', 'true')
}

/** @param {Element} root */
function renameIn(root) {
  rename(root)
  // what Plotly measures its letters with
  if (root.id === 'js-plotly-tester') root.setAttribute('aria-hidden', 'true')
  for (const node of root.querySelectorAll('[aria-label]')) rename(node)
  // the sign beside the product's name
  for (const sign of root.querySelectorAll('img[data-testid="stLogo"]:not([alt])')) sign.setAttribute('alt', '')
}

let watching = false

/** From now on, for all that is on the page and all that comes. */
export function nameInWords() {
  if (watching) return
  watching = true
  renameIn(document.body)
  new MutationObserver((changes) => {
    for (const { target, addedNodes, type } of changes) {
      if (type === 'attributes') rename(/** @type {Element} */ (target))
      else for (const node of addedNodes) if (node instanceof Element) renameIn(node)
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] })
}
