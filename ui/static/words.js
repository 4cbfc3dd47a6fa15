// What is going on, in words: computed from the numbers of the run, nothing else.

import { h, text, whole, known, sigmoid } from './dom.js'
import { nearest } from './curves.js'

export class Words {
  constructor(root) {
    this.title = h('span', { class: 'title' }, 'What is going on')
    this.lines = [0, 1, 2].map(() => h('p', {}))
    this.node = h('div', { class: 'gan words', 'aria-live': 'off' }, h('div', { class: 'head' }, this.title), ...this.lines)
    root.append(this.node)
  }

  draw() {
    const { source } = this
    const say = source.isRun ? describe(source) : introduce(source)
    if (say) this.lines.forEach((line, i) => rich(line, say[i] || ''))
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

function introduce(source) {
  const p = source.preview
  const images = source.config.resolution !== null
  const first = images
    ? 'Two networks play a game. The **generator G** turns noise into images; the **discriminator D** gets real images and G’s fakes and says how likely each is real.'
    : 'Two networks play a game. The **generator G** turns a number z into a number x; the **discriminator D** gets real numbers and G’s fakes and says how likely each is real.'
  if (!p) return [first, '', '']
  const real = mean(p.d_real), fake = mean(p.d_fake)
  const guess = known(real) && known(fake) ? `Before training D guesses: on average it gives real ones **${two(real)}** and fakes **${two(fake)}**. 0.50 means that it cannot tell.` : ''
  return [first, guess, 'Press **Start**: D learns to tell them apart, G learns to fool it, and the pictures on the left change as it does.']
}

function describe(source) {
  const { curves, status, cursor } = source
  const real = curves && nearest(curves.d_real || {}, cursor), fake = curves && nearest(curves.d_fake || {}, cursor)
  if (!known(real) || !known(fake)) return status ? ['No step has been made yet: both networks are as they were drawn at random.', '', ''] : null
  const when = cursor !== null ? `At step ${whole(cursor)}` : status.active ? 'Now' : 'At the end'
  const gap = real - fake
  let verdict
  if (gap < -0.1) verdict = 'it takes fakes for the real ones'
  else if (gap < 0.1) verdict = Math.abs((real + fake) / 2 - 0.5) < 0.15 ? 'it can hardly tell them apart' : 'it can hardly tell them apart, and leans to one answer'
  else if (gap < 0.45) verdict = 'it has a slight lead'
  else if (gap < 0.85) verdict = 'it is ahead'
  else verdict = 'it tells nearly every one apart'
  const first = `${when} D gives real ones **${two(real)}** and fakes **${two(fake)}** on average: ${verdict}. At 0.50 and 0.50 it can no longer tell.`
  const value = nearest(curves.value || {}, cursor)
  let second = ''
  if (known(value)) {
    second = `The game stands at V = **${two(value).replace('-', '−')}**, between −1.39 (−ln 4, D cannot tell) and 0 (D is never wrong)`
    second += value < -Math.log(4) - 0.02 ? '; below −1.39 D does worse than a coin.' : '.'
  }
  // between two pictures the words of the last one stay
  if (status?.is_image === false) source.stage = stage(source) || source.stage
  return [first, second, source.stage || pull(source) || after(curves, cursor)]
}

/** Which of the four stages of the original figure one-dimensional data are in, from the curves that are shown. */
function stage({ frames, shown }) {
  const frame = shown === null ? null : frames.peek(shown)
  if (!frame?.grid) return ''
  if (shown === 0) return 'Stage (a) of the figure: both networks are untrained.'
  const sum = (of) => frame.grid.reduce((total, _, i) => total + of(frame.data_density[i], frame.g_density[i], frame.d[i]), 0)
  const all = sum((p, g) => p + g)
  const fromBest = sum((p, g, d) => (p + g > 0 ? (p + g) * Math.abs(d - p / (p + g)) : 0)) / all, fromHalf = sum((p, g, d) => (p + g) * Math.abs(d - 0.5)) / all
  const common = (2 * sum((p, g) => Math.min(p, g))) / all
  if (common > 0.88 && fromHalf < 0.06) return `Stage (d) of the figure: the densities share **${Math.round(100 * common)} %**, and D is near 1/2 wherever there are samples.`
  const best = `D is ${two(fromBest)} away from the best answer to this G, p_data / (p_data + p_g), on average`
  return fromBest < 0.1 ? `Stage (b) of the figure: ${best}; its slope shows G the way.` : `Stage (c) of the figure: G moves along D’s slope. ${best}.`
}

/** Gradient of G against its own past, where it has changed by a lot. */
function pull({ curves, cursor }) {
  const g = curves.grad_norm_g
  const now = nearest(g || {}, cursor)
  if (!g?.sy?.length || !known(now)) return ''
  if (now === 0) return 'G’s gradient is **0**: it learns nothing any more. A smaller learning rate and Reset help.'
  const sorted = g.sy.filter(known).sort((a, b) => a - b)
  const usual = sorted[sorted.length >> 1]
  if (g.sy.length > 20 && now < usual / 10) return `G’s gradient is ${whole(usual / now)} times weaker than its median in this run: G learns little while D is this sure.`
  if (g.sy.length > 20 && now > usual * 10) return `G’s gradient is ${whole(now / usual)} times stronger than its median in this run.`
  return ''
}

function after(curves, cursor) {
  const before = nearest(curves.d_fake || {}, cursor), later = nearest(curves.d_fake_after || {}, cursor)
  if (!known(before) || !known(later)) return ''
  return `One update of D moves its belief in the same fakes from ${two(before)} to ${two(later)}.`
}
