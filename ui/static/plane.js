// Data in the plane, drawn from a frame of points: D's map, real points, fakes that glide to where G puts them next.

import { calm, short } from './dom.js'

export const PLANE_HELP =
  'Every dot is a sample: green ones are real, purple ones G makes, from the same noise vectors at every step, so that you see where each of them goes.\nThe ground is D: green where it finds points real, purple where it finds them fake; on the blue line it cannot tell. G follows D’s slope, away from purple.\nCircles mark the data’s modes; one is drawn solid as soon as a fake lies within three standard deviations of its centre.'

const GLIDE = 300

/** The dots of a picture on their way from one frame to the next. */
export class Glide {
  constructor(repaint) { this.repaint = repaint }

  /** Where the dots shall go; they leave from where they are. */
  to(next) {
    if (this.next === next) return
    const from = this.now()
    this.next = next
    cancelAnimationFrame(this.frame)
    if (!from || !next || from.length !== next.length || calm() || document.hidden) { this.from = null; return this.repaint() }
    this.from = from
    this.begun = performance.now()
    const tick = () => {
      this.repaint()
      if (this.from) this.frame = requestAnimationFrame(tick)
    }
    tick()
  }

  now() {
    const { from, next } = this
    if (!from || !next) return next
    const t = (performance.now() - this.begun) / GLIDE
    if (t >= 1) { this.from = null; return next }
    const share = t * t * (3 - 2 * t)
    return next.map((v, i) => from[i] + share * (v - from[i]))
  }

  stop() { cancelAnimationFrame(this.frame); this.from = null }
}

/** D's map as numbers, row by row from below. */
function mapOf(frame) {
  if (!frame.map) {
    const bytes = Uint8Array.from(atob(frame.d), (c) => c.charCodeAt(0)), view = new DataView(bytes.buffer), [low, high] = frame.range
    frame.map = Float32Array.from({ length: bytes.length / 2 }, (_, i) => low + ((high - low) * view.getUint16(2 * i, true)) / 65535)
  }
  return frame.map
}

const mean = (values) => values.reduce((a, v) => a + v, 0) / (values.length || 1)

/** Where D cannot tell: 1/2 or the game's own level, else half-way between its mean scores of reals and of fakes. */
export const middleOf = (frame, game) => game.level ?? (mean(frame.s_real) + mean(frame.s_fake)) / 2

function reach(frame, game, middle) {
  if (game.probability) return 0.5
  // a difference that a critic of this game would call large; below it the ground stays pale, as it does around 1/2
  const large = { hinge: 1, 'least-squares': 0.5, relativistic: 1, 'relativistic-average': 1 }[game.name] ?? 0
  const away = Array.from(mapOf(frame), (v) => Math.abs(v - middle)).sort((a, b) => a - b)
  return Math.max(large, away[Math.floor(0.9 * (away.length - 1))]) || 1
}

const rgb = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16))

/** The ground: a small picture of D's map, to be stretched. */
function ground(frame, size, game, colours) {
  const key = `${size} ${colours.real} ${colours.background}`
  if (frame.ground?.key === key) return frame.ground.picture
  const picture = Object.assign(document.createElement('canvas'), { width: size, height: size })
  const context = picture.getContext('2d'), image = context.createImageData(size, size)
  const middle = middleOf(frame, game), most = reach(frame, game, middle), map = mapOf(frame)
  const real = rgb(colours.real), fake = rgb(colours.fake)
  for (let i = 0; i < map.length; i++) {
    const t = Math.max(-1, Math.min(1, (map[i] - middle) / most)), colour = t > 0 ? real : fake
    const at = 4 * ((size - 1 - Math.floor(i / size)) * size + (i % size))
    image.data.set([...colour, 88 * Math.abs(t)], at)
  }
  context.putImageData(image, 0, 0)
  frame.ground = { key, picture }
  return picture
}

/** The pieces of the line on which the map (n x n, at the middles of cells) is `level`: [x0, y0, x1, y1] in cells. */
export function contour(map, n, level) {
  const pieces = []
  for (let row = 0; row + 1 < n; row++) {
    for (let column = 0; column + 1 < n; column++) {
      const at = row * n + column, a = map[at] - level, b = map[at + 1] - level, c = map[at + n + 1] - level, d = map[at + n] - level
      const x = column + 0.5, y = row + 0.5, cuts = []
      if (a > 0 !== b > 0) cuts.push([x + a / (a - b), y])
      if (b > 0 !== c > 0) cuts.push([x + 1, y + b / (b - c)])
      if (d > 0 !== c > 0) cuts.push([x + d / (d - c), y + 1])
      if (a > 0 !== d > 0) cuts.push([x, y + a / (a - d)])
      for (let i = 0; i + 1 < cuts.length; i += 2) pieces.push([...cuts[i], ...cuts[i + 1]])
    }
  }
  return pieces
}

/** A picture of the plane in a box; `fakes` and `averages` are x0, y0, x1, y1, ... or null. */
export function drawPlane(context, { frame, scene, fakes, averages, game }, width, height, colours) {
  const [x0, x1, y0, y1] = scene.extent, n = scene.map, side = Math.min(width, height)
  const left = (width - side) / 2, top = (height - side) / 2
  const px = (x) => left + ((x - x0) / (x1 - x0)) * side, py = (y) => top + ((y1 - y) / (y1 - y0)) * side
  context.clearRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.roundRect(left, top, side, side, 6)
  context.fillStyle = colours.background
  context.fill()
  context.clip()
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  if (frame) {
    context.drawImage(ground(frame, n, game, colours), left, top, side, side)
    frame.line ??= contour(mapOf(frame), n, middleOf(frame, game))
    context.strokeStyle = colours.discriminator
    context.lineWidth = 1.4
    context.beginPath()
    for (const [a, b, c, d] of frame.line) {
      context.moveTo(left + (a / n) * side, top + side - (b / n) * side)
      context.lineTo(left + (c / n) * side, top + side - (d / n) * side)
    }
    context.stroke()
  }
  dots(context, scene.real, px, py, side < 300 ? 1.1 : 1.6, colours.real, 0.65)
  const hits = frame?.hits
  if (scene.modes) {
    const radius = Math.max((3 * scene.sigma * side) / (x1 - x0), side / 52)
    scene.modes.forEach(([x, y], i) => {
      context.beginPath()
      context.arc(px(x), py(y), radius, 0, 7)
      context.setLineDash(hits?.[i] ? [] : [3, 3])
      context.lineWidth = hits?.[i] ? 1.6 : 1.2
      context.strokeStyle = colours.text
      context.globalAlpha = hits?.[i] ? 0.9 : 0.55
      context.stroke()
    })
    context.setLineDash([])
    context.globalAlpha = 1
  }
  if (fakes) dots(context, fakes, px, py, 1.9, colours.fake, 0.85)
  if (averages) rings(context, averages, px, py, 2.4, colours.generator)
  ticks(context, scene.extent, px, py, left, top, side, colours, Boolean(hits))
  hitsInWords(context, [...(fakes ? [[averages ? 'G: ' : '', frame?.hits, fakes.length / 2, averages ? colours.fake : colours.text]] : []), ...(averages ? [[fakes ? 'average: ' : '', frame?.average?.hits, averages.length / 2, fakes ? colours.generator : colours.text]] : [])], left + side - 8, top + side - 6, colours)
  context.restore()
  context.strokeStyle = colours.line
  context.lineWidth = 1
  context.beginPath()
  context.roundRect(left + 0.5, top + 0.5, side - 1, side - 1, 6)
  context.stroke()
}

function dots(context, points, px, py, radius, colour, alpha) {
  context.fillStyle = colour
  context.globalAlpha = alpha
  context.beginPath()
  for (let i = 0; i < points.length; i += 2) {
    const x = px(points[i]), y = py(points[i + 1])
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
  context.fill()
  context.globalAlpha = 1
}

function rings(context, points, px, py, radius, colour) {
  context.strokeStyle = colour
  context.lineWidth = 1
  context.globalAlpha = 0.7
  context.beginPath()
  for (let i = 0; i < points.length; i += 2) {
    const x = px(points[i]), y = py(points[i + 1])
    context.moveTo(x + radius, y)
    context.arc(x, y, radius, 0, 7)
  }
  context.stroke()
  context.globalAlpha = 1
}

/** A few round numbers along two edges. */
function ticks(context, [x0, x1, y0, y1], px, py, left, top, side, colours, sparse = false) {
  const rough = (x1 - x0) / 4, power = 10 ** Math.floor(Math.log10(rough))
  const step = power * [1, 2, 5, 10].find((m) => m * power >= rough)
  context.font = `10.5px ${colours.font || 'sans-serif'}`
  context.fillStyle = colours.text
  context.globalAlpha = 0.7
  const name = (v) => String(+v.toPrecision(6)).replace('-', '−')
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  for (let x = Math.ceil(x0 / step) * step; x < x1; x += step) if (px(x) > left + 26 && px(x) < left + side - 14 && !(sparse && px(x) > left + side / 2)) context.fillText(name(Math.abs(x) < step / 1e6 ? 0 : x), px(x), top + side - 3)
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  for (let y = Math.ceil(y0 / step) * step; y < y1; y += step) if (py(y) > top + 12 && py(y) < top + side - 20) context.fillText(name(Math.abs(y) < step / 1e6 ? 0 : y), left + 5, py(y))
  context.globalAlpha = 1
}

/** Which modes are reached, in the lower right corner: a line for G, one for its average. */
function hitsInWords(context, players, right, bottom, colours) {
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.textAlign = 'right'
  context.textBaseline = 'bottom'
  context.lineJoin = 'round'
  players.filter(([, hits]) => hits).forEach(([name, hits, count, colour], i, all) => {
    const y = bottom - 17 * (all.length - 1 - i)
    const words = `${name}${hits.filter(Boolean).length} of ${hits.length} modes, ${Math.round((100 * hits.reduce((a, n) => a + n, 0)) / count)} % within 3σ`
    context.lineWidth = 4
    context.strokeStyle = colours.background
    context.globalAlpha = 0.8
    context.strokeText(words, right, y)
    context.globalAlpha = 1
    context.fillStyle = colour
    context.fillText(words, right, y)
  })
}

/** A walk through noise as the path that its samples take in the plane. */
export function drawPath(context, points, at, scene, width, height, colours, small = false) {
  const all = scene?.extent ? [[scene.extent[0], scene.extent[2]], [scene.extent[1], scene.extent[3]]] : points
  const side = Math.min(width, height), left = (width - side) / 2, top = (height - side) / 2
  const [low, high] = [0, 1].map((k) => [Math.min(...all.map((p) => p[k])), Math.max(...all.map((p) => p[k]))])
  const middle = [(low[0] + low[1]) / 2, (high[0] + high[1]) / 2], size = (Math.max(low[1] - low[0], high[1] - high[0]) || 1) * (scene?.extent ? 1 : 1.3)
  const px = (x) => left + ((x - middle[0]) / size + 0.5) * side, py = (y) => top + (0.5 - (y - middle[1]) / size) * side
  if (small) { context.fillStyle = colours.soft; context.fillRect(left, top, side, side) }
  if (scene?.real) dots(context, scene.real, px, py, small ? 1 : 1.4, colours.real, 0.6)
  if (!small) ticks(context, [middle[0] - size / 2, middle[0] + size / 2, middle[1] - size / 2, middle[1] + size / 2], px, py, left, top, side, colours)
  context.strokeStyle = colours.generator
  context.lineWidth = 2
  context.beginPath()
  points.forEach(([x, y], i) => (i ? context.lineTo(px(x), py(y)) : context.moveTo(px(x), py(y))))
  context.stroke()
  context.fillStyle = colours.generator
  for (const [x, y] of points) { context.beginPath(); context.arc(px(x), py(y), 2.2, 0, 7); context.fill() }
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
