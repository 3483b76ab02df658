import { LimitError, ProtocolError } from '../../../errors.js'
import { excerpt, isForbidden, isIndex, isRecord } from './json-shape.js'

/** A frame of the dnode protocol, one JSON line. `callbacks` says where in the arguments functions stand. */
export interface Frame {
  readonly method: string | number
  readonly arguments: readonly unknown[]
  readonly callbacks?: Readonly<Record<string, readonly (string | number)[]>>
  readonly links?: readonly never[]
}

/** What a peer may send. */
export interface FrameLimits {
  /** Bytes of one line. */
  readonly frameBytes: number
  /** Nesting of objects and arrays inside the arguments. */
  readonly depth: number
}

/**
 * Parses and checks one line but for its callbacks and links, which are still whatever came: no keys of the prototype chain, nothing
 * nested too deep. Throws `ProtocolError` or `LimitError`, nothing else. O(length of the line).
 */
export function readFrame(
  line: string,
  limits: FrameLimits,
): Pick<Frame, 'method' | 'arguments'> & { callbacks?: unknown; links?: unknown } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw new ProtocolError(`a line is not JSON: ${excerpt(line)}`, { cause })
  }
  const { method, arguments: args, callbacks, links } = isRecord(value) ? value : {}
  if (!(typeof method === 'string' || isIndex(method)) || !Array.isArray(args))
    throw new ProtocolError(`a line is no frame with a method and arguments: ${excerpt(line)}`)
  checkTree(args, limits.depth)
  if (method === 'cull' && !args.every((id) => isIndex(id))) throw new ProtocolError('a cull names something other than callbacks')
  return { method, arguments: args, callbacks, links }
}

/**
 * Parses and checks one line, so that what it returns can do no harm in dnode: no links, no callbacks but whole arguments
 * (or `error`, `success`, `finished` of an options argument, or the methods of the handshake), no keys of the prototype chain.
 * Throws `ProtocolError` or `LimitError`, nothing else. O(length of the line).
 */
export function parseFrame(line: string, limits: FrameLimits): Frame {
  const { method, arguments: args, callbacks, links } = readFrame(line, limits)
  if (links !== undefined && !(Array.isArray(links) && links.length === 0)) throw new ProtocolError('a frame has links, which are refused')
  if (callbacks === undefined) return { method, arguments: args }
  checkCallbacks(method, args, callbacks)
  return { method, arguments: args, callbacks: callbacks as Record<string, string[]> }
}

/** The line of a call by name, with its newline: encoded once, it serves every peer. No functions in `args`. */
export function encodeLine(method: string, args: readonly unknown[]): string {
  return `{"method":${JSON.stringify(method)},"arguments":${JSON.stringify(args)}}\n`
}

/** The same from arguments that are JSON text already. */
export function joinLine(method: string | number, ...args: readonly string[]): string {
  return `{"method":${JSON.stringify(method)},"arguments":[${args.join(',')}]}\n`
}

/** The line of a frame that dnode made. */
export function encodeFrame(frame: object): string {
  return JSON.stringify(frame) + '\n'
}

const mostCallbacks = 256
const optionCallbacks: readonly unknown[] = ['error', 'success', 'finished']

function checkCallbacks(method: string | number, args: readonly unknown[], callbacks: unknown): void {
  if (!isRecord(callbacks)) throw new ProtocolError('the callbacks of a frame are not an object')
  const ids = Object.keys(callbacks)
  if (ids.length > mostCallbacks) throw new LimitError(`a frame has more than ${mostCallbacks} callbacks`, 'callbacks', mostCallbacks)
  for (const id of ids) {
    if (!isIndex(Number(id)) || String(Number(id)) !== id)
      throw new ProtocolError(`a callback has the id ${excerpt(id)}, which is no number`)
    if (!isCallbackPath(method, args, callbacks[id])) throw new ProtocolError('a callback stands where none is accepted')
  }
}

function isCallbackPath(method: string | number, args: readonly unknown[], path: unknown): boolean {
  if (!Array.isArray(path) || path.length < 1 || path.length > 2) return false
  const [place, name] = path as unknown[]
  const index = typeof place === 'string' && /^\d{1,3}$/.test(place) ? Number(place) : place
  if (!isIndex(index) || index >= args.length) return false
  if (path.length === 1) return true
  const options = args[index]
  if (!isRecord(options) || typeof name !== 'string') return false
  // The names of `methods` went through checkTree when they are keys of the argument.
  return method === 'methods' ? index === 0 && Object.hasOwn(options, name) : optionCallbacks.includes(name)
}

/** Throws `LimitError` if `value` is nested deeper than `depth`, `ProtocolError` if it has a key of the prototype chain. O(size). */
export function checkTree(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth < 0) throw new LimitError('a frame is nested deeper than is accepted', 'depth')
  if (Array.isArray(value)) {
    for (const inner of value) if (typeof inner === 'object') checkTree(inner, depth - 1)
    return
  }
  for (const key of Object.keys(value)) {
    if (isForbidden(key)) throw new ProtocolError(`a frame has the key ${key}, which is refused`)
    const inner = (value as Readonly<Record<string, unknown>>)[key]
    if (typeof inner === 'object') checkTree(inner, depth - 1)
  }
}
