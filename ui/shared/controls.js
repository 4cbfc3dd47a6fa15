// What a reader presses, drags and reads off, once for all views.

import { h, text } from './elements.js'
import { help } from './help.js'

/**
 * The line above a view: its title, a heading for those who go from one to the next; help for it, and what else belongs there.
 * @param {string | Element} title
 * @param {{ term: string, words: string } | null} about what the help explains
 * @param {...(Node | null)} more
 */
export function head(title, about, ...more) {
  const node = typeof title === 'string' ? h('span', { class: 'title' }, title) : title
  node.setAttribute('role', 'heading')
  node.setAttribute('aria-level', '2')
  return h('div', { class: 'head' }, node, about && help(about.term, about.words), ...more)
}

/**
 * @param {string} words
 * @param {() => void} onclick
 * @param {string} look the class that the style sheet knows it by
 */
export const button = (words, onclick, look = 'plain') => h('button', { type: 'button', class: look, onclick }, words)

/**
 * A round button with a sign on it, and words for those who do not know the sign.
 * @param {string} sign
 * @param {string} words
 * @param {() => void} onclick
 */
export const round = (sign, words, onclick) =>
  h('button', { type: 'button', class: 'round', title: words, 'aria-label': words, onclick }, sign)

/** A round button that plays and pauses. */
export class PlayButton {
  /**
   * @param {string} play what it does, in words
   * @param {string} pause
   * @param {() => void} pressed
   */
  constructor(play, pause, pressed) {
    this.words = { play, pause }
    this.node = round('▶', play, pressed)
  }

  /** @param {boolean} playing */
  show(playing) {
    const words = playing ? this.words.pause : this.words.play
    text(this.node, playing ? '❚❚' : '▶')
    this.node.setAttribute('aria-label', words)
    this.node.title = words
  }
}

/**
 * Shows whether a button that can be switched on is.
 * @param {Element} node
 * @param {boolean} on
 */
export function press(node, on) {
  node.classList.toggle('on', on)
  node.setAttribute('aria-pressed', String(on))
}

/** Buttons of which one is on. */
export class Choice {
  /**
   * @param {string} label of all of them
   * @param {{ name: string, label: string, title?: string }[]} options
   * @param {(name: string) => void} chosen
   */
  constructor(label, options, chosen) {
    this.buttons = new Map(
      options.map(({ name, label: words, title }) => [
        name,
        h('button', { type: 'button', ...(title ? { title } : {}), onclick: () => chosen(name) }, words),
      ]),
    )
    this.node = h('span', { class: 'choice', role: 'group', 'aria-label': label }, ...this.buttons.values())
  }

  /** @param {string} name */
  mark(name) {
    for (const [one, node] of this.buttons) press(node, one === name)
  }
}

/** A slider whose track is filled as far as it is moved. */
export class Slider {
  /**
   * @param {string} label
   * @param {{ min?: number, max?: number, step?: number }} range
   * @param {(value: number) => void} moved while it is dragged
   * @param {Record<string, any>} more listeners and attributes
   */
  constructor(label, { min = 0, max = 1, step = 1 }, moved, more = {}) {
    this.node = h('input', {
      type: 'range',
      min: String(min),
      max: String(max),
      step: String(step),
      'aria-label': label,
      oninput: () => {
        this.fill()
        moved(this.value)
      },
      ...more,
    })
  }

  get value() {
    return Number(this.node.value)
  }

  get max() {
    return Number(this.node.max)
  }

  set max(max) {
    this.node.max = String(max)
  }

  /**
   * Moves it from here; `words` say the value to those who do not see it.
   * @param {number} value
   * @param {string} [words]
   */
  show(value, words) {
    if (this.value !== value) this.node.value = String(value)
    this.fill(value)
    if (words !== undefined) this.node.setAttribute('aria-valuetext', words)
  }

  fill(value = this.value) {
    const min = Number(this.node.min)
    const share = (value - min) / (this.max - min || 1)
    this.node.style.setProperty('--share', `${100 * Math.max(0, Math.min(1, share))}%`)
  }
}

/**
 * A key of a legend: a mark in a colour, and what it stands for.
 * @param {string} mark "dot", "hollow", "stroke", or the dash of a line
 * @param {string} colour a name of the theme's
 * @param {...(Node | string)} words
 */
export const key = (mark, colour, ...words) =>
  h(
    'span',
    { class: `key ${mark}`, style: `--c: var(--${colour === 'text' ? 'st-text-color' : colour})` },
    h('i'),
    ...words,
  )

/** @type {WeakMap<Element, string>} */
const said = new WeakMap()

/**
 * Text in which **this** is bold.
 * @param {Element} node
 * @param {string} words
 */
export function rich(node, words) {
  const parts = words.split('**')
  // what is marked as a term in it stays
  if (said.get(node) === words && node.textContent === parts.join('')) return
  said.set(node, words)
  node.replaceChildren(...parts.map((part, i) => (i % 2 ? h('b', {}, part) : part)))
}
