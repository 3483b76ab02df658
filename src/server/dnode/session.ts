import { ConnectionError, DeniedError, LimitError, ProtocolError, type RachisError } from '../../errors.js'
import { decodeItem, encodeItem } from '../../streams/transports/dnode/item-codec.js'
import { type CallArgs, callArgs, type CallName, type CallResult, protocolVersion } from '../../streams/transports/dnode/protocol.js'
import type { Item, Write } from '../hub/channel-store.js'
import type { Connection } from '../hub/connection.js'
import { Frame } from '../hub/frame.js'
import type { Hub, Peer } from '../hub/hub.js'
import type { Link } from '../hub/outlet.js'
import { isInternal, toldError } from '../hub/told-error.js'
import type { ListenLimits } from './limits.js'
import { type AnswerId, ServerDnode } from './server-dnode.js'

const calls = Object.keys(callArgs) as CallName[]
const serverName = 'rachis'
/** Callbacks beside those of calls: what the client's greeting names. */
const spareCallbacks = 64
/** How many keepalives a client may leave unanswered. */
const silentKeepalives = 2.5

/** One client's connection, from its first byte: the calls of docs/protocol.md on one side, the hub's connection on the other. */
export class Session {
  readonly connection: Connection
  private readonly dnode: ServerDnode
  private inFlight = 0
  /** Calls whose answer has not been handed to the network, which may be slow. */
  private unanswered = 0
  /** The answer to hello, once it has come. */
  private greeting: Promise<CallResult<'hello'>> | undefined
  private heardAt = performance.now()
  private readonly handshake: NodeJS.Timeout
  private writes: Promise<unknown> = Promise.resolve()

  constructor(
    private readonly hub: Hub<never>,
    private readonly link: Link,
    private readonly peer: Peer,
    private readonly limits: ListenLimits,
    private readonly keepalive: number,
    private readonly gone: () => void,
  ) {
    this.connection = hub.connect(link)
    this.dnode = new ServerDnode({
      limits,
      maxCallbacks: mostUnanswered(limits),
      methods: [...calls, 'pong'],
      call: (method, args, answer) => {
        this.call(method, args, answer)
      },
      send: (line) => {
        this.link.send(Frame.of(line))
      },
      fail: (error) => {
        this.fail(error)
      },
    })
    this.handshake = setTimeout(() => {
      if (!this.connection.identified) this.fail(new ProtocolError(`no hello came within ${limits.handshakeMs} ms`))
    }, limits.handshakeMs).unref()
  }

  /** Takes what has arrived; never throws. */
  receive(chunk: string | Uint8Array): void {
    if (this.connection.ended) return
    this.heardAt = performance.now()
    this.dnode.receive(chunk)
  }

  /** The network is gone. */
  end(): void {
    clearTimeout(this.handshake)
    this.dnode.end()
    this.connection.end()
    this.gone()
  }

  /** Pings, and ends what no longer lives. `now` is of the clock that nobody sets. */
  tick(now: number): void {
    const { slowSince } = this.connection.outlet
    if (now - this.heardAt > silentKeepalives * this.keepalive) this.link.destroy()
    else if (slowSince > 0 && now - slowSince > this.limits.stalledMs) {
      this.fail(new LimitError('the connection takes nothing any more', 'stalledMs', this.limits.stalledMs))
      this.link.destroy()
    } else if (this.connection.identified) this.connection.ping()
  }

  /** Says goodbye and closes. */
  fail(error: RachisError): void {
    clearTimeout(this.handshake)
    this.dnode.end()
    this.connection.bye(error)
  }

  private call(method: string, args: unknown, answer: AnswerId | undefined): void {
    if (method === 'pong' || this.connection.ended) return
    if (answer === undefined) {
      this.fail(new ProtocolError(`${method} came without the callback for its answer`))
      return
    }
    const { callsInFlight } = this.limits
    const most = mostUnanswered(this.limits)
    if (this.unanswered >= most) {
      this.fail(new LimitError(`more than ${most} answers wait to be read`, 'callsInFlight', callsInFlight))
      return
    }
    this.unanswered++
    if (this.inFlight >= callsInFlight) {
      this.answer(answer, new LimitError(`more than ${callsInFlight} calls are unanswered`, 'callsInFlight', callsInFlight))
      return
    }
    this.inFlight++
    this.run(method as CallName, args).then(
      ({ result, after }) => {
        this.inFlight--
        this.answer(answer, undefined, result)
        after?.()
      },
      (error: unknown) => {
        this.inFlight--
        this.answer(answer, error)
        if (!this.connection.identified)
          this.fail(error instanceof DeniedError ? error : new ProtocolError('the connection was not opened', { cause: error }))
      },
    )
  }

  private answer(id: AnswerId, error: unknown, result: unknown = null): void {
    if (this.connection.ended) return
    const wire = error === undefined ? undefined : toldError(error)
    if (error !== undefined && isInternal(error)) this.hub.report(error)
    this.connection.outlet.inOrder(() => {
      this.unanswered--
      this.connection.outlet.send(Frame.of(this.dnode.answerLines(id, wire, JSON.stringify(result))))
    })
  }

  private async run(method: CallName, input: unknown): Promise<{ result: unknown; after?: () => void }> {
    const { connection } = this
    if (method === 'hello') {
      if (this.greeting !== undefined) throw new ProtocolError('hello came twice')
      this.greeting = this.hello(callArgs.hello(input))
      return { result: await this.greeting }
    }
    // A client need not wait for the answer to hello before it goes on.
    await this.greeting
    if (!connection.identified) throw new ProtocolError(`${method} came before hello`)
    switch (method) {
      case 'renew':
        return { result: await this.identify(decodeItem(callArgs.renew(input).credentials)) }
      case 'subscribe': {
        const { sid, channel, query, known } = callArgs.subscribe(input)
        const subscription = connection.subscribe(sid, channel, decodeItem(query), known)
        return {
          result: {},
          after: () => {
            connection.start(subscription)
          },
        }
      }
      case 'unsubscribe':
        connection.unsubscribe(callArgs.unsubscribe(input).sid)
        return { result: {} }
      case 'get': {
        const { channel, id } = callArgs.get(input)
        const item = await connection.get(channel, id)
        return { result: item === undefined ? {} : { item: encodeItem(item) } }
      }
      case 'page': {
        const { channel, ...range } = callArgs.page(input)
        const page = await connection.page(channel, range)
        return { result: { ...page, items: page.items.map(([id, item]) => [id, encodeItem(item)]) } }
      }
      case 'publish': {
        const { write, channel, item, id, create = false } = callArgs.publish(input)
        return { result: await this.write(channel, { type: 'publish', write, id, item: decodeItem(item) as Item, create }) }
      }
      case 'patch': {
        const { write, channel, id, set, unset = [] } = callArgs.patch(input)
        const { cursor } = await this.write(channel, { type: 'patch', write, id, set: decodeItem(set) as Item, unset })
        return { result: { cursor } }
      }
      case 'retract': {
        const { write, channel, id } = callArgs.retract(input)
        const { cursor } = await this.write(channel, { type: 'retract', write, id })
        return { result: { cursor } }
      }
    }
  }

  /** The writes of one client happen in the order in which it made them. */
  private write(channel: string, write: Write): Promise<CallResult<'publish'>> {
    const result = this.writes.then(() => {
      if (this.connection.ended) throw new ConnectionError('the connection has ended')
      return this.connection.write(channel, write)
    })
    this.writes = result.catch(() => undefined)
    return result
  }

  private async hello({ protocol, credentials }: CallArgs<'hello'>): Promise<CallResult<'hello'>> {
    if (protocol !== protocolVersion)
      throw new ProtocolError(
        `this server speaks version ${protocolVersion} of the protocol, the client version ${protocol}: update the older of them`,
      )
    const expires = await this.identify(decodeItem(credentials))
    clearTimeout(this.handshake)
    const { frameBytes, callsInFlight, depth } = this.limits
    const limits = { frameBytes, callsInFlight, subscriptions: this.hub.subscriptionLimit, depth }
    return { protocol: protocolVersion, server: serverName, keepalive: this.keepalive, limits, ...expires }
  }

  private async identify(credentials: unknown): Promise<{ expires?: number }> {
    const identity = await this.hub.authenticate(credentials, this.peer)
    if (this.connection.ended) throw new ConnectionError('the connection has ended')
    this.connection.identify(identity)
    return identity.expires === undefined ? {} : { expires: identity.expires.getTime() }
  }
}

/** A client that keeps to the limit never comes near. */
function mostUnanswered({ callsInFlight }: ListenLimits): number {
  return 2 * callsInFlight + spareCallbacks
}
