import { DeniedError, QueryError, ArgumentError } from '../../errors.js'
import { type Filter, filterFields, parseQuery, type Query } from '../../streams/query.js'

/** What a rule says of a user: yes, no, or which items. */
export type Verdict<T> = boolean | Filter<T>
/** Names, or all of them. */
export type AllowList = '*' | readonly string[]

/**
 * Who may do what with a channel. What isn't named is denied.
 *
 * ```ts
 * hub.channel('todos', { model: Todo, rules: {
 *   read: (user) => ({ owner: user.id }), create: (user, todo) => todo.owner === user.id, patch: (user) => ({ owner: user.id }),
 *   fields: { readable: '*', writable: ['title', 'done', 'owner'] }, filterable: ['done'], sortable: ['title'],
 * } })
 * ```
 */
export interface ChannelRules<T extends object, U> {
  /** May `user` read, or: the filter of what they may read. */
  readonly read?: (user: U) => Verdict<T>
  /** May `user` create this item. A filter must match it. */
  readonly create?: (user: U, item: T) => Verdict<T>
  /** May `user` turn `before` into `after` (by patch, or by publishing under its id). A filter must match both. */
  readonly patch?: (user: U, before: T, after: T) => Verdict<T>
  readonly retract?: (user: U, item: T) => Verdict<T>
  /** The top-level fields that clients see, and those that they may write. */
  readonly fields?: { readonly readable?: AllowList; readonly writable?: AllowList }
  /** Top-level fields that a client's filter may name. `'*'`: those that it may read. */
  readonly filterable?: AllowList
  /** Operators in a client's filter beside plain equality. `'*'`: all. `$and` goes without saying. */
  readonly operators?: AllowList
  /** Top-level fields that a client may sort by. `'*'`: those that it may read. */
  readonly sortable?: AllowList
  readonly limits?: Partial<RuleLimits>
}

/** What a query of a client may cost. */
export interface RuleLimits {
  /** The greatest `limit` and page. */
  readonly limit: number
  /** Nesting of a filter. */
  readonly depth: number
  /** Elements of one array of a filter, such as that of `$in`. */
  readonly elements: number
  /** Rows of a live query; with a window, before `skip` and `limit`. */
  readonly rows: number
}

export const defaultRuleLimits: RuleLimits = { limit: 1_000, depth: 8, elements: 1_000, rows: 250_000 }

type Item = Readonly<Record<string, unknown>>

/** Refuses rules that allow something and then don't say which fields. */
export function checkRules<T extends object, U>(channel: string, rules: ChannelRules<T, U>): void {
  const { fields } = rules
  if (rules.read !== undefined && fields?.readable === undefined)
    throw new ArgumentError(`channel ${channel}: rules.read is given, so rules.fields.readable must name the fields, or be '*'`)
  if ((rules.create ?? rules.patch) !== undefined && fields?.writable === undefined)
    throw new ArgumentError(`channel ${channel}: rules.create or patch is given, so rules.fields.writable must name the fields, or be '*'`)
}

/** The limits of `rules` with the defaults filled in. */
export function limitsOf<T extends object, U>(rules: ChannelRules<T, U>): RuleLimits {
  return { ...defaultRuleLimits, ...rules.limits }
}

/** What `user` may read: everything (`undefined`) or what a filter matches. Throws `DeniedError`. */
export function readFilter<T extends object, U>(channel: string, rules: ChannelRules<T, U>, user: U): Filter<T> | undefined {
  const verdict = rules.read?.(user) ?? false
  if (verdict === false) throw new DeniedError(`reading ${channel} is not allowed to this user`)
  return verdict === true ? undefined : verdict
}

/**
 * The query of a client as it is run: checked against the rules, its filter joined with the base filter of the user, its fields cut to
 * those that may be read. Throws `QueryError` with the path to what is wrong, and `DeniedError`.
 */
export function authorize<T extends object, U>(channel: string, rules: ChannelRules<T, U>, user: U, input: unknown): Query<Item> {
  const base = readFilter(channel, rules, user) as Filter<Item> | undefined
  const { limit: most, depth, elements } = limitsOf(rules)
  const query = parseQuery<Item>(input, { depth, elements })
  const readable = rules.fields?.readable ?? []
  for (const path of filterFields(query.filter ?? {})) {
    if (!allows(rules.filterable ?? [], topOf(path), readable))
      refuse(`filter.${path}`, `filtering by ${path} is not allowed in ${channel}`)
  }
  checkOperators(channel, query.filter, 'filter', rules.operators ?? [])
  for (const path of Object.keys(query.sort ?? {})) {
    if (!allows(rules.sortable ?? [], topOf(path), readable)) refuse(`sort.${path}`, `sorting by ${path} is not allowed in ${channel}`)
  }
  if (query.limit !== undefined && query.limit > most) refuse('limit', `at most ${most} are allowed in ${channel}`)
  query.fields?.forEach((name, index) => {
    if (!allows(readable, topOf(name), readable)) refuse(`fields.${index}`, `reading ${name} is not allowed in ${channel}`)
  })
  const fields = query.fields ?? (readable === '*' ? undefined : readable)
  return {
    ...(base === undefined
      ? query.filter && { filter: query.filter }
      : { filter: query.filter === undefined ? base : { $and: [base, query.filter] } }),
    ...(query.sort && { sort: query.sort }),
    ...(query.skip !== undefined && { skip: query.skip }),
    ...(query.limit !== undefined && { limit: query.limit }),
    ...(fields && { fields }),
  }
}

/** Refuses a write to fields outside of the allow-list. */
export function checkWritable<T extends object, U>(channel: string, rules: ChannelRules<T, U>, fields: Iterable<string>): void {
  const writable = rules.fields?.writable ?? []
  for (const field of fields) {
    if (writable !== '*' && !writable.includes(field)) throw new DeniedError(`writing the field ${field} is not allowed in ${channel}`)
  }
}

function allows(list: AllowList, field: string, readable: AllowList): boolean {
  if (list === '*') return readable === '*' || readable.includes(field)
  return list.includes(field)
}

function topOf(path: string): string {
  const dot = path.indexOf('.')
  return dot < 0 ? path : path.slice(0, dot)
}

function checkOperators(channel: string, value: unknown, path: string, allowed: AllowList): void {
  if (allowed === '*' || typeof value !== 'object' || value === null || value instanceof Date) return
  for (const [key, inner] of Object.entries(value)) {
    if (key.startsWith('$') && key !== '$and' && key !== '$eq' && !allowed.includes(key))
      refuse(`${path}.${key}`, `the operator ${key} is not allowed in ${channel}`)
    checkOperators(channel, inner, `${path}.${key}`, allowed)
  }
}

function refuse(path: string, why: string): never {
  throw new QueryError(`${path}: ${why}`, path)
}
