// The source that the views of a page share: the run that is looked at, or the settings where there is none yet.

import { PreviewSource } from './preview.js'
import { RunSource } from './run.js'
import { shared, sources } from './source.js'

/** @import { PageData } from './types.d.ts' */
/** @typedef {RunSource | PreviewSource} PageSource */

/**
 * @param {PageData} data
 * @returns {PageSource}
 */
export const sourceFor = (data) =>
  data.run
    ? shared(`run ${data.run}`, data, () => new RunSource(data, alike(data)))
    : shared(`settings ${data.config}`, data, () => new PreviewSource(data, alike(data)))

/**
 * Settings whose pictures before the first step are those of a page's run or settings too, where some have been seen.
 * @param {PageData} data
 */
const alike = ({ look }) =>
  [...sources.values()].find(
    /** @returns {one is PreviewSource} */ (one) =>
      one instanceof PreviewSource && one.preview !== null && one.place.look === look,
  )
