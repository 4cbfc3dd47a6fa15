// Which charts this visitor wants on a logarithmic axis, kept in the browser; all charts of the page hear of a change.

const PLACE = 'gan.logarithmic'

/** @type {Set<() => void>} */
const listeners = new Set()
/** Those of this visit: a browser that keeps nothing still has them. @type {Record<string, boolean>} */
let visit = {}

/** @returns {Record<string, boolean>} */
function wishes() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '{}')
    return { ...(kept && typeof kept === 'object' ? kept : {}), ...visit }
  } catch {
    return visit
  }
}

/**
 * Whether a chart is wanted on a logarithmic axis; `usual`: as long as nobody has said.
 * @param {string} chart
 * @param {boolean} usual
 */
export const wantsLog = (chart, usual) => wishes()[chart] ?? usual

/** @param {string} chart @param {boolean} log */
export function wishLog(chart, log) {
  visit = { ...visit, [chart]: log }
  try {
    localStorage.setItem(PLACE, JSON.stringify(wishes()))
  } catch {
    // the browser keeps nothing: it is known until the page is left
  }
  for (const hear of [...listeners]) hear()
}

/**
 * Calls back when another axis is wanted; returns what ends it.
 * @param {() => void} hear
 */
export function onScale(hear) {
  listeners.add(hear)
  return () => void listeners.delete(hear)
}
