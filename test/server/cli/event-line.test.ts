import assert from 'node:assert/strict'
import { jsonLine, prettyLine } from '../../../src/server/cli/event-line.js'
import { progressLine } from '../../../src/server/cli/progress-bar.js'
import { changeEvent, type FeedEvent, publishEvent, resetEvent, retractEvent } from '../../../src/streams/index.js'

type Item = Readonly<Record<string, unknown>>
const city: Item = { name: 'Ulm', people: 120_000 }

describe('event lines', () => {
  const cases: readonly [name: string, event: FeedEvent<Item>, pretty: string, json: object][] = [
    ['publish', publishEvent('a', city), '+ a  name: Ulm  people: 120000', { type: 'publish', id: 'a', item: city }],
    [
      'change',
      changeEvent('a', { ...city, people: 1 }, city),
      '~ a  people: 120000 → 1',
      { type: 'change', id: 'a', item: { ...city, people: 1 } },
    ],
    [
      'a field gone',
      changeEvent('a', { name: 'Ulm' }, city),
      '~ a  people: 120000 → ∅',
      { type: 'change', id: 'a', item: { name: 'Ulm' } },
    ],
    ['retract', retractEvent('a', city), '- a', { type: 'retract', id: 'a' }],
    ['reset', resetEvent('subscribed'), '× subscribed', { type: 'reset', reason: 'subscribed' }],
    [
      'control characters',
      publishEvent('\u001b[2J', { x: 'a\nb\u0007' }),
      '+ \\x1b[2J  x: a⏎b\\x07',
      { type: 'publish', id: '\u001b[2J', item: { x: 'a\nb\u0007' } },
    ],
    [
      'a date',
      publishEvent('d', { on: new Date(0) }),
      '+ d  on: 1970-01-01T00:00:00.000Z',
      { type: 'publish', id: 'd', item: { on: { $date: '1970-01-01T00:00:00.000Z' } } },
    ],
  ]
  for (const [name, event, pretty, json] of cases) {
    it(`of ${name}`, () => {
      assert.equal(
        prettyLine(event, (_, text) => text),
        pretty,
      )
      assert.deepEqual(JSON.parse(jsonLine(event)), json)
    })
  }
})

describe('progressLine', () => {
  const progress = { done: 500, total: 1_000, count: 50_000, unit: 'items', seconds: 2 }
  const cases: readonly [name: string, columns: number, line: string][] = [
    ['a wide terminal', 80, `${'█'.repeat(16)}${'░'.repeat(16)}  50 %  50,000 items · 25,000/s`],
    ['a narrow one', 34, ' 50 %  50,000 items · 25,000/s'],
  ]
  for (const [name, columns, line] of cases) it(`fits ${name}`, () => assert.equal(progressLine(progress, columns), line))

  it('counts where the end is unknown', () => {
    assert.equal(progressLine({ ...progress, total: undefined }, 80), '50,000 items · 25,000/s')
  })
})
