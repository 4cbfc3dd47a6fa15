// Sheets of tiles, as large as a box lets them be, in full rectangles.

/** @import { Colours } from '../shared/theme.js' */
/** @import { Layout } from '../shared/types.d.ts' */

const BETWEEN = 14 // pixels between two panels
const NAME = 20 // pixels above a panel for its name
const WORTH = 0.6 // a full rectangle is taken as long as its tiles are that large beside the largest possible

/**
 * The columns in which `count` tiles are largest in a box of that many tile widths and heights: those of a full rectangle,
 * unless that makes them very small, as for a prime number of tiles.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 */
export function fullest(count, width, height) {
  const size = (/** @type {number} */ columns) => Math.min(width / columns, height / Math.ceil(count / columns))
  const all = Array.from({ length: count }, (_, i) => i + 1)
  const best = (/** @type {number[]} */ some) => some.reduce((a, b) => (size(b) > size(a) ? b : a))
  const full = best(all.filter((columns) => count % columns === 0))
  const any = best(all)
  return size(full) >= WORTH * size(any) ? full : any
}

/**
 * Where tiles go in a box of `width` by `height` pixels beside a `gutter`, with a gap between them.
 *
 * `sheets`: of how many sheets the same tiles are shown, each in a panel of its own, beside or below each other as makes the
 * tiles larger; of two sheets half the tiles are shown. `named`: whether a panel has a name above. With `layout.by_class` a row
 * is a class, and the panels stand beside each other. Places are those in a panel.
 * @param {Layout} layout
 * @param {{ width: number, height: number, gutter: number, gap: number, sheets: number, named: boolean, ratio: number }} box
 */
export function arrange(layout, { width, height, gutter, gap, sheets, named, ratio }) {
  const { width: w, height: ht, by_class: byClass } = layout
  const head = named ? NAME : 0
  const some = byClass ? layout.rows * layout.columns : Math.max(1, Math.floor(layout.count / sheets))
  const option = (/** @type {number} */ across) => {
    const down = sheets / across
    const room = {
      width: (width - gutter - BETWEEN * (across - 1)) / across,
      height: (height - BETWEEN * (down - 1)) / down - head,
    }
    const fitting = Math.floor((room.width * layout.rows * ht) / (room.height * w))
    const columns = byClass
      ? Math.max(1, Math.min(layout.columns, fitting))
      : fullest(some, room.width / w, room.height / ht)
    const rows = byClass ? layout.rows : Math.ceil(some / columns)
    const largest = Math.min(
      (room.width - gap * (columns + 1)) / (columns * w),
      (room.height - gap * (rows + 1)) / (rows * ht),
    )
    return { across, down, columns, rows, largest }
  }
  const beside = option(sheets)
  const below = byClass ? beside : option(1)
  const { across, down, columns, rows, largest } = below.largest > beside.largest ? below : beside
  // whole multiples keep the pixels square; where that would waste room, the picture is stretched a little instead
  const snapped = Math.floor(largest * ratio) / ratio
  const scale = snapped >= 1 && snapped / largest > 0.88 ? snapped : largest
  const tile = { width: w * scale, height: ht * scale }
  const panel = { width: columns * (tile.width + gap) + gap, height: head + rows * (tile.height + gap) + gap }
  const left = gutter + Math.max(0, (width - gutter - across * panel.width - (across - 1) * BETWEEN) / 2)
  const top = Math.max(0, (height - down * panel.height - (down - 1) * BETWEEN) / 2)
  const panels = Array.from({ length: sheets }, (_, i) => ({
    x: left + (i % across) * (panel.width + BETWEEN),
    y: top + head + Math.floor(i / across) * (panel.height + BETWEEN),
  }))
  const shown = byClass ? rows * columns : some
  const places = Array.from({ length: shown }, (_, i) => {
    const row = Math.floor(i / columns)
    const missing = (row + 1) * columns - shown // a last row that is not full stands in the middle
    const column = (i % columns) + (missing > 0 ? missing / 2 : 0)
    return {
      x: gap + column * (tile.width + gap),
      y: gap + row * (tile.height + gap),
      at: byClass ? row * layout.columns + (i % columns) : i, // which tile of the sheet
    }
  })
  return { scale, tile, rows, columns, panels, places }
}

/**
 * Draws tiles of sheets into a box, each sheet in a panel of its own.
 * @param {CanvasRenderingContext2D} context
 * @param {ImageBitmap[]} sheets
 * @param {string[]} titles of the panels; none where there is but one G
 * @param {Layout} layout
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function drawTiles(context, sheets, titles, layout, width, height, colours) {
  const { width: w, height: ht } = layout
  const names = (layout.by_class && layout.names) || []
  const gap = layout.columns > 12 ? 2 : 3
  context.font = `12px ${colours.font}`
  const gutter = names.length ? Math.min(92, Math.max(...names.map((n) => context.measureText(n).width))) + 8 : 0
  const ratio = window.devicePixelRatio || 1
  const box = { width, height, gutter, gap, sheets: sheets.length, named: titles.length > 0, ratio }
  const { scale, tile, rows, panels, places } = arrange(layout, box)
  context.clearRect(0, 0, width, height)
  context.imageSmoothingEnabled = scale < 1
  context.imageSmoothingQuality = 'high'
  panels.forEach((panel, n) => {
    context.fillStyle = colours.line
    for (const { x, y } of places)
      context.fillRect(panel.x + x - gap, panel.y + y - gap, tile.width + 2 * gap, tile.height + 2 * gap)
    for (const { x, y, at } of places) {
      const [sx, sy] = [(at % layout.columns) * w, Math.floor(at / layout.columns) * ht]
      context.drawImage(sheets[n], sx, sy, w, ht, panel.x + x, panel.y + y, tile.width, tile.height)
    }
    if (!titles[n]) return
    context.fillStyle = colours.text
    context.font = `600 13px ${colours.font}`
    context.textAlign = 'left'
    context.textBaseline = 'alphabetic'
    context.fillText(titles[n], panel.x + 1, panel.y - 5)
  })
  const [{ x, y }] = panels
  context.fillStyle = colours.text
  context.font = `12px ${colours.font}`
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (let row = 0; row < Math.min(rows, names.length); row++)
    context.fillText(names[row], x - 6, y + gap + row * (tile.height + gap) + tile.height / 2, gutter - 8)
}
