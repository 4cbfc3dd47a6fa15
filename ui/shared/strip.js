// Small signs at places along an axis: each says under the mouse, or with the keyboard, what it stands for.

import { h, text } from './elements.js'
import { closeHelp, explain } from './help.js'

/**
 * `key`: what tells it from others; `look`: its class; `count`: how many it stands for, where they are several.
 * @typedef {{ key: string, left: number, look: string, colour?: string, count?: number, words: string, press: () => void }} Sign
 */

/** One stop of the tab key; arrow keys go from sign to sign. */
export class Strip {
  /** @type {{ node: HTMLButtonElement, sign: Sign }[]} */
  #shown = []

  /**
   * @param {string} look
   * @param {string} label
   */
  constructor(look, label) {
    this.node = h('div', {
      class: `strip ${look}`,
      role: 'group',
      'aria-label': label,
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.#go(event),
    })
  }

  /** @param {Sign[]} signs */
  show(signs) {
    const before = new Map(this.#shown.map((one) => [one.sign.key, one]))
    this.#shown = signs.map((sign) => {
      const one = before.get(sign.key) ?? this.#make(sign)
      before.delete(sign.key)
      one.sign = sign
      one.node.className = `sign ${sign.look}`
      one.node.style.left = `${sign.left}px`
      one.node.style.setProperty('--c', sign.colour ?? 'var(--st-text-color)')
      if (one.node.getAttribute('aria-label') !== sign.words) one.node.setAttribute('aria-label', sign.words)
      text(one.node, sign.count && sign.count > 1 ? String(sign.count) : '')
      return one
    })
    for (const { node } of before.values()) {
      if (node.hasAttribute('aria-describedby')) closeHelp()
      node.remove()
    }
    this.#shown.forEach(({ node }, i) => {
      if (this.node.children[i] !== node) this.node.insertBefore(node, this.node.children[i] ?? null)
    })
    this.#stop(this.#shown.find(({ node }) => node.tabIndex === 0)?.node)
    this.node.hidden = !signs.length
  }

  /** @param {Sign} sign */
  #make(sign) {
    const node = h('button', { type: 'button', tabIndex: -1, onclick: () => one.sign.press() })
    const one = { node, sign }
    explain(node, () => one.sign.words)
    node.addEventListener('focus', () => this.#stop(node))
    return one
  }

  /** @param {HTMLButtonElement} [node] where the tab key stops */
  #stop(node = this.#shown[0]?.node) {
    for (const one of this.#shown) one.node.tabIndex = one.node === node ? 0 : -1
  }

  /** @param {KeyboardEvent} event */
  #go(event) {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    const at = this.#shown.findIndex(({ node }) => node === event.target)
    if (!by || at < 0) return
    event.preventDefault()
    this.#shown[Math.max(0, Math.min(this.#shown.length - 1, at + by))].node.focus()
  }
}
