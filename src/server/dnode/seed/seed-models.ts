import type { Connection, Mongoose } from 'mongoose'
import type { Item } from '../../hub/channel-store.js'
import { checkRules, type ChannelRules } from '../../hub/rules.js'
import { seenBy, withIds } from './event-view.js'
import { SeedError } from './seed-error.js'
import type { SeedEvent, SeenEvent } from './seed-event.js'
import { type AnyModel, SeedModel } from './seed-model.js'

/** Where models are registered: a connection, Mongoose itself, or a promise of either. */
export type SeedDatabase = Connection | Mongoose | PromiseLike<Connection | Mongoose>

/** Rules by type; documents as the hub's rules see them: without `_id`, their ObjectIds as text. */
export type SeedRules<U> = Readonly<Record<string, ChannelRules<Readonly<Record<string, unknown>>, U>>>

/** The models that clients may name. */
export class SeedModels {
  private readonly models = new Map<string, SeedModel>()
  private readonly prepared: Map<string, ChannelRules<Item, unknown>> | undefined

  constructor(
    private readonly database: SeedDatabase,
    private readonly whitelist: readonly string[] | undefined,
    rules: SeedRules<unknown> | undefined,
  ) {
    if (rules === undefined) return
    this.prepared = new Map()
    for (const [type, own] of Object.entries(rules)) {
      checkRules(type, own)
      this.prepared.set(type, withIds(own))
    }
  }

  /** Rejects with `SeedError` for what is no model, or not one of those that clients may name. */
  async named(type: string): Promise<SeedModel> {
    const known = this.models.get(type)
    if (known !== undefined) return known
    if (this.whitelist?.includes(type) === false || this.prepared?.has(type) === false) throw new SeedError('invalid model type')
    const database = await this.database
    if (!database.modelNames().includes(type)) throw new SeedError('invalid model type')
    const model = new SeedModel(type, database.model(type) as unknown as AnyModel, this.prepared?.get(type))
    this.models.set(type, model)
    return model
  }

  /** How `user` sees what happened to a document; `undefined` if not at all. Not known: nobody is told. */
  see(user: { readonly user: unknown } | undefined, event: SeedEvent): SeenEvent | undefined {
    if (this.prepared === undefined || event.stored === undefined) return event
    const rules = this.prepared.get(event.stored.type)
    return rules === undefined || user === undefined ? undefined : seenBy(rules, user.user, event)
  }
}
