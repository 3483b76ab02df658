import type { Observable } from 'rxjs'
import { ConnectionError } from '../../errors.js'
import type { FeedNode, NodeOptions, Transport, TransportStatus } from '../node.js'
import { turns } from '../internal/turns.js'
import { MemoryNode } from './memory-node.js'
import { MemoryStore, type MemoryStoreOptions } from './memory-store.js'
import { Outbox } from './outbox.js'
import { Status } from './status.js'

/** What a `MemoryTransport` stands on. */
export interface MemoryTransportOptions extends MemoryStoreOptions {
  /** What several transports share as clients share a server; then the options of the store are its own. Default: a new one. */
  readonly store?: MemoryStore
  /** How many writes may wait while disconnected. Default 10,000. */
  readonly outbox?: number
}

/**
 * The reference transport: nodes in memory, queries run in the client. `disconnect` and `reconnect` play an outage, to try how an application
 * behaves: feeds keep their state, writes wait, and afterwards the minimal events follow.
 *
 * ```ts
 * const transport = new MemoryTransport()
 * const todos = transport.node<Todo>('todos')
 * await todos.publish({ title: 'read' })
 * ```
 */
export class MemoryTransport implements Transport {
  readonly status$: Observable<TransportStatus>
  private readonly status = new Status({ state: 'online', since: new Date() })
  private readonly nodes = new Map<string, MemoryNode<never>>()
  private readonly outbox: Outbox<() => Promise<unknown>>
  private readonly store: MemoryStore

  constructor(options: MemoryTransportOptions = {}) {
    this.status$ = this.status.status$
    this.store = options.store ?? new MemoryStore(options)
    this.outbox = new Outbox(options.outbox ?? 10_000)
    this.openOutbox()
  }

  node<T extends object>(name: string, options: NodeOptions = {}): FeedNode<T> {
    let node = this.nodes.get(name) as unknown as MemoryNode<T> | undefined
    if (node === undefined) {
      node = new MemoryNode<T>(name, options, {
        items: () => this.store.items(name),
        online: () => this.status.value.state === 'online',
        closed: () => this.status.value.state === 'closed',
        read: (read) => this.read(read),
        write: (write) => this.write(write),
      })
      this.nodes.set(name, node as unknown as MemoryNode<never>)
    }
    return node
  }

  /** Plays the loss of the connection. */
  disconnect(reason = 'disconnected'): void {
    if (this.status.value.state !== 'online') return
    this.status.next({ state: 'offline', reason, attempt: 1, retryAt: undefined })
    this.outbox.pause()
    for (const node of this.nodes.values()) node.detach()
  }

  /** Plays its return: one turn brings all feeds up to date, then the writes that waited go out. */
  reconnect(): void {
    if (this.status.value.state !== 'offline') return
    this.status.next({ state: 'online', since: new Date() })
    turns.run(() => {
      for (const node of this.nodes.values()) node.attach()
    })
    this.openOutbox()
  }

  close(): Promise<void> {
    if (this.status.value.state !== 'closed') {
      this.status.next({ state: 'closed' })
      this.outbox.pause()
      this.outbox.clear((sent) => new ConnectionError('the transport was closed before the write was answered', sent))
      for (const node of this.nodes.values()) node.close()
    }
    return Promise.resolve()
  }

  private openOutbox(): void {
    this.outbox.open((write) => write())
  }

  private write(write: () => Promise<unknown>): Promise<unknown> {
    return this.status.value.state === 'closed' ? Promise.reject(closed()) : this.outbox.add(write)
  }

  private read<R>(read: () => R): Promise<R> {
    const { state } = this.status.value
    if (state === 'closed') return Promise.reject(closed())
    if (state !== 'online') return Promise.reject(new ConnectionError('there is no connection: read when the transport is online again'))
    return new Promise((resolve) => {
      resolve(read())
    })
  }
}

function closed(): ConnectionError {
  return new ConnectionError('the transport is closed')
}
