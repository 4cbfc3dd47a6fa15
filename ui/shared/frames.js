// The pictures of a run, fetched and decoded ahead, so that scrubbing waits for nothing.

/** @import { Frame, Scene } from './types.d.ts' */

const PIXELS_KEPT = 20e6
const POINTS = 100_000 // pixels that the numbers of points, with what is drawn of them, count for

/** @param {Frame} picture */
const size = (picture) => ('width' in picture ? picture.width * picture.height : POINTS)

export class Frames {
  /** @type {Map<number, Frame>} step -> decoded picture, oldest use first */
  kept = new Map()
  /** @type {Map<number, Promise<Frame>>} */
  pending = new Map()
  pixels = 0
  turn = {}

  /** @param {(step: number) => string} address */
  constructor(address) {
    this.address = address
  }

  /**
   * The picture of a step if it is at hand.
   * @param {number} step
   */
  peek(step) {
    const picture = this.kept.get(step)
    if (picture) {
      this.kept.delete(step)
      this.kept.set(step, picture)
    }
    return picture
  }

  /**
   * The picture of a step: itself where it is at hand, so that scrubbing does not flicker, else a promise of it.
   * @param {number} step
   */
  get(step) {
    const picture = this.peek(step)
    if (picture) return picture
    const pending = this.pending.get(step)
    if (pending) return pending
    const loading = this.load(step).finally(() => this.pending.delete(step))
    this.pending.set(step, loading)
    return loading
  }

  /** @param {number} step */
  async load(step) {
    const answer = await fetch(this.address(step))
    if (answer.status !== 200) throw new Error('the picture is not kept')
    const picture = /** @type {Frame} */ (await decode(answer))
    this.keep(step, picture)
    return picture
  }

  /**
   * @param {number} step
   * @param {Frame} picture
   */
  keep(step, picture) {
    this.kept.set(step, picture)
    this.pixels += size(picture)
    for (const [old, one] of this.kept) {
      if (this.pixels <= PIXELS_KEPT || old === step) break
      this.kept.delete(old)
      this.pixels -= size(one)
    }
  }

  /**
   * Loads what will be wanted soon, nearest first, two at a time.
   * @param {number[]} steps
   */
  async ahead(steps) {
    const turn = {}
    this.turn = turn
    const queue = steps.filter((s) => !this.kept.has(s))
    const worker = async () => {
      for (let step = queue.shift(); step !== undefined && this.turn === turn; step = queue.shift()) {
        try {
          await this.get(step)
        } catch {} // it is asked for again when it is looked at
      }
    }
    await Promise.all([worker(), worker()])
  }

  clear() {
    this.turn = {}
    this.kept.clear()
    this.pixels = 0
  }
}

/**
 * A picture, or the numbers of points.
 * @param {Response} answer
 * @returns {Promise<Frame | Scene>}
 */
export async function decode(answer) {
  const type = answer.headers.get('content-type') || ''
  return type.includes('json') ? answer.json() : createImageBitmap(await answer.blob())
}

/** @param {string} url */
export async function decodeUrl(url) {
  return createImageBitmap(await (await fetch(url)).blob())
}
