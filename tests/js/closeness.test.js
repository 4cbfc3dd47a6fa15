import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueInWords } from '../../ui/shared/charts.js'
import { chartsOf } from '../../ui/shared/closeness.js'
import { curve } from './data.js'

test('counts have no decimals and say of how many; shares keep theirs', () => {
  const [modes, quality] = chartsOf(false, 'g')
  const curves = { modes: curve([3, 8]), modes_total: curve([8, 8]), high_quality: curve([0.5, 0.97]) }
  const said = (/** @type {import('../../ui/shared/charts.js').Line} */ line) => valueInWords(line, curves, null)
  assert.deepEqual(modes.lines.map(said), ['8 of 8', '8'])
  assert.equal(said(quality.lines[0]), '0.97')
  assert.equal(valueInWords(modes.lines[0], {}, null), '–')
  assert.equal(valueInWords(modes.lines[0], { modes: curve([3]) }, null), '3')
})

test('each chart says whose samples were measured, and how many where the picture counts others', () => {
  for (const images of [true, false])
    for (const [whose, words] of /** @type {['g' | 'average', RegExp][]} */ ([
      ['g', /, G$/],
      ['average', /, G’s average$/],
    ]))
      for (const { name } of chartsOf(images, whose)) assert.match(name, words)
  for (const { lines, help } of chartsOf(false, 'g').slice(0, 3))
    assert.match(`${lines[0].name} ${help}`, /2,500 samples/)
})

test('no two measures share a name: KL over modes is no reverse KL', () => {
  const names = chartsOf(false, 'g').flatMap(({ lines }) => lines.map(({ name }) => name))
  assert.ok(names.includes('evenness over modes') && names.includes('KL(G ‖ data)'))
  assert.ok(!names.some((name) => /reverse/i.test(name)))
})
