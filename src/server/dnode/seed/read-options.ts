import { QueryError } from '../../../errors.js'
import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import type { PlainObject } from './plain-json.js'
import { SeedError } from './seed-error.js'

/** What `read` is asked for, in the form of a query of ours; not yet checked. */
export interface ReadOptions {
  /** One document. */
  readonly id: string | undefined
  readonly query: Readonly<Record<string, unknown>>
  /** Fields that are left out. */
  readonly omitted: readonly string[]
}

/** Reads `opt.query`, `opt.fields` and `opt.sorting` of an old client, in the forms that Mongoose takes. Throws `SeedError`, `QueryError`. */
export function readOptions(opt: PlainObject): ReadOptions {
  const { query = {}, sorting = {}, fields } = opt
  if (!isRecord(query ?? {}) || !isRecord(sorting ?? {})) throw new SeedError('invalid parameters')
  const { id, ...filter } = (query ?? {}) as PlainObject
  const { sort, limit, skip, ...others } = (sorting ?? {}) as PlainObject
  for (const name of Object.keys(others)) throw new QueryError(`sorting.${name}: there are sort, skip and limit`, `sorting.${name}`)
  const [picked, omitted] = readFields(fields)
  return {
    id: id === undefined || id === null ? undefined : idOf(id),
    query: {
      filter,
      ...(given(sort) && { sort: readSort(sort) }),
      // None, as Mongoose has it.
      ...(given(limit) && limit !== 0 && { limit }),
      ...(given(skip) && { skip }),
      ...(picked.length > 0 && { fields: picked }),
    },
    omitted,
  }
}

/** An `_id` of a client: text or a number, nothing that could be an operator. */
export function idOf(id: unknown): string {
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return String(id)
  throw new SeedError('invalid parameters')
}

function given(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** `[['created', -1]]`, `{ created: -1 }`, or `'-created name'`. */
function readSort(sort: unknown): Record<string, unknown> {
  let pairs: readonly (readonly [unknown, unknown])[]
  if (typeof sort === 'string') pairs = namesOf(sort)
  else if (Array.isArray(sort)) pairs = sort.map((pair: unknown) => (Array.isArray(pair) ? [pair[0], pair[1] ?? 1] : [pair, 1]))
  else if (isRecord(sort)) pairs = Object.entries(sort)
  else throw new QueryError('sorting.sort: needs pairs of a field and 1 or -1', 'sorting.sort')
  return Object.fromEntries(
    pairs.map(([name, way]) => {
      if (typeof name !== 'string') throw new QueryError('sorting.sort: needs pairs of a field and 1 or -1', 'sorting.sort')
      return [name, typeof way === 'string' ? (directions[way] ?? way) : way]
    }),
  )
}

const directions: Readonly<Record<string, number>> = Object.assign(Object.create(null) as Record<string, number>, {
  '1': 1,
  '-1': -1,
  asc: 1,
  desc: -1,
  ascending: 1,
  descending: -1,
})

/** `['a', 'b']`, `'a -b'`, or `{ a: 1, b: 0 }`: those to send, and those to leave out. */
function readFields(fields: unknown): readonly [picked: readonly string[], omitted: readonly string[]] {
  if (!given(fields)) return [[], []]
  let pairs: readonly (readonly [unknown, unknown])[]
  if (typeof fields === 'string') pairs = namesOf(fields)
  else if (Array.isArray(fields)) pairs = fields.map((name: unknown) => [name, 1] as const)
  else if (isRecord(fields)) pairs = Object.entries(fields).map(([name, way]) => [name, way === 0 || way === false ? -1 : 1] as const)
  else throw new QueryError('fields: needs names', 'fields')
  const names = (way: number): string[] =>
    pairs
      .filter((pair) => pair[1] === way)
      .map(([name]) => {
        if (typeof name === 'string') return name
        throw new QueryError('fields: needs names', 'fields')
      })
  return [names(1), names(-1)]
}

/** Names with a minus before those that go the other way. */
function namesOf(text: string): (readonly [string, number])[] {
  return text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => (name.startsWith('-') ? [name.slice(1), -1] : [name.replace(/^\+/, ''), 1]))
}
