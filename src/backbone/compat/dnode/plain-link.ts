import { MissingError, ProtocolError } from '../../../errors.js'
import { isIndex, isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { attempt } from '../report.js'
import type { Answer, ClientMethods, Link, LinkListener, RemoteMethod } from './link.js'
import { OutgoingCalls } from './outgoing-calls.js'

/** The part of a dnode connection that is used. */
export interface DnodeConnection {
  on(event: string, listener: (...args: unknown[]) => void): unknown
}

/** What is behind a connection of dnode 1.x. */
interface Proto {
  readonly callbacks: { readonly local: readonly unknown[] }
  readonly instance: object
  emit(event: string, ...args: readonly unknown[]): unknown
}

interface Parts extends Partial<DnodeConnection> {
  readonly proto?: unknown
  readonly stream?: Partial<DnodeConnection>
  emit?(event: string, ...args: readonly unknown[]): unknown
  handle?: (frame: unknown) => void
}

/**
 * A connection that the application has made with `dnode`. Frames of the calls of ours go past dnode's tables, which never forget a callback, and
 * whatever comes is looked at before dnode gets it, so that nothing throws there or writes to a prototype.
 */
export class PlainLink implements Link {
  readonly methods: ClientMethods
  private readonly calls = new OutgoingCalls()
  private readonly connection: Parts
  private isUp = false

  constructor(
    private readonly remote: unknown,
    connection: unknown,
    readonly pubsub: boolean,
    private readonly listener: LinkListener,
  ) {
    this.methods = listener.methods(this)
    this.connection = isObject(connection) ? connection : {}
    const { handle, on, stream } = this.connection
    if (typeof on !== 'function') {
      if (isObject(remote)) this.up()
      return
    }
    if (typeof handle === 'function') this.connection.handle = this.standingBefore(handle)
    on.call(connection, 'remote', () => {
      this.up()
    })
    const down = (): void => {
      this.down()
    }
    on.call(connection, 'end', down)
    // A stream that breaks only closes, and dnode isn't told.
    stream?.on?.('close', down)
  }

  call(method: RemoteMethod, args: readonly unknown[], answer: Answer): void {
    const { proto } = this.connection
    const called = isObject(this.remote) ? (this.remote as Readonly<Record<string, unknown>>)[method] : undefined
    if (typeof called !== 'function') answer.failed(new MissingError(`the server has no method ${method}`))
    else if (isProto(proto)) proto.emit('request', this.calls.open(method, args, answer))
    else callDirectly(called, args, answer)
  }

  private up(): void {
    if (this.isUp) return
    this.isUp = true
    this.listener.linkUp(this)
  }

  private down(): void {
    if (!this.isUp) return
    this.isUp = false
    this.listener.linkDown(this)
    this.calls.end()
  }

  private standingBefore(handle: (frame: unknown) => void): (frame: unknown) => void {
    return (frame) => {
      try {
        if (!this.take(frame)) handle.call(this.connection, frame)
      } catch (error) {
        this.connection.emit?.('fail', error)
      }
    }
  }

  /** Handles a frame, if it is for us. Throws `ProtocolError` for one that dnode had better not see. */
  private take(frame: unknown): boolean {
    const { method, arguments: args, callbacks = {}, links = [] } = isRecord(frame) ? frame : {}
    if (!(typeof method === 'string' || isIndex(method)) || !Array.isArray(args) || !isRecord(callbacks) || !Array.isArray(links))
      throw new ProtocolError('the server sent something that is no frame')
    const ids = Object.keys(callbacks).map(Number)
    const paths = [
      ...Object.values(callbacks),
      ...(links as unknown[]).flatMap((link) => (isRecord(link) ? [link['from'], link['to']] : [link])),
    ]
    if (!ids.every((id) => isIndex(id)) || !paths.every((path) => leadsThrough(args, path)))
      throw new ProtocolError('the server sent callbacks or links that lead nowhere')
    const { proto } = this.connection
    if (!isProto(proto)) return false
    if (method === 'cull') this.calls.cull(args)
    if (this.calls.take(method, args)) {
      giveBack(proto, ids)
      return true
    }
    const called = typeof method === 'number' ? proto.callbacks.local[method] : ownOf(proto.instance, method)
    if (!Object.values(this.methods).includes(called as never)) return false
    giveBack(proto, ids)
    attempt(called, ...(args as unknown[]))
    return true
  }
}

/** Tells the server that callbacks which it passed are not held here. */
function giveBack(proto: Proto, ids: readonly number[]): void {
  if (ids.length > 0) proto.emit('request', { method: 'cull', arguments: ids })
}

/** Whether a path leads through own members of the arguments alone. */
function leadsThrough(args: unknown, path: unknown): boolean {
  if (!Array.isArray(path) || path.length === 0) return false
  let inner = args
  for (const step of path as unknown[]) {
    if (!isObject(inner) || !(typeof step === 'string' || typeof step === 'number') || !Object.hasOwn(inner, step)) return false
    inner = (inner as Readonly<Record<string, unknown>>)[step]
  }
  return true
}

/** A server that is no connection of dnode: it is handed the functions themselves. */
function callDirectly(method: unknown, args: readonly unknown[], answer: Answer): void {
  const calls = new OutgoingCalls()
  const { arguments: wire, callbacks = {} } = calls.open('read', args, answer)
  for (const [id, [place, name]] of Object.entries(callbacks)) {
    const callback = (...results: readonly unknown[]): unknown => calls.take(Number(id), results)
    const holder = (name === undefined ? wire : wire[Number(place)]) as Record<string | number, unknown>
    holder[name ?? place!] = callback
  }
  attempt(method, ...wire)
}

function ownOf(object: object, name: unknown): unknown {
  return typeof name === 'string' && Object.hasOwn(object, name) ? (object as Readonly<Record<string, unknown>>)[name] : undefined
}

function isProto(value: unknown): value is Proto {
  return isObject(value) && 'emit' in value && 'callbacks' in value && 'instance' in value && isObject(value.instance)
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}
