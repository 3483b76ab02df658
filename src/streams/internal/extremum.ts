import type { Key } from '../event.js'
import type { Accumulator, Aggregator } from './accumulator.js'
import { edgeOf, type Members, putInto, takeFrom } from './members.js'
import { byId, Entry } from './position-tree.js'
import { type FieldOf, reader } from './read.js'
import { compareScalars } from './value-order.js'

/** What has a least and a greatest. */
export type Sortable = number | string | bigint | Date

/** The names of the fields of `T` that have a least and a greatest value. */
export type SortableField<T> = FieldOf<T, Sortable | null | undefined>

/** The least value at position 0, or the greatest at -1. Both of one field share its values. */
export function extremumOf<T, V>(value: string | ((item: T) => unknown), position: 0 | -1): Aggregator<T, V | undefined> {
  const read = reader<T, V>(value as (item: T) => V)
  return {
    accumulate(shared) {
      const values = shared?.get(value) as Extremum<T, V> | undefined
      const extremum = new Extremum(read, position, values)
      if (!values) shared?.set(value, extremum)
      return extremum
    },
  }
}

const compare = (a: Entry<Sortable>, b: Entry<Sortable>): number => compareScalars(a.item, b.item) || byId(a, b)

class Extremum<T, V> implements Accumulator<T, V | undefined> {
  /** Each primitive value once, with how often it is there; dates each by itself, as they may be told apart. */
  private values: Members<Sortable> | undefined

  constructor(
    private readonly read: (item: T) => V,
    private readonly position: 0 | -1,
    /** Who keeps the values, if it is another. */
    private readonly keeper: Extremum<T, V> | undefined,
  ) {}

  get value(): V | undefined {
    return edgeOf((this.keeper ?? this).values, this.position)?.item as V | undefined
  }

  add(item: T, id: Key): void {
    this.tally(item, id, putInto)
  }

  remove(item: T, id: Key): void {
    this.tally(item, id, takeFrom as typeof putInto)
  }

  private tally(item: T, id: Key, tally: typeof putInto): void {
    if (this.keeper) return
    const value = this.read(item)
    if (!counts(value)) return
    // 0 and -0 are one value, 1 and 1n are two.
    const kind = typeof value
    const entry = kind === 'object' ? new Entry<Sortable>(id, value) : new Entry<Sortable>(kind, value === 0 ? 0 : value, 1)
    this.values = tally(this.values, entry, compare)
  }
}

/** What isn't there, NaN and the date of NaN have no place in the order. */
function counts(value: unknown): value is Sortable {
  return value !== null && (value as Sortable) <= (value as Sortable)
}
