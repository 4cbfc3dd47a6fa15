// What D and the best D say of the point under the mouse.

import { h, text } from '../shared/elements.js'
import { mapOf, valueAt } from '../shared/maps.js'
import { fixed, short } from '../shared/numbers.js'
import { say } from '../shared/say.js'

/** @import { MapName } from '../shared/maps.js' */
/** @import { Place } from '../shared/plane.js' */
/** @import { Game, PlaneFrame, PlaneScene } from '../shared/types.d.ts' */

/** A coordinate as wide with a minus as without. @param {number} v */
export const coordinate = (v) => (v < 0 ? '' : ' ') + fixed(v)

export class Readout {
  /** The mouse, in pixels of the box; null where it is elsewhere. @type {[number, number] | null} */
  #pointer = null
  #cells = [h('b'), h('b'), h('b')]
  /** Called when the mouse has moved. */
  moved = () => {}

  /** @param {HTMLElement} box the picture that it is read from */
  constructor(box) {
    const names = [say('field.x'), say('field.d_of_x'), say('field.layer.best')]
    this.node = h(
      'p',
      { class: 'readout', hidden: true },
      ...names.flatMap((name, i) => [h('span', {}, name), this.#cells[i]]),
    )
    box.append(this.node)
    box.addEventListener('pointermove', (event) => {
      const at = box.getBoundingClientRect()
      this.#pointer = [event.clientX - at.left, event.clientY - at.top]
      this.moved()
    })
    box.addEventListener('pointerleave', () => {
      this.#pointer = null
      this.node.hidden = true
    })
  }

  /**
   * @param {PlaneFrame} frame
   * @param {PlaneScene} scene
   * @param {Game} game
   * @param {Place} place
   */
  show(frame, scene, game, place) {
    this.node.hidden = !this.#pointer
    if (!this.#pointer) return
    const [x, y] = [place.x(this.#pointer[0]), place.y(this.#pointer[1])]
    /** @param {MapName} which */
    const value = (which) => {
      const map = mapOf(frame, which)
      const v = map && valueAt(map, scene.map, scene.extent, x, y)
      return v === null ? '–' : game.probability ? v.toFixed(2) : short(v)
    }
    const said = [`(${coordinate(x)}, ${coordinate(y)})`, value('d'), frame.best ? value('best') : say('field.none')]
    said.forEach((words, i) => text(this.#cells[i], words))
  }
}
