// `npm start`: the example pages, right after `npm ci`. Everything after `--` goes to `rachis serve` as it is, but for
//   --xmpp URL          the WebSocket or BOSH of an XMPP server: the todos page can switch to it
//   --xmpp-user JID     who signs in there; with RACHIS_PASSWORD set nobody is asked
//   --xmpp-pubsub JID   its publish-subscribe service, if it isn't pubsub.DOMAIN
// `npm start -- --example NAME` starts an example with a server of its own, which gets the rest: todos-dnode [--port N] [--redis URL] [--uri URI].
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cli, hasCli, root } from './entries.mjs'
import { node, run } from './run.mjs'

const variables = { '--xmpp': 'RACHIS_XMPP', '--xmpp-user': 'RACHIS_XMPP_USER', '--xmpp-pubsub': 'RACHIS_XMPP_PUBSUB' }

if (!hasCli) throw new Error(`${cli.source} does not exist.`)
const built = await node(join(root, 'esbuild.mjs'), ['--if-stale'])
if (built !== 0) process.exit(built)

const args = []
let example
const env = { ...process.env }
const given = process.argv.slice(2)
for (let arg = given.shift(); arg !== undefined; arg = given.shift()) {
  const [flag, inline] = arg.split(/=(.*)/s)
  if (flag === '--example') example = inline ?? given.shift()
  else if (!Object.hasOwn(variables, flag)) args.push(arg)
  else if (!(env[variables[flag]] = inline ?? given.shift())) {
    console.error(`npm start: ${flag} needs a value`)
    process.exit(2)
  }
}

const server = join(root, `dist/examples/${example}/server.js`)
if (example !== undefined && !existsSync(server)) {
  console.error(`npm start: there is no example ${example} with a server of its own`)
  process.exit(2)
}
const command =
  example === undefined
    ? [join(root, `dist/esm/${cli.file}.js`), 'serve', '--config', join(root, 'dist/examples/config.js'), ...args]
    : [server, ...args]

// Ctrl-C reaches the server too; it shuts down, and this process ends with its exit code.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {})
process.exitCode = await run(process.execPath, command, { env })
