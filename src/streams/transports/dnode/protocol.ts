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
      readonly part: 'reset' | 'more' | 'resume'
      readonly items?: WireEntries
    }
  | { readonly type: 'put'; readonly qid: number; readonly items: WireEntries; readonly deleted: readonly string[] }
  | { readonly type: 'mark'; readonly cursor: Cursor }
  | { readonly type: 'ping'; readonly cursor: Cursor }
  | { readonly type: 'gone'; readonly sid: number; readonly error: WireError }
  | { readonly type: 'bye'; readonly error: WireError }

type Fits = (value: unknown) => boolean
type Shape = Readonly<Record<string, Fits>>

const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isDelay = (value: unknown): boolean => isNumber(value) && (value as number) > 0
const isSnapPart = (value: unknown): boolean => value === 'reset' || value === 'more' || value === 'resume'
const isList = (value: unknown, fits: Fits): boolean => Array.isArray(value) && value.every(fits)
const isTexts = (value: unknown): boolean => isList(value, isText)
const isEntries = (value: unknown): boolean =>
  isList(value, (entry) => Array.isArray(entry) && entry.length === 2 && isText(entry[0]) && isRecord(entry[1]))
const isCursor = (value: unknown): boolean => isRecord(value) && Object.values(value).every(isText)
const isKnown = (value: unknown): boolean => isRecord(value) && isCursor(value['cursor']) && isText(value['queryHash'])
const isServerLimits = (value: unknown): boolean =>
  isRecord(value) &&
  ['frameBytes', 'callsInFlight', 'subscriptions', 'depth'].every((name) => isIndex(value[name], Infinity) && value[name] !== 0)
const optional =
  (fits: Fits): Fits =>
  (value) =>
    value === undefined || fits(value)

function checked<A>(args: unknown, call: string, shape: Shape): A {
  if (!isRecord(args)) throw new ProtocolError(`${call} needs an object, not ${excerpt(args)}`)
  for (const field in shape) if (!shape[field]!(args[field])) throw new ProtocolError(`${call}: ${field} can't be ${excerpt(args[field])}`)
  return args as A
}

/** The fields of the server's lines, in the order of the arguments. */
const lineShapes: { readonly [L in ServerLine['type']]: Shape } = {
  snap: { sid: isIndex, qid: isIndex, queryHash: isText, part: isSnapPart, items: optional(isEntries) },
  put: { qid: isIndex, items: isEntries, deleted: isTexts },
  mark: { cursor: isCursor },
  ping: { cursor: isCursor },
  gone: { sid: isIndex, error: isRecord },
  bye: { error: isRecord },
}

/** The types of the server's lines. */
export const lineTypes = Object.keys(lineShapes) as ServerLine['type'][]

/** The line of the server that the arguments of a frame are; throws `ProtocolError`. */
export function parseLine(type: ServerLine['type'], args: readonly unknown[]): ServerLine {
  const shape = lineShapes[type]
  const fields = Object.keys(shape).map((field, at) => [field, args[at]])
  return checked({ type, ...Object.fromEntries(fields) }, type, shape)
}

const resultShapes: { readonly [C in CallName]: Shape } = {
  hello: { protocol: isNumber, server: isText, keepalive: isDelay, limits: isServerLimits, expires: optional(isNumber) },
  renew: { expires: optional(isNumber) },
  subscribe: {},
  unsubscribe: {},
  publish: { id: isText, cursor: isCursor },
  patch: { cursor: isCursor },
  retract: { cursor: isCursor },
  get: { item: optional(isRecord) },
  page: { items: isEntries, first: optional(isText), last: optional(isText), count: optional(isNumber) },
}

/** The result of a call, for the client; throws `ProtocolError`. */
export function parseResult<C extends CallName>(name: C, result: unknown): CallResult<C> {
  return checked(result, name, resultShapes[name])
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
