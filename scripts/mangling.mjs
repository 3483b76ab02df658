import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { browserModules } from './browser-plugins.mjs'
import { root } from './entries.mjs'

const mangleCache = JSON.parse(readFileSync(join(root, 'scripts/private-names.json'), 'utf8'))

/** Options of a build for pages that shortens the names of private members, in all its files alike. */
export const mangling = { mangleProps: new RegExp(`^(${Object.keys(mangleCache).join('|')})$`), mangleCache }

/** Options of the modules for pages as they are shipped, to be bundled by who makes the page. */
export function pageModules() {
  const options = browserModules()
  // Whether items are frozen is for who bundles the page to say: esbuild would say development.
  const define = { ...options.define, 'process.env.NODE_ENV': 'process.env.NODE_ENV' }
  return { ...options, define, ...mangling, bundle: true, format: 'esm', target: 'es2022' }
}
