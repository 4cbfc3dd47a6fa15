// The fixed-noise samples, large, and the timeline below them.

import { calm, fit, h, help, onWidth, text, theme, whole } from './dom.js'
import { drawFigure, FIGURE_HELP, FIGURE_WORDS } from './figure1.js'
import { Glide } from './glide.js'
import { HELP } from './glossary.js'
import { drawPlane, PLANE_HELP } from './plane.js'

/** The number of columns, a multiple of `group`, with which `count` tiles are largest in a box of that many tile widths and heights. */
function fullest(count, width, height, group = 1) {
  let best = group
  const size = (columns) => Math.min(width / columns, height / Math.ceil(count / columns))
  for (let columns = 2 * group; columns <= count; columns += group) if (size(columns) > size(best)) best = columns
  return best
}

/**
 * Draws tiles of sheets into a box, a small gap between them, in as many columns as make them largest.
 *
 * `sheets`: one, or two of which the same tiles are drawn side by side, then only half as many. With `layout.by_class` a row is a class
 * and has its name before it. Returns how many tiles of each sheet are shown.
 */
export function drawTiles(context, sheets, layout, width, height, gap, colours) {
  const { width: w, height: ht, by_class: byClass, names } = layout,
    each = sheets.length
  context.font = `12px ${colours.font || 'sans-serif'}`
  const gutter = byClass ? Math.min(92, Math.max(...names.map((n) => context.measureText(n).width))) + 8 : 0
  const room = width - gutter
  // of a class as many as fit beside each other when all classes fit below each other; of others half, where there are two of each
  const fitting = Math.floor((room * layout.rows * ht) / (height * w * each))
  const columns = byClass
    ? each * Math.max(1, Math.min(layout.columns, fitting))
    : fullest(each * Math.ceil(layout.count / each), room / w, height / ht, each)
  const some = byClass ? (layout.rows * columns) / each : Math.ceil(layout.count / each),
    rows = Math.ceil((some * each) / columns)
  const perRow = columns / each,
    between = each * gap // the two of a pair touch
  let scale = Math.min((room - gap - between * perRow) / (columns * w), (height - gap * (rows + 1)) / (rows * ht))
  // whole multiples keep the pixels square; where that would waste room, the picture is stretched a little instead
  const ratio = window.devicePixelRatio || 1
  const snapped = Math.floor(scale * ratio) / ratio
  if (snapped >= 1 && snapped / scale > 0.88) scale = snapped
  const tileW = w * scale,
    tileH = ht * scale,
    group = each * tileW + between
  const usedW = perRow * group + gap
  const left = gutter + Math.max(0, (room - usedW) / 2) + gap,
    top = gap
  context.clearRect(0, 0, width, height)
  context.fillStyle = colours.line
  context.imageSmoothingEnabled = scale < 1
  context.imageSmoothingQuality = 'high'
  const places = Array.from({ length: some }, (_, i) => [
    left + (i % perRow) * group,
    top + Math.floor(i / perRow) * (tileH + gap),
  ])
  for (const [x, y] of places) context.fillRect(x - gap, y - gap, each * tileW + 2 * gap, tileH + 2 * gap)
  places.forEach(([x, y], i) => {
    const at = byClass ? Math.floor(i / perRow) * layout.columns + (i % perRow) : i
    sheets.forEach((sheet, n) =>
      context.drawImage(
        sheet,
        (at % layout.columns) * w,
        Math.floor(at / layout.columns) * ht,
        w,
        ht,
        x + n * tileW,
        y,
        tileW,
        tileH,
      ),
    )
  })
  if (byClass) {
    context.fillStyle = colours.text
    context.textAlign = 'right'
    context.textBaseline = 'middle'
    for (let row = 0; row < rows; row++)
      context.fillText(names[row], left - gap - 6, top + row * (tileH + gap) + tileH / 2, gutter - 8)
  }
  return some
}

const WHICH = [
  ['live', 'G', 'The generator as it is'],
  ['average', 'average', 'The moving average of its weights'],
  ['both', 'both', 'Each sample of G beside that of its average'],
]

export class Samples {
  constructor(root) {
    this.root = root
    this.which = 'both'
    this.title = h('span', { class: 'title' }, 'Samples')
    this.legend = h('span', { class: 'legend' })
    this.buttons = WHICH.map(([name, label, words]) =>
      h('button', { type: 'button', title: words, onclick: () => this.choose(name) }, label),
    )
    this.choice = h(
      'span',
      { class: 'choice', role: 'group', 'aria-label': 'Whose samples', hidden: true },
      ...this.buttons,
    )
    this.help = [HELP.samples, FIGURE_HELP, PLANE_HELP].map((words) => help('these samples', words))
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' })
    this.box = h('div', { class: 'picture' }, this.canvas, this.overlay)
    this.node = h(
      'div',
      { class: 'gan samples' },
      h('div', { class: 'head' }, this.title, ...this.help, this.choice, this.legend),
      this.box,
    )
    root.append(this.node)
    this.glide = new Glide(() => this.paint())
    this.unsize = onWidth(this.box, () => this.paint())
    this.mark()
  }

  restyle() {
    this.paint()
  }
  destroy() {
    this.unsize()
    this.glide.stop()
  }
  arrived() {
    this.step = undefined
    this.average = null
  }

  choose(which) {
    this.which = which
    this.mark()
    this.step = undefined
    this.draw()
  }

  mark() {
    this.buttons.forEach((button, i) => {
      button.classList.toggle('on', WHICH[i][0] === this.which)
      button.setAttribute('aria-pressed', String(WHICH[i][0] === this.which))
    })
  }

  draw() {
    const { source } = this
    this.choice.hidden = !(source.isRun && source.place.average)
    if (!source.isRun) {
      if (source.preview)
        this.keep(source.fake, null, source.layout, 0, 'The untrained generator: noise in, noise out', source.real)
      text(this.overlay, source.preview || this.picture ? '' : source.error || 'Drawing with an untrained generator …')
      if (source.error && !source.preview) {
        this.picture = null
        text(this.title, 'Samples')
        text(this.legend, '')
        this.paint()
        text(this.overlay, source.error)
      }
      return
    }
    const step = source.status?.is_image && !source.layout ? null : source.shown
    if (step === null) {
      text(
        this.overlay,
        this.picture
          ? ''
          : source.error ||
              (source.status && !source.status.active
                ? 'It ended before its first picture.'
                : 'Waiting for the first picture …'),
      )
      return
    }
    if (step === this.step && !this.failed) return
    this.wanted = step
    if (!this.loading) this.load(source)
  }

  /** Loads the wanted picture; while one is on its way only the newest wish is kept. */
  async load(source) {
    this.loading = true
    const step = this.wanted
    try {
      const averaged = source.isImage && source.place.average && this.which !== 'live'
      const real = source.isImage ? null : source.realNow || source.real()
      const found = [
        source.frames.peek(step) || source.frames.get(step),
        averaged ? source.averages.peek(step) || source.averages.get(step).catch(() => null) : null,
        real,
      ]
      // what is at hand is drawn at once: scrubbing must not flicker
      const waits = found.some((one) => one instanceof Promise)
      this.accept(source, step, ...(waits ? await Promise.all(found) : found))
      this.failed = false
    } catch (error) {
      this.failed = true
      this.reason = error
    }
    this.loading = false
    if (this.source === source && (this.wanted !== step || this.step === undefined) && !this.failed) this.draw()
  }

  accept(source, step, picture, average, real) {
    if (this.source !== source) return
    this.step = step
    text(this.overlay, '')
    // the words speak of the picture of points that is shown
    if (!source.isImage && source.pictured !== step) {
      source.pictured = step
      source.changed()
    }
    this.keep(
      picture,
      average,
      source.layout,
      step,
      source.cursor === null && source.status?.active
        ? 'The same noise at every step'
        : `As they were at step ${whole(step)}`,
      real,
    )
  }

  keep(picture, average, layout, step, words, scene) {
    this.picture = picture
    this.averaged = average
    this.layout = layout
    this.scene = scene
    this.words = words
    const plane = picture?.dim === 2,
      figure = !layout && !plane
    const about = layout ? 0 : figure ? 1 : 2
    this.help.forEach((one, i) => {
      one.hidden = i !== about
    })
    text(this.title, figure ? 'Figure 1' : 'Samples')
    this.legend.classList.toggle('figure', figure)
    const shown = this.sources()
    if (plane) {
      this.glide.to({
        fakes: shown.includes('live') ? picture.x : null,
        averages: shown.includes('average') ? (picture.average?.x ?? null) : null,
      })
      this.legend.replaceChildren(
        ...[
          ['real', 'real'],
          ...(shown.includes('live') ? [['fake', 'G']] : []),
          ...(shown.includes('average') ? [['generator', 'average']] : []),
          ['discriminator', this.source.game.probability ? 'D = ½' : 'a draw'],
        ].map(([colour, name]) =>
          h(
            'span',
            {
              class: `key ${colour === 'discriminator' ? 'stroke' : colour === 'generator' ? 'hollow' : 'dot'}`,
              style: `--c: var(--${colour})`,
            },
            h('i'),
            name,
          ),
        ),
      )
    } else
      text(
        this.legend,
        figure
          ? FIGURE_WORDS
          : shown.length > 1
            ? 'left G, right its average'
            : layout.by_class
              ? 'each row a class'
              : words,
      )
    const label = layout
      ? `${layout.count} samples of the generator at step ${whole(step)}`
      : plane
        ? `Real points, fakes and D’s map in the plane at step ${whole(step)}`
        : `The game in one dimension at step ${whole(step)}`
    this.canvas.setAttribute('aria-label', label)
    this.canvas.dataset.step = step
    this.paint()
  }

  /** Whose samples are drawn: "live", "average", or both, as far as they are there. */
  sources() {
    const average = this.layout ? this.averaged : this.picture?.average
    if (!average || !this.source.isRun) return ['live']
    return this.which === 'both' ? ['live', 'average'] : [this.which]
  }

  paint() {
    const width = Math.floor(this.box.clientWidth),
      height = Math.floor(this.box.clientHeight)
    if (!width || !height) return
    const context = fit(this.canvas, width, height)
    const colours = theme.of(this.root)
    this.box.classList.toggle('bare', Boolean(this.picture))
    if (!this.picture) {
      context.fillStyle = colours.soft
      context.fillRect(0, 0, width, height)
      return
    }
    const shown = this.sources()
    if (this.layout) {
      const sheets = shown.map((which) => (which === 'live' ? this.picture : this.averaged))
      drawTiles(context, sheets, this.layout, width, height, this.layout.columns > 12 ? 2 : 3, colours)
    } else if (this.picture.dim === 2) {
      if (this.scene)
        drawPlane(
          context,
          { frame: this.picture, scene: this.scene, ...this.glide.now(), game: this.source.gameOf(this.picture) },
          width,
          height,
          colours,
        )
    } else drawFigure(context, this.picture, width, height, colours, shown, this.source.gameOf(this.picture))
  }
}

/** Scrubs through the kept pictures: drag, arrow keys, play. */
export class Timeline {
  constructor(root) {
    this.root = root
    this.range = h('input', {
      type: 'range',
      min: '0',
      max: '1',
      step: '1',
      'aria-label': 'Timeline of the samples',
      oninput: () => this.scrub(+this.range.value),
      onpointerenter: () => this.prefetch(),
      onfocus: () => this.prefetch(),
    })
    this.play = h(
      'button',
      { type: 'button', class: 'round', 'aria-label': 'Play from the beginning', onclick: () => this.toggle() },
      '▶',
    )
    this.now = h(
      'button',
      {
        type: 'button',
        class: 'now',
        onclick: () => {
          this.stop()
          this.source.look(null)
        },
      },
      'now',
    )
    this.where = h('span', { class: 'where' })
    this.fork = h(
      'button',
      {
        type: 'button',
        class: 'fork',
        title: 'Begin a new run from this step, with the settings on the left',
        onclick: () => this.begin(),
      },
      'Fork here',
    )
    this.node = h(
      'div',
      { class: 'gan timeline' },
      this.play,
      h('span', { class: 'zero' }, '0'),
      this.range,
      this.now,
      this.where,
      this.fork,
    )
    root.append(this.node)
  }

  arrived() {
    this.stop()
  }
  destroy() {
    this.stop()
  }

  draw() {
    const { source } = this
    const steps = source.steps
    this.steps = steps
    const some = steps.length > 1
    this.range.disabled = this.play.disabled = this.now.disabled = !some
    this.range.max = String(Math.max(1, steps.length - 1))
    const at = source.shown === null ? 0 : Math.max(0, steps.indexOf(source.shown))
    if (+this.range.value !== at) this.range.value = String(at)
    this.range.style.setProperty('--share', `${some ? (100 * at) / (steps.length - 1) : 0}%`)
    const words = source.shown === null ? 'step 0' : `step ${whole(source.shown)}`
    text(this.where, words)
    this.range.setAttribute('aria-valuetext', words)
    this.now.classList.toggle('on', some && source.cursor === null)
    text(this.now, source.status && !source.status.active ? 'end' : 'now')
    this.fork.hidden = !this.component.data.fork
    this.fork.disabled = !source.shown
    this.fork.title = source.shown
      ? 'Begin a new run from this step, with the settings on the left'
      : 'There is nothing to go on from at step 0: press Reset and Start for a new run'
  }

  /** The run that begins is looked at from its newest step on. */
  begin() {
    this.stop()
    this.component.setTriggerValue('fork', { step: this.source.shown })
  }

  scrub(index) {
    this.stop()
    this.lookAt(index)
  }

  lookAt(index) {
    const steps = this.source.steps
    this.source.look(index >= steps.length - 1 ? null : steps[index])
  }

  prefetch() {
    const { source } = this
    if (!source.isRun) return
    const steps = source.steps,
      at = steps.indexOf(source.shown)
    source.frames.ahead([...steps].sort((a, b) => Math.abs(steps.indexOf(a) - at) - Math.abs(steps.indexOf(b) - at)))
  }

  toggle() {
    if (this.playing) return this.stop()
    const steps = this.source.steps
    if (steps.length < 2) return
    const source = this.source
    let at = source.cursor === null ? 0 : steps.indexOf(source.cursor)
    source.frames.ahead(steps.slice(at))
    text(this.play, '❚❚')
    this.play.setAttribute('aria-label', 'Stop playing')
    this.lookAt(at)
    const pause = calm() ? 700 : Math.max(90, Math.min(320, 6000 / steps.length))
    this.playing = setInterval(() => {
      if (document.hidden) return
      at += 1
      this.lookAt(at)
      if (at >= this.source.steps.length - 1) this.stop()
    }, pause)
  }

  stop() {
    clearInterval(this.playing)
    this.playing = null
    text(this.play, '▶')
    this.play.setAttribute('aria-label', 'Play from the beginning')
  }
}
