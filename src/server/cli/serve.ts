import { resolve } from 'node:path'
import { type Command, type CommandInput, readInteger } from './command.js'
import { readConfig, type ServeConfig, type Settings } from './config.js'
import { defaultPort } from './default-port.js'
import { withPeers } from './peers.js'

const highestPort = 65_535

/** `rachis serve`: a hub over HTTP, WebSocket and, if asked, TCP. */
export const serve: Command = {
  name: 'serve',
  operands: [],
  help: 'Serves channels over WebSocket, as rachis.config.js (or .mjs, .json) in this folder says. Flags go before the file, and --port before PORT.',
  flags: {
    config: { value: 'FILE', help: 'another configuration file' },
    port: { value: 'N', help: `the port of HTTP and WebSocket; 0 is any that is free (default PORT, or ${defaultPort})` },
    host: { value: 'NAME', help: 'the address to listen on (default localhost: this machine alone)' },
    tcp: { value: 'N', help: 'serve TCP on this port too' },
    data: { value: 'DIR', help: 'the folder of the embedded store (default ./data)' },
    pages: { value: 'DIR', help: 'serve the files of this folder over HTTP' },
    channel: { value: 'NAME', repeated: true, help: 'offer this collection, to read and write for everybody who can connect' },
  },
  async run(input, terminal, stop) {
    const settings = withFlags(await readConfig(input.text('config'), process.cwd()), input)
    // Only now, so that `--help` needs neither Mongoose nor the time to load it.
    const { start, ShutdownStack } = await withPeers(() => import('./serving.js'))
    const stack = new ShutdownStack()
    try {
      await start(settings, terminal, stack)
      if (!stop.aborted) await new Promise((done) => stop.addEventListener('abort', done, { once: true }))
      terminal.note('Stopping …')
    } finally {
      terminal.status(undefined)
      await stack.unwind()
    }
  },
}

function withFlags(config: ServeConfig, input: CommandInput): Settings {
  const fromEnvironment = process.env['PORT'] ? readInteger(process.env['PORT'], 'PORT', 0, highestPort) : undefined
  const tcp = input.integer('tcp', 0, highestPort) ?? config.tcp
  const pages = input.has('pages') ? resolve(input.text('pages')!) : config.pages
  const uri = input.has('data') ? `embedded:${resolve(input.text('data')!)}` : (config.uri ?? `embedded:${resolve(config.data ?? 'data')}`)
  return {
    ...config,
    port: input.integer('port', 0, highestPort) ?? fromEnvironment ?? config.port ?? defaultPort,
    host: input.text('host') ?? config.host ?? 'localhost',
    uri,
    channels: [...(config.channels ?? []), ...input.texts('channel')],
    ...(tcp !== undefined && { tcp }),
    ...(pages !== undefined && { pages }),
  }
}
