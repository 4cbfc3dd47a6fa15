// Canvases as sharp as the screen, and as large as the box that they stand in.

import { h, text } from './elements.js'

/**
 * Sizes a canvas in CSS pixels; returns its context, in CSS pixels too.
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function fit(canvas, width, height) {
  const ratio = Math.max(1, window.devicePixelRatio || 1)
  const w = Math.round(width * ratio)
  const ht = Math.round(height * ratio)
  if (canvas.width !== w || canvas.height !== ht) {
    canvas.width = w
    canvas.height = ht
  }
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = contextOf(canvas)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  return context
}

/**
 * Calls back with the width of an element whenever its size changes; returns what ends that.
 * @param {Element} element
 * @param {(width: number) => void} changed
 */
export function onSize(element, changed) {
  let before = ''
  const observer = new ResizeObserver(() => {
    const width = Math.floor(element.clientWidth)
    const now = `${width} ${Math.floor(element.clientHeight)}`
    if (!width || now === before) return
    before = now
    changed(width)
  })
  observer.observe(element)
  return () => observer.disconnect()
}

/** A box filled by a canvas, with words over it where there is nothing to see yet. */
export class Picture {
  canvas = h('canvas', { role: 'img' })
  overlay = h('p', { class: 'overlay' })
  box = h('div', { class: 'picture' }, this.canvas, this.overlay)

  /**
   * Words over the canvas; none where there is something to see.
   * @param {string} words
   */
  cover(words) {
    text(this.overlay, words)
  }

  /**
   * What the canvas shows, for those who do not see it.
   * @param {string} words
   */
  label(words) {
    this.canvas.setAttribute('aria-label', words)
  }

  /** The canvas at the size of its box, to be painted anew; null as long as the box takes no room. */
  begin() {
    const width = Math.floor(this.box.clientWidth)
    const height = Math.floor(this.box.clientHeight)
    return width && height ? { context: fit(this.canvas, width, height), width, height } : null
  }
}
