import { LimitError, ProtocolError } from '../../../errors.js'
import { checkTree, type Frame } from '../../../streams/transports/dnode/frame.js'
import { excerpt, isForbidden, isIndex, isRecord } from '../../../streams/transports/dnode/json-shape.js'

/** A row that can do no harm in dnode, and the numbers of the functions in it. */
export interface CheckedFrame {
  readonly frame: Frame
  /** Those that a method gets. */
  readonly callbacks: readonly number[]
  /** Those that stood where none is accepted, and were taken out. */
  readonly refused: readonly number[]
}

const mostCallbacks = 256
const optionCallbacks: readonly string[] = ['error', 'success', 'finished']
const placeholder = '[Function]'

/**
 * Checks what a peer sent, decoded. Functions are kept as whole arguments, as `error`, `success`, `finished` of an argument, and as methods in the
 * handshake; elsewhere in data they are taken out, as JSON would. What no dnode peer sends (paths through prototypes, links, other shapes) is a `ProtocolError`.
 * O(size); alters `row`.
 */
export function checkRow(row: unknown, depth: number): CheckedFrame {
  const { method, arguments: args, callbacks = {}, links = [] } = isRecord(row) ? row : {}
  if (!(typeof method === 'string' || isIndex(method)) || !Array.isArray(args))
    throw new ProtocolError(`a line is no frame with a method and arguments: ${excerpt(row)}`)
  if (!(Array.isArray(links) && links.length === 0)) throw new ProtocolError('a frame has links, which are refused')
  if (method === 'cull' && !args.every((id) => isIndex(id))) throw new ProtocolError('a cull names something other than callbacks')
  checkArguments(method, args, depth)
  if (!isRecord(callbacks)) throw new ProtocolError('the callbacks of a frame are not an object')
  const ids = Object.keys(callbacks)
  if (ids.length > mostCallbacks) throw new LimitError(`a frame has more than ${mostCallbacks} callbacks`, 'callbacks', mostCallbacks)
  const kept: Record<string, (string | number)[]> = {}
  const refused: number[] = []
  for (const id of ids) {
    if (!isIndex(Number(id)) || String(Number(id)) !== id)
      throw new ProtocolError(`a callback has the id ${excerpt(id)}, which is no number`)
    const path = checkPath(args, callbacks[id])
    if (isAccepted(method, path)) kept[id] = path
    else {
      takeOut(args, path)
      refused.push(Number(id))
    }
  }
  return { frame: { method, arguments: args, callbacks: kept }, callbacks: Object.keys(kept).map(Number), refused }
}

/**
 * An honest client's data may have a field `constructor` or `prototype`: it loses its value, and who is called refuses it by its name. Among methods, and
 * as `__proto__`, which no dnode peer sends, it is a `ProtocolError`.
 */
function checkArguments(method: string | number, args: readonly unknown[], depth: number): void {
  try {
    checkTree(args, depth)
  } catch (error) {
    if (method === 'methods' || !(error instanceof ProtocolError)) throw error
    disarm(args, depth)
  }
}

function disarm(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return
  if (depth < 0) throw new LimitError('a frame is nested deeper than is accepted', 'depth')
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') throw new ProtocolError('a frame has the key __proto__, which is refused')
    if (isForbidden(key)) (value as Record<string, unknown>)[key] = null
    else disarm(inner, depth - 1)
  }
}

/** A path must lead, by properties of its own, to where the sender said that a function was. */
function checkPath(args: readonly unknown[], path: unknown): string[] {
  if (!Array.isArray(path) || path.length === 0) throw new ProtocolError('a callback has no place in its frame')
  let value: unknown = args
  const keys = path.map(String)
  for (const key of keys) {
    const isOwn = typeof value === 'object' && value !== null && Object.hasOwn(value, key) && !(Array.isArray(value) && !/^\d+$/.test(key))
    if (!isOwn) throw new ProtocolError('a callback stands where nothing is')
    value = (value as Readonly<Record<string, unknown>>)[key]
  }
  if (value !== placeholder) throw new ProtocolError('a callback stands in the place of a value')
  return keys
}

function isAccepted(method: string | number, path: readonly string[]): boolean {
  if (path.length === 1) return method !== 'methods'
  if (path.length > 2) return false
  return method === 'methods' ? path[0] === '0' : optionCallbacks.includes(path[1]!)
}

function takeOut(args: unknown[], path: readonly string[]): void {
  let holder: unknown = args
  for (const key of path.slice(0, -1)) holder = (holder as Record<string, unknown>)[key]
  const last = path.at(-1)!
  if (Array.isArray(holder)) holder[Number(last)] = null
  else Reflect.deleteProperty(holder as object, last)
}
