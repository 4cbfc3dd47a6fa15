// What happened to a run besides training, as marks along its steps: what they say, and which of them stand together.

import { clock } from './numbers.js'
import { say } from './say.js'

/** @import { Sign } from './strip.js' */
/** @import { Event, Finding } from './types.d.ts' */
/** @typedef {{ step: number, kind: 'changed' | 'finding' | 'forked' | 'held' | 'on' | 'ended', words: string }} Mark */
/** @typedef {{ at: number, marks: Mark[] }} Cluster marks that stand at one place, in pixels */

/** @type {Record<string, Mark['kind']>} */
const KINDS = {
  changed: 'changed',
  forked: 'forked',
  paused: 'held',
  continued: 'on',
}
/** Events after which a worker is at work: one that comes back without another in between had vanished. */
const AT_WORK = ['started', 'continued', 'changed', 'paused']

/**
 * The marks of a run by their steps. Its first start and its regular end have none; what was made again forgets what was before.
 * @param {Event[]} events oldest first
 * @param {Finding[]} findings
 * @returns {Mark[]}
 */
export function marksOf(events, findings = []) {
  /** @type {(Mark & { what: string })[]} */
  let marks = []
  let before = ''
  for (const event of events) {
    const { what, step } = event
    if (what === 'started') marks = []
    else if (what === 'continued') {
      marks = marks.filter((mark) => mark.step <= step)
      if (before !== 'forked') {
        const words = say(AT_WORK.includes(before) ? 'mark.event.continued.lost' : 'mark.event.continued')
        marks.push({ step, kind: 'on', what, words })
      }
    } else marks.push({ step, kind: KINDS[what] ?? 'ended', what, words: wordsOf(event) })
    before = what
  }
  if (marks.at(-1)?.what === 'finished') marks.pop()
  const seen = findings.flatMap((one) => {
    const step = 'since' in one ? Number(one.since) : Number.NaN
    return Number.isFinite(step) ? [{ step, kind: /** @type {const} */ ('finding'), words: one.title }] : []
  })
  return [...marks.map(({ step, kind, words }) => ({ step, kind, words })), ...seen].sort((a, b) => a.step - b.step)
}

/** @param {Event} event */
function wordsOf({ what, seconds = 0, changes = [] }) {
  if (what === 'paused') return say('mark.paused', { time: clock(seconds) })
  if (what !== 'changed') return say(`mark.event.${what}`)
  return changes
    .map(({ field, was, now }) => say(was ? 'mark.changed' : 'mark.changed.to', { field, was, now }))
    .join(', ')
}

/**
 * Marks that would stand closer together than `gap` pixels become one, at the place of the first.
 * @param {Mark[]} marks by their steps
 * @param {(step: number) => number} place
 * @param {number} gap
 * @returns {Cluster[]}
 */
export function merged(marks, place, gap) {
  /** @type {Cluster[]} */
  const found = []
  for (const mark of marks) {
    const at = place(mark.step)
    const last = found.at(-1)
    if (last && at - last.at < gap) last.marks.push(mark)
    else found.push({ at, marks: [mark] })
  }
  return found
}

/**
 * The signs of marks along an axis. One that stands for several still shows that a finding is among them.
 * @param {Mark[]} marks by their steps
 * @param {(step: number) => number} place
 * @param {number} gap
 * @param {(step: number) => void} press
 * @returns {Sign[]}
 */
export const signsOf = (marks, place, gap, press) =>
  merged(marks, place, gap).map(({ at, marks: some }) => {
    const look = some.some(({ kind }) => kind === 'finding') ? 'several warns' : 'several'
    const { step, kind, words } = some[0]
    return {
      key: `${step} ${words}`,
      left: at,
      look: some.length > 1 ? look : kind,
      count: some.length,
      words: said(some),
      press: () => press(step),
    }
  })

/**
 * What marks say, a line each.
 * @param {Mark[]} marks
 */
export const said = (marks) => marks.map(({ step, words }) => say('mark.at', { step, words })).join('\n')
