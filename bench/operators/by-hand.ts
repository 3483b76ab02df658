import type { Item, Start, Write } from './subject.js'

type Rows = ReadonlyMap<string, Item>

/** What an engineer writes for this one job and nothing else: state of its own, told of each row with the one before. */
export interface Job {
  /** One row; `last` is the one that it replaces. */
  put(table: string, row: never, last: never): void
  /** Many at once, where that is done in another way. */
  putAll?(writes: readonly Write[], last: readonly (Item | undefined)[]): void
  result(): readonly string[]
}

/** The hand-written loop: the limit. */
export function byHand(make: (tables: Readonly<Record<string, Rows>>) => Job): Start {
  return (tables) => {
    const maps = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, new Map(rows.map((row) => [row.id, row]))]))
    let job: Job | undefined = make(maps)
    return {
      write(writes) {
        const many = job!.putAll !== undefined && writes.length > 1
        const before: (Item | undefined)[] = []
        for (const { table, row } of writes) {
          const map = maps[table]!
          const last = map.get(row.id)
          map.set(row.id, row)
          if (many) before.push(last)
          else job!.put(table, row as never, last as never)
        }
        if (many) job!.putAll!(writes, before)
      },
      result: () => job!.result(),
      close() {
        job = undefined
        for (const map of Object.values(maps)) map.clear()
      },
    }
  }
}

/** Arrays, made anew from the tables after each transaction. */
export function recompute<R>(
  compute: (tables: Readonly<Record<string, Iterable<never>>>) => readonly R[],
  line: (row: R) => string,
): Start {
  return (tables) => {
    const maps = Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, new Map(rows.map((row) => [row.id, row]))]))
    const run = (): readonly R[] =>
      compute(Object.fromEntries(Object.entries(maps).map(([name, map]) => [name, [...map.values()] as never[]])))
    let rows = run()
    return {
      write(writes) {
        for (const { table, row } of writes) maps[table]!.set(row.id, row)
        rows = run()
      },
      result: () => rows.map(line),
      close() {
        rows = []
        for (const map of Object.values(maps)) map.clear()
      },
    }
  }
}
