import { readFileSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { browserModules } from './browser-plugins.mjs'
import { root } from './entries.mjs'
import { privateNames, renamed } from './private-names.mjs'

/** The options of a build for pages, in which private members have short names. */
export function shortened() {
  const options = browserModules()
  return { ...options, plugins: [...options.plugins, shortNames()] }
}

/** Options of the modules for pages as they are shipped, to be bundled by who makes the page. */
export function pageModules() {
  const options = shortened()
  // Whether items are frozen is for who bundles the page to say: esbuild would say development.
  const define = { ...options.define, 'process.env.NODE_ENV': 'process.env.NODE_ENV' }
  return { ...options, define, bundle: true, format: 'esm', target: 'es2022' }
}

function shortNames() {
  return {
    name: 'short-names',
    setup({ onLoad }) {
      const { edits } = privateNames()
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const places = edits[relative(root, path)]
        if (places === undefined) return undefined
        const text = readFileSync(path, 'utf8')
        return { contents: `${renamed(text, places)}\n${sourceMap(basename(path), text, places)}`, loader: 'ts' }
      })
    },
  }
}

/** Leads from the renamed text back to what was written, word by word. */
function sourceMap(file, text, edits) {
  const left = [...edits]
  let start = 0
  let previousLine = 0
  let previousColumn = 0
  const lines = text.split('\n').map((line, index) => {
    let column = 0
    let shift = 0
    const segments = []
    for (const { index: place } of line.matchAll(/\w+|[^\w\s]/g)) {
      segments.push([place + shift - column, 0, index - previousLine, place - previousColumn].map(variableLength).join(''))
      column = place + shift
      previousLine = index
      previousColumn = place
      const [from, to, name] = left.at(-1) ?? []
      if (from !== start + place) continue
      shift += name.length - (to - from)
      left.pop()
    }
    start += line.length + 1
    return segments.join()
  })
  const map = { version: 3, sources: [file], sourcesContent: [text], names: [], mappings: lines.join(';') }
  return `//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`
}

/** A number in Base64 VLQ (Source Map, revision 3). */
function variableLength(number) {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  let rest = number < 0 ? -number * 2 + 1 : number * 2
  let text = ''
  do {
    text += digits[(rest & 31) | (rest > 31 ? 32 : 0)]
    rest >>= 5
  } while (rest > 0)
  return text
}
