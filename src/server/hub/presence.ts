import { randomId } from '../../streams/internal/random-id.js'
import { Source } from '../../streams/source.js'
import type { Item } from './channel-store.js'

/** Who is connected, as a writable collection of the hub's own: one item for each connection. */
export class Presence {
  readonly source = new Source<Item>({ key: (item) => item['id'] as string })
  private readonly shown = new Map<object, string>()

  constructor(private readonly show: (user: unknown) => Readonly<Record<string, unknown>> | undefined) {}

  /** The connection is this user's, from now on. */
  enter(connection: object, user: unknown): void {
    const data = this.show(user)
    if (data === undefined) {
      this.leave(connection)
      return
    }
    // An id of its own: nothing that a client may see should name a connection.
    const id = this.shown.get(connection) ?? randomId()
    this.shown.set(connection, id)
    this.source.publish({ ...data, id, since: this.source.get(id)?.['since'] ?? new Date() })
  }

  leave(connection: object): void {
    const id = this.shown.get(connection)
    if (id === undefined) return
    this.shown.delete(connection)
    this.source.retract(id)
  }
}
