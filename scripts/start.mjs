// `npm start`: the example pages, right after `npm ci`. Everything after `--` goes to `rachis serve` as it is.
import { join } from 'node:path'
import { cli, hasCli, root } from './entries.mjs'
import { node, run } from './run.mjs'

if (!hasCli) throw new Error(`${cli.source} does not exist.`)
const built = await node(join(root, 'esbuild.mjs'), ['--if-stale'])
if (built !== 0) process.exit(built)

// Ctrl-C reaches the server too; it shuts down, and this process ends with its exit code.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.exitCode = await run(process.execPath, [
  join(root, `dist/esm/${cli.file}.js`),
  'serve',
  '--config',
  join(root, 'dist/examples/config.js'),
  ...process.argv.slice(2),
])
