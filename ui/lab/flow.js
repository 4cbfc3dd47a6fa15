// The way of the data through both networks, as a picture: noise -> G -> fakes -> D -> verdicts -> losses, and the gradients' way back.

import { ground, levelLine } from '../shared/ground.js'
import { middleOf, tinted } from '../shared/maps.js'
import { short, sigmoid, whole } from '../shared/numbers.js'

const LEAST = 660 // narrower than this the picture is drawn smaller as a whole
const DIM = 0.25
const BINS = 24
const ARROWS = 40 // more of them hide each other

/** What plays a part in each sub-step; the rest is dim. */
const LIT = {
  draw: ['z', 'real'],
  generate: ['z', 'G', 'fake', 'z>G', 'G>fake'],
  classify_real: ['real', 'D', 'saidReal', 'real>D', 'D>saidReal'],
  classify_fake: ['fake', 'D', 'saidFake', 'fake>D', 'D>saidFake'],
  loss_d: ['saidReal', 'saidFake', 'lossD', 'saidReal>lossD', 'saidFake>lossD'],
  gradient_d: ['saidReal', 'saidFake', 'lossD', 'D'],
  update_d: ['D', 'real', 'fake'],
  loss_g: ['fake', 'D', 'saidFake', 'lossG', 'fake>D', 'D>saidFake', 'saidFake>lossG'],
  gradient_g: ['lossG', 'D', 'fake', 'G'],
  update_g: ['z', 'G', 'fake', 'z>G', 'G>fake'],
}

export function litIn(found, name) {
  const fresh = name === 'loss_g' && found.loss_g.fresh ? LIT.generate : [],
    paired = name === 'loss_g' && found.loss_g.real_logits ? LIT.classify_real : []
  return new Set([...LIT[name], ...fresh, ...paired])
}

/** Where everything stands, for a width: boxes [x, y, width, height], the whole height, and the room in the upper left corner. */
export function places(width) {
  const w = Math.max(width, LEAST),
    scale = width / w
  const gap = clamp(w * 0.027, 19, 40),
    side = clamp(w * 0.15, 104, 142),
    noise = Math.round(side * 0.72),
    said = clamp(w * 0.155, 108, 178),
    loss = clamp(w * 0.105, 84, 112)
  const net = (w - noise - side - said - loss - 5 * gap) / 2
  const top = 28,
    second = top + side + 44,
    height = second + side + 34,
    columns = []
  for (const size of [noise, net, side, net, said, loss])
    columns.push([columns.length ? columns.at(-1)[0] + columns.at(-1)[1] + gap : 0, size])
  const box = (column, y, high) => [columns[column][0], y, columns[column][1], high]
  return {
    scale,
    width: w,
    height,
    corner: [columns[1][0] + net, side + top],
    z: box(0, second + side - noise, noise),
    G: box(1, second, side),
    real: box(2, top, side),
    fake: box(2, second, side),
    D: box(3, top + side * 0.5 + 6, side + 32),
    saidReal: box(4, top, side),
    saidFake: box(4, second, side),
    lossD: box(5, top, side),
    lossG: box(5, second, side),
  }
}

/** `share` (0 to 1) is how far the sub-step `at` of `names` has come. */
export function drawFlow(context, { found, names, at, share, colours, place }) {
  const name = names[at],
    lit = litIn(found, name),
    done = (other) => at > names.indexOf(other),
    now = (...others) => others.includes(name)
  const p = new Painter(context, found, colours, place, share)
  context.save()
  context.scale(place.scale, place.scale)
  context.clearRect(0, 0, place.width, place.height)
  const show = (part, paint) => {
    context.globalAlpha = p.alpha = lit.has(part) ? 1 : DIM
    paint(place[part])
  }
  const inG = at >= names.indexOf('loss_g'),
    batch = inG ? found.loss_g : { ...found.generate, z: found.draw.z }
  const made = at > 1 || now('generate'),
    landed = now('update_g') ? found.update_g.fake : null

  for (const arrow of [
    'z>G',
    'G>fake',
    'real>D',
    'fake>D',
    'D>saidReal',
    'D>saidFake',
    'saidReal>lossD',
    'saidFake>lossD',
    'saidFake>lossG',
  ])
    p.arrow(arrow, lit.has(arrow))

  show('z', (box) => p.noise(box, batch.z))
  show('real', (box) =>
    p.points(box, found.draw.real, {
      title: 'reals x',
      colour: colours.real,
      after: done('update_d'),
      changing: now('update_d'),
    }),
  )
  show('fake', (box) =>
    p.points(box, made ? batch.fake : [], {
      title: 'fakes G(z)',
      colour: colours.fake,
      after: done('update_d'),
      changing: now('update_d'),
      fresh: now('generate'),
      to: landed,
      pull: now('gradient_g') ? found.gradient_g.pull : null,
    }),
  )
  show('G', (box) =>
    p.network(
      box,
      'G',
      colours.generator,
      found.networks.generator,
      now('gradient_g') ? found.gradient_g : null,
      now('update_g') ? found.update_g : null,
    ),
  )
  show('D', (box) =>
    p.network(
      box,
      'D',
      colours.discriminator,
      found.networks.discriminator,
      now('gradient_d') ? found.gradient_d : null,
      now('update_d') ? found.update_d : null,
    ),
  )
  const pulling = now('gradient_d')
  show('saidReal', (box) =>
    p.verdicts(box, at < 2 ? [] : (inG && found.loss_g.real_logits) || found.classify_real.logits, {
      title: 'D on reals',
      colour: colours.real,
      pull: pulling ? found.gradient_d.pull_real : null,
    }),
  )
  show('saidFake', (box) =>
    p.verdicts(box, at >= 3 ? (inG ? found.loss_g.logits : found.classify_fake.logits) : [], {
      title: 'D on fakes',
      colour: colours.fake,
      pull: pulling ? found.gradient_d.pull_fake : null,
    }),
  )
  show('lossD', (box) => p.loss(box, 'Loss of D', at >= 4 ? found.loss_d : null))
  show('lossG', (box) => p.loss(box, 'Loss of G', at >= 7 ? found.loss_g : null))
  context.globalAlpha = p.alpha = 1
  if (now('gradient_d')) p.backToD()
  if (now('gradient_g')) p.backToG()
  context.restore()
}

class Painter {
  constructor(context, found, colours, place, share) {
    Object.assign(this, { context, found, colours, place, share, alpha: 1 })
    const { at, update_d: d } = found
    const tints = (map, [real, fake]) => {
      const middle = middleOf({ s_real: [real], s_fake: [fake] }, found.game)
      return tinted(
        Float32Array.from(map, (v) => v - middle),
        found.game,
      )
    }
    found.grounds ??=
      at.dim === 2 ? [tints(d.before, d.verdicts_before), tints(d.after, d.verdicts_after)] : [d.before, d.after]
    found.curves ??= at.dim === 1 ? range([...d.before, ...d.after], found.game) : null
    found.scores ??= range(
      [
        ...found.classify_real.logits,
        ...found.classify_fake.logits,
        ...found.loss_g.logits,
        ...(found.loss_g.real_logits ?? []),
      ].map((s) => saidOf(found.game, s)),
      found.game,
    )
  }

  words(
    text,
    x,
    y,
    { size = 12, weight = 400, colour = this.colours.text, align = 'left', base = 'alphabetic', room } = {},
  ) {
    const { context } = this
    context.font = `${weight} ${size}px ${this.colours.font || 'sans-serif'}`
    context.fillStyle = colour
    context.textAlign = align
    context.textBaseline = base
    context.fillText(text, x, y, room)
  }

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

  // -- samples and noise

  noise([x, y, w, h], z) {
    const { found } = this,
      { latent_dim: size } = found.config,
      dim = found.draw.z_dim
    this.words(size > 2 ? `noise z, 2 of ${size}` : 'noise z', x, y - 7)
    this.frame([x, y, w, h], this.colours.background)
    const most =
      { uniform: 1, 'uniform-half': 0.5, 'truncated-normal': 2 }[found.config.prior] ?? Math.max(...z.map(Math.abs))
    const put = (v, from, length) => from + length * (0.5 + (0.45 * v) / most)
    this.dots(
      z,
      (v) => put(v, x, w),
      dim === 1 ? this.strip(y, h) : (v) => y + h - put(v, 0, h),
      1.6,
      this.colours.text,
    )
  }

  points(box, points, { title, colour, after, changing, fresh, to, pull }) {
    const { context, found, share } = this,
      [x, y, w, h] = box,
      { at } = found
    this.words(title, x, y - 7, { colour })
    context.save()
    context.beginPath()
    context.roundRect(x, y, w, h, 6)
    context.fillStyle = this.colours.background
    context.fill()
    context.clip()
    const [old, fresher] = found.grounds,
      back = changing ? old.map((v, i) => v + share * (fresher[i] - v)) : after ? fresher : old
    const [low, high] = at.dim === 2 ? at.extent : [at.grid[0], at.grid.at(-1)]
    const px = (v) => x + ((v - low) / (high - low)) * w,
      py = at.dim === 2 ? (v) => y + ((at.extent[3] - v) / (at.extent[3] - at.extent[2])) * h : this.strip(y, h)
    if (at.dim === 2) this.plane(box, back, changing)
    else this.line(box, back, changing, px)
    const shown = to ? points.map((v, i) => v + share * (to[i] - v)) : points
    context.globalAlpha = this.alpha * (fresh ? share : 1)
    if (to) this.dots(points, px, py, 1.5, colour, 0.3)
    this.dots(shown, px, py, at.dim === 2 ? 2 : 1.6, colour)
    if (pull) this.pulls(box, points, pull, px, py)
    context.restore()
    this.frame(box)
  }

  /** Numbers on a line lie in a strip at the foot of a box, beside each other so that many at one place are seen to be many. */
  strip(y, h) {
    return (_, i) => y + 0.93 * h - 0.026 * h * ((i * 7) % 13)
  }

  /** Points of the plane, or numbers on a line, where `py` does not look at its first argument. */
  dots(points, px, py, radius, colour, alpha = 0.8) {
    const { context } = this,
      dim = py.length === 2 ? 1 : 2
    context.save()
    context.globalAlpha *= alpha
    context.fillStyle = colour
    context.beginPath()
    for (let i = 0; i < points.length; i += dim) {
      const x = px(points[i]),
        y = py(points[i + dim - 1], i)
      context.moveTo(x + radius, y)
      context.arc(x, y, radius, 0, 7)
    }
    context.fill()
    context.restore()
  }

  /** D over the plane; where it cannot tell as a line, dashed where that was before. */
  plane([x, y, w], back, changing) {
    const { context, found, colours } = this,
      n = found.at.map,
      place = { left: x, top: y, side: w }
    ground(context, place, back, n, colours)
    if (changing) {
      context.setLineDash([2, 3])
      levelLine(context, place, found.grounds[0], n, colours, 1.1)
      context.setLineDash([])
    }
    levelLine(context, place, back, n, colours)
  }

  line([x, y, w, h], back, changing, px) {
    const { context, found, colours } = this,
      { grid } = found.at,
      [low, high] = found.curves
    const top = y + 12,
      bottom = y + 0.58 * h,
      py = (v) => bottom - ((v - low) / (high - low)) * (bottom - top)
    const draw = (values, dash) => {
      context.setLineDash(dash)
      context.strokeStyle = colours.discriminator
      context.lineWidth = 1.5
      context.beginPath()
      grid.forEach((v, i) => (i ? context.lineTo(px(v), py(values[i])) : context.moveTo(px(v), py(values[i]))))
      context.stroke()
      context.setLineDash([])
    }
    if (changing) draw(found.grounds[0], [2, 3])
    draw(back, [])
    this.words(found.game.probability ? 'D(x)' : 'score of x', x + 6, y + 6, {
      size: 11,
      base: 'top',
      colour: colours.discriminator,
    })
  }

  /** Where G is pulled at each fake: the longest arrow a quarter of the picture. */
  pulls([, , w], points, pull, px, py) {
    const { context, colours, found, share } = this,
      { dim } = found.at
    const length = (i) => Math.hypot(...pull.slice(dim * i, dim * i + dim)),
      count = points.length / dim
    const most = Math.max(...Array.from({ length: count }, (_, i) => length(i))) || 1,
      reach = (share * 0.22 * w) / most
    context.strokeStyle = context.fillStyle = colours.gradients
    context.lineWidth = 1.1
    for (let n = 0; n < Math.min(ARROWS, count); n++) {
      const i = Math.floor((n * count) / Math.min(ARROWS, count)),
        x0 = px(points[dim * i]),
        y0 = py(points[dim * i + dim - 1], dim * i)
      head(context, x0, y0, x0 + reach * pull[dim * i], y0 - (dim === 2 ? reach * pull[2 * i + 1] : 0), 3)
    }
  }

  // -- networks

  /** Layers as bars, as long as they have units; below them the gradient of each, or how far its weights have moved. */
  network([x, y, w, h], letter, colour, layers, gradient, update) {
    const { context, colours, share } = this
    this.words(letter, x, y - 7, { size: 14, weight: 700, colour })
    this.words(`${whole(layers.reduce((sum, l) => sum + l.parameters, 0))} weights`, x + w, y - 7, {
      align: 'right',
      colour: colours.unsure,
      room: w - 20,
    })
    this.frame([x, y, w, h], colours.soft)
    const foot = 40,
      room = h - foot - 26,
      step = (w - 12) / layers.length,
      thick = Math.min(13, step * 0.42),
      most = Math.max(...layers.map((l) => l.units))
    const middle = (i) => x + 6 + step * (i + 0.5),
      high = (units) => room * (0.16 + (0.84 * Math.log(1 + units)) / Math.log(1 + most)),
      centre = y + 22 + room / 2
    context.fillStyle = colour
    context.save()
    context.globalAlpha *= 0.16
    for (let i = 0; i + 1 < layers.length; i++) {
      const a = high(layers[i].units) / 2,
        b = high(layers[i + 1].units) / 2
      context.beginPath()
      context.moveTo(middle(i) + thick / 2, centre - a)
      context.lineTo(middle(i + 1) - thick / 2, centre - b)
      context.lineTo(middle(i + 1) - thick / 2, centre + b)
      context.lineTo(middle(i) + thick / 2, centre + a)
      context.fill()
    }
    context.restore()
    layers.forEach((layer, i) => {
      const length = high(layer.units)
      context.fillStyle = colour
      context.beginPath()
      context.roundRect(middle(i) - thick / 2, centre - length / 2, thick, length, 3)
      context.fill()
      this.words(short0(layer.units), middle(i), y + 15, { size: 11, align: 'center', room: step })
    })
    if (!gradient && !update) return
    const values = gradient ? gradient.layers : update.moved.map((v, i) => v / (update.size[i] || 1)),
      largest = Math.max(...values) || 1,
      floor = y + h - 18
    values.forEach((v, i) => {
      const length = share * Math.max(1, (22 * v) / largest)
      context.fillStyle = gradient ? colours.gradients : colour
      context.fillRect(middle(i) - thick / 2 - 2, floor - length, thick + 4, length)
      this.words(gradient ? short(v) : percent(v), middle(i), y + h - 5, {
        size: 10.5,
        align: 'center',
        room: step - 1,
      })
    })
  }

  // -- verdicts and losses

  verdicts([x, y, w, h], logits, { title, colour, pull }) {
    const { context, found, colours } = this,
      { game } = found,
      [low, high] = found.scores
    this.words(title, x, y - 7, { colour, room: w })
    this.frame([x, y, w, h], colours.background)
    const bottom = y + h - 18,
      top = y + 24,
      left = x + 8,
      room = w - 16,
      px = (v) => left + ((v - low) / (high - low)) * room,
      bin = room / BINS
    for (const [v, name, align] of game.probability
      ? [
          [0, '0', 'left'],
          [0.5, '½', 'center'],
          [1, '1', 'right'],
        ]
      : [
          [low, short(low), 'left'],
          [high, short(high), 'right'],
        ])
      this.words(name, px(v), y + h - 5, { size: 10.5, align, colour: colours.unsure })
    const middle = game.probability ? 0.5 : game.level
    if (middle !== null && middle > low && middle < high) {
      context.strokeStyle = colours.unsure
      context.setLineDash([2, 3])
      segment(context, px(middle), top - 4, px(middle), bottom)
      context.setLineDash([])
    }
    context.fillStyle = colours.line
    context.fillRect(left, bottom, room, 1)
    if (!logits.length) return
    const said = logits.map((s) => saidOf(game, s)),
      mean = average(said),
      counts = new Array(BINS).fill(0),
      pulls = new Array(BINS).fill(0)
    said.forEach((v, i) => {
      const n = Math.max(0, Math.min(BINS - 1, Math.floor(((v - low) / (high - low)) * BINS)))
      counts[n] += 1
      if (pull) pulls[n] += pull[i]
    })
    const tallest = Math.max(...counts)
    context.fillStyle = colour
    counts.forEach((n, i) => {
      if (n)
        context.fillRect(
          left + i * bin + 0.5,
          bottom - (n / tallest) * (bottom - top),
          bin - 1,
          (n / tallest) * (bottom - top),
        )
    })
    context.fillStyle = colours.text
    context.fillRect(px(mean) - 0.75, top - 3, 1.5, bottom - top + 3)
    this.words(`mean ${short(mean)}`, Math.max(left, Math.min(left + room, px(mean))), y + 16, {
      align: px(mean) > x + 0.66 * w ? 'right' : px(mean) < x + 0.34 * w ? 'left' : 'center',
    })
    if (pull) this.pulled(counts, pulls, left, bin, top, bottom)
  }

  /** From every bar of verdicts an arrow to where the loss pulls them, as long as it pulls. */
  pulled(counts, pulls, left, bin, top, bottom) {
    const { context, colours, share } = this,
      some = counts.map((n, i) => [n, i]).filter(([n]) => n),
      mean = pulls.map((v, i) => (counts[i] ? v / counts[i] : 0))
    const most = Math.max(...mean.map(Math.abs)) || 1
    context.strokeStyle = context.fillStyle = colours.gradients
    context.lineWidth = 1.4
    some.forEach(([, i], row) => {
      const from = left + (i + 0.5) * bin,
        y = top + 4 + ((row + 0.5) / some.length) * (bottom - top - 8)
      head(context, from, y, from + (share * 5 * bin * mean[i]) / most, y, 3.5)
    })
  }

  loss([x, y, w, h], title, found) {
    const { colours } = this,
      terms =
        found &&
        [
          ['reals', found.real],
          ['fakes', found.fake],
          ['penalty', typeof found.penalty === 'number' ? found.penalty * found.penalty_weight : null],
        ].filter(([, v]) => typeof v === 'number')
    this.words(title, x, y - 7, { room: w })
    this.frame([x, y, w, h], colours.soft)
    const middle = y + h / 2 - (terms?.length ? 8 * terms.length + 2 : 0)
    this.words(found ? short(found.loss) : '–', x + w / 2, middle, {
      size: 22,
      weight: 600,
      align: 'center',
      base: 'middle',
      colour: found ? colours.text : colours.unsure,
    })
    terms?.forEach(([name, value], i) => {
      this.words(name, x + 10, middle + 32 + 17 * i, { size: 11.5, colour: colours.unsure })
      this.words(short(value), x + w - 10, middle + 32 + 17 * i, { size: 11.5, align: 'right' })
    })
  }

  // -- ways

  arrow(name, lit) {
    const { context, colours, place, share } = this,
      [a, b] = name.split('>'),
      from = place[a],
      to = place[b]
    const y0 =
      a === 'D'
        ? middleOfBox(place[b])
        : b === 'D' || b[0] === 'l'
          ? middleOfBox(from)
          : middleOfBox(a === 'z' ? from : to)
    const inside = (y, [, top, , high]) => Math.max(top + 14, Math.min(top + high - 14, y))
    const x0 = from[0] + from[2] + 3,
      x1 = to[0] - 4,
      start = inside(y0, from),
      end = inside(name === 'saidFake>lossD' ? y0 - 30 : y0, to)
    context.globalAlpha = lit ? 1 : DIM
    context.strokeStyle = context.fillStyle = lit ? colours.text : colours.unsure
    context.lineWidth = lit ? 2 : 1.3
    head(context, x0, start, x1, end, 5)
    if (!lit || share >= 1) return
    context.beginPath()
    context.arc(x0 + share * (x1 - x0), start + share * (end - start), 4, 0, 7)
    context.fill()
  }

  pink() {
    const { context, colours } = this
    context.strokeStyle = context.fillStyle = colours.gradients
    context.lineWidth = 2.2
  }

  /** From D's loss, above the verdicts, back into D. */
  backToD() {
    const { place, context } = this,
      x = place.lossD[0] + place.lossD[2] - 9,
      to = place.D[0] + 0.28 * place.D[2]
    this.pink()
    road(
      context,
      [
        [x, place.lossD[1] - 2],
        [x, 6],
        [to, 6],
        [to, place.D[1] - 4],
      ],
      this.share,
    )
  }

  /** From G's loss below everything through D and the fakes back into G. */
  backToG() {
    const { place, context, share } = this,
      low = place.height - 8,
      foot = (box) => [box[0] + box[2] / 2, box[1] + box[3] + 3]
    const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = [place.lossG, place.D, place.fake, place.G].map(foot)
    this.pink()
    const part = (i) => clamp(3 * share - i, 0, 1)
    road(
      context,
      [
        [x0, y0],
        [x0, low],
        [x1 + 7, low],
        [x1 + 7, y1 + 2],
      ],
      part(0),
    )
    road(
      context,
      [
        [x1 - 7, y1],
        [x1 - 7, low],
        [x2 + 7, low],
        [x2 + 7, y2 + 2],
      ],
      part(1),
    )
    road(
      context,
      [
        [x2 - 7, y2],
        [x2 - 7, low],
        [x3, low],
        [x3, y3 + 2],
      ],
      part(2),
    )
  }
}

// -- small things

const clamp = (v, low, high) => Math.max(low, Math.min(high, v))
const average = (values) => values.reduce((a, v) => a + v, 0) / values.length
const middleOfBox = ([, y, , h]) => y + h / 2
const short0 = (n) => (n >= 10_000 ? `${Math.round(n / 1000)}k` : String(n))
export const saidOf = (game, logit) => (game.probability ? sigmoid(logit) : logit)
export const percent = (share) =>
  `${share && share < 0.00095 ? (100 * share).toFixed(3) : share < 0.0095 ? (100 * share).toFixed(2) : (100 * share).toFixed(1)} %`

function range(values, game) {
  if (game.probability) return [0, 1]
  const low = Math.min(...values),
    high = Math.max(...values),
    aside = 0.12 * (high - low) || 0.5
  return [low - aside, high + aside]
}

function segment(context, x0, y0, x1, y1) {
  context.beginPath()
  context.moveTo(x0, y0)
  context.lineTo(x1, y1)
  context.stroke()
}

/** An arrow; none where it would be shorter than a point. */
function head(context, x0, y0, x1, y1, size) {
  const length = Math.hypot(x1 - x0, y1 - y0)
  if (length < 0.5) return
  const s = Math.min(size, length),
    ux = (x1 - x0) / length,
    uy = (y1 - y0) / length
  segment(context, x0, y0, x1 - ux * s * 0.8, y1 - uy * s * 0.8)
  context.beginPath()
  context.moveTo(x1, y1)
  context.lineTo(x1 - s * (1.5 * ux + 0.8 * uy), y1 - s * (1.5 * uy - 0.8 * ux))
  context.lineTo(x1 - s * (1.5 * ux - 0.8 * uy), y1 - s * (1.5 * uy + 0.8 * ux))
  context.fill()
}

/** A way round corners with an arrow at its end, of which a share is drawn. */
function road(context, corners, share) {
  const lengths = corners.slice(1).map(([x, y], i) => Math.hypot(x - corners[i][0], y - corners[i][1]))
  let left = share * lengths.reduce((a, v) => a + v, 0)
  for (let i = 0; i < lengths.length && left > 0; i++) {
    const [x0, y0] = corners[i],
      t = Math.min(1, left / lengths[i]),
      x = x0 + t * (corners[i + 1][0] - x0),
      y = y0 + t * (corners[i + 1][1] - y0)
    if (left <= lengths[i] || i === lengths.length - 1) head(context, x0, y0, x, y, 6)
    else segment(context, x0, y0, x, y)
    left -= lengths[i]
  }
}
