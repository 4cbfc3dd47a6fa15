// What the diagnosis has found: a card for each finding, across the page, so that no column grows when one comes.

import { button } from './controls.js'
import { h, text } from './elements.js'
import { say } from './say.js'
import { View } from './view.js'

/** @import { Finding } from './types.d.ts' */
/** @import { Place } from './view.js' */

export default class Findings extends View {
  /** @type {Map<string, Card>} kind of finding -> its card */
  cards = new Map()

  /** @param {Place} place */
  constructor(place) {
    super(place)
    this.found = h('div', { class: 'gan findings', 'aria-live': 'off' })
    this.root.append(this.found)
  }

  draw() {
    const { source } = this
    this.diagnose(source.isRun ? source.findings : [])
  }

  /**
   * A card for each finding, the worst first. A card stays the same element while its finding lasts, and two cards keep
   * their order, so that nobody's click goes astray.
   * @param {Finding[]} findings
   */
  diagnose(findings) {
    for (const [kind, card] of this.cards) {
      if (findings.some((finding) => finding.kind === kind)) continue
      card.node.remove()
      this.cards.delete(kind)
    }
    for (const [i, finding] of findings.entries()) {
      const { kind } = finding
      const card = this.cards.get(kind) ?? new Card((wish) => this.tell('remedy', { kind, ...wish }))
      this.cards.set(kind, card)
      card.show(finding, this.source.isRun && Boolean(this.source.status?.active))
      card.node.dataset.run = this.data.run ?? ''
      if (card.node.parentNode !== this.found) this.found.insertBefore(card.node, this.found.children[i] ?? null)
    }
    // what is below moves down once, and not up and down with every finding that comes and goes
    const now = this.found.offsetHeight
    if (now > (Number.parseFloat(this.found.style.minHeight) || 0)) this.found.style.minHeight = `${now}px`
  }
}

class Card {
  title = h('b', {})
  since = h('p', { class: 'since' })
  evidence = h('p', {})
  meaning = h('p', { class: 'quiet' })
  words = h('p', {})

  /** @param {(wish: { restart?: boolean, back?: boolean }) => void} remedy */
  constructor(remedy) {
    this.back = button('', () => remedy({ back: true }))
    this.apply = button('', () => remedy({ restart: false }))
    this.restart = button(say('words.restart'), () => remedy({ restart: true }))
    const row = h('div', { class: 'remedy' }, this.words, this.back, this.apply, this.restart)
    const parts = [this.title, this.since, this.evidence, this.meaning, row]
    this.node = h('section', { class: 'finding', tabindex: '-1' }, ...parts)
  }

  /**
   * @param {Finding} finding
   * @param {boolean} active whether the run trains
   */
  show(finding, active) {
    const { back, lost } = finding
    const nothing = !Object.keys(finding.remedy || {}).length
    this.node.dataset.kind = finding.kind
    this.node.setAttribute('aria-label', finding.title)
    text(this.title, finding.title)
    text(this.since, finding.since_words)
    text(this.evidence, finding.evidence)
    text(this.meaning, finding.meaning)
    text(this.words, finding.remedy_words)
    text(this.back, back === null ? '' : say('words.back', { step: back }))
    text(this.apply, say(finding.at_once && active ? 'words.apply' : 'words.put'))
    this.back.hidden = back === null
    this.apply.hidden = lost || nothing
    this.restart.hidden = !lost && nothing
  }
}
