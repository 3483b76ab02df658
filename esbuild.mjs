// Builds dist/ from src/ (JavaScript only; `npm run build` adds the declarations):
//   dist/esm      ES modules for Node, split so that what entries share, the event constructor above all, exists once
//   dist/cjs      the same modules as CommonJS, made from dist/esm file by file: shared parts exist once there too
//   dist/browser  ES modules for pages, dnode and its shims built in; rachis.global.js, one script that sets `Rachis`, and
//                 rachis.NAME.global.js of the entries that have a script of their own; the names of
//                 private members are shortened (scripts/mangling.mjs)
//   dist/examples NAME/{main.js,style.css,index.html} from examples/NAME/page, with everything that the page needs but jQuery; config.js,
//                 the server of them all, and NAME/server.js where an example has its own
// With `--if-stale` it does nothing while no source is newer than the last build.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'
import { globals } from './scripts/browser-plugins.mjs'
import { cli, entries, hasCli, missingEntries, root } from './scripts/entries.mjs'
import { pageModules, shortened } from './scripts/mangling.mjs'

const stamp = join(root, 'dist/.built')
const common = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  target: 'es2022',
  sourcemap: 'linked',
  logLevel: 'warning',
  metafile: true,
}

if (process.argv.includes('--if-stale') && !isStale()) process.exit(0)
for (const { subpath, source } of missingEntries)
  console.warn(`*** rachis${subpath.slice(1)} is left out: ${source} does not exist yet ***`)

const started = performance.now()
const steps = [
  ['dist/esm', () => [buildForNode()]],
  ['dist/cjs', () => [buildCommonJs()]],
  ['dist/browser', () => [buildForBrowsers(), buildGlobal(), ...buildScripts()]],
  ['dist/examples', () => [buildExamples(), buildExamplesServer()]],
]
for (const [folder, make] of steps) {
  // One that fails (esbuild has said why) leaves its folder as it is, and the others are made all the same.
  const results = await Promise.all(make()).catch(() => undefined)
  if (results === undefined) process.exitCode = 1
  else emit(folder, results)
}
if (!process.exitCode) writeFileSync(stamp, '')
console.log(`${process.exitCode ? 'Failed to build all of' : 'Built'} dist in ${Math.round(performance.now() - started)} ms.`)

function buildForNode() {
  const list = hasCli ? [...entries, cli] : entries
  return build({ ...common, ...modules(list), outdir: 'dist/esm', platform: 'node', packages: 'external' })
}

function modules(list) {
  const entryPoints = Object.fromEntries(list.map(({ file, source }) => [file, source]))
  return { entryPoints, format: 'esm', splitting: true, chunkNames: 'chunks/[name]-[hash]' }
}

function buildCommonJs() {
  const rename = {
    name: 'esm-to-cjs',
    setup({ onResolve }) {
      onResolve({ filter: /^\.\.?\// }, ({ path, kind }) =>
        kind === 'entry-point' ? undefined : { path: path.replace(/\.js$/, '.cjs'), external: true },
      )
    },
  }
  const entryPoints = filesIn('dist/esm').filter((file) => file.endsWith('.js') && file !== `dist/esm/${cli.file}.js`)
  const location = { define: { 'import.meta.url': 'importMetaUrl' }, inject: ['scripts/import-meta-url.js'] }
  const outputs = { outdir: 'dist/cjs', outbase: 'dist/esm', outExtension: { '.js': '.cjs' } }
  return build({
    ...common,
    ...location,
    ...outputs,
    entryPoints,
    format: 'cjs',
    platform: 'node',
    packages: 'external',
    plugins: [rename],
  })
}

function buildForBrowsers() {
  const list = entries.filter((entry) => entry.browser)
  return build({ ...common, ...modules(list), ...pageModules(), outdir: 'dist/browser' })
}

function buildGlobal() {
  return buildScript(
    entries.filter((entry) => entry.global),
    'rachis.global.js',
    'Rachis',
  )
}

/** For pages that use one entry alone, and no bundler. */
function buildScripts() {
  return entries.filter((entry) => entry.script).map((entry) => buildScript([entry], `rachis.${entry.file}.global.js`, entry.script))
}

function buildScript(list, file, globalName) {
  const contents = list.map(({ source }) => `export * from './${source}'`).join('\n')
  const options = shortened()
  return build({
    ...common,
    ...options,
    plugins: [globals(file), ...options.plugins],
    stdin: { contents, resolveDir: root, sourcefile: 'global.ts', loader: 'ts' },
    outfile: `dist/browser/${file}`,
    format: 'iife',
    globalName,
    minify: true,
  })
}

/** They import `rachis` as any page does, from what was just built (and not from the sources, where the paths of tsconfig lead). */
function buildExamples() {
  const pages = filesIn('examples').filter((file) =>
    /^examples\/([^/]+\/page\/(main\.ts|style\.css|index\.html)|[^/]+\.(html|css|svg))$/.test(file),
  )
  const entryPoints = pages.map((file) => ({
    in: file,
    out: file
      .replace(/^examples\//, '')
      .replace('/page/', '/')
      .replace(/\.[^.]+$/, ''),
  }))
  // Chunks whose names a page doesn't use are dropped, as they should be.
  const quiet = { logOverride: { 'ignored-bare-import': 'silent' } }
  const outside = { external: ['jquery'], define: { 'process.env.NODE_ENV': '"production"' }, loader: { '.html': 'copy', '.svg': 'copy' } }
  // rxjs's build for engines of this decade.
  const shared = { ...common, tsconfigRaw: {}, format: 'esm', outdir: 'dist/examples', conditions: ['es2015'] }
  const parts = { splitting: true, chunkNames: 'parts/[name]-[hash]' }
  return build({ ...shared, ...quiet, ...outside, ...parts, entryPoints, platform: 'browser', minify: true })
}

/** What `rachis serve` reads to serve them, and the servers of those that have one of their own. */
function buildExamplesServer() {
  const servers = filesIn('examples').filter((file) => /^examples\/[^/]+\/server\/main\.ts$/.test(file))
  const entryPoints = [
    { in: 'examples/config.ts', out: 'config' },
    ...servers.map((file) => ({ in: file, out: file.replace(/^examples\/(.*)\/main\.ts$/, '$1') })),
  ]
  const shared = { ...common, tsconfigRaw: {}, format: 'esm', outdir: 'dist/examples' }
  return build({ ...shared, entryPoints, platform: 'node', packages: 'external' })
}

/** Writes what changed and removes what is no longer made, so that a running reader of dist never sees it empty. */
function emit(folder, results) {
  const files = results.flatMap((result) => result.outputFiles)
  const wanted = new Set(files.map((file) => relative(root, file.path)))
  for (const file of files) {
    if (existsSync(file.path) && readFileSync(file.path).equals(file.contents)) continue
    mkdirSync(dirname(file.path), { recursive: true })
    writeFileSync(file.path, file.contents)
  }
  for (const file of filesIn(folder)) if (!wanted.has(file)) rmSync(join(root, file))
}

function filesIn(folder) {
  if (!existsSync(join(root, folder))) return []
  const found = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
  return found.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

function isStale() {
  if (!existsSync(stamp)) return true
  const built = statSync(stamp).mtimeMs
  const sources = ['esbuild.mjs', 'package-lock.json', ...filesIn('src'), ...filesIn('examples'), ...filesIn('scripts')]
  return sources.some((file) => statSync(join(root, file)).mtimeMs > built)
}
