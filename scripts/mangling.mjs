import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './entries.mjs'

const mangleCache = JSON.parse(readFileSync(join(root, 'scripts/private-names.json'), 'utf8'))

/** Options of a build for pages that shortens the names of private members, in all its files alike. */
export const mangling = { mangleProps: new RegExp(`^(${Object.keys(mangleCache).join('|')})$`), mangleCache }
