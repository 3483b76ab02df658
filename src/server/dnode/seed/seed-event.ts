import type { Item } from '../../hub/channel-store.js'
import type { PlainObject } from './plain-json.js'

/** What clients are called with. */
export type SeedEventName = 'created' | 'updated' | 'deleted'

/** Something that happened, on its way to the subscribers of a channel. */
export interface SeedEvent {
  readonly name: SeedEventName
  readonly url: string
  readonly model: PlainObject
  /** What clients get beside the model. */
  readonly opt: PlainObject
  /** Of what is stored: which model of Mongoose it is of, and what the rules judge. */
  readonly stored?: StoredChange
}

/** The document afterwards (of a removed one: as it was), and before, as items. */
export interface StoredChange {
  readonly type: string
  readonly item: Item
  readonly previous?: Item | undefined
}

/** How one client sees an event. */
export interface SeenEvent {
  readonly name: SeedEventName
  readonly model: PlainObject
}

const names: Readonly<Record<string, SeedEventName>> = Object.assign(Object.create(null) as Record<string, SeedEventName>, {
  create: 'created',
  created: 'created',
  update: 'updated',
  updated: 'updated',
  delete: 'deleted',
  deleted: 'deleted',
})

/** The event of a method's name; an update where none is said. */
export function eventNamed(method: unknown): SeedEventName | undefined {
  return method === undefined ? 'updated' : typeof method === 'string' ? names[method] : undefined
}
