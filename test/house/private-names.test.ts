import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { listFile, privateNames } from '../../scripts/private-names.mjs'

describe('private names', () => {
  it('are those that builds shorten; if not, run node scripts/private-names.mjs', async () => {
    assert.deepEqual(JSON.parse(readFileSync(listFile, 'utf8')), await privateNames())
  }).timeout(60_000)
})
