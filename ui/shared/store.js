// The source that the views of a page share: the run that is looked at, or the settings where there is none yet.

import { PreviewSource } from './preview.js'
import { RunSource } from './run.js'
import { shared } from './source.js'

/** @import { PageData } from './types.d.ts' */
/** @typedef {RunSource | PreviewSource} PageSource */

/**
 * @param {PageData} data
 * @returns {PageSource}
 */
export const sourceFor = (data) =>
  data.run
    ? shared(`run ${data.run}`, data, () => new RunSource(data))
    : shared(`settings ${data.config}`, data, () => new PreviewSource(data))
