import {
  ArgumentError,
  ConflictError,
  ConnectionError,
  DeniedError,
  LimitError,
  MissingPeerError,
  MissingError,
  ProtocolError,
  QueryError,
  RachisError,
  RemoteError,
  StoreError,
  ValidationError,
} from '../../../errors.js'
import { excerpt, isRecord } from './json-shape.js'

/** An error as it travels. */
export interface WireError {
  readonly code: string
  readonly message: string
  readonly path?: string
  readonly keyValue?: Readonly<Record<string, unknown>>
  readonly fields?: Readonly<Record<string, string>>
  readonly limit?: string
  readonly allowed?: number
  readonly outcomeUnknown?: boolean
}

/**
 * What the other side is told of an error. Of one that isn't ours only that it happened: its message may hold what is nobody's business.
 */
export function toWireError(error: unknown): WireError {
  if (!(error instanceof RachisError)) return { code: 'internal', message: 'something failed on the other side; its log knows more' }
  const { code, message } = error
  if (error instanceof QueryError) return { code, message, path: error.path }
  if (error instanceof ConflictError) return { code, message, ...(error.keyValue && { keyValue: error.keyValue }) }
  if (error instanceof ValidationError) return { code, message, fields: error.fields }
  if (error instanceof LimitError)
    return { code, message, limit: error.limit, ...(error.allowed !== undefined && { allowed: error.allowed }) }
  if (error instanceof ConnectionError) return { code, message, outcomeUnknown: error.outcomeUnknown }
  return { code, message }
}

/** The error that was sent; whatever was sent, an error of ours comes out. Subclasses of a code (`query.…`) become its class. */
export function fromWireError(value: unknown): RachisError {
  const wire = isRecord(value) ? value : {}
  const code = textOf(wire['code']) ?? 'unknown'
  const message = textOf(wire['message']) ?? `the other side answered ${excerpt(value)}`
  const error = makers.get(code)?.(message, wire) ?? makers.get(code.split('.')[0]!)?.(message, wire) ?? new RemoteError(code, message)
  // A finer code of the same class is kept.
  if (error.code !== code) Object.defineProperty(error, 'code', { value: code, enumerable: true })
  return error
}

type Maker = (message: string, wire: Readonly<Record<string, unknown>>) => RachisError

const plainErrors = [ArgumentError, DeniedError, MissingError, ProtocolError, StoreError, MissingPeerError]
const plainCodes = ['argument', 'denied', 'not-found', 'protocol', 'store', 'missing-peer']

const makers = new Map<string, Maker>([
  ['query', (message, { path }) => new QueryError(message, textOf(path) ?? '')],
  ['conflict', (message, { keyValue }) => new ConflictError(message, isRecord(keyValue) ? keyValue : undefined)],
  ['validation', (message, { fields }) => new ValidationError(message, isRecord(fields) ? texts(fields) : {})],
  [
    'limit',
    (message, { limit, allowed }) => new LimitError(message, textOf(limit) ?? '', typeof allowed === 'number' ? allowed : undefined),
  ],
  ['connection', (message, { outcomeUnknown }) => new ConnectionError(message, outcomeUnknown === true)],
  ...plainErrors.map((Plain, index): [string, Maker] => [plainCodes[index]!, (message) => new Plain(message)]),
])

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function texts(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([path, text]) => [path, String(text)]))
}
