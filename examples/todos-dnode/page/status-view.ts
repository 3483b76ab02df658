import type { TransportStatus } from 'rachis'
import type { PubsubStatus } from 'rachis/server'
import { byId, make } from '../../shared/element.js'
import { todos } from './todos.js'

type Fact = readonly [fact: string, detail: string]

/** How many are online, and what stands between them: the connection of this page, and the Redis of its server. */
export class StatusView {
  private connection: TransportStatus = { state: 'connecting', attempt: 1 }
  private server: PubsubStatus | undefined
  private online: number | undefined

  constructor() {
    todos.on('subscribe unsubscribe', (count: number) => {
      this.online = count
      this.render()
    })
    // Countdowns go on.
    setInterval(() => {
      if (this.connection.state === 'offline') this.render()
    }, 250)
  }

  connected(status: TransportStatus): void {
    this.connection = status
    this.render()
  }

  served(status: PubsubStatus): void {
    this.server = status
    this.render()
  }

  private render(): void {
    const { connection, server, online } = this
    const isOnline = connection.state === 'online'
    byId('online').textContent = online === undefined ? '' : online === 1 ? 'only you' : `${online} online`
    byId('online').classList.toggle('stale', !isOnline)
    byId('servers').textContent = serversOf(server)
    const fact = isOnline ? awayOf(server) : offlineOf(connection)
    byId('notice').hidden = fact === undefined
    if (fact !== undefined) byId('notice').replaceChildren(make('strong', '', fact[0]), fact[1])
  }
}

function serversOf(server: PubsubStatus | undefined): string {
  if (server?.state !== 'online') return server?.state === 'alone' ? 'one server, without Redis' : ''
  return server.processes === 1 ? 'one server on Redis' : `${server.processes} servers on one Redis`
}

function awayOf(server: PubsubStatus | undefined): Fact | undefined {
  return server?.state === 'away' ? ['Redis is away', 'other servers are told when it is back'] : undefined
}

function offlineOf(status: TransportStatus): Fact | undefined {
  switch (status.state) {
    case 'connecting':
      return status.attempt > 1 ? ['Offline', 'connecting …'] : undefined
    case 'offline': {
      const seconds = Math.ceil(((status.retryAt?.getTime() ?? 0) - Date.now()) / 1000)
      return ['Offline', seconds > 0 ? `next attempt in\u00a0${seconds}\u00a0s` : 'connecting …']
    }
    case 'denied':
      return ['Not allowed', status.error.message]
    default:
      return ['Disconnected', 'reload to connect again']
  }
}
