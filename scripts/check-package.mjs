// `npm run check:package` (after `npm run build`): the tarball as npm would publish it, judged by publint and are-the-types-wrong,
// then unpacked and loaded from outside, as ES modules, as CommonJS and from the command line. Needs no network.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, entries, hasCli, missingEntries, root } from './entries.mjs'
import { node } from './run.mjs'

process.chdir(root)
const folder = join(root, 'node_modules/.cache/check-package')
rmSync(folder, { recursive: true, force: true })
mkdirSync(join(folder, 'node_modules'), { recursive: true })
const [{ filename, size, entryCount }] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder]))
const tarball = join(folder, filename)
console.log(`${filename}: ${(size / 1000).toFixed(0)} kB, ${entryCount} files`)
execFileSync('tar', ['-xzf', tarball, '-C', join(folder, 'node_modules')])
execFileSync('mv', ['package', 'rachis'], { cwd: join(folder, 'node_modules') })

const failures = missingEntries.map(({ source }) => `${source} does not exist`)
await check('publint', () => node('node_modules/publint/src/cli.js', [join(folder, 'node_modules/rachis'), '--strict', '--pack', 'false']))
await check('are-the-types-wrong', () => node('node_modules/@arethetypeswrong/cli/dist/index.js', [tarball, '--profile', 'node16']))
for (const { subpath } of entries) {
  const name = `rachis${subpath.slice(1)}`
  await check(`import ${name}`, () => load('entry.mjs', `import * as entry from '${name}'`))
  await check(`require ${name}`, () => load('entry.cjs', `const entry = require('${name}')`))
}
if (hasCli)
  await check('rachis --help', () => node(join(folder, 'node_modules/rachis/dist/esm', `${cli.file}.js`), ['--help'], { stdio: 'ignore' }))
await check('consumer types', () => checkTypes())
for (const failure of failures) console.error(`failed: ${failure}`)
process.exitCode = failures.length === 0 ? 0 : 1

async function check(name, action) {
  if ((await action()) === 0) console.log(`ok: ${name}`)
  else failures.push(name)
}

function load(file, statement) {
  const path = join(folder, file)
  writeFileSync(path, `${statement}\nif (Object.keys(entry).length === 0) throw new Error('It exports nothing.')\n`)
  return node(path, [])
}

/** Every entry resolves to real declarations, from an ES module and from CommonJS. */
function checkTypes() {
  const names = entries.map(({ subpath }) => `rachis${subpath.slice(1)}`)
  const imports = names.map(
    (name, index) => `import * as e${index} from '${name}'\nexport const keys${index}: readonly (keyof typeof e${index})[] = []`,
  )
  for (const extension of ['mts', 'cts']) writeFileSync(join(folder, `consumer.${extension}`), `${imports.join('\n')}\n`)
  const compilerOptions = { module: 'NodeNext', strict: true, noEmit: true, skipLibCheck: true, types: ['node'], lib: ['ES2023', 'DOM'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.mts', 'consumer.cts'] }))
  return node('node_modules/typescript/bin/tsc', ['-p', folder])
}

function npm(args) {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
