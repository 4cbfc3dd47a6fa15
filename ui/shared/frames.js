// The pictures of a run, fetched and decoded ahead, so that scrubbing waits for nothing.

const PIXELS_KEPT = 20e6

export class Frames {
  constructor(address) {
    this.address = address
    this.kept = new Map() // step -> decoded picture, oldest use first
    this.pending = new Map()
    this.pixels = 0
  }

  /** The picture of a step if it is at hand. */
  peek(step) {
    const picture = this.kept.get(step)
    if (picture) {
      this.kept.delete(step)
      this.kept.set(step, picture)
    }
    return picture
  }

  get(step) {
    const picture = this.peek(step)
    if (picture) return Promise.resolve(picture)
    if (!this.pending.has(step)) {
      const loading = this.load(step).finally(() => this.pending.delete(step))
      this.pending.set(step, loading)
    }
    return this.pending.get(step)
  }

  async load(step) {
    const answer = await fetch(this.address(step))
    if (answer.status !== 200) throw new Error('There is no such picture any more.')
    const picture = await decode(answer)
    this.keep(step, picture)
    return picture
  }

  keep(step, picture) {
    this.kept.set(step, picture)
    this.pixels += size(picture)
    for (const [old, one] of this.kept) {
      if (this.pixels <= PIXELS_KEPT || old === step) break
      this.kept.delete(old)
      this.pixels -= size(one)
    }
  }

  /** Loads what will be wanted soon, nearest first, two at a time. */
  async ahead(steps) {
    const turn = (this.turn = {})
    const queue = steps.filter((s) => !this.kept.has(s))
    const worker = async () => {
      while (queue.length && this.turn === turn) await this.get(queue.shift()).catch(() => {})
    }
    await Promise.all([worker(), worker()])
  }

  clear() {
    this.turn = null
    this.kept.clear()
    this.pixels = 0
  }
}

const size = (picture) => (picture.width ? picture.width * picture.height : 100_000) // the numbers of points, with what is drawn of them

export async function decode(answer) {
  const type = answer.headers.get('content-type') || ''
  return type.includes('json') ? answer.json() : createImageBitmap(await answer.blob())
}

export async function decodeUrl(url) {
  return createImageBitmap(await (await fetch(url)).blob())
}
