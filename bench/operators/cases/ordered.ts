import { gte } from '@tanstack/db'
import { type Feed, orderBy, slice, where } from '../../../src/streams/index.js'
import { byHand, type Job, recompute } from '../by-hand.js'
import { cities, type City } from '../data.js'
import { eventReduce } from '../event-reduce.js'
import { rachis } from '../rachis.js'
import type { Case, Item } from '../subject.js'
import { tanstack } from '../tanstack.js'

const floor = 1000

function compare(a: City, b: City): number {
  return b.population - a.population || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}
// What a row sorts by: peers break ties in other ways.
const line = (city: City): string => `${city.population} ${city.name}`
const passes = (city: City): boolean => city.population >= floor

/** A city whose population is another: most of them cross the floor or their neighbours. */
export function changeCity(tables: Readonly<Record<string, Item[]>>, random: () => number, table = 'cities'): { table: string; row: City } {
  const rows = tables[table] as City[]
  const row = rows[Math.floor(random() * rows.length)]!
  return { table, row: { ...row, population: Math.floor(random() * 5000) } }
}

/** Sorted cities above the floor: all of them, the first 20, or 20 in the middle. */
function ordered(name: string, range: (rows: number) => { skip: number; limit: number } | undefined): Case {
  const rangeOf = (tables: Readonly<Record<string, { readonly length: number }>>) => range(tables['cities']!.length)
  return {
    name,
    ordered: true,
    tables: (rows) => ({ cities: cities(rows) }),
    change: changeCity,
    most: { 'TanStack DB': 100_000, 'event-reduce': 10_000, recompute: 100_000 },
    subjects: {
      rachis: (tables) =>
        rachis(({ cities }) => {
          const sorted = (cities as Feed<City>).pipe(where({ population: { $gte: floor } }), orderBy({ population: -1, name: 1 }))
          const part = rangeOf(tables)
          return part === undefined ? sorted : sorted.pipe(slice(part))
        }, line)(tables),
      'by hand': (tables) => byHand(({ cities }) => new SortedArray(cities as ReadonlyMap<string, City>, rangeOf(tables)))(tables),
      'TanStack DB': (tables) =>
        tanstack<{ cities: City }, City>((q, { cities }) => {
          const sorted = q
            .from({ city: cities })
            .where(({ city }) => gte(city.population, floor))
            .orderBy(({ city }) => city.population, 'desc')
            // By code unit, as the others compare; its default is the locale's order.
            .orderBy(({ city }) => city.name, { direction: 'asc', stringSort: 'lexical' })
          const part = rangeOf(tables)
          return part === undefined ? sorted : sorted.offset(part.skip).limit(part.limit)
        }, line)(tables),
      ...((range(100)?.skip ?? 0) === 0
        ? {
            'event-reduce': (tables) =>
              eventReduce<City>('cities', passes, compare, ['population', 'name'], rangeOf(tables)?.limit, line)(tables),
          }
        : {}),
      recompute: (tables) =>
        recompute<City>(({ cities }) => {
          const sorted = [...(cities as Iterable<City>)].filter(passes).sort(compare)
          const part = rangeOf(tables)
          return part === undefined ? sorted : sorted.slice(part.skip, part.skip + part.limit)
        }, line)(tables),
    },
  }
}

/** A sorted array kept by binary search and splice, or by one merge. */
class SortedArray implements Job {
  private sorted: City[]
  private view: readonly City[] = []

  constructor(
    cities: ReadonlyMap<string, City>,
    private readonly range: { readonly skip: number; readonly limit: number } | undefined,
  ) {
    this.sorted = [...cities.values()].filter(passes).sort(compare)
    this.look()
  }

  put(_table: string, row: City, last: City): void {
    if (passes(last)) this.sorted.splice(this.find(last), 1)
    if (passes(row)) this.sorted.splice(this.find(row), 0, row)
    this.look()
  }

  putAll(writes: readonly { readonly row: Item }[], last: readonly (Item | undefined)[]): void {
    const replaced = new Set(last)
    const kept = this.sorted.filter((city) => !replaced.has(city))
    const added = (writes.map(({ row }) => row) as City[]).filter(passes).sort(compare)
    const merged: City[] = []
    let next = 0
    for (const city of kept) {
      while (next < added.length && compare(added[next]!, city) < 0) merged.push(added[next++]!)
      merged.push(city)
    }
    while (next < added.length) merged.push(added[next++]!)
    this.sorted = merged
    this.look()
  }

  result(): readonly string[] {
    return (this.range === undefined ? this.sorted : this.view).map(line)
  }

  private look(): void {
    if (this.range !== undefined) this.view = this.sorted.slice(this.range.skip, this.range.skip + this.range.limit)
  }

  private find(city: City): number {
    let low = 0
    let high = this.sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(this.sorted[middle]!, city) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

export const orderedCases: readonly Case[] = [
  ordered('where + orderBy', () => undefined),
  ordered('where + orderBy + slice 20', () => ({ skip: 0, limit: 20 })),
  ordered('where + orderBy + slice 20, deep', (rows) => ({ skip: rows >> 2, limit: 20 })),
]
