import { join } from 'node:path'
import type { Entry } from '../../scripts/entries.mjs'
import { exportedNames, root } from './sources.js'

/** Where the names that an entry exports are pinned. */
export function goldenFile(entry: Entry): string {
  return join(root, 'test/house/exports', `${entry.file}.txt`)
}

/** What an entry exports, one name a line, as it is pinned. */
export function exportList(entry: Entry): string {
  return exportedNames(entry.source)
    .map(({ name, kind }) => `${name}${kind === 'type' ? ' (type)' : ''}\n`)
    .join('')
}
