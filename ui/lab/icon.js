// Line drawings of 16 x 16, for tools that need no word.

export const PENCIL = 'M2.5 13.5 3.3 10.3 10.8 2.8a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2L5.7 12.7zM9.5 4.1l2.4 2.4'
export const FILE = 'M8 10.5V2.5M5 5.3l3-3 3 3M2.5 9.5v3a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-3'
export const ERASER = 'M8.5 2.5 13 7l-6 6H4.2L1.8 10.6zM5 6l4.5 4.5M7 13h6.5'
export const UNDO = 'M5.5 2.5 2.5 5.5l3 3M2.5 5.5h6.5a4 4 0 0 1 0 8H6'
export const CLEAR = 'M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.7 9h6.6l.7-9M6.7 7v4M9.3 7v4'

const SVG = 'http://www.w3.org/2000/svg'

/** @param {string} path */
export function icon(path) {
  const svg = document.createElementNS(SVG, 'svg')
  const line = document.createElementNS(SVG, 'path')
  svg.setAttribute('viewBox', '0 0 16 16')
  svg.setAttribute('aria-hidden', 'true')
  line.setAttribute('d', path)
  svg.append(line)
  return svg
}
