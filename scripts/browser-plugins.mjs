import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import { root } from './entries.mjs'

const shims = join(root, 'src/streams/transports/dnode/browser-shims')
export const peers = ['rxjs', 'rxjs/*', 'backbone', 'strophe.js', 'rxjs-marbles', 'rxjs-marbles/*']

/** Options of a build for pages. Peers stay outside; dnode is built in, standing on the shims. */
export function browserModules() {
  const define = { 'process.nextTick': 'queueMicrotask' }
  return { platform: 'browser', conditions: ['browser'], external: peers, define, plugins: [browserFiles(), shimmed()] }
}

/** Where `name.browser.ts` stands beside `name.ts`, pages get the former. */
function browserFiles() {
  return {
    name: 'browser-files',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path.replace(/\.js$/, '.browser.ts'))
        return existsSync(file) ? { path: file } : undefined
      })
    },
  }
}

/** A file `browser-shims/NAME.ts` stands in for the package or Node module NAME. */
function shimmed() {
  const files = existsSync(shims) ? readdirSync(shims) : []
  const byName = new Map(files.map((file) => [parse(file).name, join(shims, file)]))
  return {
    name: 'browser-shims',
    setup({ onResolve, onLoad, resolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind, importer }) => {
        const shim = kind === 'entry-point' ? undefined : byName.get(path.replace(/^node:/, ''))
        if (shim !== undefined) return { path: shim }
        // Its other entry opens TCP connections.
        if (path === 'dnode') return resolve('dnode/browser.js', { kind, importer, resolveDir: dirname(importer) })
        // For browsers without JSON.
        if (path === 'jsonify') return { path, namespace: 'empty' }
        return undefined
      })
      onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
    },
  }
}

/** A global script takes its peers from the globals that their own scripts set, so that a page has one rxjs and one Backbone. */
export function globals(file) {
  const names = new Map([
    ['rxjs', 'rxjs'],
    ['backbone', 'Backbone'],
  ])
  return {
    name: 'globals',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(rxjs|backbone|strophe\.js)$/ }, ({ path }) => ({ path, namespace: 'global' }))
      // Its script sets a global for each of its exports, and a page without XMPP goes without it.
      onLoad({ filter: /^strophe\.js$/, namespace: 'global' }, () => ({ contents: 'module.exports = globalThis' }))
      onLoad({ filter: /.*/, namespace: 'global' }, ({ path }) => {
        const name = names.get(path)
        const missing = `${file} needs the global ${name}: load the script of ${path} before it.`
        return { contents: `if (!globalThis.${name}) throw new Error(${JSON.stringify(missing)})\nmodule.exports = globalThis.${name}` }
      })
    },
  }
}
