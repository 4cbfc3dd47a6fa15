// The way of the data through both networks, as a picture: noise -> G -> fakes -> D -> verdicts -> losses, and the
// gradients' way back.

import { clamp } from '../shared/numbers.js'
import { say } from '../shared/say.js'
import { drawArrow, drawLoss, drawNetwork, drawVerdicts } from './flow_boxes.js'
import { ARROWS, litIn, roadsToG, roadToD } from './flow_layout.js'
import { Pen } from './flow_pen.js'
import { drawNoise, drawPoints } from './flow_samples.js'
import { PARTS, weightedPenalty } from './recording.js'

/** @import { Context } from '../shared/drawing.js' */
/** @import { Colours } from '../shared/theme.js' */
/** @import { Box, BoxName, Places } from './flow_layout.js' */
/** @import { Film } from './recording.js' */
/** @import { PartName, Recording } from './types.d.ts' */

const DIM = 0.25

/** Where a part stands among the ten. @param {PartName} name */
const number = (name) => PARTS.findIndex((part) => part.name === name)

/** What D's loss is the sum of, as far as it is one. @param {Recording} found */
const termsOf = ({ loss_d: d }) =>
  [
    { name: say('slow.reals'), value: d.real },
    { name: say('slow.fakes'), value: d.fake },
    { name: say('slow.penalty'), value: weightedPenalty(d) },
  ].flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]))

/**
 * Draws part `at` of a step, of which `share` (0 to 1) has come.
 * @param {Context} context
 * @param {{ film: Film, at: number, share: number, colours: Colours, place: Places }} shown
 */
export function drawFlow(context, { film, at, share, colours, place }) {
  const { found } = film
  const { boxes } = place
  const { name } = PARTS[at]
  const lit = litIn(found, name)
  const pen = new Pen(context, colours, share)
  /** @type {(part: BoxName, draw: (box: Box) => void) => void} */
  const show = (part, draw) => {
    pen.dim(lit.has(part) ? 1 : DIM)
    draw(boxes[part])
  }
  /** @type {<T>(part: PartName, value: T) => T | null} */
  const only = (part, value) => (name === part ? value : null)
  /** @param {PartName} part */
  const since = (part) => at >= number(part)
  const inG = since('loss_g')
  const z = inG ? found.loss_g.z : found.draw.z
  const fake = inG ? found.loss_g.fake : found.generate.fake
  const ground = { after: at > number('update_d'), changing: name === 'update_d' }
  const judged = {
    real: (inG && found.loss_g.real_logits) || found.classify_real.logits,
    fake: inG ? found.loss_g.logits : found.classify_fake.logits,
  }

  context.save()
  context.scale(place.scale, place.scale)
  context.clearRect(0, 0, place.width, place.height)
  for (const arrow of ARROWS) {
    pen.dim(lit.has(arrow) ? 1 : DIM)
    drawArrow(pen, boxes, arrow, lit.has(arrow))
  }
  show('z', (box) => drawNoise(pen, film, box, z))
  show('real', (box) =>
    drawPoints(pen, film, box, found.draw.real, { title: say('slow.reals_x'), colour: colours.real, ...ground }),
  )
  show('fake', (box) =>
    drawPoints(pen, film, box, since('generate') ? fake : [], {
      title: say('slow.fakes_g'),
      colour: colours.fake,
      ...ground,
      fresh: name === 'generate',
      to: only('update_g', found.update_g.fake),
      pull: only('gradient_g', found.gradient_g.pull),
    }),
  )
  show('G', (box) =>
    drawNetwork(
      pen,
      box,
      'G',
      found.networks.generator,
      only('gradient_g', found.gradient_g),
      only('update_g', found.update_g),
    ),
  )
  show('D', (box) =>
    drawNetwork(
      pen,
      box,
      'D',
      found.networks.discriminator,
      only('gradient_d', found.gradient_d),
      only('update_d', found.update_d),
    ),
  )
  show('saidReal', (box) =>
    drawVerdicts(pen, film, box, since('classify_real') ? judged.real : [], {
      title: say('slow.d_on_reals'),
      colour: colours.real,
      pull: only('gradient_d', found.gradient_d.pull_real),
    }),
  )
  show('saidFake', (box) =>
    drawVerdicts(pen, film, box, since('classify_fake') ? judged.fake : [], {
      title: say('slow.d_on_fakes'),
      colour: colours.fake,
      pull: only('gradient_d', found.gradient_d.pull_fake),
    }),
  )
  show('lossD', (box) => {
    const known = since('loss_d')
    drawLoss(pen, box, say('slow.loss_of_d'), known ? found.loss_d.loss : null, known ? termsOf(found) : [])
  })
  show('lossG', (box) => drawLoss(pen, box, say('slow.loss_of_g'), inG ? found.loss_g.loss : null))
  pen.dim(1)
  if (name === 'gradient_d') pen.road(roadToD(boxes), share)
  if (name === 'gradient_g')
    roadsToG(place).forEach((road, i) => {
      pen.road(road, clamp(3 * share - i, 0, 1))
    })
  context.restore()
}
