// Mounts the live views. Streamlit calls `mount` again with new data at every rerun, `unmount` once at the end.

import { Brush } from '../lab/brush.js'
import { Dirac, DiracDials, diracSource } from '../lab/dirac.js'
import { Field } from '../lab/field.js'
import { Figure } from '../lab/figure.js'
import { Slow } from '../lab/slow.js'
import { Thumbnails } from '../lab/thumbnails.js'
import { Trials } from '../lab/trials.js'
import { Dimensions, Interpolation, LatentPicture } from '../latent/latent.js'
import { LatentSource } from '../latent/walk.js'
import { Batch } from '../train/batch.js'
import { Closeness, Curves } from './curves.js'
import { addStyle, theme } from './dom.js'
import { Measure } from './measure.js'
import { Counts, Networks } from './networks.js'
import { Samples, Timeline } from './samples.js'
import { Status } from './status.js'
import { sourceFor } from './store.js'
import { Words } from './words.js'

const VIEWS = {
  status: Status,
  samples: Samples,
  timeline: Timeline,
  curves: Curves,
  batch: Batch,
  words: Words,
  closeness: Closeness,
  measure: Measure,
  networks: Networks,
  counts: Counts,
  interpolation: Interpolation,
  latent_picture: LatentPicture,
  dimensions: Dimensions,
  dirac: Dirac,
  dirac_dials: DiracDials,
  trials: Trials,
  slow: Slow,
  thumbnails: Thumbnails,
  brush: Brush,
  field: Field,
  figure: Figure,
}

const NARROW = 1000
let folded = false

/** On a narrow screen the sidebar would leave no room for the pictures: it is folded once, when the page opens. */
function fold() {
  if (folded || innerWidth >= NARROW) return
  const bar = document.querySelector('[data-testid="stSidebar"][data-collapsed="false"]')
  const button = bar?.querySelector('[data-testid="stSidebarCollapseButton"] button')
  if (button) {
    folded = true
    button.click()
  }
}

/** Settings and run in the address, without a new entry in the browser's history. */
function address(query) {
  if (location.search.slice(1) !== query)
    history.replaceState(history.state, '', query ? `?${query}` : location.pathname)
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
  fold()
  address(data.address)
  theme.apply(root)
  const view = root.view
  view.component = component
  const source = data.dirac ? diracSource(data) : sourceFor(data, LatentSource)
  if (data.latent) source.configure(data.latent)
  if (view.source !== source) {
    view.leave?.()
    view.source = source
    view.leave = source.subscribe(
      () => view.draw(),
      () => view.component.data,
    )
    view.arrived?.()
  } else source.hurry()
  view.mounted?.()
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
