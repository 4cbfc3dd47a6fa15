// What the picture of one step is drawn with: a context, the theme's colours, and how much of what moves is there
// already.

import { pen, segment } from '../shared/drawing.js'
import { partOf } from './flow_layout.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Box, Corner } from './flow_layout.js' */

export class Pen {
  /** How strongly everything is drawn; what plays no part is dim. */
  alpha = 1

  /**
   * @param {Context} context
   * @param {Colours} colours
   * @param {number} share how far the part of the step has come, 0 to 1
   */
  constructor(context, colours, share) {
    this.context = context
    this.colours = colours
    this.share = share
  }

  /** @param {number} alpha */
  dim(alpha) {
    this.alpha = alpha
    this.context.globalAlpha = alpha
  }

  /** @param {string} colour */
  ink(colour) {
    this.context.strokeStyle = colour
    this.context.fillStyle = colour
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {Parameters<typeof pen>[2] & { room?: number }} style `room`: the most pixels that it may take
   */
  words(text, x, y, { room, ...style } = {}) {
    pen(this.context, this.colours, style)
    this.context.fillText(text, x, y, room)
  }

  /**
   * @param {Box} box
   * @param {string | null} fill
   */
  frame([x, y, w, h], fill = null) {
    const { context, colours } = this
    context.beginPath()
    context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, 6)
    if (fill) {
      context.fillStyle = fill
      context.fill()
    }
    context.strokeStyle = colours.line
    context.lineWidth = 1
    context.stroke()
  }

  /**
   * An arrow; none where it would be shorter than half a point.
   * @param {number} x0
   * @param {number} y0
   * @param {number} x1
   * @param {number} y1
   * @param {number} size of its head
   */
  arrow(x0, y0, x1, y1, size) {
    const { context } = this
    const length = Math.hypot(x1 - x0, y1 - y0)
    if (length < 0.5) return
    const s = Math.min(size, length)
    const ux = (x1 - x0) / length
    const uy = (y1 - y0) / length
    segment(context, x0, y0, x1 - ux * s * 0.8, y1 - uy * s * 0.8)
    context.beginPath()
    context.moveTo(x1, y1)
    context.lineTo(x1 - s * (1.5 * ux + 0.8 * uy), y1 - s * (1.5 * uy - 0.8 * ux))
    context.lineTo(x1 - s * (1.5 * ux - 0.8 * uy), y1 - s * (1.5 * uy + 0.8 * ux))
    context.fill()
  }

  /**
   * A way round corners with an arrow at its end, of which a share is drawn.
   * @param {Corner[]} corners
   * @param {number} share
   */
  road(corners, share) {
    this.ink(this.colours.gradients)
    this.context.lineWidth = 2.2
    const pieces = partOf(corners, share)
    pieces.forEach((piece, i) => {
      if (i === pieces.length - 1) this.arrow(...piece, 6)
      else segment(this.context, ...piece)
    })
  }
}
