/** What of a user stays the same when they sign in again. */
export function stableOf(user: unknown): unknown {
  if (typeof user !== 'object' || user === null) return String(user)
  const { id, _id } = user as { readonly id?: unknown; readonly _id?: unknown }
  const name = id ?? _id
  return typeof name === 'bigint' ? String(name) : name
}

/** By what users are told apart; `undefined` for nobody, and for an object without an id. */
export function userName(user: unknown): string | undefined {
  if (user === undefined || user === null) return undefined
  return JSON.stringify(stableOf(user))
}
