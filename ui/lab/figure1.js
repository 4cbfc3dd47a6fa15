// Figure 1 of Goodfellow et al. (2014), drawn from a frame of point data: densities, D(x), and the lines from z to x = G(z).

import { short } from '../shared/dom.js'

export const FIGURE_WORDS = 'as in the paper; below, the lines z → x = G(z)'
export const FIGURE_HELP =
  'The figure of the original paper.\nDotted: the density of the data. Solid: that of the generator. Dashed: D(x), how real D finds each x. Thin: the best D there could be against this G.\nThe lines below show where the generator sends each z.'

/** How G's density is known, in words; empty for a frame that does not say. */
export const methodInWords = ({ method, bandwidth }) =>
  method === 'kernel' ? `kernel, width ${short(bandwidth)}` : method ? `by ${method}` : ''

/** The figure in a box. `at`: the x under the mouse, or null. Returns {px, x}: where an x is drawn, and back. */
export function drawFigure(context, frame, width, height, colours, shown = ['live'], game = null, at = null) {
  context.fillStyle = colours.background
  context.fillRect(0, 0, width, height)
  const { grid, d, data_density: real, g_density: fake, z, x } = frame
  const best = frame.best && levelled(frame, game)
  if (!grid?.length) return null
  const left = 38,
    right = width - 10,
    top = 14,
    base = Math.round(height * 0.62),
    axisZ = height - 26,
    axisX = base + 26
  const low = grid[0],
    high = grid[grid.length - 1]
  const px = (v) => left + ((v - low) / (high - low)) * (right - left)
  const tallest = Math.max(...real) * 1.5
  const py = (v) => base - Math.min(1, v / tallest) * (base - top)
  // a critic's scores have no scale of their own: the smallest of them lies on the ground, the largest at the top
  const critic = game?.probability === false
  const level = critic ? game.level : 0.5
  const [lowest, highest] = critic ? [Math.min(...d, level ?? Infinity), Math.max(...d, level ?? -Infinity)] : [0, 1]
  const pd = (v) => base - ((v - lowest) / (highest - lowest || 1)) * (base - top) * (critic ? 0.94 : 1)
  const within = (v) => Math.max(top, Math.min(base, v))
  const dName = critic ? 'D’s score' : 'D(x)'
  context.font = `12px ${colours.font || 'sans-serif'}`
  context.lineWidth = 1

  // the level 1/2, and D's scale
  context.strokeStyle = colours.line
  context.fillStyle = colours.unsure
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const [value, name] of critic
    ? [
        [lowest, short(lowest)],
        ...(level !== null && level > lowest && level < highest ? [[level, '']] : []),
        [highest, short(highest)],
      ]
    : [
        [0, '0'],
        [0.5, '½'],
        [1, '1'],
      ]) {
    context.setLineDash(value === level && value !== lowest && value !== highest ? [2, 4] : [])
    line(context, left, pd(value), right, pd(value))
    context.fillText(name, left - 6, pd(value))
  }
  context.setLineDash([])

  const average = shown.includes('average') ? frame.average?.g_density : null
  const curve = (values, y) => {
    context.beginPath()
    values.forEach((v, i) => (i ? context.lineTo(px(grid[i]), y(v)) : context.moveTo(px(grid[i]), y(v))))
  }
  const alone = average && !shown.includes('live') // only the average is asked for
  curve(alone ? average : fake, py)
  context.lineTo(px(high), base)
  context.lineTo(px(low), base)
  context.globalAlpha = 0.13
  context.fillStyle = colours.fake
  context.fill()
  context.globalAlpha = 1
  context.lineWidth = 2.5
  context.strokeStyle = colours.fake
  if (!alone) {
    curve(fake, py)
    context.stroke()
  }
  if (average) {
    context.strokeStyle = colours.generator
    context.setLineDash([12, 3, 2, 3])
    curve(average, py)
    context.stroke()
  }
  context.strokeStyle = colours.real
  context.setLineDash([2, 4])
  curve(real, py)
  context.stroke()
  context.strokeStyle = colours.discriminator
  if (best) {
    context.globalAlpha = BEST
    context.lineWidth = 1.6
    context.setLineDash([])
    curve(best, (v) => within(pd(v)))
    context.stroke()
    context.globalAlpha = 1
    context.lineWidth = 2.5
  }
  context.setLineDash([9, 5])
  curve(d, pd)
  context.stroke()
  context.setLineDash([])

  // the legend, where the curves are least likely to be
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  const how = methodInWords(frame)
  ;[
    ['data', colours.real, [2, 4]],
    ...(alone ? [] : [[`generator${how && ` (${how})`}`, colours.fake, []]]),
    ...(average ? [['its average', colours.generator, [12, 3, 2, 3]]] : []),
    [dName, colours.discriminator, [9, 5]],
    ...(best ? [['the best D', colours.discriminator, [], BEST]] : []),
  ].forEach(([name, colour, dash, alpha = 1], i) => {
    const y = top + 10 + 17 * i
    context.strokeStyle = colour
    context.setLineDash(dash)
    context.lineWidth = alpha < 1 ? 1.6 : 2.5
    context.globalAlpha = alpha
    line(context, right - 30, y, right, y)
    context.globalAlpha = 1
    context.setLineDash([])
    context.lineWidth = 6
    context.strokeStyle = colours.background
    context.strokeText(name, right - 38, y) // a curve that passes below leaves the letters readable
    context.fillStyle = colour
    context.fillText(name, right - 38, y)
  })

  // z below, x above it, and what G makes of one
  const zLow = Math.min(...z),
    zHigh = Math.max(...z)
  const pz = (v) => left + (right - left) * (0.12 + (0.76 * (v - zLow)) / (zHigh - zLow || 1))
  context.lineWidth = 1
  context.strokeStyle = colours.line
  line(context, left, axisX, right, axisX)
  line(context, left, axisZ, right, axisZ)
  const every = Math.max(1, Math.ceil(z.length / 40))
  const order = z.map((_, i) => i).sort((a, b) => z[a] - z[b])
  context.save()
  context.beginPath()
  context.rect(left, axisX - 1, right - left, axisZ - axisX + 2)
  context.clip()
  context.strokeStyle = colours.generator
  context.globalAlpha = 0.75
  for (let n = 0; n < order.length; n += every) line(context, pz(z[order[n]]), axisZ, px(x[order[n]]), axisX)
  context.restore()
  context.fillStyle = colours.text
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.fillText('x', left - 20, axisX)
  context.fillText('z', left - 20, axisZ)
  context.fillStyle = colours.unsure
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (let i = 0; i <= 4; i++) {
    const v = low + ((high - low) * i) / 4
    context.fillText(String(+v.toFixed(1)).replace('-', '−'), Math.min(right - 8, Math.max(left + 8, px(v))), base + 6)
  }
  context.fillText(
    `z from ${zLow.toFixed(2)} to ${zHigh.toFixed(2)}`.replaceAll('-', '−'),
    (left + right) / 2,
    axisZ + 8,
  )
  if (at !== null) {
    context.strokeStyle = colours.text
    context.globalAlpha = 0.5
    line(context, px(at), top, px(at), axisX)
    context.globalAlpha = 1
  }
  return { px, x: (v) => low + ((v - left) / (right - left)) * (high - low) }
}

const BEST = 0.6 // opacity of the best D beside D itself

/** The best D's curve. Where only differences of scores count, at the height where its mean over data and fakes is that of D. */
export function levelled({ grid, d, best, data_density: real, g_density: fake }, game) {
  if (!game || game.probability || game.level !== null) return best
  const mean = (values) => {
    let sum = 0,
      mass = 0
    grid.forEach((_, i) => {
      const p = real[i] + fake[i]
      sum += p * values[i]
      mass += p
    })
    return sum / (mass || 1)
  }
  const away = mean(d) - mean(best)
  return best.map((v) => v + away)
}

function line(context, x0, y0, x1, y1) {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}
