import { DeniedError, MissingError } from '../../errors.js'
import { compileFilter, type Filter } from '../../streams/query.js'
import type { Item, Write, WriteGuard } from './channel-store.js'
import { type ChannelRules, checkWritable, type Verdict } from './rules.js'

type Rules = ChannelRules<Item, unknown>

/** What `rules` say of the writes of `user`, to be asked inside of each write's transaction. */
export function writeGuard(channel: string, rules: Rules, user: unknown): WriteGuard {
  const writable = rules.fields?.writable ?? []
  /** What a user may not see isn't there: a refusal would tell that it is. */
  const see = (item: Item): void => {
    if (rules.read === undefined) return
    const verdict = rules.read(user)
    if (verdict === true || (verdict !== false && matches(verdict, item))) return
    throw new MissingError(`there is no such item in ${channel}`)
  }
  return {
    isWritable: (field) => writable === '*' || writable.includes(field),
    see,
    create: (item) => {
      demand(rules.create?.(user, item), [item], `creating this item in ${channel} is not allowed to this user`)
    },
    patch: (before, after) => {
      see(before)
      demand(rules.patch?.(user, before, after), [before, after], `this change in ${channel} is not allowed to this user`)
    },
    retract: (before) => {
      see(before)
      demand(rules.retract?.(user, before), [before], `retracting this item from ${channel} is not allowed to this user`)
    },
  }
}

/** Refuses, before the store is asked, a write of a kind or to fields that `rules` don't name. */
export function checkWrite(channel: string, rules: Rules, write: Write): void {
  if (write.type === 'retract') {
    if (rules.retract === undefined) throw new DeniedError(`retracting from ${channel} is not allowed`)
    return
  }
  if ((rules.create ?? rules.patch) === undefined) throw new DeniedError(`writing to ${channel} is not allowed`)
  checkWritable(channel, rules, write.type === 'publish' ? Object.keys(write.item) : [...Object.keys(write.set), ...write.unset])
}

/** Whether an item is one of those that a filter of the rules means; without one all are. */
export function matches(filter: Filter<Item> | undefined, item: Item): boolean {
  return filter === undefined || compileFilter<Item>(filter, { allowRegExp: true })(item)
}

function demand(verdict: Verdict<Item> | undefined, items: readonly Item[], refusal: string): void {
  if (verdict === true) return
  if (verdict !== undefined && verdict !== false && items.every((item) => matches(verdict, item))) return
  throw new DeniedError(refusal)
}
