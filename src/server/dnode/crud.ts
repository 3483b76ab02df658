import { ArgumentError } from '../../errors.js'
import { answerCall, type SeedCall } from './seed/seed-call.js'
import { answerAuthenticate, currentUser, userOf } from './seed/authentication.js'
import type { DnodeMiddleware } from './seed/middleware.js'
import { idOf, readOptions } from './seed/read-options.js'
import { SeedError } from './seed/seed-error.js'
import type { SeedEventName } from './seed/seed-event.js'
import type { SeedModel, Stored } from './seed/seed-model.js'
import { type SeedDatabase, SeedModels, type SeedRules } from './seed/seed-models.js'
import { peerOf, type PeerOptions } from './seed/seed-peer.js'

/** Which models old clients reach, and with what rights. */
export interface CrudOptions<U> extends PeerOptions<U> {
  readonly database: SeedDatabase
  /** The types that clients may name. Default: all models; with `rules`, those that have some. */
  readonly whitelist?: readonly string[]
  /** Rules of the hub by type. Once there are any, a type without is no type, and what they don't name is denied. Writes are transactions then. */
  readonly rules?: SeedRules<U>
}

/**
 * The calls `create`, `read`, `update`, `delete` of old clients on Mongoose models, as dnode middleware. What was written is published to the subscribers
 * of `opt.url`, unless `opt.silent`, where `pubsub` is on the same connection; an answer goes before its event.
 *
 * Whatever comes, it doesn't throw: errors go to the client's `opt.error`, `'invalid parameters'`, `'invalid model type'` and
 * `'model not found'` as these words, others as `{ code, message, … }`; what is the server's affair goes to `onError`. Throws `ArgumentError` for rules that contradict themselves. Cost: one or two
 * operations of the store a call.
 *
 * ```ts
 * dnode.listen(compose(pubsub(), crud({ database: mongoose, whitelist: ['todo'] })), { weak: false })
 * ```
 */
export function crud<U = unknown>(options: CrudOptions<U>): DnodeMiddleware {
  const { database, whitelist, rules } = options as Partial<CrudOptions<U>>
  if (database === undefined) throw new ArgumentError('crud: give a database, a connection of Mongoose or Mongoose itself')
  const models = new SeedModels(database, whitelist, rules as SeedRules<unknown> | undefined)
  return (remote, connection) => {
    const peer = peerOf(remote, connection, options as PeerOptions<never>)
    const user = (): Promise<U> => userOf(peer, options.authenticate)
    peer.models = models
    peer.see = (event) => models.see(currentUser(peer, options.authenticate), event)
    const written = async (
      { opt }: SeedCall,
      name: SeedEventName,
      check: () => void,
      work: (model: SeedModel, user: U) => Promise<Stored>,
    ): Promise<{ result: unknown; told: () => void }> => {
      check()
      const model = await typeOf(models, opt.type)
      const who = await user()
      const url = opt.silent ? undefined : opt.url
      const { publisher } = peer
      if (url !== undefined) await publisher?.admit(url, opt.type)
      const release = name === 'created' ? publisher?.hold() : undefined
      try {
        const { plain, whole, item, previous } = await work(model, who)
        const event = { name, url: url!, model: whole, opt: { url, type: opt.type, method: methodOf[name] } }
        const told = (): void => {
          if (url !== undefined) publisher?.publish({ ...event, stored: { type: model.type, item, previous } })
          release?.()
        }
        return { result: plain, told }
      } catch (error) {
        release?.()
        throw error
      }
    }
    return {
      create: (...args) => {
        answerCall(peer, 'create', args, true, (call) =>
          written(
            call,
            'created',
            () => {
              if ((call.data['_id'] ?? undefined) !== undefined) throw new SeedError('invalid parameters')
            },
            (model, who) => model.create(who, call.data),
          ),
        )
      },
      read: (...args) => {
        answerCall(peer, 'read', args, false, async ({ opt }) => {
          const model = await typeOf(models, opt.type)
          return { result: await model.read(await user(), readOptions(opt.all), peer.limits.rows) }
        })
      },
      update: (...args) => {
        answerCall(peer, 'update', args, true, (call) => {
          const { _id: id } = call.data
          return written(call, 'updated', () => idOf(id), (model, who) => model.update(who, idOf(id), call.data)) // prettier-ignore
        })
      },
      delete: (...args) => {
        answerCall(peer, 'delete', args, true, (call) => {
          const { _id: id } = call.data
          return written(call, 'deleted', () => idOf(id), (model, who) => model.delete(who, idOf(id))) // prettier-ignore
        })
      },
      ...answerAuthenticate(peer, options.authenticate),
    }
  }
}

const methodOf: Readonly<Record<SeedEventName, string>> = { created: 'create', updated: 'update', deleted: 'delete' }

async function typeOf(models: SeedModels, type: string | undefined): Promise<SeedModel> {
  if (type === undefined) throw new SeedError('invalid parameters')
  return models.named(type)
}
