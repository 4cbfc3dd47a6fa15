// Which trials this visitor has solved, kept in the browser; all views of the page hear of a new one.

const PLACE = 'gan.solved'

/** @type {Set<() => void>} */
const listeners = new Set()
/** Those of this visit: a browser that keeps nothing still shows them. @type {Set<string>} */
const visit = new Set()

/** Names of the trials that are solved. @returns {Set<string>} */
export function solved() {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? '[]')
    return new Set([...visit, ...(Array.isArray(kept) ? kept.filter((name) => typeof name === 'string') : [])])
  } catch {
    return new Set(visit)
  }
}

/** @param {string} name */
export function solve(name) {
  if (solved().has(name)) return
  visit.add(name)
  try {
    localStorage.setItem(PLACE, JSON.stringify([...solved()]))
  } catch {
    // the browser keeps nothing: it is known until the page is left
  }
  for (const hear of listeners) hear()
}

/**
 * Calls back when another trial is solved; returns what ends it.
 * @param {() => void} hear
 */
export function onSolved(hear) {
  listeners.add(hear)
  return () => void listeners.delete(hear)
}
