// Help in place: a bubble of words beside what it explains.

import { h } from './elements.js'
import { say } from './say.js'
import { theme } from './theme.js'

/** @type {{ bubble: HTMLElement, owner: HTMLElement } | null} */
let shown = null

/**
 * @param {HTMLElement} owner
 * @param {string} words a paragraph a line
 * @param {boolean} below
 */
function show(owner, words, below = false) {
  closeHelp()
  const colours = theme.of(owner)
  const bubble = h('div', { class: 'gan-bubble', role: 'tooltip', id: 'gan-bubble' })
  for (const line of words.split('\n')) bubble.append(h('p', {}, line))
  bubble.style.background = colours.text
  bubble.style.color = colours.background
  bubble.style.fontFamily = colours.font
  document.body.append(bubble)
  owner.setAttribute('aria-describedby', 'gan-bubble')
  const at = owner.getBoundingClientRect()
  const box = bubble.getBoundingClientRect()
  const left = Math.max(8, Math.min(at.left + at.width / 2 - box.width / 2, innerWidth - box.width - 8))
  const above = at.top - box.height - 8
  bubble.style.left = `${left}px`
  bubble.style.top = `${above > 64 && !below ? above : at.bottom + 8}px`
  shown = { bubble, owner }
}

export function closeHelp() {
  shown?.owner.removeAttribute('aria-describedby')
  shown?.bubble.remove()
  shown = null
}

/**
 * A small "?" that explains a term: shown on hover, focus and touch, closed by Escape.
 * @param {string} term
 * @param {string} words
 */
export function help(term, words) {
  const open = () => show(button, words)
  const button = h(
    'button',
    {
      type: 'button',
      class: 'gan-help',
      'aria-label': say('help.explain', { term }),
      onmouseenter: open,
      onmouseleave: closeHelp,
      onfocus: open,
      onblur: closeHelp,
      onclick: open,
      onkeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key === 'Escape') closeHelp()
      },
    },
    '?',
  )
  return button
}

/**
 * Says below something what it is, or why it is not there, where it is looked at: under the mouse, or with the keyboard.
 * @param {HTMLElement} node
 * @param {() => string} words
 */
export function explain(node, words) {
  const open = () => show(node, words(), true)
  const away = () => {
    if (shown?.owner === node) closeHelp()
  }
  node.addEventListener('mouseenter', open)
  node.addEventListener('mouseleave', away)
  node.addEventListener('focus', () => {
    if (node.matches(':focus-visible')) open()
  })
  node.addEventListener('blur', away)
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') away()
  })
}
