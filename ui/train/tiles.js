// Sheets of tiles, as large as a box lets them be.

/** @import { Colours } from '../shared/theme.js' */
/** @import { Layout } from '../shared/types.d.ts' */

/**
 * The number of columns, a multiple of `group`, with which `count` tiles are largest in a box of that many tile widths and heights.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} group
 */
export function fullest(count, width, height, group = 1) {
  const size = (/** @type {number} */ columns) => Math.min(width / columns, height / Math.ceil(count / columns))
  let best = group
  for (let columns = 2 * group; columns <= count; columns += group) if (size(columns) > size(best)) best = columns
  return best
}

/**
 * Where tiles go in a box of `width` by `height` pixels beside a `gutter`, with a gap between them: as many columns as make them largest.
 *
 * `each`: 1, or 2 of which the same tiles stand side by side, then only half as many. With `layout.by_class` a row is a class.
 * @param {Layout} layout
 * @param {{ width: number, height: number, gutter: number, gap: number, each: number, ratio: number }} box
 */
export function arrange(layout, { width, height, gutter, gap, each, ratio }) {
  const { width: w, height: ht, by_class: byClass } = layout
  const room = width - gutter
  // of a class as many as fit beside each other when all classes fit below each other; of others half, where there are two of each
  const fitting = Math.floor((room * layout.rows * ht) / (height * w * each))
  const columns = byClass
    ? each * Math.max(1, Math.min(layout.columns, fitting))
    : fullest(each * Math.ceil(layout.count / each), room / w, height / ht, each)
  const some = byClass ? (layout.rows * columns) / each : Math.ceil(layout.count / each)
  const rows = Math.ceil((some * each) / columns)
  const perRow = columns / each
  const between = each * gap // the two of a pair touch
  let scale = Math.min((room - gap - between * perRow) / (columns * w), (height - gap * (rows + 1)) / (rows * ht))
  // whole multiples keep the pixels square; where that would waste room, the picture is stretched a little instead
  const snapped = Math.floor(scale * ratio) / ratio
  if (snapped >= 1 && snapped / scale > 0.88) scale = snapped
  const tile = { width: w * scale, height: ht * scale }
  const group = each * tile.width + between
  const left = gutter + Math.max(0, (room - perRow * group - gap) / 2) + gap
  const places = Array.from({ length: some }, (_, i) => {
    const column = i % perRow
    const row = Math.floor(i / perRow)
    return {
      x: left + column * group,
      y: gap + row * (tile.height + gap),
      at: byClass ? row * layout.columns + column : i, // which tile of the sheet
    }
  })
  return { scale, tile, rows, left, places }
}

/**
 * Draws tiles of sheets into a box. `sheets`: one, or two of which the same tiles are drawn side by side.
 * @param {CanvasRenderingContext2D} context
 * @param {ImageBitmap[]} sheets
 * @param {Layout} layout
 * @param {number} width
 * @param {number} height
 * @param {Colours} colours
 */
export function drawTiles(context, sheets, layout, width, height, colours) {
  const { width: w, height: ht } = layout
  const names = (layout.by_class && layout.names) || []
  const gap = layout.columns > 12 ? 2 : 3
  const each = sheets.length
  context.font = `12px ${colours.font}`
  const gutter = names.length ? Math.min(92, Math.max(...names.map((n) => context.measureText(n).width))) + 8 : 0
  const ratio = window.devicePixelRatio || 1
  const { scale, tile, rows, left, places } = arrange(layout, { width, height, gutter, gap, each, ratio })
  context.clearRect(0, 0, width, height)
  context.fillStyle = colours.line
  context.imageSmoothingEnabled = scale < 1
  context.imageSmoothingQuality = 'high'
  for (const { x, y } of places) context.fillRect(x - gap, y - gap, each * tile.width + 2 * gap, tile.height + 2 * gap)
  for (const { x, y, at } of places) {
    const [sx, sy] = [(at % layout.columns) * w, Math.floor(at / layout.columns) * ht]
    sheets.forEach((sheet, n) => {
      context.drawImage(sheet, sx, sy, w, ht, x + n * tile.width, y, tile.width, tile.height)
    })
  }
  context.fillStyle = colours.text
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (let row = 0; row < Math.min(rows, names.length); row++)
    context.fillText(names[row], left - gap - 6, gap + row * (tile.height + gap) + tile.height / 2, gutter - 8)
}
