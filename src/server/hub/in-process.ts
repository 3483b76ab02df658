import { BehaviorSubject } from 'rxjs'
import { ConnectionError } from '../../errors.js'
import type { NodeOptions, Transport, TransportStatus } from '../../streams/node.js'
import type { Channel } from './channel.js'
import { InProcessNode } from './in-process-node.js'

/** The channels of a hub as a transport in the same process: the same rules and errors as over a network, and no boundary in between. */
export class InProcessTransport implements Transport {
  readonly status$ = new BehaviorSubject<TransportStatus>({ state: 'online', since: new Date() })
  private readonly nodes = new Map<string, InProcessNode<never>>()
  private closed = false
  private writes: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly channel: (name: string) => Channel,
    private readonly user: unknown,
    private readonly onClose: () => void,
  ) {}

  node<T extends object>(name: string, options: NodeOptions = {}): InProcessNode<T> {
    let node = this.nodes.get(name) as InProcessNode<T> | undefined
    if (node === undefined) {
      const open = (): Channel => {
        if (this.closed) throw new ConnectionError('the transport is closed')
        return this.channel(name)
      }
      node = new InProcessNode<T>(name, options, this.user, open, (write) => this.inOrder(write))
      this.nodes.set(name, node as unknown as InProcessNode<never>)
    }
    return node
  }

  close(): Promise<void> {
    if (this.closed) return Promise.resolve()
    this.closed = true
    for (const node of this.nodes.values()) node.close()
    this.status$.next({ state: 'closed' })
    this.status$.complete()
    this.onClose()
    return Promise.resolve()
  }

  private inOrder<R>(write: () => Promise<R>): Promise<R> {
    const result = this.writes.then(write)
    this.writes = result.catch(() => undefined)
    return result
  }
}
