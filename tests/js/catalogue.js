// Node's loader asks here for each module: the catalogue of sentences comes from Python, as a browser gets it from the
// server.

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const CATALOGUE = 'words:catalogue'
const root = fileURLToPath(new URL('../..', import.meta.url))

/** @type {import('node:module').ResolveHook} */
export const resolve = (specifier, context, next) =>
  specifier.endsWith('/shared/catalogue.js') ||
  (specifier === './catalogue.js' && context.parentURL?.includes('/ui/shared/'))
    ? { url: CATALOGUE, shortCircuit: true }
    : next(specifier, context)

/** @type {import('node:module').LoadHook} */
export const load = (url, context, next) => {
  if (url !== CATALOGUE) return next(url, context)
  const python = process.env.PYTHON ?? 'python3'
  const source = execFileSync(python, ['-m', 'ui.words'], { cwd: root, encoding: 'utf8' })
  return { format: 'module', source, shortCircuit: true }
}
