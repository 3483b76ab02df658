// `npm run exports:update`: pins what the entries export now; the diff is part of the change.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { entries } from '../../scripts/entries.mjs'
import { exportList, goldenFile } from './export-list.js'

for (const entry of entries) {
  mkdirSync(dirname(goldenFile(entry)), { recursive: true })
  writeFileSync(goldenFile(entry), exportList(entry))
}
