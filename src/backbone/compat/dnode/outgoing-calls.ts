import { ConnectionError, ProtocolError } from '../../../errors.js'
import type { Frame } from '../../../streams/transports/dnode/frame.js'
import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { cleanJson } from './clean-json.js'
import type { Answer, RemoteMethod } from './link.js'

interface Pending {
  readonly method: RemoteMethod
  readonly answer: Answer
  /** The ids of its callbacks that the server still has. */
  readonly ids: Set<number>
}

/** dnode itself counts from 0, and never comes here. */
const firstId = 2 ** 30
const lastId = 2 ** 31 - 1
/** One count for all connections: several clients may share one. */
let nextId = firstId

/**
 * The calls of one connection that aren't answered, as frames of the dnode protocol. A callback's number lives as long as its call, and isn't given
 * again: an answer that comes twice, or late, reaches nobody.
 */
export class OutgoingCalls {
  private readonly pending = new Map<number, { readonly call: Pending; readonly isError: boolean }>()

  /** How many functions of ours the server may call. */
  get size(): number {
    return this.pending.size
  }

  /** The frame of a call. */
  open(method: RemoteMethod, args: readonly unknown[], answer: Answer): Frame {
    const wire = [...args]
    const callbacks: Record<string, readonly string[]> = {}
    const call: Pending = { method, answer, ids: new Set() }
    const add = (path: readonly string[], isError: boolean): void => {
      const id = nextId
      nextId = id === lastId ? firstId : id + 1
      this.pending.set(id, { call, isError })
      call.ids.add(id)
      callbacks[id] = path
    }
    const last = wire.length - 1
    if (isRecord(wire[last])) {
      wire[last] = { ...wire[last], error: '[Function]' }
      add([String(last), 'error'], true)
    }
    wire.push('[Function]')
    add([String(last + 1)], false)
    return { method, arguments: wire, callbacks, links: [] }
  }

  /** The server calls a callback; tells whether it is one of these. */
  take(id: unknown, args: readonly unknown[]): boolean {
    const entry = this.pending.get(id as number)
    if (entry === undefined) return false
    const { call, isError } = entry
    this.forget(call)
    let results: unknown
    try {
      results = cleanJson(args)
    } catch (error) {
      call.answer.failed(error)
      return true
    }
    if (isError) call.answer.failed((results as unknown[])[0])
    else call.answer.done(...(results as unknown[]))
    return true
  }

  /** The server gives callbacks back. A call that has none left will never be answered. */
  cull(ids: readonly unknown[]): void {
    for (const id of ids) {
      const call = this.pending.get(id as number)?.call
      if (call === undefined) continue
      this.pending.delete(id as number)
      call.ids.delete(id as number)
      if (call.ids.size === 0) call.answer.failed(new ProtocolError(`${call.method}: the server gave the callbacks back without an answer`))
    }
  }

  /** The connection is gone. */
  end(): void {
    const calls = new Set([...this.pending.values()].map(({ call }) => call))
    this.pending.clear()
    for (const { method, answer } of calls)
      answer.failed(new ConnectionError(`${method}: the connection was lost before the answer came`, true))
  }

  private forget(call: Pending): void {
    for (const id of call.ids) this.pending.delete(id)
  }
}
