// `npm run bench [-- SUITE… --json --only PART…]`: what bench/run.ts does, with sources compiled as `npm run build` compiles them. (tsx, which runs the
// tests, keeps the names of functions, which costs something each time that one is made: what is measured is what users run.)
import { cpSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './entries.mjs'
import { node } from './run.mjs'

process.chdir(root)
const target = 'node_modules/.cache/rachis/bench'
const folders = ['src', 'bench', 'test/services']

rmSync(target, { recursive: true, force: true })
// What test servers read beside their sources.
for (const folder of folders) cpSync(folder, join(target, folder), { recursive: true, filter: (file) => !file.endsWith('.ts') })
symlinkSync(join(root, 'scripts'), join(target, 'scripts'))
writeFileSync(join(target, 'package.json'), '{ "type": "module" }\n')
const entryPoints = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => /(?<!\.test|\.d)\.ts$/.test(file))
    .map((file) => join(folder, file)),
)
const options = { platform: 'node', format: 'esm', target: 'es2022', sourcemap: 'linked', logLevel: 'warning' }
await build({ ...options, entryPoints, outdir: target, outbase: '.' })

const flags = [...process.execArgv, '--expose-gc', '--enable-source-maps']
process.exitCode = await node(join(target, 'bench/run.js'), process.argv.slice(2), {}, flags)
