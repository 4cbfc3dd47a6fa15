// Slow motion: the ten sub-steps of one step of training, each with the numbers that the run itself will have.

import { fit, onWidth } from '../shared/canvas.js'
import { calm, h, text } from '../shared/elements.js'
import { help } from '../shared/help.js'
import { short, whole } from '../shared/numbers.js'
import { theme } from '../shared/theme.js'
import { View } from '../shared/view.js'
import { drawFlow, percent, places, saidOf } from './flow.js'

const STEPS = [
  ['draw', 'd', 'Draw noise and reals'],
  ['generate', 'd', 'G makes fakes'],
  ['classify_real', 'd', 'D judges the reals'],
  ['classify_fake', 'd', 'D judges the fakes'],
  ['loss_d', 'd', 'The loss of D'],
  ['gradient_d', 'd', 'Gradient back into D'],
  ['update_d', 'd', 'D takes its step'],
  ['loss_g', 'g', 'The loss of G'],
  ['gradient_g', 'g', 'Gradient through D into G'],
  ['update_g', 'g', 'G takes its step'],
]
const NAMES = STEPS.map(([name]) => name)
const STAY = 4200,
  COME = 900 // ms that a sub-step stays and takes to come, at the ordinary speed
const SPEEDS = [
  ['½×', 0.5],
  ['1×', 1],
  ['2×', 2],
]
const RETRY = 500,
  RETRIES = 20

const HELP =
  'One step of training: D learns from real samples and fakes (blue), then G learns from what D says (orange). What is in play is bright, gradients are pink.\nThe ground of the two pictures is D: green where it finds points real, purple where it finds them fake.\nThe numbers are not made up for show: this is the very step that the run makes next, and it arrives at the same weights.\nArrow keys go from sub-step to sub-step, Space plays.'

export default class Slow extends View {
  constructor(place) {
    super(place)
    this.at = 0
    this.share = 1
    this.speed = 1
    const round = (sign, name, act) =>
      h('button', { type: 'button', class: 'round', title: name, 'aria-label': name, onclick: act }, sign)
    this.which = h('span', { class: 'legend' })
    this.canvas = h('canvas', { role: 'img' })
    this.overlay = h('p', { class: 'overlay' }, 'Preparing the step …')
    this.turn = h('b', {})
    this.title = h('strong', {})
    this.corner = h('div', { class: 'corner' }, this.turn, this.title)
    this.box = h('div', { class: 'flow' }, this.canvas, this.corner, this.overlay)
    this.back = round('‹', 'The sub-step before', () => this.go(this.at - 1))
    this.play = round('▶', 'Play', () => this.toggle())
    this.on = round('›', 'The next sub-step', () => this.go(this.at + 1))
    this.dots = STEPS.map(([, who, title], i) =>
      h('button', {
        type: 'button',
        class: `dot ${who}`,
        title,
        'aria-label': `${i + 1}: ${title}`,
        onclick: () => this.go(i),
      }),
    )
    this.speeds = SPEEDS.map(([name, speed]) =>
      h(
        'button',
        {
          type: 'button',
          'aria-label': `Speed ${name}`,
          onclick: () => {
            this.speed = speed
            this.mark()
          },
        },
        name,
      ),
    )
    this.next = h('button', { type: 'button', class: 'plain', onclick: () => this.iterate() }, 'Next iteration')
    this.sentence = h('p', { class: 'sentence', 'aria-live': 'polite' })
    this.formula = h('p', { class: 'formula' })
    this.node = h(
      'div',
      {
        class: 'gan slow',
        tabindex: '0',
        role: 'group',
        'aria-label': 'Slow motion of one step of training',
        onkeydown: (event) => this.key(event),
      },
      h(
        'div',
        { class: 'head' },
        h('span', { class: 'title' }, 'One step in slow motion'),
        help('slow motion', HELP),
        this.which,
      ),
      this.box,
      h(
        'div',
        { class: 'way' },
        this.back,
        this.play,
        this.on,
        h('div', { class: 'dots' }, ...this.dots),
        h('span', { class: 'choice', role: 'group', 'aria-label': 'Speed' }, ...this.speeds),
        this.next,
      ),
      h('div', { class: 'said' }, this.sentence, this.formula),
    )
    this.root.append(this.node)
    this.unsize = onWidth(this.box, () => this.paint())
    this.mark()
  }

  destroy() {
    this.unsize()
    this.stop()
    clearTimeout(this.asking)
    clearTimeout(this.owed)
    this.gone = true
  }

  restyle() {
    this.paint()
  }

  arrived() {
    this.stop()
    this.playing = false
    this.found = this.wanted = null
    this.at = 0
    this.mark()
    this.paint()
  }

  // -- which step

  /** Asks for the next step whenever that is another one. */
  draw() {
    const { source } = this,
      { status } = source
    if (source.isImage) return this.say('Slow motion plays points in the plane or on a line; these data are images.')
    const ready = source.isRun ? status?.state === 'paused' : Boolean(source.preview)
    const key = !ready ? null : source.isRun ? `${status.step} ${JSON.stringify(status.live)}` : source.query
    this.next.disabled = !(ready && this.found)
    if (ready) {
      clearTimeout(this.owed)
      this.owed = null
      if (key !== this.wanted) {
        this.wanted = key
        this.ask(key, RETRIES)
      }
    } else if (source.error && !source.isRun) this.say(source.error)
    else if (source.isRun && status && !this.owed) {
      // a single step is over in a moment: nothing is said of it
      this.owed = setTimeout(() => {
        this.owed = null
        const now = this.source?.status?.state
        if (now === 'paused' || !now) return
        this.wanted = null
        this.halt()
        this.say(
          this.source.status.active
            ? 'Pause the run to see its next step in slow motion.'
            : 'This run is over: there is no next step to play.',
        )
      }, 700)
    }
  }

  async ask(key, tries) {
    const { source } = this
    clearTimeout(this.asking)
    const again = (words) => {
      if (tries > 0)
        this.asking = setTimeout(() => {
          if (this.wanted === key && this.source === source) this.ask(key, tries - 1)
        }, RETRY)
      else this.say(words)
    }
    try {
      const address = source.isRun ? `${source.base}/slow` : `${source.place.base}/api/slow?config=${source.query}`
      const body = await (await fetch(address, { cache: 'no-store' })).json()
      if (this.gone || this.source !== source || this.wanted !== key) return
      if (source.isRun && (body.error || body.step !== source.status.step + 1))
        return again(body.error || 'The run has moved on.')
      if (body.error) return this.say(body.error)
      const first = !this.found
      this.found = body
      this.say('')
      this.next.disabled = false
      if (first && !this.playing) this.show(0, false)
      else this.go(0, this.playing)
    } catch {
      if (!this.gone && this.wanted === key) again('The server cannot be reached.')
    }
  }

  /** A sentence in place of the picture, which stays behind it, pale. */
  say(words) {
    text(this.overlay, words)
    this.node.classList.toggle('pale', Boolean(words) && Boolean(this.found))
    this.mark()
  }

  /** The page is told which step has been played; it has the run make it, and the next one comes by itself. */
  iterate() {
    if (!this.found || this.next.disabled) return
    this.next.disabled = true
    this.component.setTriggerValue('turn', this.found.step)
  }

  // -- time

  get ready() {
    return Boolean(this.found) && !this.overlay.textContent
  }

  stop() {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.timer)
  }
  halt() {
    this.stop()
    this.playing = false
    this.share = 1
    this.mark()
    this.paint()
  }

  toggle() {
    if (this.playing) return this.halt()
    if (this.ready) this.go(this.at === STEPS.length - 1 ? 0 : this.at, true)
  }

  go(at, playing = false) {
    if (!this.ready || at < 0 || at >= STEPS.length) return
    this.playing = playing
    this.show(at, true)
  }

  /** Brings a sub-step in, and the next one after a while if it is being played. */
  show(at, moving) {
    this.stop()
    this.at = at
    this.share = moving && !calm() && !document.hidden ? 0 : 1
    this.mark()
    this.tell()
    const begun = performance.now()
    const come = (now) => {
      const t = Math.min(1, Math.max(0, now - begun) / (COME / this.speed))
      this.share = t * t * (3 - 2 * t)
      this.paint()
      if (t < 1) this.frame = requestAnimationFrame(come)
    }
    if (this.share < 1) this.frame = requestAnimationFrame(come)
    this.paint()
    if (this.playing)
      this.timer = setTimeout(() => (at + 1 < STEPS.length ? this.show(at + 1, true) : this.halt()), STAY / this.speed)
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const act = {
      ArrowRight: () => this.go(this.at + 1),
      ArrowLeft: () => this.go(this.at - 1),
      Home: () => this.go(0),
      End: () => this.go(STEPS.length - 1),
    }[event.key]
    if (act || (event.key === ' ' && event.target === this.node)) {
      event.preventDefault()
      act ? act() : this.toggle()
    }
  }

  // -- words and picture

  mark() {
    const name = this.playing ? 'Pause' : 'Play'
    text(this.play, this.playing ? '❚❚' : '▶')
    this.play.title = name
    this.play.setAttribute('aria-label', name)
    this.play.disabled = !this.ready
    this.back.disabled = !this.ready || this.at === 0
    this.on.disabled = !this.ready || this.at === STEPS.length - 1
    this.dots.forEach((dot, i) => {
      dot.disabled = !this.ready
      dot.classList.toggle('past', i < this.at)
      if (i === this.at) dot.setAttribute('aria-current', 'step')
      else dot.removeAttribute('aria-current')
    })
    this.speeds.forEach((button, i) => {
      button.classList.toggle('on', SPEEDS[i][1] === this.speed)
      button.setAttribute('aria-pressed', String(SPEEDS[i][1] === this.speed))
    })
  }

  tell() {
    const { found, at } = this,
      [name, who, title] = STEPS[at],
      { k, k_g: kG } = found.config
    const [update, of] = who === 'd' ? ['D’s turn', k] : ['G’s turn', kG]
    text(this.turn, `${at + 1} of ${STEPS.length} · ${update}${of > 1 ? `, update ${of} of ${of}` : ''}`)
    this.turn.className = who
    text(this.title, title)
    text(this.which, `step ${whole(found.step)}${this.source.isRun ? ', the next of this run' : ', the first'}`)
    const [sentence, formula] = WORDS[name](found, found.game.probability)
    text(this.sentence, sentence)
    text(this.formula, formula)
    this.node.dataset.step = String(found.step)
    this.node.dataset.part = name
    this.canvas.setAttribute('aria-label', `${title}: ${sentence}`)
  }

  paint() {
    const width = Math.floor(this.box.clientWidth)
    if (!width) return
    const place = places(width),
      height = Math.ceil(place.height * place.scale)
    this.box.style.height = `${height}px`
    this.corner.style.maxWidth = `${Math.floor(place.corner[0] * place.scale)}px`
    const context = fit(this.canvas, width, height)
    if (this.found)
      drawFlow(context, {
        found: this.found,
        names: NAMES,
        at: this.at,
        share: this.share,
        colours: theme.of(this.root),
        place,
      })
  }
}

// ---- the ten sentences and formulas: [sentence, formula]

const mean = (values) => values.reduce((a, v) => a + v, 0) / values.length
const least = (values) => values.reduce((a, v) => Math.min(a, v), Infinity)
const most = (values) => values.reduce((a, v) => Math.max(a, v), -Infinity)
const sum = (terms) =>
  terms
    .filter(([v]) => typeof v === 'number')
    .map(([v]) => short(v))
    .join(' + ')
    .replaceAll('+ −', '− ')

const PRIORS = {
  normal: 'N(0, 1)',
  uniform: 'uniform on [−1, 1]',
  'uniform-half': 'uniform on [−½, ½]',
  'truncated-normal': 'N(0, 1) cut at ±2',
  sphere: 'the sphere of radius √dim',
}
const RULES = {
  sgd: (rate) => `w ← w − ${+rate.toPrecision(3)} · gradient`,
  rmsprop: (rate) => `w ← w − ${+rate.toPrecision(3)} · gradient / √(mean of its squares)`,
  adam: (rate) => `w ← w − ${+rate.toPrecision(3)} · mean of the gradients / √(mean of their squares)`,
}
const OPTIMISERS = { sgd: 'plain descent', rmsprop: 'RMSProp', adam: 'Adam' }

const verdict = (found, logits) => logits.map((s) => saidOf(found.game, s))
const finds = (found, what, logits) => {
  const said = verdict(found, logits),
    [average, low, high] = [mean(said), least(said), most(said)].map(short)
  return found.game.probability
    ? `D finds the ${what} ${average} real on average, the least ${low}, the most ${high}.`
    : `D gives the ${what} a score of ${average} on average, the least ${low}, the most ${high}.`
}
/** Two numbers with as many digits as it takes to see that they differ. */
const both = (a, b) =>
  short(a) !== short(b) ? [short(a), short(b)] : [a, b].map((v) => v.toPrecision(4).replace('-', '−'))
const upOrDown = (v) => `${v < 0 ? 'down' : 'up'} by ${short(Math.abs(v))}`
/** How long the vector of all layers is. */
const length = (layers) => Math.hypot(...layers)
const strongest = (layers) => `layer ${layers.indexOf(most(layers)) + 1} of ${layers.length}`
/** Rows of a flat list as lengths. */
const lengths = (flat, dim) =>
  Array.from({ length: flat.length / dim }, (_, i) => Math.hypot(...flat.slice(dim * i, dim * i + dim)))
const packs = (found, n) => (found.config.packing > 1 ? `packs of ${found.config.packing} ` : '')

const WORDS = {
  draw({ config, draw, at }) {
    return [
      `G draws ${whole(config.batch_size)} noise vectors of ${config.latent_dim === 1 ? 'one number' : `${config.latent_dim} numbers`}, and as many real samples, ${at.dim === 1 ? 'numbers' : 'points'} x, come from the data.`,
      `z from ${PRIORS[config.prior]}, x from the data`,
    ]
  },
  generate({ at, generate, draw }) {
    const centre = (flat) =>
      Array.from({ length: at.dim }, (_, k) => short(mean(flat.filter((_, i) => i % at.dim === k)))).join(', ')
    const place = (flat) => (at.dim === 1 ? centre(flat) : `(${centre(flat)})`)
    return [
      `G turns each noise vector into a fake. Their mean is at ${place(generate.fake)}; that of the reals is at ${place(draw.real)}.`,
      'fake = G(z)',
    ]
  },
  classify_real(found, probability) {
    const { logits } = found.classify_real,
      said = verdict(found, logits)
    const right = probability
      ? ` It takes ${whole(said.filter((p) => p > 0.5).length)} of ${whole(said.length)} for real.`
      : ''
    return [
      `${finds(found, `${packs(found)}reals`, logits)}${right}`,
      probability ? 'D(x) = 1 / (1 + exp(−score))' : 'D(x) = score of x',
    ]
  },
  classify_fake(found, probability) {
    const { logits } = found.classify_fake,
      said = verdict(found, logits),
      apart = found.classify_real.mean - found.classify_fake.mean
    const right = probability
      ? ` It sees through ${whole(said.filter((p) => p < 0.5).length)} of ${whole(said.length)}.`
      : ` That is ${short(Math.abs(apart))} ${apart < 0 ? 'above' : 'below'} the reals.`
    return [
      `${finds(found, `${packs(found)}fakes`, logits)}${right}`,
      probability ? 'D(G(z)) = 1 / (1 + exp(−score))' : 'D(G(z)) = score of a fake',
    ]
  },
  loss_d({ loss_d: d, game, config }) {
    const weight = d.penalty === null ? null : d.penalty * d.penalty_weight,
      extra = weight === null ? '' : ` and ${short(weight)} of penalty on D’s slope`
    const parts =
      d.real === null
        ? `It compares reals with fakes${weight === null ? '' : `; ${short(weight)} of it is the penalty on D’s slope`}.`
        : `${short(d.real)} of it is about the reals, ${short(d.fake)} about the fakes${extra}.`
    const half = config.d_loss_scale === 0.5 ? ['½ (', ')'] : ['', ''],
      smooth = config.label_smoothing ? ', labels smoothed' : ''
    const penalty = weight === null ? '' : ` + ${short(d.penalty_weight)} · ${short(d.penalty)}`
    const terms = d.real === null ? '' : ` = ${sum([[d.real], [d.fake], [weight]])}`
    return [
      `D’s loss is ${short(d.loss)}. ${parts} The smaller it is, the better D tells them apart.`,
      `loss = ${half[0]}${game.losses[0]}${half[1]}${penalty}${smooth}${terms} = ${short(d.loss)}`,
    ]
  },
  gradient_d({ gradient_d: g, config, networks }) {
    const cut = config.clip_grad && g.norm > config.clip_grad ? ` It is cut to ${short(config.clip_grad)}.` : ''
    const weights = networks.discriminator.reduce((n, l) => n + l.parameters, 0)
    return [
      `Every verdict is pulled, the reals’ ${upOrDown(mean(g.pull_real))} on average, the fakes’ ${upOrDown(mean(g.pull_fake))}. Backwards through D that becomes a gradient for each of its ${whole(weights)} weights; it is strongest in ${strongest(g.layers)}.${cut}`,
      `|∂ loss / ∂ w| = ${short(g.norm)}`,
    ]
  },
  update_d({ update_d: u, config, at, game }) {
    const change = u.after.map((v, i) => Math.abs(v - u.before[i])),
      clip = config.clip ? ` None may be larger than ${short(config.clip)}.` : ''
    const [[real, realBefore], [fake, fakeBefore]] = [0, 1].map((i) => both(u.verdicts_after[i], u.verdicts_before[i])),
      finds = game.probability ? 'finds' : 'gives'
    return [
      `D’s weights move by ${percent(length(u.moved) / length(u.size))} of their length (${OPTIMISERS[config.optimiser_d]}).${clip} It now ${finds} the same reals ${real}, ${realBefore} before, and the fakes ${fake}, ${fakeBefore} before. ${at.dim === 1 ? 'Along the line' : 'Over the plane'} its answer changes by ${short(mean(change))} on average.`,
      RULES[config.optimiser_d](config.lr_d),
    ]
  },
  loss_g(found, probability) {
    const { loss_g: g, classify_fake: before, game } = found,
      fresh = g.fresh
        ? `From fresh noise come fresh fakes. The new D finds them`
        : 'The new D looks at the same fakes again and finds them'
    const [now, then] = g.fresh ? [short(g.mean)] : both(g.mean, before.mean),
      score = probability ? `${now} real on average` : `worth ${now} on average`,
      was = g.fresh ? '' : `, ${then} before its step`
    return [
      `${fresh} ${score}${was}. G wants them to pass for real, so its loss is ${short(g.loss)}.`,
      `loss = ${game.losses[1]} = ${short(g.loss)}`,
    ]
  },
  gradient_g({ gradient_g: g, at, networks }) {
    const pull = lengths(g.pull, at.dim)
    return [
      `The gradient goes back through D, which stays as it is, and says for each fake where D would find it more real: the arrows, ${short(mean(pull))} long on average, ${short(most(pull))} at most. Through G it goes on to each of its ${whole(networks.generator.reduce((n, l) => n + l.parameters, 0))} weights.`,
      `|∂ loss / ∂ w| = |∂ loss / ∂ x · ∂ x / ∂ w| = ${short(g.norm)}`,
    ]
  },
  update_g(found, probability) {
    const { update_g: u, config, at, loss_g: g } = found,
      way = lengths(
        u.fake.map((v, i) => v - g.fake[i]),
        at.dim,
      )
    const [after, before] = both(u.after, u.before),
      said = probability ? `finds them ${after} real, ${before} before` : `gives them ${after}, ${before} before`
    return [
      `G’s weights move by ${percent(length(u.moved) / length(u.size))} of their length (${OPTIMISERS[config.optimiser_g]}). The same noise now lands ${short(mean(way))} away from where it was, on average; D ${said}.`,
      RULES[config.optimiser_g](config.lr_g),
    ]
  },
}
