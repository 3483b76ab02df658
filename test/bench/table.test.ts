import assert from 'node:assert/strict'
import { formatNumber, formatTable } from '../../bench/table.js'

describe('bench/table', () => {
  const cases: [number | undefined, string][] = [
    [undefined, ''],
    [0, '0'],
    [0.012345, '0.0123'],
    [12.345, '12.3'],
    [999.4, '999'],
    [1234567, '1,234,567'],
    [Infinity, 'Infinity'],
  ]
  for (const [value, text] of cases) {
    it(`formats ${String(value)} as "${text}"`, () => {
      assert.equal(formatNumber(value), text)
    })
  }

  it('aligns columns and leaves out what a row has not', () => {
    const rows = [
      { suite: 's', case: 'first result', subject: 'rachis', unit: 'ms', value: 12, peer: 'other', peerValue: 480, ratio: 40 },
      { suite: 's', case: 'one row', subject: 'rachis', unit: 'ms', value: 0.5, limit: 'loop', limitValue: 0.25 },
    ]
    assert.deepEqual(formatTable(rows).split('\n'), [
      'case          subject  value  unit  peer   value  ratio  limit  value',
      '------------  -------  -----  ----  -----  -----  -----  -----  -----',
      'first result  rachis      12  ms    other    480   40 ×',
      'one row       rachis     0.5  ms                         loop    0.25',
    ])
  })
})
