// As much of a document as all views need to be mounted in Node: elements that hold what they are given, and canvases that
// write down what is drawn. `seen` is what a reader finds in an element: its words, and its pictures.

import { createHash } from 'node:crypto'
import { install } from './browser.js'

const WIDTH = 700
const HEIGHT = 400

class Classes {
  /** @type {Set<string>} */
  names = new Set()
  /** @param {string} name @param {boolean} [on] */
  toggle(name, on = !this.names.has(name)) {
    if (on) this.names.add(name)
    else this.names.delete(name)
  }
  /** @param {...string} names */
  add(...names) {
    for (const name of names) this.names.add(name)
  }
  /** @param {...string} names */
  remove(...names) {
    for (const name of names) this.names.delete(name)
  }
  /** @param {string} name */
  contains(name) {
    return this.names.has(name)
  }
}

class Fake {
  /** @type {(Fake | string)[]} */
  childNodes = []
  /** @type {Fake | null} */
  parentElement = null
  /** @type {Record<string, string>} */
  attributes = {}
  /** @type {Record<string, any>} */
  dataset = {}
  style = /** @type {any} */ ({ setProperty() {} })
  classList = new Classes()
  hidden = false
  disabled = false
  title = ''
  value = ''
  clientWidth = WIDTH
  clientHeight = HEIGHT
  offsetHeight = HEIGHT
  /** @type {string[]} what was drawn */
  drawn = []

  /** @param {string} tag */
  constructor(tag) {
    this.tag = tag
  }

  get children() {
    return this.childNodes.filter((one) => one instanceof Fake)
  }
  get parentNode() {
    return this.parentElement
  }
  get childElementCount() {
    return this.children.length
  }
  /** @returns {Fake | string | null} */
  get lastChild() {
    return this.childNodes.at(-1) ?? null
  }
  get isConnected() {
    return this.parentElement !== null
  }
  /** @returns {string} */
  get textContent() {
    return this.childNodes.map((one) => (one instanceof Fake ? one.textContent : one)).join('')
  }
  set textContent(words) {
    this.childNodes = words ? [words] : []
  }
  set className(/** @type {string} */ words) {
    this.classList = new Classes()
    this.classList.add(...words.split(' '))
  }
  /** @param {...(Fake | string)} nodes */
  append(...nodes) {
    for (const node of nodes) {
      if (node instanceof Fake) {
        node.remove()
        node.parentElement = this
      }
      this.childNodes.push(node)
    }
  }
  /** @param {Fake} node @param {Fake | null} before */
  insertBefore(node, before) {
    this.append(node)
    if (!before) return
    this.childNodes.pop()
    this.childNodes.splice(this.childNodes.indexOf(before), 0, node)
  }
  /** @param {...(Fake | string)} nodes */
  replaceChildren(...nodes) {
    for (const child of this.children) child.parentElement = null
    this.childNodes = []
    this.append(...nodes)
  }
  remove() {
    const { parentElement: home } = this
    if (home) home.childNodes = home.childNodes.filter((one) => one !== this)
    this.parentElement = null
  }
  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value
    if (name === 'class') this.className = value
  }
  /** @param {string} name */
  removeAttribute(name) {
    delete this.attributes[name]
  }
  /** @param {string} name */
  getAttribute(name) {
    return this.attributes[name] ?? null
  }
  querySelectorAll() {
    return []
  }
  addEventListener() {}
  removeEventListener() {}
  scrollIntoView() {}
  querySelector() {
    return null
  }
  getBoundingClientRect() {
    return { left: 0, top: 0, width: WIDTH, height: HEIGHT, bottom: HEIGHT }
  }
  /** A pen that writes down its words, pictures and ways, from the last time on that a picture was begun. */
  getContext() {
    /** @type {any} */
    const set = {}
    const note =
      (/** @type {string} */ name) =>
      (/** @type {any[]} */ ...what) => {
        if (/setTransform|putImageData/.test(name)) this.drawn = []
        if (name === 'measureText') return { width: 10 }
        if (/Gradient|createImageData/.test(name))
          return { addColorStop() {}, data: new Uint8ClampedArray(4 * what[0] * what[1]) }
        this.drawn.push(`${name} ${what.map(told).join(' ')}`)
      }
    return new Proxy(set, { get: (known, name) => known[name] ?? note(String(name)) })
  }
}

/** @param {any} what a number, words, or a picture @returns {string} */
function told(what) {
  if (what instanceof Fake) return what.drawn.join(', ')
  return typeof what === 'object' ? createHash('sha1').update(JSON.stringify(what)).digest('hex') : String(what)
}

/** Everything that a reader finds in an element. @param {any} root @returns {string} */
export function seen(root) {
  const one = /** @type {Fake} */ (root)
  const words = one.childNodes.map((child) => (child instanceof Fake ? seen(child) : child))
  const { 'aria-label': label = '', 'aria-valuetext': value = '' } = one.attributes
  const { step = '' } = one.dataset
  const told = [one.tag, label, value, one.title, one.value, step, one.hidden, ...one.drawn].filter(Boolean)
  return `\n<${told.join(' ')}: ${words.join('')}>`
}

export const element = (tag = 'div') => /** @type {any} */ (new Fake(tag))

/** A whole browser, as far as views can tell. */
export function openDocument() {
  install({ calm: true })
  const page = /** @type {any} */ (globalThis.document)
  Object.assign(page, {
    createElement: element,
    querySelector: () => null,
    head: element('head'),
    body: element('body'),
    activeElement: null,
  })
  Object.assign(globalThis, {
    innerWidth: 1440,
    innerHeight: 900,
    devicePixelRatio: 1,
    addEventListener() {},
    removeEventListener() {},
    HTMLElement: Fake,
    Element: Fake,
    Node: Fake,
    location: { search: '', pathname: '/' },
    history: { state: null, replaceState() {}, pushState() {} },
    getComputedStyle: () => ({ getPropertyValue: () => '' }),
    ResizeObserver: class {
      /** @param {() => void} act */
      constructor(act) {
        this.act = act
      }
      observe() {
        queueMicrotask(this.act)
      }
      disconnect() {}
    },
    MutationObserver: class {
      observe() {}
      disconnect() {}
    },
    ImageData: class {
      /** @param {any} data */
      constructor(data) {
        this.data = data
      }
    },
    // charts write down the lines that they are given
    Plotly: {
      react: (/** @type {any} */ plot, /** @type {any} */ data, /** @type {any} */ { shapes }) => {
        plot.on = () => {}
        plot.drawn = [JSON.stringify(data.map((/** @type {any} */ line) => [line.x, line.y])), JSON.stringify(shapes)]
      },
      purge() {},
      Plots: { resize() {} },
    },
    createImageBitmap: async (/** @type {Blob} */ blob) => ({ width: 100, height: 100, of: await blob.text() }),
  })
}
