// The three maps of the plane, small: D, the best D, and the difference of the two. Pressing one makes it the ground of
// the large picture.

import { fit } from '../shared/canvas.js'
import { press } from '../shared/controls.js'
import { h } from '../shared/elements.js'
import { ground, levelLine } from '../shared/ground.js'
import { explain } from '../shared/help.js'
import { tintOf } from '../shared/maps.js'
import { placeOf, within } from '../shared/plane.js'
import { say } from '../shared/say.js'
import { MAPS } from './layers.js'

/** @import { Game, PlaneFrame, PlaneScene } from '../shared/types.d.ts' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { GroundName } from './layers.js' */

export class SmallMaps {
  /** Pixels a side of each. */
  side = 0

  /**
   * @param {(name: GroundName) => void} pressed
   * @param {(name: GroundName) => string} missing why a map is not there; empty where it is
   */
  constructor(pressed, missing) {
    this.missing = missing
    this.maps = MAPS.map((name) => {
      const canvas = h('canvas')
      const label = h('span', {}, say(`field.layer.${name}`))
      const button = h('button', { type: 'button', 'data-map': name, onclick: () => pressed(name) }, canvas, label)
      explain(button, () => missing(name) || say(`field.about.${name}`))
      return { name, canvas, button }
    })
    this.node = h(
      'div',
      { class: 'maps', role: 'group', 'aria-label': say('field.maps_label') },
      ...this.maps.map((map) => map.button),
    )
  }

  /**
   * Also before there is anything to paint: a canvas of no size of its own takes that of the browser.
   * @param {number} side
   */
  resize(side) {
    this.side = side
    for (const { canvas } of this.maps) fit(canvas, side, side)
  }

  /** @param {GroundName} ground */
  mark(ground) {
    for (const { name, button } of this.maps) {
      press(button, name === ground)
      button.classList.toggle('missing', Boolean(this.missing(name)))
    }
  }

  /**
   * @param {PlaneFrame} frame
   * @param {PlaneScene} scene
   * @param {Game} game
   * @param {Colours} colours
   */
  paint(frame, scene, game, colours) {
    const { side } = this
    if (!side || this.node.hidden) return
    for (const { name, canvas } of this.maps) {
      const context = fit(canvas, side, side)
      const place = placeOf(scene.extent, side, side)
      const tints = tintOf(frame, name, game)
      context.clearRect(0, 0, side, side)
      within(context, place, colours, () => {
        if (!tints) return
        ground(context, place, tints, scene.map, colours)
        if (name !== 'difference') levelLine(context, place, tints, scene.map, colours, 1)
      })
    }
  }
}
