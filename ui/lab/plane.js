// Data in the plane, layer by layer, drawn from a frame of points: D's map, the best D's, real points, fakes, G's manifold, the pull on each fake.

import { short } from '../shared/dom.js'

export const PLANE_HELP =
  'Every dot is a sample: green ones are real, purple ones G makes, from the same noise vectors at every step, so that you see where each of them goes.\nThe ground is D: green where it finds points real, purple where it finds them fake; on the blue line it cannot tell. G follows D’s slope, away from purple.\nCircles mark the data’s modes; one is drawn solid as soon as a fake lies within three standard deviations of its centre.'

// ---- what a frame says, in numbers

const RANGES = { d: 'range', best: 'best_range' }

/** A map of a frame, "d" or "best", as numbers, row by row from below; null where there is none. */
export function mapOf(frame, which = 'd') {
  if (!frame[which]) return null
  frame.maps ??= {}
  if (!frame.maps[which]) {
    const bytes = Uint8Array.from(atob(frame[which]), (c) => c.charCodeAt(0)),
      levels = new DataView(bytes.buffer),
      [low, high] = frame[RANGES[which]]
    frame.maps[which] = Float32Array.from(
      { length: bytes.length / 2 },
      (_, i) => low + ((high - low) * levels.getUint16(2 * i, true)) / 65535,
    )
  }
  return frame.maps[which]
}

const mean = (values) => values.reduce((a, v) => a + v, 0) / (values.length || 1)

/** Where D cannot tell: 1/2 or the game's own level, else half-way between its mean scores of reals and of fakes. */
export const middleOf = (frame, game) => game.level ?? (mean(frame.s_real) + mean(frame.s_fake)) / 2

const EQUAL = 0.005 // scores of samples come with three digits after the point: what is closer together is the same

/** How far from the middle a score has to be to count as sure. */
function reach(away, game) {
  if (game.probability) return 0.5
  const sizes = Float32Array.from(away, Math.abs).sort()
  // below what a critic of this game would call a large difference the ground stays pale, as it does around 1/2
  return Math.max(game.clear, sizes[Math.floor(0.9 * (sizes.length - 1))], EQUAL)
}

/** The ground's tint at each cell: 0 where it cannot be told, 1 surely real, -1 surely fake. `which`: "d", "best", or "difference" of the two; null where there is none. */
export function tintOf(frame, which, game) {
  const key = `${which} ${game.name}`
  frame.tints ??= {}
  if (frame.tints[key] !== undefined) return frame.tints[key]
  // a constant may be added to the best score of a game without a level
  const centred = (name, middle) => mapOf(frame, name)?.map((v) => v - middle) ?? null
  let away = which === 'best' ? centred('best', game.level ?? 0) : centred('d', middleOf(frame, game))
  if (which === 'difference') {
    const best = centred('best', game.level ?? 0)
    away = best && away.map((v, i) => v - best[i])
  }
  const most = away && reach(away, game)
  return (frame.tints[key] = away?.map((v) => v / most) ?? null)
}

/** The value of a map (n x n, row by row from below) at a point of the plane, between the middles of its cells; null outside. */
export function valueAt(map, n, [x0, x1, y0, y1], x, y) {
  if (x < x0 || x > x1 || y < y0 || y > y1) return null
  const along = (v, low, high) => Math.max(0, Math.min(n - 1, ((v - low) / (high - low)) * n - 0.5))
  const column = along(x, x0, x1),
    row = along(y, y0, y1),
    i = Math.min(n - 2, Math.floor(column)),
    j = Math.min(n - 2, Math.floor(row))
  const u = column - i,
    v = row - j,
    at = j * n + i
  return (1 - v) * ((1 - u) * map[at] + u * map[at + 1]) + v * ((1 - u) * map[at + n] + u * map[at + n + 1])
}

/** The pieces of the line on which the map (n x n, at the middles of cells) is `level`: [x0, y0, x1, y1] in cells. */
export function contour(map, n, level) {
  const pieces = []
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const at = row * n + column,
        a = map[at] - level,
        b = map[at + 1] - level,
        c = map[at + n + 1] - level,
        d = map[at + n] - level
      const above = (a > 0) + (b > 0) + (c > 0) + (d > 0)
      if (above === 0 || above === 4) continue
      const x = column + 0.5,
        y = row + 0.5,
        cuts = []
      if (a > 0 !== b > 0) cuts.push([x + a / (a - b), y])
      if (b > 0 !== c > 0) cuts.push([x + 1, y + b / (b - c)])
      if (d > 0 !== c > 0) cuts.push([x + d / (d - c), y + 1])
      if (a > 0 !== d > 0) cuts.push([x, y + a / (a - d)])
      for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([...cuts[i], ...cuts[i + 1]])
    }
  }
  return pieces
}

// ---- the square that is drawn, and its layers

/** Where a square of the plane lies in a box: {left, top, side, px, py}, and back: {x, y}. */
export function placeOf([x0, x1, y0, y1], width, height) {
  const side = Math.min(width, height),
    left = (width - side) / 2,
    top = (height - side) / 2
  return {
    left,
    top,
    side,
    px: (x) => left + ((x - x0) / (x1 - x0)) * side,
    py: (y) => top + ((y1 - y) / (y1 - y0)) * side,
    x: (px) => x0 + ((px - left) / side) * (x1 - x0),
    y: (py) => y1 - ((py - top) / side) * (y1 - y0),
  }
}

/** Draws inside the square, then its border. */
export function within(context, { left, top, side }, colours, draw) {
  context.save()
  context.beginPath()
  context.roundRect(left, top, side, side, 6)
  context.fillStyle = colours.background
  context.fill()
  context.clip()
  draw()
  context.restore()
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, side - 1, side - 1, 6)
  context.stroke()
}

function rgb(colour) {
  const probe = (rgb.probe ??= document.createElement('canvas').getContext('2d'))
  probe.fillStyle = colour
  return [1, 3, 5].map((i) => parseInt(probe.fillStyle.slice(i, i + 2), 16))
}

const SHADES = 255
const palettes = new Map()

/** The colours of tints from -1 to 1 in SHADES steps, as pixels: fake purple, grey in the middle, real green; pale enough for dots to be seen on them. */
function palette(colours) {
  const key = `${colours.background} ${colours.real} ${colours.fake} ${colours.unsure}`
  if (!palettes.has(key)) {
    const [ground, real, fake, grey] = [colours.background, colours.real, colours.fake, colours.unsure].map(rgb)
    const pixels = new Uint8ClampedArray(4 * SHADES),
      dark = ground[0] + ground[1] + ground[2] < 384
    const [strong, faint] = dark ? [0.34, 0.24] : [0.33, 0.12]
    for (let i = 0; i < SHADES; i++) {
      const t = (2 * i) / (SHADES - 1) - 1,
        share = Math.abs(t),
        end = t > 0 ? real : fake
      for (let c = 0; c < 3; c++)
        pixels[4 * i + c] =
          ground[c] + strong * share * (end[c] - ground[c]) + faint * (1 - share) * (grey[c] - ground[c])
      pixels[4 * i + 3] = 255
    }
    palettes.set(key, new Uint32Array(pixels.buffer))
  }
  return palettes.get(key)
}

const NEAR = [-0.0703125, 0.8671875, 0.2265625, -0.0234375] // Catmull-Rom, a quarter of the way from one value to the next

/** A map (n x n) with twice as many cells a side, smoothly: what is left to stretch is so fine that the quick way of stretching does. */
function finer(map, n) {
  const wide = new Float32Array(2 * n * n),
    fine = new Float32Array(4 * n * n)
  const stretch = (from, to, lines, line, along) => {
    for (let i = 0; i < lines; i++) {
      for (let j = 0; j < n; j++) {
        const at = (k) => from[i * line[0] + Math.max(0, Math.min(n - 1, k)) * along[0]]
        const [a, b, c, d, e] = [at(j - 2), at(j - 1), at(j), at(j + 1), at(j + 2)],
          put = i * line[1] + 2 * j * along[1]
        to[put] = NEAR[3] * a + NEAR[2] * b + NEAR[1] * c + NEAR[0] * d
        to[put + along[1]] = NEAR[0] * b + NEAR[1] * c + NEAR[2] * d + NEAR[3] * e
      }
    }
  }
  stretch(map, wide, n, [n, 2 * n], [1, 1])
  stretch(wide, fine, 2 * n, [1, 1], [2 * n, 2 * n])
  return fine
}

const grounds = new Map() // cells a side -> [canvas, its context, its pixels]

/** The ground: a small picture of the tints, stretched. */
export function ground(context, { left, top, side }, tints, n, colours) {
  const m = 2 * n,
    fine = finer(tints, n)
  if (!grounds.has(m)) {
    const picture = Object.assign(document.createElement('canvas'), { width: m, height: m }),
      inside = picture.getContext('2d', { willReadFrequently: true })
    grounds.set(m, [picture, inside, inside.createImageData(m, m)])
  }
  const [picture, inside, image] = grounds.get(m),
    pixels = new Uint32Array(image.data.buffer),
    shades = palette(colours),
    half = (SHADES - 1) / 2
  for (let row = 0, i = 0; row < m; row++) {
    const at = (m - 1 - row) * m
    for (let column = 0; column < m; column++, i++)
      pixels[at + column] = shades[Math.round(half + half * Math.max(-1, Math.min(1, fine[i])))]
  }
  inside.putImageData(image, 0, 0)
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'low'
  context.drawImage(picture, left, top, side, side)
}

/** The line on which the tint is 0. */
export function levelLine(context, { left, top, side }, tints, n, colours, width = 1.4) {
  const bottom = top + side,
    each = side / n
  context.strokeStyle = colours.discriminator
  context.lineWidth = width
  context.beginPath()
  for (const [a, b, c, d] of contour(tints, n, 0)) {
    context.moveTo(left + a * each, bottom - b * each)
    context.lineTo(left + c * each, bottom - d * each)
  }
  context.stroke()
}

/** Circles around the data's modes, solid where a fake lies within three standard deviations. */
export function modes(context, { side, px, py }, { modes, sigma, extent }, hits, colours) {
  const radius = Math.max((3 * sigma * side) / (extent[1] - extent[0]), side / 52)
  context.strokeStyle = colours.text
  for (const found of [false, true]) {
    context.setLineDash(found ? [] : [3, 3])
    context.lineWidth = found ? 1.6 : 1.2
    context.globalAlpha = found ? 0.9 : 0.55
    context.beginPath()
    modes.forEach(([x, y], i) => {
      if (Boolean(hits?.[i]) !== found) return
      context.moveTo(px(x) + radius, py(y))
      context.arc(px(x), py(y), radius, 0, 7)
    })
    context.stroke()
  }
  context.setLineDash([])
  context.globalAlpha = 1
}

const OPACITIES = [0.07, 0.12, 0.18, 0.25, 0.33, 0.42, 0.52, 0.62]
/** Which opacity a density has, given as a multiple of that of dots spread evenly over the square: one step for each factor of two; below 0 for less than even. */
const level = (density) => Math.min(OPACITIES.length - 1, Math.floor(Math.log2(density)))

/**
 * G of a lattice of the prior, x0, y0, x1, y1, ... row by row. Every cell holds the same share of the noise, so G's density is one over its
 * area: the smaller, the stronger its colour; cells larger than even ones stay empty. Where the prior has one dimension it is a curve, and lengths count.
 */
export function manifold(context, place, points, { rows, columns }, colours) {
  const { left, top, side, px, py } = place,
    n = points.length / 2,
    x = new Float32Array(n),
    y = new Float32Array(n)
  for (let i = 0; i < n; i++) {
    x[i] = px(points[2 * i])
    y[i] = py(points[2 * i + 1])
  }
  const outside = (...all) =>
    all.every((i) => x[i] < left) ||
    all.every((i) => x[i] > left + side) ||
    all.every((i) => y[i] < top) ||
    all.every((i) => y[i] > top + side)
  context.lineJoin = context.lineCap = 'round'
  context.strokeStyle = context.fillStyle = colours.generator
  if (rows === 1) {
    const buckets = OPACITIES.map(() => [])
    for (let i = 0; i + 1 < columns; i++) {
      if (!outside(i, i + 1))
        buckets[
          Math.max(0, level(side / (columns - 1) / Math.max(1e-3, Math.hypot(x[i + 1] - x[i], y[i + 1] - y[i]))))
        ].push(i)
    }
    context.lineWidth = 3
    buckets.forEach((bucket, b) => {
      context.globalAlpha = Math.min(1, 0.1 + 1.4 * OPACITIES[b])
      context.beginPath()
      for (const i of bucket) {
        context.moveTo(x[i], y[i])
        context.lineTo(x[i + 1], y[i + 1])
      }
      context.stroke()
    })
    context.globalAlpha = 1
    return
  }
  const share = (side * side) / ((rows - 1) * (columns - 1))
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const a = row * columns + column,
        b = a + 1,
        c = b + columns,
        d = a + columns
      if (outside(a, b, c, d)) continue
      const area = Math.abs((x[c] - x[a]) * (y[d] - y[b]) - (x[d] - x[b]) * (y[c] - y[a])) / 2,
        opacity = OPACITIES[level(share / Math.max(1e-3, area))]
      if (!opacity) continue
      // each for itself: where G folds its plane the densities of what lies over each other add up, and small fills are quick
      context.globalAlpha = opacity
      context.beginPath()
      for (const i of [a, b, c, d]) context.lineTo(x[i], y[i])
      context.fill()
    }
  }
  context.globalAlpha = 0.5
  context.lineWidth = 0.8
  context.beginPath()
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const i = row * columns + column
      column ? context.lineTo(x[i], y[i]) : context.moveTo(x[i], y[i])
    }
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) {
      const i = row * columns + column
      row ? context.lineTo(x[i], y[i]) : context.moveTo(x[i], y[i])
    }
  context.stroke()
  context.globalAlpha = 1
}

/** How long the arrow of a pull of one unit is, as a share of the square's side. */
export const ARROW = 1 / 16

/** The pull on each of the first fakes, from where it is: `pulls` dx0, dy0, ... in units whose arrow is ARROW long. */
export function arrows(context, { px, py, side }, fakes, pulls, colours) {
  const unit = ARROW * side,
    most = 1.6
  context.strokeStyle = context.fillStyle = colours.gradients
  context.lineWidth = 1.3
  context.globalAlpha = 0.85
  const shafts = new Path2D(),
    heads = new Path2D()
  for (let i = 0; i + 1 < Math.min(pulls.length, fakes.length); i += 2) {
    const size = Math.hypot(pulls[i], pulls[i + 1]),
      length = Math.min(size, most) * unit
    if (length < 1.5) continue
    arrow(shafts, heads, px(fakes[i]), py(fakes[i + 1]), (pulls[i] / size) * length, (-pulls[i + 1] / size) * length)
  }
  context.stroke(shafts)
  context.fill(heads)
  context.globalAlpha = 1
}

function arrow(shafts, heads, x, y, dx, dy) {
  const length = Math.hypot(dx, dy),
    head = Math.min(5, 0.45 * length),
    ux = dx / length,
    uy = dy / length
  const bx = x + dx - head * ux,
    by = y + dy - head * uy,
    w = 0.5 * head
  shafts.moveTo(x, y)
  shafts.lineTo(bx, by)
  heads.moveTo(x + dx, y + dy)
  heads.lineTo(bx - w * uy, by + w * ux)
  heads.lineTo(bx + w * uy, by - w * ux)
}

/** A round number for the arrow of full length: nine pulls in ten are shorter. It stays while it still fits. */
export function pullUnit(gradient, before) {
  const sizes = []
  for (let i = 0; i + 1 < gradient.length; i += 2) sizes.push(Math.hypot(gradient[i], gradient[i + 1]))
  const most = sizes.sort((a, b) => a - b)[Math.floor(0.9 * (sizes.length - 1))] || 0
  if (!(most > 0)) return before || 1
  if (before && most > 0.3 * before && most < 1.25 * before) return before
  const power = 10 ** Math.floor(Math.log10(most))
  return power * [1, 2, 5, 10].find((m) => m * power >= most)
}

/** Points as they are: kept as a picture of their own where they do not move. */
export function dots(context, points, { px, py }, radius, colour, alpha) {
  context.fillStyle = colour
  context.globalAlpha = alpha
  context.beginPath()
  for (let i = 0; i < points.length; i += 2) {
    const x = px(points[i]),
      y = py(points[i + 1])
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
  context.fill()
  context.globalAlpha = 1
}

export function rings(context, points, { px, py }, radius, colour) {
  context.strokeStyle = colour
  context.lineWidth = 1
  context.globalAlpha = 0.7
  context.beginPath()
  for (let i = 0; i < points.length; i += 2) {
    const x = px(points[i]),
      y = py(points[i + 1])
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
  context.stroke()
  context.globalAlpha = 1
}

/** A few round numbers along two edges. */
export function ticks(context, [x0, x1, y0, y1], { px, py, left, top, side }, colours, sparse = false) {
  const rough = (x1 - x0) / 4,
    power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 5, 10].find((m) => m * power >= rough)
  context.font = `10.5px ${colours.font || 'sans-serif'}`
  context.fillStyle = colours.text
  context.globalAlpha = 0.7
  const name = (v) => String(+v.toPrecision(6)).replace('-', '−')
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  for (let x = Math.ceil(x0 / step) * step; x < x1; x += step)
    if (px(x) > left + 26 && px(x) < left + side - 14 && !(sparse && px(x) > left + side / 2))
      context.fillText(name(Math.abs(x) < step / 1e6 ? 0 : x), px(x), top + side - 3)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (let y = Math.ceil(y0 / step) * step; y < y1; y += step)
    if (py(y) > top + 12 && py(y) < top + side - 20)
      context.fillText(name(Math.abs(y) < step / 1e6 ? 0 : y), left + 5, py(y))
  context.globalAlpha = 1
}

/** Lines of words in the lower right corner, the last one lowest: [words, colour, draw(x, y) what stands before them]. */
export function cornerWords(context, lines, { left, top, side }, colours) {
  const right = left + side - 8,
    bottom = top + side - 6
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.textAlign = 'right'
  context.textBaseline = 'bottom'
  context.lineJoin = 'round'
  lines.forEach(([words, colour, draw], i) => {
    const y = bottom - 17 * (lines.length - 1 - i)
    context.lineWidth = 4
    context.strokeStyle = colours.background
    context.globalAlpha = 0.8
    context.strokeText(words, right, y)
    context.globalAlpha = 1
    context.fillStyle = colour
    context.fillText(words, right, y)
    draw?.(right - context.measureText(words).width - 8, y - 7)
  })
}

/** The arrow of one unit, ending at x. */
export function unitArrow(context, x, y, side, colours) {
  const shafts = new Path2D(),
    heads = new Path2D()
  arrow(shafts, heads, x - ARROW * side, y, ARROW * side, 0)
  context.strokeStyle = context.fillStyle = colours.gradients
  context.lineWidth = 1.6
  context.stroke(shafts)
  context.fill(heads)
}

/** Which modes are reached, in words. */
export const hitsInWords = (name, hits, count) =>
  `${name}${hits.filter(Boolean).length} of ${hits.length} modes, ${Math.round((100 * hits.reduce((a, n) => a + n, 0)) / count)} % within 3σ`

// ---- whole pictures

/** A picture of the plane in a box; `fakes` and `averages` are x0, y0, x1, y1, ... or null. */
export function drawPlane(context, { frame, scene, fakes, averages, game }, width, height, colours) {
  const n = scene.map,
    place = placeOf(scene.extent, width, height),
    hits = frame?.hits
  context.clearRect(0, 0, width, height)
  within(context, place, colours, () => {
    if (frame) {
      const tints = tintOf(frame, 'd', game)
      ground(context, place, tints, n, colours)
      levelLine(context, place, tints, n, colours)
    }
    dots(context, scene.real, place, place.side < 300 ? 1.1 : 1.6, colours.real, 0.65)
    if (scene.modes) modes(context, place, scene, hits, colours)
    if (fakes) dots(context, fakes, place, 1.9, colours.fake, 0.85)
    if (averages) rings(context, averages, place, 2.4, colours.generator)
    ticks(context, scene.extent, place, colours, Boolean(hits))
    const players = [
      [fakes, averages ? 'G: ' : '', hits, averages ? colours.fake : colours.text],
      [averages, fakes ? 'average: ' : '', frame?.average?.hits, fakes ? colours.generator : colours.text],
    ]
    cornerWords(
      context,
      players
        .filter(([points, , found]) => points && found)
        .map(([points, name, found, colour]) => [hitsInWords(name, found, points.length / 2), colour]),
      place,
      colours,
    )
  })
}

/** A walk through noise as the path that its samples take in the plane. */
export function drawPath(context, points, at, scene, width, height, colours, small = false) {
  const all = scene?.extent
    ? [
        [scene.extent[0], scene.extent[2]],
        [scene.extent[1], scene.extent[3]],
      ]
    : points
  const [low, high] = [0, 1].map((k) => [Math.min(...all.map((p) => p[k])), Math.max(...all.map((p) => p[k]))])
  const middle = [(low[0] + low[1]) / 2, (high[0] + high[1]) / 2],
    size = (Math.max(low[1] - low[0], high[1] - high[0]) || 1) * (scene?.extent ? 1 : 1.3)
  const square = [middle[0] - size / 2, middle[0] + size / 2, middle[1] - size / 2, middle[1] + size / 2]
  const place = placeOf(square, width, height),
    { left, top, side, px, py } = place
  if (small) {
    context.fillStyle = colours.soft
    context.fillRect(left, top, side, side)
  }
  if (scene?.real) dots(context, scene.real, place, small ? 1 : 1.4, colours.real, 0.6)
  if (!small) ticks(context, square, place, colours)
  context.strokeStyle = colours.generator
  context.lineWidth = 2
  context.beginPath()
  points.forEach(([x, y], i) => (i ? context.lineTo(px(x), py(y)) : context.moveTo(px(x), py(y))))
  context.stroke()
  context.fillStyle = colours.generator
  for (const [x, y] of points) {
    context.beginPath()
    context.arc(px(x), py(y), 2.2, 0, 7)
    context.fill()
  }
  context.font = `600 13px ${colours.font || 'sans-serif'}`
  context.fillStyle = colours.text
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  if (points.length > 1) context.fillText('A', px(points[0][0]), py(points[0][1]) - 6)
  if (points.length > 1) context.fillText('B', px(points[points.length - 1][0]), py(points[points.length - 1][1]) - 6)
  if (at === null) return
  const [x, y] = points[at]
  context.fillStyle = colours.fake
  context.strokeStyle = colours.background
  context.lineWidth = 2
  context.beginPath()
  context.arc(px(x), py(y), small ? 4 : 7, 0, 7)
  context.fill()
  context.stroke()
  if (small) return
  context.fillStyle = colours.text
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.textAlign = 'left'
  context.textBaseline = 'top'
  context.fillText(`x = (${short(x)}, ${short(y)})`, left + 10, top + 8)
}
