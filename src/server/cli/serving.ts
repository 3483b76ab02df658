import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describeCause } from '../../errors.js'
import { listenDnode } from '../dnode/listen.js'
import { Hub } from '../hub/hub.js'
import { ListenError } from './cli-errors.js'
import type { Settings } from './config.js'
import { looseChannel } from './loose-channel.js'
import { progressLine } from './progress-bar.js'
import { serveFile } from './static-files.js'
import { openStore } from './store.js'
import type { Terminal } from './terminal.js'

/** Begins with the port: whoever is second to start learns that, and not that the store is in use. */
export async function start(settings: Settings, terminal: Terminal, stack: ShutdownStack): Promise<void> {
  const { host, port, tcp, uri, setup } = settings
  const server = createServer((request, response) => {
    serveFile(settings, request, response).catch(() => response.destroy())
  })
  const listening = await listen(server, port, host)
  stack.add(() => closeServer(server))

  const store = await openStore(uri)
  stack.add(() => store.close())
  const hub = new Hub({
    ...settings.hub,
    onError:
      settings.hub?.onError ??
      ((error) => {
        terminal.note(`rachis: ${describeCause(error)}`)
      }),
  })
  for (const name of settings.channels ?? []) looseChannel(hub, store, name)
  await setup?.({
    hub,
    mongoose: store.mongoose,
    note: (line) => {
      terminal.note(line)
    },
    progress: (progress) => {
      terminal.status(progress && progressLine(progress, terminal.columns))
    },
    onStop: (action) => {
      stack.add(action)
    },
  })
  const sockets = await listenDnode(hub, { server, ...(tcp !== undefined && { tcp: { port: tcp, host } }) }).catch((error: unknown) => {
    const { cause } = error as { readonly cause?: unknown }
    throw new ListenError(refusal((cause as NodeJS.ErrnoException | undefined)?.code, tcp ?? port, host, error, '--tcp'), { cause: error })
  })
  stack.add(() => sockets.close())
  stack.add(() => hub.close())

  terminal.print(`Rachis serves http://${urlHost(host)}:${listening.port}/`)
  if (tcp !== undefined) terminal.print(`and tcp://${urlHost(host)}:${String(sockets.tcpPort)}`)
}

/** Throws `ListenError`, saying what to do. */
async function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  try {
    await new Promise<void>((done, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        done()
      })
    })
  } catch (cause) {
    throw new ListenError(refusal((cause as NodeJS.ErrnoException).code, port, host, cause), { cause })
  }
  return server.address() as AddressInfo
}

function refusal(code: string | undefined, port: number, host: string, cause: unknown, flag = '--port'): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use by another program: stop that one, or choose another port with ${flag}`
    case 'EACCES':
      return `port ${port} needs rights that this user hasn't: choose one above 1023 with ${flag}`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: choose another with --host`
    default:
      return `can't listen on port ${port} of ${host}: ${describeCause(cause)}`
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => {
      done()
    })
    server.closeAllConnections()
  })
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** What must be undone at the end, last first. */
export class ShutdownStack {
  private readonly actions: (() => void | Promise<void>)[] = []

  add(action: () => void | Promise<void>): void {
    this.actions.push(action)
  }

  async unwind(): Promise<void> {
    for (let action = this.actions.pop(); action !== undefined; action = this.actions.pop()) await action()
  }
}
