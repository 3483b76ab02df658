import type { Hub } from '../hub/hub.js'
import type { Store } from './store.js'

/** Offers a collection whose documents have any form, to read and write for whoever can connect: for trying things out on one's own machine. */
export function looseChannel(hub: Hub, { mongoose }: Store, name: string): void {
  // Text, so that an item keeps the id under which it was published.
  const schema = new mongoose.Schema(
    { _id: { type: String, default: () => new mongoose.Types.ObjectId().toHexString() } },
    // A field named `id` is one like any other.
    { strict: false, collection: name, versionKey: false, id: false },
  )
  const everyone = (): true => true
  hub.channel(name, {
    model: mongoose.model<Record<string, unknown>>(name, schema as never),
    rules: {
      read: everyone,
      create: everyone,
      patch: everyone,
      retract: everyone,
      fields: { readable: '*', writable: '*' },
      filterable: '*',
      operators: '*',
      sortable: '*',
    },
  })
}
