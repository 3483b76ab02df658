import Dnode from 'dnode/lib/dnode.js'
import { ConnectionError, LimitError, ProtocolError, RachisError } from '../../../errors.js'
import { encodeFrame } from '../../../streams/transports/dnode/frame.js'
import { LineSplitter } from '../../../streams/transports/dnode/lines.js'
import { Frame } from '../../hub/frame.js'
import type { Peer } from '../../hub/hub.js'
import type { Link } from '../../hub/outlet.js'
import type { ListenLimits } from '../limits.js'
import { type DnodeListener, type ListenedSession, type ListenOptions, listenWith } from '../listener.js'
import type { DnodeConnection, DnodeMiddleware } from './middleware.js'
import { quietly } from './quietly.js'
import { peerOf, type SeedPeer, servedConnections } from './seed-peer.js'

/** Where to serve, and who hears of what went wrong. */
export interface ServeDnodeOptions extends ListenOptions {
  readonly onError?: (error: unknown) => void
}

/**
 * Serves dnode middleware to clients of the `dnode` package: over WebSocket, on an HTTP server or a port of its own, and over TCP. Lines are framed
 * and checked here: whatever bytes come, nothing throws, and who breaks the protocol or a limit is disconnected. Rejects with `ArgumentError` if a port is in use.
 *
 * ```ts
 * const listener = await serveDnode(compose(pubsub(), crud({ database })), { server: app.listen(8080), path: '/dnode' })
 * ```
 */
export function serveDnode(middleware: DnodeMiddleware, options: ServeDnodeOptions): Promise<DnodeListener> {
  const onError = quietly(options.onError ?? console.error)
  return listenWith(options, (link, peer, limits, _keepalive, gone) => new ServedSession(middleware, link, peer, limits, onError, gone))
}

/** One connection: lines of the network on one side, the `dnode` package on the other. */
class ServedSession implements ListenedSession {
  private readonly dnode: InstanceType<typeof Dnode>
  private readonly lines: LineSplitter
  private seedPeer: SeedPeer | undefined
  private ended = false
  private slowSince = 0

  constructor(
    middleware: DnodeMiddleware,
    private readonly link: Link,
    peer: Peer,
    private readonly limits: ListenLimits,
    private readonly onError: (error: unknown) => void,
    private readonly gone: () => void,
  ) {
    this.lines = new LineSplitter(limits.frameBytes)
    const { frameBytes, depth, callsInFlight } = limits
    const connect = (remote: object, connection: DnodeConnection): object => {
      this.seedPeer = peerOf(remote, connection, { limits: { frameBytes, depth, callsInFlight }, onError })
      try {
        return middleware(remote, connection)
      } catch (error) {
        onError(error)
        queueMicrotask(() => {
          this.fail(new ProtocolError('the connection could not be set up', { cause: error }))
        })
        return {}
      }
    }
    this.dnode = new Dnode(connect, { weak: false, emit: 'object' })
    servedConnections.set(this.dnode as unknown as DnodeConnection, {
      peer,
      send: (frame) => {
        link.gather?.()
        link.send(frame)
      },
      get buffered() {
        return link.buffered
      },
      destroy: () => {
        link.destroy()
      },
    })
    this.dnode.on('data', (frame) => {
      if (this.ended) return
      link.gather?.()
      link.send(Frame.of(encodeFrame(frame)))
    })
  }

  receive(chunk: string | Uint8Array): void {
    if (this.ended) return
    try {
      for (const line of this.lines.push(chunk)) this.dnode.handle(parsed(line))
    } catch (error) {
      this.fail(error instanceof RachisError ? error : new ProtocolError('a line could not be handled', { cause: error }))
    }
  }

  end(): void {
    if (this.ended) return
    this.ended = true
    this.dnode.end()
    this.gone()
  }

  tick(now: number): void {
    if (this.link.buffered === 0) this.slowSince = 0
    else if (this.slowSince === 0) this.slowSince = now
    else if (now - this.slowSince > this.limits.stalledMs)
      this.fail(new LimitError('the connection takes nothing any more', 'stalledMs', this.limits.stalledMs))
  }

  /** Old clients know no word for it: the connection ends. */
  fail(error: RachisError): void {
    if (this.ended) return
    if (error instanceof ConnectionError) {
      this.dnode.end()
      this.link.close()
    } else if (this.seedPeer === undefined) this.link.destroy()
    else this.seedPeer.fail(error)
  }
}

function parsed(line: string): object {
  try {
    return JSON.parse(line) as object
  } catch (cause) {
    throw new ProtocolError('a line is not JSON', { cause })
  }
}
