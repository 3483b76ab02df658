import { QueryError } from '../../errors.js'
import { compileFilter } from '../../streams/query.js'
import type { Doc } from './codec.js'
import { requireMingo } from './peers.js'
import { badValue } from './server-errors.js'

export type Predicate = (document: Doc) => boolean

/** For the application's own filters; a filter of a client is checked by the hub's rules long before. */
const OWN = { allowRegExp: true } as const

/**
 * The test that a filter stands for. Our compiler decides; what is not in its language (`$expr`, `$where` never, `$bitsAllSet`, …) is mingo's.
 * Throws a `MongoServerError` (code 2) for a filter that neither knows.
 */
export function compilePredicate(filter: unknown): Predicate {
  const plain = (filter ?? {}) as Doc
  const { $comment: _comment, ...conditions } = plain
  try {
    return compileFilter<Doc>(conditions, OWN)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    return fallback(conditions, error)
  }
}

function fallback(filter: Doc, refusal: QueryError): Predicate {
  if (mentions(filter, new Set(['$where', '$function', '$accumulator'])))
    throw badValue('code in filters ($where, $function) is not run here')
  const { Query } = requireMingo(`runs this filter (${refusal.message})`)
  try {
    const query = new Query<Doc>(filter, { scriptEnabled: false })
    return (document) => query.test(document)
  } catch (cause) {
    throw badValue(`${refusal.message} (mingo: ${cause instanceof Error ? cause.message : String(cause)})`)
  }
}

/** True if one of the names is a key anywhere inside. */
export function mentions(value: unknown, names: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.some((element) => mentions(element, names))
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  return Object.entries(value).some(([key, inner]) => names.has(key) || mentions(inner, names))
}
