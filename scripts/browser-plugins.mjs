import { existsSync, readdirSync } from 'node:fs'
import { join, parse } from 'node:path'
import { root } from './entries.mjs'

const shims = join(root, 'src/streams/transports/dnode/browser-shims')

/**
 * Options of a build for pages. Peers stay outside. dnode is built in; a file `browser-shims/NAME.ts` stands in there for
 * the package or Node module NAME.
 */
export function browserModules() {
  return {
    platform: 'browser',
    conditions: ['browser'],
    external: ['rxjs', 'rxjs/*', 'backbone', 'rxjs-marbles', 'rxjs-marbles/*'],
    plugins: [shimmed()],
  }
}

function shimmed() {
  const files = existsSync(shims) ? readdirSync(shims) : []
  const byName = new Map(files.map((file) => [parse(file).name, join(shims, file)]))
  return {
    name: 'browser-shims',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        const shim = kind === 'entry-point' ? undefined : byName.get(path.replace(/^node:/, ''))
        return shim === undefined ? undefined : { path: shim }
      })
    },
  }
}

/** The global script takes its peers from the globals that their own scripts set, so that a page has one rxjs and one Backbone. */
export function globals() {
  const names = new Map([
    ['rxjs', 'rxjs'],
    ['backbone', 'Backbone'],
  ])
  return {
    name: 'globals',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(rxjs|backbone)$/ }, ({ path }) => ({ path, namespace: 'global' }))
      onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => {
        const name = names.get(path)
        const missing = `rachis.global.js needs the global ${name}: load the script of ${path} before it.`
        return {
          contents: `if (!globalThis.${name}) throw new Error(${JSON.stringify(missing)})\nmodule.exports = globalThis.${name}`,
          loader: 'js',
        }
      })
    },
  }
}
