// Elements of a page, made and changed without laying anything out twice.

/**
 * An element: what begins with "on" listens, what is a property of the element is set as one, all else is an attribute.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (name in node && typeof value !== 'string') Reflect.set(node, name, value)
    else node.setAttribute(name, value)
  }
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

/**
 * Sets text only where it differs, so that nothing is laid out anew and selections survive.
 * @param {Node} node
 * @param {string} value
 */
export function text(node, value) {
  if (node.textContent !== value) node.textContent = value
}

/** @param {string} href */
export function addStyle(href) {
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(h('link', { rel: 'stylesheet', href }))
}

/** Whether the reader has asked for less movement. */
export const calm = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches
