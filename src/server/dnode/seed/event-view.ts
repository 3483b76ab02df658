import { picker } from '../../../streams/operators/fields.js'
import type { Item } from '../../hub/channel-store.js'
import type { AllowList, ChannelRules } from '../../hub/rules.js'
import { matches } from '../../hub/write-guard.js'
import type { PlainObject } from './plain-json.js'
import type { SeedEvent, SeenEvent } from './seed-event.js'

/** Rules in which `_id` is a field like others: every answer has it. */
export function withIds(rules: ChannelRules<Item, unknown>): ChannelRules<Item, unknown> {
  const add = (list: AllowList | undefined): AllowList => (list === '*' ? list : ['_id', ...(list ?? [])])
  return {
    ...rules,
    fields: { ...rules.fields, readable: add(rules.fields?.readable) },
    filterable: add(rules.filterable),
    sortable: add(rules.sortable),
  }
}

/** A document's plain object cut to what clients may read. */
export function readablePart({ fields }: ChannelRules<Item, unknown>, plain: PlainObject): PlainObject {
  const readable = fields?.readable ?? []
  return readable === '*' ? plain : picker<PlainObject>(readable)(plain)
}

/** How `user` sees an event of a model with `rules`; `undefined` if not at all. Who loses sight of a document sees it deleted. */
export function seenBy(rules: ChannelRules<Item, unknown>, user: unknown, event: SeedEvent): SeenEvent | undefined {
  const { name, model, stored } = event
  const verdict = rules.read?.(user) ?? false
  if (stored === undefined || verdict === false) return undefined
  const filter = verdict === true ? undefined : verdict
  const isSeen = name !== 'deleted' && matches(filter, stored.item)
  const wasSeen = name !== 'created' && matches(filter, stored.previous ?? stored.item)
  if (isSeen) return { name: wasSeen ? 'updated' : 'created', model: readablePart(rules, model) }
  return wasSeen ? { name: 'deleted', model: name === 'deleted' ? readablePart(rules, model) : { _id: model['_id'] } } : undefined
}
