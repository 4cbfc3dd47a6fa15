// As much of a browser as the parts need that compute: a page that can be hidden, frames of animation, and a server.

/** @typedef {(url: string) => { status?: number, body?: unknown } | Promise<{ status?: number, body?: unknown }>} Server */

/** @type {Map<string, () => void>} */
const heard = new Map()
/** @type {(() => void)[]} */
let frames = []

export const page = {
  hidden: false,
  /** @param {string} event @param {() => void} act */
  addEventListener: (event, act) => void heard.set(event, act),
  /** @param {string} event */
  removeEventListener: (event) => void heard.delete(event),
}

/** The page is shown, or hidden. @param {boolean} hidden */
export function hide(hidden) {
  page.hidden = hidden
  heard.get('visibilitychange')?.()
}

/** Paints the next frame of all animations. */
export function nextFrame() {
  const now = frames
  frames = []
  for (const act of now) act()
}

/** @param {{ calm?: boolean }} how whether the reader has asked for less movement */
export function install({ calm = false } = {}) {
  frames = []
  page.hidden = false
  Object.assign(globalThis, {
    document: page,
    window: globalThis,
    matchMedia: () => ({ matches: calm }),
    requestAnimationFrame: (/** @type {() => void} */ act) => frames.push(act),
    cancelAnimationFrame: () => {
      frames = []
    },
    createImageBitmap: async () => ({ width: 100, height: 100, close() {} }),
  })
}

/**
 * Answers all questions; returns the addresses that were asked for.
 * @param {Server} server
 */
export function serve(server) {
  /** @type {string[]} */
  const asked = []
  globalThis.fetch = /** @type {typeof fetch} */ (
    /** @type {unknown} */ (
      async (/** @type {string} */ url) => {
        asked.push(url)
        const { status = 200, body = {} } = await server(url)
        return {
          ok: status === 200,
          status,
          headers: new Map([['content-type', 'application/json']]),
          json: async () => body,
          blob: async () => new Blob(),
        }
      }
    )
  )
  return asked
}

/** Lets all promises come to their end that wait for nothing else. */
export const settle = () => new Promise((done) => setImmediate(done))
