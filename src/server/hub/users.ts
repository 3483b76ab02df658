import type { Connection } from './connection.js'
import type { SharedQuery } from './shared-query.js'
import { userName } from './user-name.js'

/** The connections of each user who has a name. */
export class Users {
  private readonly connections = new Map<string, Set<Connection>>()
  private readonly names = new Map<Connection, string>()

  /** The connection is its present user's, from now on. */
  enter(connection: Connection): void {
    this.leave(connection)
    const name = userName(connection.user)
    if (name === undefined) return
    this.names.set(connection, name)
    const own = this.connections.get(name)
    if (own === undefined) this.connections.set(name, new Set([connection]))
    else own.add(connection)
  }

  leave(connection: Connection): void {
    const name = this.names.get(connection)
    if (name === undefined) return
    this.names.delete(connection)
    const own = this.connections.get(name)!
    own.delete(connection)
    if (own.size === 0) this.connections.delete(name)
  }

  /** The distinct queries of the user of `connection`, over all of their connections; `undefined` if they have no name. O(their subscriptions). */
  queriesOf(connection: Connection): ReadonlySet<SharedQuery> | undefined {
    const name = this.names.get(connection)
    if (name === undefined) return undefined
    const queries = new Set<SharedQuery>()
    for (const own of this.connections.get(name)!) for (const query of own.queries()) queries.add(query)
    return queries
  }
}
