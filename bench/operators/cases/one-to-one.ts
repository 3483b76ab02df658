import { count, gte, sum } from '@tanstack/db'
import { aggregate, countOf, type Feed, select, sumOf, union, where } from '../../../src/streams/index.js'
import { byHand, type Job, recompute } from '../by-hand.js'
import { cities, type City } from '../data.js'
import { rachis, rachisValue } from '../rachis.js'
import type { Case } from '../subject.js'
import { tanstack } from '../tanstack.js'
import { changeCity } from './ordered.js'

const floor = 1000
const most = { 'TanStack DB': 100_000, recompute: 100_000 }
const passes = (city: City): boolean => city.population >= floor
const line = (city: City): string => `${city.id} ${city.population}`

interface Size {
  readonly id: string
  readonly crowded: boolean
}
const size = ({ id, population }: City): Size => ({ id, crowded: population > 2500 })
const sizeLine = ({ id, crowded }: Size): string => `${id} ${crowded}`

/** The same rows in a Map, some left out, some made anew. */
class Mapped<R> implements Job {
  private readonly rows = new Map<string, R>()

  constructor(
    tables: Readonly<Record<string, ReadonlyMap<string, unknown>>>,
    private readonly make: (city: City) => R | undefined,
    private readonly line: (row: R) => string,
  ) {
    for (const table of Object.values(tables)) for (const city of table.values()) this.put('', city as City)
  }

  put(_table: string, city: City): void {
    const row = this.make(city)
    if (row === undefined) this.rows.delete(city.id)
    else this.rows.set(city.id, row)
  }

  result(): readonly string[] {
    return [...this.rows.values()].map(this.line)
  }
}

class Sums implements Job {
  private n = 0
  private people = 0

  constructor(cities: ReadonlyMap<string, unknown>) {
    for (const city of cities.values()) {
      this.n++
      this.people += (city as City).population
    }
  }

  put(_table: string, city: City, last: City): void {
    this.people += city.population - last.population
  }

  result(): readonly string[] {
    return [`${this.n} ${this.people}`]
  }
}

const parts = 8
const partNames = Array.from({ length: parts }, (_, index) => `part${index}`)

export const oneToOneCases: readonly Case[] = [
  {
    name: 'where',
    ordered: false,
    tables: (rows) => ({ cities: cities(rows) }),
    change: changeCity,
    most,
    subjects: {
      rachis: rachis(({ cities }) => (cities as Feed<City>).pipe(where({ population: { $gte: floor } })), line),
      'by hand': byHand((tables) => new Mapped(tables, (city) => (passes(city) ? city : undefined), line)),
      'TanStack DB': tanstack<{ cities: City }, City>(
        (q, { cities }) => q.from({ city: cities }).where(({ city }) => gte(city.population, floor)),
        line,
      ),
      recompute: recompute<City>(({ cities }) => [...(cities as Iterable<City>)].filter(passes), line),
    },
  },
  {
    name: 'select',
    ordered: false,
    tables: (rows) => ({ cities: cities(rows) }),
    change: changeCity,
    most,
    subjects: {
      rachis: rachis(({ cities }) => (cities as Feed<City>).pipe(select(size)), sizeLine),
      'by hand': byHand((tables) => new Mapped(tables, size, sizeLine)),
      'TanStack DB': tanstack<{ cities: City }, Size>(
        (q, { cities }) => q.from({ city: cities }).fn.select(({ city }) => size(city as City)),
        sizeLine,
      ),
      recompute: recompute<Size>(({ cities }) => [...(cities as Iterable<City>)].map(size), sizeLine),
    },
  },
  {
    name: 'aggregate of all: countOf, sumOf',
    ordered: false,
    tables: (rows) => ({ cities: cities(rows) }),
    change: changeCity,
    most,
    subjects: {
      rachis: rachisValue(
        ({ cities }) => (cities as Feed<City>).pipe(aggregate({ n: countOf(), people: sumOf('population') })),
        ({ n, people }) => `${n} ${people}`,
      ),
      'by hand': byHand(({ cities }) => new Sums(cities!)),
      'TanStack DB': tanstack<{ cities: City }, { n: number; people: number }>(
        (q, { cities }) => q.from({ city: cities }).select(({ city }) => ({ n: count(city.id), people: sum(city.population) })),
        ({ n, people }: { n: number; people: number }) => `${n} ${people}`,
      ),
      recompute: recompute<{ n: number; people: number }>(
        ({ cities }) => {
          const all = [...(cities as Iterable<City>)]
          return [{ n: all.length, people: all.reduce((total, city) => total + city.population, 0) }]
        },
        ({ n, people }) => `${n} ${people}`,
      ),
    },
  },
  {
    name: 'union of 8',
    ordered: false,
    tables(rows) {
      const all = cities(rows)
      return Object.fromEntries(partNames.map((name, part) => [name, all.filter((_, index) => index % parts === part)]))
    },
    change: (tables, random) => changeCity(tables, random, partNames[0]),
    most,
    subjects: {
      rachis: rachis((feeds) => union(...partNames.map((name) => feeds[name] as Feed<City>)), line),
      'by hand': byHand((tables) => new Mapped(tables, (city) => city, line)),
      'TanStack DB': tanstack<Readonly<Record<string, City>>, City>((q, tables) => {
        const branches = partNames.map((name) => q.from({ [name]: tables[name]! }))
        return q.unionAll(branches[0]!, ...branches.slice(1))
      }, line),
      recompute: recompute<City>((tables) => {
        const found = new Map<string, City>()
        for (const name of partNames) for (const city of tables[name] as Iterable<City>) if (!found.has(city.id)) found.set(city.id, city)
        return [...found.values()]
      }, line),
    },
  },
]
