// What is going on, in words: computed from the numbers of the run, nothing else.

import { nearest } from './curves.js'
import { h, known, short, sigmoid, text, whole } from './dom.js'

export class Words {
  constructor(root) {
    this.title = h('span', { class: 'title' }, 'What is going on')
    this.lines = [0, 1, 2].map(() => h('p', {}))
    this.found = h('div', { class: 'findings' })
    this.cards = new Map() // kind of finding -> its card
    this.node = h(
      'div',
      { class: 'gan words', 'aria-live': 'off' },
      h('div', { class: 'head' }, this.title),
      ...this.lines,
      this.found,
    )
    root.append(this.node)
  }

  arrived() {
    this.found.style.minHeight = ''
    this.cards.clear()
    this.found.replaceChildren()
  }

  draw() {
    const { source } = this
    const say = source.isRun ? describe(source) : introduce(source)
    if (say) this.lines.forEach((line, i) => rich(line, say[i] || ''))
    this.diagnose(source.findings || [])
  }

  /** A card for each finding. A card stays the same element while its finding lasts, so that nobody's click goes astray. */
  diagnose(findings) {
    for (const [kind, card] of this.cards)
      if (!findings.some((f) => f.kind === kind)) {
        card.node.remove()
        this.cards.delete(kind)
      }
    for (const finding of findings) {
      if (!this.cards.has(finding.kind))
        this.cards.set(
          finding.kind,
          new Card((restart) => this.component.setTriggerValue('remedy', { kind: finding.kind, restart })),
        )
      const card = this.cards.get(finding.kind)
      card.say(finding, this.source.status?.active)
      if (!card.node.isConnected) this.found.append(card.node)
    }
    // what is below moves down once, and not up and down with every finding that comes and goes
    const now = this.found.offsetHeight
    if (now > (parseFloat(this.found.style.minHeight) || 0)) this.found.style.minHeight = `${now}px`
  }
}

class Card {
  constructor(remedy) {
    ;(this.title = h('b', {})),
      (this.evidence = h('p', {})),
      (this.meaning = h('p', { class: 'quiet' })),
      (this.words = h('p', {}))
    this.apply = h('button', { type: 'button', class: 'plain', onclick: () => remedy(false) })
    this.restart = h('button', { type: 'button', class: 'plain', onclick: () => remedy(true) }, 'Restart with this')
    this.row = h('div', { class: 'remedy' }, this.words, this.apply, this.restart)
    this.node = h('section', { class: 'finding' }, this.title, this.evidence, this.meaning, this.row)
  }

  say(finding, active) {
    this.node.dataset.kind = finding.kind
    text(this.title, finding.title)
    text(this.evidence, finding.evidence)
    text(this.meaning, finding.meaning)
    text(this.words, finding.remedy_words)
    const some = Object.keys(finding.remedy || {}).length > 0
    text(this.apply, finding.at_once && active ? 'Apply now' : 'Put into the settings')
    this.apply.hidden = this.restart.hidden = !some
  }
}

/** Text in which **this** is bold. */
function rich(node, words) {
  if (node.words === words) return
  node.words = words
  node.replaceChildren(...words.split('**').map((part, i) => (i % 2 ? h('b', {}, part) : part)))
}

const two = (v) => v.toFixed(2)
const mean = (logits) => (logits?.length ? logits.reduce((a, s) => a + sigmoid(s), 0) / logits.length : null)

/** What G makes and what D is given: "images", "points of the plane", "numbers". */
function kindOf(source) {
  if (source.isImage) return ['noise into images', 'images']
  const plane = source.preview?.fake?.dim === 2
  return plane ? ['noise into points of the plane', 'points'] : ['a number z into a number x', 'numbers']
}

function introduce(source) {
  const p = source.preview,
    { probability, level } = source.game,
    [makes, what] = kindOf(source)
  const judges = probability ? 'says how likely each is real' : 'gives each a score, higher for what it takes for real'
  const first = `Two networks play a game. The **generator G** turns ${makes}; the **discriminator D** gets real ${what} and G’s fakes and ${judges}.`
  if (!p) return [first, '', '']
  const average = (logits) =>
    probability ? mean(logits) : logits?.length ? logits.reduce((a, s) => a + s, 0) / logits.length : null
  const real = average(p.d_real),
    fake = average(p.d_fake)
  const cannot = probability
    ? ' 0.50 means that it cannot tell.'
    : level === null
      ? ' Only the difference counts.'
      : ` ${short(level)} for both means that it cannot tell.`
  const guess =
    known(real) && known(fake)
      ? `Before training D ${probability ? 'guesses: on average it gives' : 'scores'} real ones **${short(real)}** and fakes **${short(fake)}**${probability ? '' : ' on average'}.${cannot}`
      : ''
  return [
    first,
    guess,
    'Press **Start**: D learns to tell them apart, G learns to fool it, and the pictures on the left change as it does.',
  ]
}

function describe(source) {
  const { curves, status, cursor, game } = source
  const real = curves && nearest(curves.d_real || {}, cursor),
    fake = curves && nearest(curves.d_fake || {}, cursor)
  if (!known(real) || !known(fake))
    return status ? ['No step has been made yet: both networks are as they were drawn at random.', '', ''] : null
  const when = cursor !== null ? `At step ${whole(cursor)}` : status.active ? 'Now' : 'At the end'
  const first = game.probability ? beliefs(when, real, fake) : scores(when, real, fake, game)
  const value = nearest(curves.value || {}, cursor)
  // between two pictures the words of the last one stay
  if (source.isImage === false) source.stage = stage(source) || source.stage
  return [first, known(value) ? worth(value, game) : '', source.stage || pull(source) || after(curves, cursor, game)]
}

function beliefs(when, real, fake) {
  const gap = real - fake
  let verdict
  if (gap < -0.1) verdict = 'it takes fakes for the real ones'
  else if (gap < 0.1)
    verdict =
      Math.abs((real + fake) / 2 - 0.5) < 0.15
        ? 'it can hardly tell them apart'
        : 'it can hardly tell them apart, and leans to one answer'
  else if (gap < 0.45) verdict = 'it has a slight lead'
  else if (gap < 0.85) verdict = 'it is ahead'
  else verdict = 'it tells nearly every one apart'
  return `${when} D gives real ones **${two(real)}** and fakes **${two(fake)}** on average: ${verdict}. At 0.50 and 0.50 it can no longer tell.`
}

function scores(when, real, fake, { level, far }) {
  const gap = real - fake
  let verdict = ''
  if (far) {
    const share = gap / far
    verdict =
      share < -0.05
        ? 'it takes fakes for the real ones'
        : share < 0.1
          ? 'it can hardly tell them apart'
          : share < 0.4
            ? 'it has a slight lead'
            : share < 0.8
              ? 'it is ahead'
              : 'it tells nearly every one apart'
  }
  const draw =
    level === null ? 'At a draw both score the same.' : `At ${short(level)} and ${short(level)} it can no longer tell.`
  return `${when} D scores real ones **${short(real)}** and fakes **${short(fake)}** on average, a difference of ${short(gap)}${verdict ? `: ${verdict}` : ''}. ${draw}`
}

function worth(value, { probability, draw, most }) {
  if (probability) {
    const below = value < -Math.log(4) - 0.02 ? '; below −1.39 D does worse than a coin.' : '.'
    return `The game stands at V = **${short(value)}**, between −1.39 (−ln 4, D cannot tell) and 0 (D is never wrong)${below}`
  }
  if (most === null)
    return `D estimates that G’s samples are **${short(value)}** away from the data, in units of its own slope. This falls as G learns.`
  return `What D maximises stands at **${short(value)}**, between ${short(draw)} (D’s best where it cannot tell) and 0 (D is never wrong)${value < draw * 1.02 ? `; below ${short(draw)} D does worse than by always giving the same answer.` : '.'}`
}

/** What the picture of points says: the modes reached, or which of the four stages of the original figure a line is in. */
function stage({ frames, shown, game }) {
  const frame = shown === null ? null : frames.peek(shown)
  if (frame?.hits) {
    const reached = frame.hits.filter(Boolean).length,
      near = frame.hits.reduce((a, n) => a + n, 0) / (frame.x.length / 2)
    return `G’s dots reach **${reached} of ${frame.hits.length}** modes; ${Math.round(100 * near)} % of them lie within three standard deviations of one.`
  }
  if (!frame?.grid || !game.probability) return ''
  if (shown === 0) return 'Stage (a) of the figure: both networks are untrained.'
  const sum = (of) =>
    frame.grid.reduce((total, _, i) => total + of(frame.data_density[i], frame.g_density[i], frame.d[i]), 0)
  const all = sum((p, g) => p + g)
  const fromBest = sum((p, g, d) => (p + g > 0 ? (p + g) * Math.abs(d - p / (p + g)) : 0)) / all,
    fromHalf = sum((p, g, d) => (p + g) * Math.abs(d - 0.5)) / all
  const common = (2 * sum((p, g) => Math.min(p, g))) / all
  if (common > 0.88 && fromHalf < 0.06)
    return `Stage (d) of the figure: the densities share **${Math.round(100 * common)} %**, and D is near 1/2 wherever there are samples.`
  const best = `D is ${two(fromBest)} away from the best answer to this G, p_data / (p_data + p_g), on average`
  return fromBest < 0.1
    ? `Stage (b) of the figure: ${best}; its slope shows G the way.`
    : `Stage (c) of the figure: G moves along D’s slope. ${best}.`
}

/** Gradient of G against its own past, where it has changed by a lot. */
function pull({ curves, cursor }) {
  const g = curves.grad_norm_g
  const now = nearest(g || {}, cursor)
  if (!g?.sy?.length || !known(now)) return ''
  if (now === 0) return 'G’s gradient is **0**: it learns nothing any more. A smaller learning rate and Reset help.'
  const sorted = g.sy.filter(known).sort((a, b) => a - b)
  const usual = sorted[sorted.length >> 1]
  if (g.sy.length > 20 && now < usual / 10)
    return `G’s gradient is ${whole(usual / now)} times weaker than its median in this run: G learns little while D is this sure.`
  if (g.sy.length > 20 && now > usual * 10)
    return `G’s gradient is ${whole(now / usual)} times stronger than its median in this run.`
  return ''
}

function after(curves, cursor, { probability }) {
  const before = nearest(curves.d_fake || {}, cursor),
    later = nearest(curves.d_fake_after || {}, cursor)
  if (!known(before) || !known(later)) return ''
  return `One update of D moves its ${probability ? 'belief in' : 'score of'} the same fakes from ${short(before)} to ${short(later)}.`
}
