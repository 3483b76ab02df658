/** A row of a table. */
export interface Item {
  readonly id: string
}
/** The rows of each table of a case, at the beginning. */
export type Tables = Readonly<Record<string, readonly Item[]>>
/** One row written: created, or replaced under its id. */
export interface Write {
  readonly table: string
  readonly row: Item
}

/** One way to keep the result of a case up to date. */
export interface Subject {
  /** Writes all, those of a table as one transaction. */
  write(writes: readonly Write[]): void
  /** What the result is now, as texts that can be compared: in order if the case is ordered. */
  result(): readonly string[]
  close(): void
}

/** Loads the tables and makes the result for the first time. */
export type Start = (tables: Tables) => Subject

/** A job, and who does it. The first of `subjects` is ours, `by hand` is the limit, the others are peers. */
export interface Case {
  readonly name: string
  readonly ordered: boolean
  readonly tables: (rows: number) => Tables
  /** The next write, given the rows as they are. */
  readonly change: (tables: Readonly<Record<string, Item[]>>, random: () => number) => Write
  readonly subjects: Readonly<Record<string, Start>>
  /** Subjects that are measured up to so many rows only. */
  readonly most?: Readonly<Record<string, number>>
}

/** The rows written, by table. */
export function byTable(writes: readonly Write[]): Iterable<readonly [table: string, rows: readonly Item[]]> {
  const [first] = writes
  if (writes.every(({ table }) => table === first?.table)) return [[first!.table, writes.map(({ row }) => row)]]
  const tables = new Map<string, Item[]>()
  for (const { table, row } of writes) {
    const rows = tables.get(table)
    if (rows === undefined) tables.set(table, [row])
    else rows.push(row)
  }
  return tables
}
