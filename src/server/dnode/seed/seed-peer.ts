import { ConnectionError, LimitError, ProtocolError, RachisError } from '../../../errors.js'
import type { Frame } from '../../hub/frame.js'
import type { Peer } from '../../hub/hub.js'
import { CallbackLedger } from './callback-ledger.js'
import { checkRow } from './frame-guard.js'
import { EventLine } from './event-line.js'
import { type Authenticate, PeerIdentity } from './identity.js'
import type { DnodeConnection } from './middleware.js'
import { jsonOf } from './plain-json.js'
import type { Publisher } from './publisher.js'
import { quietly } from './quietly.js'
import type { SeedEvent, SeenEvent } from './seed-event.js'
import type { SeedModels } from './seed-models.js'
import { defaultSeedLimits, type SeedLimits } from './seed-limits.js'

/** What a middleware brings to a connection. */
export interface PeerOptions<U> {
  readonly authenticate?: Authenticate<U> | undefined
  readonly limits?: Partial<SeedLimits> | undefined
  readonly onError?: ((error: unknown) => void) | undefined
}

/** What `serveDnode` gives its connections beside what those of `dnode` have. */
export interface ServedConnection {
  readonly peer: Peer
  /** Takes lines for the network. */
  send(frame: Frame): void
  /** Bytes that the network has not taken. */
  readonly buffered: number
  /** Ends it at once. */
  destroy(): void
}

/** `serveDnode` puts itself behind the connections that it makes. */
export const servedConnections = new WeakMap<DnodeConnection, ServedConnection>()

interface Stream {
  readonly remoteAddress?: string
  readonly writableLength?: number
  setKeepAlive?(enable: boolean, delayMs: number): unknown
  on(event: string, listener: () => void): unknown
  destroy(): void
}

interface Proto {
  readonly callbacks: { readonly remote: Record<number, object> }
}

const keepAliveMs = 25_000

const peers = new WeakMap<DnodeConnection, SeedPeer>()

/** The peer of a connection, the same for all middlewares on it; of several limits the lowest counts. */
export function peerOf(remote: object, connection: DnodeConnection, options: PeerOptions<never>): SeedPeer {
  let peer = peers.get(connection)
  if (peer === undefined) peers.set(connection, (peer = new SeedPeer(remote, connection, options.onError)))
  peer.lower(options.limits)
  return peer
}

/**
 * One connection with an old client on it: what it sends is checked before dnode sees it, its callbacks are freed, its calls are counted, and its
 * end is noticed, however the connection was made.
 */
export class SeedPeer {
  ended = false
  limits: SeedLimits = defaultSeedLimits
  private readonly given: { -readonly [K in keyof SeedLimits]?: SeedLimits[K] } = {}
  inFlight = 0
  /** Set by `pubsub`. */
  publisher: Publisher | undefined
  /** Set by `crud`. */
  models: SeedModels | undefined
  /** How the client sees what happened; set by `crud`, whose rules judge it. */
  see: (event: SeedEvent) => SeenEvent | undefined = (event) => event
  /** Never throws. */
  readonly report: (error: unknown) => void
  private readonly ledger: CallbackLedger
  /** The client has told its methods. */
  private greeted = false
  private readonly onEnds: (() => void)[] = []
  private readonly identities = new Map<unknown, PeerIdentity<never>>()
  private readonly served: ServedConnection | undefined
  private readonly stream: Stream | undefined
  /** The numbers of dnode's functions that stand for the client's. */
  private readonly numbers = new WeakMap<object, number>()
  /** The callbacks of the row that dnode is handling. */
  private handled: readonly number[] = []

  constructor(
    private readonly remote: object,
    readonly connection: DnodeConnection,
    onError: (error: unknown) => void = console.error,
  ) {
    this.report = quietly(onError)
    this.served = servedConnections.get(connection)
    this.stream = isStream(connection.stream) ? connection.stream : undefined
    this.ledger = new CallbackLedger(defaultSeedLimits.callbackMs, (ids) => {
      this.free(ids)
    })
    const end = (): void => {
      this.end()
    }
    connection.on('end', end)
    connection.on('remote', () => {
      this.greeted = true
    })
    this.stream?.on('close', end)
    // Who vanishes without a word is to be counted no more.
    this.stream?.setKeepAlive?.(true, keepAliveMs)
    // Without a listener, what a peer or a socket does wrong would end the process.
    connection.on('error', (error: unknown) => {
      if (this.served === undefined && !isNetworkError(error)) this.report(error)
    })
    if (typeof connection.handle === 'function') this.guard()
  }

  /** How many callbacks of the client are held for calls; for tests. */
  get callbacks(): number {
    return this.ledger.size
  }

  lower(limits: Partial<SeedLimits> = {}): void {
    const names = Object.keys(limits) as (keyof SeedLimits)[]
    for (const name of names) if (limits[name] !== undefined) this.given[name] = Math.min(this.given[name] ?? Infinity, limits[name])
    this.limits = { ...defaultSeedLimits, ...this.given }
    this.ledger.graceMs = this.limits.callbackMs
  }

  onEnd(listener: () => void): void {
    if (this.ended) listener()
    else this.onEnds.push(listener)
  }

  /** Who the connection is to `check`; asked once for each. */
  identity<U>(check: Authenticate<U>): PeerIdentity<U> {
    let identity = this.identities.get(check) as PeerIdentity<U> | undefined
    if (identity === undefined) {
      const peer = this.served?.peer ?? { transport: 'tcp', address: this.stream?.remoteAddress, headers: {} }
      identity = new PeerIdentity(check, peer, (error) => {
        this.report(error)
      })
      this.identities.set(check, identity as unknown as PeerIdentity<never>)
    }
    return identity
  }

  /** Calls a method of the client by its name, if it has it. */
  tell(line: EventLine): void {
    if (this.ended || (this.greeted && !Object.hasOwn(this.remote, line.method))) return
    this.send(line)
    this.isStuck()
  }

  /**
   * Runs one call, whose callbacks are held meanwhile. `work` must not reject; it isn't run, but `refused` with a `LimitError`, when there are too many already.
   */
  run(work: () => Promise<void>, refused: (error: RachisError) => void): void {
    const ids = this.handled
    for (const id of ids) {
      const callback = this.remoteCallbacks[id]
      if (callback !== undefined) this.numbers.set(callback, id)
    }
    const { callsInFlight } = this.limits
    this.ledger.hold(ids)
    if (this.inFlight >= callsInFlight) {
      refused(new LimitError(`more than ${callsInFlight} calls are unanswered`, 'callsInFlight', callsInFlight))
      this.ledger.release(ids)
      return
    }
    this.inFlight++
    void work().finally(() => {
      this.inFlight--
      if (!this.ended) this.ledger.release(ids)
    })
  }

  /** Calls a function of the client, which may be anything, with JSON; a local one may throw. */
  answer(callback: unknown, ...args: readonly unknown[]): void {
    if (typeof callback !== 'function' || this.ended || this.isStuck()) return
    const id = this.numbers.get(callback)
    if (id !== undefined) {
      // dnode would look through all of it for functions.
      this.send(new EventLine(id, ...args.map((arg) => jsonOf(arg ?? null))))
      return
    }
    try {
      ;(callback as (...args: readonly unknown[]) => void)(...args.map(plain))
    } catch (error) {
      this.report(error)
    }
  }

  /** Ends the connection of a client that broke the protocol or a limit. */
  fail(error: RachisError): void {
    if (this.ended) return
    this.end()
    this.connection.emit('fail', error)
    this.connection.end()
    this.stream?.destroy()
    this.served?.destroy()
  }

  /** Ends the connection if too much waits for it. An answer may be larger than that, if nothing waits before it. */
  private isStuck(): boolean {
    const { buffered } = this.limits
    const isStuck = (this.served?.buffered ?? this.stream?.writableLength ?? 0) > buffered
    if (isStuck) this.fail(new LimitError(`the connection takes nothing: more than ${buffered} bytes wait`, 'buffered', buffered))
    return isStuck
  }

  private end(): void {
    if (this.ended) return
    this.ended = true
    this.ledger.end()
    for (const listener of this.onEnds.splice(0)) listener()
  }

  /** Stands in front of `handle`: dnode believes every row, and throws for what is none. */
  private guard(): void {
    const { connection } = this
    const handle = connection.handle.bind(connection)
    connection.handle = (row) => {
      if (this.ended) return
      try {
        const { frame, callbacks, refused } = checkRow(row, this.limits.depth)
        this.handled = callbacks
        if (refused.length > 0) this.free(refused)
        handle(frame)
      } catch (cause) {
        this.fail(cause instanceof RachisError ? cause : new ProtocolError('a frame could not be handled', { cause }))
      } finally {
        this.handled = []
      }
    }
  }

  private get remoteCallbacks(): Record<number, object> {
    return (this.connection as unknown as { readonly proto: Proto }).proto.callbacks.remote
  }

  private free(ids: readonly number[]): void {
    if (this.ended) return
    for (const id of ids) Reflect.deleteProperty(this.remoteCallbacks, id)
    this.send(new EventLine('cull', ...ids.map(String)))
  }

  private send(line: EventLine): void {
    if (this.served !== undefined) this.served.send(line.frame)
    else this.connection.emit('data', this.connection.opts?.emit === 'object' ? line.row : line.text)
  }
}

function isStream(value: unknown): value is Stream {
  const stream = value as Partial<Stream> | null | undefined
  return typeof stream?.on === 'function' && typeof stream.destroy === 'function'
}

function isNetworkError(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return error instanceof ConnectionError || (typeof code === 'string' && /^E[A-Z]+$/.test(code))
}

/** As a client far away would get it. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(jsonOf(value))
}
