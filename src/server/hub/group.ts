import type { Cursor } from '../../streams/cursor.js'
import type { Connection } from './connection.js'
import type { SharedQuery } from './shared-query.js'

/** The connections that share one set of queries, and so get the same frames. */
export class Group {
  readonly connections = new Set<Connection>()
  /** The queries of the flush that is running. */
  touched: SharedQuery[] = []

  constructor(
    readonly name: string,
    readonly queries: ReadonlySet<SharedQuery>,
  ) {}

  /** The position that all its queries have reached. */
  cursor(): Cursor {
    return cursorOf(this.queries)
  }
}

/** The positions that `queries` have reached. */
export function cursorOf(queries: Iterable<SharedQuery>): Cursor {
  const cursor: Record<string, string> = {}
  for (const query of queries) Object.assign(cursor, query.cursor())
  return cursor
}

/** Groups by their queries; a connection is in the one of exactly its queries. */
export class Groups {
  private readonly groups = new Map<string, Group>()
  private readonly byQuery = new Map<SharedQuery, Set<Group>>()

  /** The groups whose connections have `query`. */
  of(query: SharedQuery): Iterable<Group> {
    return this.byQuery.get(query) ?? []
  }

  /** Moves `connection` from `left` into the group of `queries`. */
  move(connection: Connection, left: Group | undefined, queries: ReadonlySet<SharedQuery>): Group | undefined {
    if (left !== undefined) this.leave(connection, left)
    if (queries.size === 0) return undefined
    const name = Array.from(queries, ({ qid }) => qid)
      .sort((a, b) => a - b)
      .join()
    let group = this.groups.get(name)
    if (group === undefined) {
      this.groups.set(name, (group = new Group(name, new Set(queries))))
      for (const query of queries) {
        const groups = this.byQuery.get(query)
        if (groups === undefined) this.byQuery.set(query, new Set([group]))
        else groups.add(group)
      }
    }
    group.connections.add(connection)
    return group
  }

  private leave(connection: Connection, group: Group): void {
    group.connections.delete(connection)
    if (group.connections.size > 0) return
    this.groups.delete(group.name)
    for (const query of group.queries) {
      const groups = this.byQuery.get(query)
      groups?.delete(group)
      if (groups?.size === 0) this.byQuery.delete(query)
    }
  }
}
