import { ProtocolError } from '../../../errors.js'
import type { Cursor } from '../../cursor.js'
import { excerpt, isIndex, isRecord } from './json-shape.js'
import type { WireError } from './wire-error.js'

/** The version of the protocol in docs/protocol.md that this code speaks. */
export const protocolVersion = 1

/** An item or a query as it travels: relaxed extended JSON. */
export type WireItem = unknown
/** Keys and items. */
export type WireEntries = readonly (readonly [id: string, item: object])[]

/** The arguments and the result of each call of the client. */
export interface Calls {
  hello: [args: { protocol: number; client: string; credentials?: unknown }, result: HelloResult]
  renew: [args: { credentials: unknown }, result: { expires?: number }]
  subscribe: [args: { sid: number; channel: string; query: WireItem; known?: WireKnown }, result: object]
  unsubscribe: [args: { sid: number }, result: object]
  publish: [args: WireWrite & { item: WireItem; id?: string; create?: boolean }, result: { id: string; cursor: Cursor }]
  patch: [args: WireWrite & { id: string; set: WireItem; unset?: readonly string[] }, result: { cursor: Cursor }]
  retract: [args: WireWrite & { id: string }, result: { cursor: Cursor }]
  get: [args: { channel: string; id: string }, result: { item?: WireItem }]
  page: [args: { channel: string; max?: number; after?: string; before?: string }, result: WirePage]
}
export type CallName = keyof Calls
export type CallArgs<C extends CallName> = Calls[C][0]
export type CallResult<C extends CallName> = Calls[C][1]

interface WireWrite {
  write: string
  channel: string
}
export interface WireKnown {
  cursor: Cursor
  queryHash: string
}
export interface ServerLimits {
  frameBytes: number
  callsInFlight: number
  subscriptions: number
  depth: number
}
export interface HelloResult {
  protocol: number
  server: string
  /** Milliseconds between two pings. */
  keepalive: number
  limits: ServerLimits
  /** When the credentials expire, in milliseconds since 1970. */
  expires?: number
}
export interface WirePage {
  items: WireEntries
  first?: string
  last?: string
  count?: number
}

/** The lines of the server. */
export type ServerLine =
  | {
      readonly type: 'snap'
      readonly sid: number
      readonly qid: number
      readonly queryHash: string
      readonly part: SnapPart
      readonly items: WireEntries
    }
  | { readonly type: 'put'; readonly qid: number; readonly items: WireEntries; readonly deleted: readonly string[] }
  | { readonly type: 'mark'; readonly cursor: Cursor }
  | { readonly type: 'ping'; readonly cursor: Cursor }
  | { readonly type: 'gone'; readonly sid: number; readonly error: WireError }
  | { readonly type: 'bye'; readonly error: WireError }
export type SnapPart = 'reset' | 'more' | 'resume'

/** Parsers of the lines of the server, from the arguments of the frame; they throw `ProtocolError`. */
export const serverLines: { readonly [L in ServerLine['type']]: (args: readonly unknown[]) => ServerLine & { readonly type: L } } = {
  snap: (args) => {
    const [sid, qid, queryHash, part, items = []] = args
    expect(isIndex(sid) && isIndex(qid) && typeof queryHash === 'string' && isSnapPart(part) && isEntries(items), 'snap', args)
    return { type: 'snap', sid, qid, queryHash, part, items }
  },
  put: (args) => {
    const [qid, items, deleted] = args
    expect(isIndex(qid) && isEntries(items) && isTexts(deleted), 'put', args)
    return { type: 'put', qid, items, deleted }
  },
  mark: (args) => {
    const [cursor] = args
    expect(isCursor(cursor), 'mark', args)
    return { type: 'mark', cursor }
  },
  ping: (args) => {
    const [cursor] = args
    expect(isCursor(cursor), 'ping', args)
    return { type: 'ping', cursor }
  },
  gone: (args) => {
    const [sid, error] = args
    expect(isIndex(sid) && isRecord(error), 'gone', args)
    return { type: 'gone', sid, error: error as unknown as WireError }
  },
  bye: (args) => {
    const [error] = args
    expect(isRecord(error), 'bye', args)
    return { type: 'bye', error: error as unknown as WireError }
  },
}

/** Parsers of the arguments of calls, for the server; they throw `ProtocolError`. Unknown fields are ignored. */
export const callArgs: { readonly [C in CallName]: (args: unknown) => CallArgs<C> } = {
  hello: (args) => checked(args, 'hello', { protocol: isNumber, client: isText }),
  renew: (args) => checked(args, 'renew', {}),
  subscribe: (args) => checked(args, 'subscribe', { sid: isIndex, channel: isText, query: isRecord, known: optional(isKnown) }),
  unsubscribe: (args) => checked(args, 'unsubscribe', { sid: isIndex }),
  publish: (args) =>
    checked(args, 'publish', { write: isText, channel: isText, item: isRecord, id: optional(isText), create: optional(isBoolean) }),
  patch: (args) => checked(args, 'patch', { write: isText, channel: isText, id: isText, set: isRecord, unset: optional(isTexts) }),
  retract: (args) => checked(args, 'retract', { write: isText, channel: isText, id: isText }),
  get: (args) => checked(args, 'get', { channel: isText, id: isText }),
  page: (args) => checked(args, 'page', { channel: isText, max: optional(isIndex), after: optional(isText), before: optional(isText) }),
}

/** Parsers of the results of calls, for the client; they throw `ProtocolError`. */
export const callResults: { readonly [C in CallName]: (result: unknown) => CallResult<C> } = {
  hello: (result) =>
    checked(result, 'hello', {
      protocol: isNumber,
      server: isText,
      keepalive: isDelay,
      limits: isServerLimits,
      expires: optional(isNumber),
    }),
  renew: (result) => checked(result, 'renew', { expires: optional(isNumber) }),
  subscribe: (result) => checked(result, 'subscribe', {}),
  unsubscribe: (result) => checked(result, 'unsubscribe', {}),
  publish: (result) => checked(result, 'publish', { id: isText, cursor: isCursor }),
  patch: (result) => checked(result, 'patch', { cursor: isCursor }),
  retract: (result) => checked(result, 'retract', { cursor: isCursor }),
  get: (result) => checked(result, 'get', { item: optional(isRecord) }),
  page: (result) =>
    checked(result, 'page', { items: isEntries, first: optional(isText), last: optional(isText), count: optional(isNumber) }),
}

type Shape = Readonly<Record<string, (value: unknown) => boolean>>

function checked<A>(args: unknown, call: string, shape: Shape): A {
  if (!isRecord(args)) throw new ProtocolError(`${call} needs an object, not ${excerpt(args)}`)
  for (const [field, fits] of Object.entries(shape)) {
    if (!fits(args[field])) throw new ProtocolError(`${call}: ${field} can't be ${excerpt(args[field])}`)
  }
  return args as A
}

function expect(fits: boolean, line: string, args: readonly unknown[]): asserts fits {
  if (!fits) throw new ProtocolError(`the server sent a line that is no ${line}: ${excerpt(args)}`)
}

function optional(fits: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === undefined || fits(value)
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
const isDelay = (value: unknown): boolean => isNumber(value) && value > 0
const isSnapPart = (value: unknown): value is SnapPart => value === 'reset' || value === 'more' || value === 'resume'
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText)
const isCursor = (value: unknown): value is Cursor => isRecord(value) && Object.values(value).every(isText)
const isKnown = (value: unknown): boolean => isRecord(value) && isCursor(value['cursor']) && isText(value['queryHash'])
const limitNames = ['frameBytes', 'callsInFlight', 'subscriptions', 'depth']
const isServerLimits = (value: unknown): boolean =>
  isRecord(value) && limitNames.every((name) => isIndex(value[name], Infinity) && value[name] !== 0)

function isEntries(value: unknown): value is WireEntries {
  if (!Array.isArray(value)) return false
  for (const entry of value as unknown[]) {
    if (!Array.isArray(entry) || entry.length !== 2 || typeof entry[0] !== 'string' || !isRecord(entry[1])) return false
  }
  return true
}
