// Mounts the live views. Streamlit calls `mount` again with new data at every rerun, `unmount` once at the end.

import { theme, addStyle } from './dom.js'
import { sourceFor } from './store.js'
import { Status } from './status.js'
import { Samples, Timeline } from './samples.js'
import { Curves } from './curves.js'
import { Batch } from './batch.js'
import { Words } from './words.js'
import { Networks, Counts } from './networks.js'
import { Interpolation, LatentPicture, Dimensions } from './latent.js'

const VIEWS = {
  status: Status, samples: Samples, timeline: Timeline, curves: Curves, batch: Batch, words: Words,
  networks: Networks, counts: Counts,
  interpolation: Interpolation, latent_picture: LatentPicture, dimensions: Dimensions,
}

export function mount(root, component) {
  const { data } = component
  addStyle(new URL('style.css', import.meta.url).href)
  if (root.view && root.viewName !== data.view) unmount(root)
  if (!root.view) {
    root.viewName = data.view
    root.view = new VIEWS[data.view](root)
    root.view.unwatch = theme.watch(root, () => root.view?.restyle?.())
  }
  theme.apply(root)
  const view = root.view
  view.component = component
  const source = sourceFor(data)
  if (view.source !== source) {
    view.leave?.()
    view.source = source
    view.leave = source.subscribe(() => view.draw())
    view.arrived?.()
  } else source.hurry()
  view.draw()
}

export function unmount(root) {
  const view = root.view
  if (!view) return
  root.view = null
  view.unwatch()
  view.leave?.()
  view.destroy?.()
}
