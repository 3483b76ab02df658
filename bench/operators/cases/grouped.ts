import { count, max, min, sum } from '@tanstack/db'
import { countOf, distinctBy, type Feed, maxOf, minOf, rollup, sumOf } from '../../../src/streams/index.js'
import { byHand, type Job, recompute } from '../by-hand.js'
import { cities, type City, type Flight, flights } from '../data.js'
import { rachis } from '../rachis.js'
import type { Case } from '../subject.js'
import { tanstack } from '../tanstack.js'
import { changeCity } from './ordered.js'

const most = { 'TanStack DB': 100_000, recompute: 100_000 }

interface Distance {
  readonly key: string
  readonly n: number
  readonly total: number
  readonly least: number | undefined
  readonly most: number | undefined
}
const line = ({ key, n, total, least, most }: Distance): string => `${key}: ${n} ${total} ${least} ${most}`

function summary(key: string, flights: Iterable<Flight>): Distance {
  let n = 0
  let total = 0
  let least = Infinity
  let most = -Infinity
  for (const { delay } of flights) {
    n++
    total += delay
    if (delay < least) least = delay
    if (delay > most) most = delay
  }
  return { key, n, total, least, most }
}

function grouped<V>(rows: Iterable<V>, key: (row: V) => string): Map<string, V[]> {
  const groups = new Map<string, V[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}

/** Count and sum are counted on; the extremes are looked for anew when one of them goes. */
class Rollup implements Job {
  private readonly groups = new Map<string, Map<string, Flight>>()
  private readonly rows = new Map<string, Distance>()

  constructor(flights: ReadonlyMap<string, unknown>) {
    for (const [distance, group] of grouped(flights.values() as Iterable<Flight>, (flight) => flight.distance)) {
      this.groups.set(distance, new Map(group.map((flight) => [flight.id, flight])))
      this.rows.set(distance, summary(distance, group))
    }
  }

  put(_table: string, flight: Flight, last: Flight): void {
    const { delay, distance } = flight
    const group = this.groups.get(distance)!
    group.set(flight.id, flight)
    const row = this.rows.get(distance)!
    this.rows.set(
      distance,
      last.delay === row.least || last.delay === row.most
        ? summary(distance, group.values())
        : { ...row, total: row.total + delay - last.delay, least: Math.min(row.least!, delay), most: Math.max(row.most!, delay) },
    )
  }

  result(): readonly string[] {
    return [...this.rows.values()].map(line)
  }
}

class Distinct implements Job {
  private readonly groups = new Map<string, Set<string>>()

  constructor(cities: ReadonlyMap<string, unknown>) {
    for (const city of cities.values()) this.add(city as City)
  }

  put(_table: string, city: City, last: City): void {
    if (city.name === last.name) return
    const group = this.groups.get(last.name)!
    group.delete(last.id)
    if (group.size === 0) this.groups.delete(last.name)
    this.add(city)
  }

  result(): readonly string[] {
    return [...this.groups.keys()]
  }

  private add({ id, name }: City): void {
    const group = this.groups.get(name)
    if (group === undefined) this.groups.set(name, new Set([id]))
    else group.add(id)
  }
}

export const groupedCases: readonly Case[] = [
  {
    name: 'rollup: countOf, sumOf, minOf, maxOf of flights by distance',
    ordered: false,
    tables: (rows) => ({ flights: flights(rows) }),
    change(tables, random) {
      const rows = tables['flights'] as Flight[]
      const row = rows[Math.floor(random() * rows.length)]!
      return { table: 'flights', row: { ...row, delay: Math.floor(random() * 300) - 20 } as Flight }
    },
    most,
    subjects: {
      rachis: rachis(
        ({ flights }) =>
          (flights as Feed<Flight>).pipe(
            rollup('distance', { n: countOf(), total: sumOf('delay'), least: minOf('delay'), most: maxOf('delay') }),
          ),
        line,
      ),
      'by hand': byHand(({ flights }) => new Rollup(flights!)),
      'TanStack DB': tanstack<{ flights: Flight }, Distance>(
        (q, { flights }) =>
          q
            .from({ f: flights })
            .groupBy(({ f }) => f.distance)
            .select(({ f }) => ({ key: f.distance, n: count(f.id), total: sum(f.delay), least: min(f.delay), most: max(f.delay) })),
        line,
      ),
      recompute: recompute<Distance>(
        ({ flights }) => [...grouped(flights as Iterable<Flight>, (flight) => flight.distance)].map(([key, group]) => summary(key, group)),
        line,
      ),
    },
  },
  {
    name: 'distinctBy name',
    ordered: false,
    tables: (rows) => ({ cities: cities(rows) }),
    change(tables, random) {
      const { table, row } = changeCity(tables, random)
      const other = (tables[table] as City[])[Math.floor(random() * tables[table]!.length)]!
      return { table, row: { ...row, name: other.name } as City }
    },
    // At 100k rows it finds two names less than there are.
    most: { ...most, 'TanStack DB': 10_000 },
    subjects: {
      rachis: rachis(
        ({ cities }) => (cities as Feed<City>).pipe(distinctBy('name')),
        (city) => city.name,
      ),
      'by hand': byHand(({ cities }) => new Distinct(cities!)),
      'TanStack DB': tanstack<{ cities: City }, City>(
        (q, { cities }) =>
          q
            .from({ city: cities })
            .select(({ city }) => ({ name: city.name }))
            .distinct(),
        ({ name }: City) => name,
      ),
      recompute: recompute<City>(
        ({ cities }) => [...new Map([...(cities as Iterable<City>)].map((city) => [city.name, city])).values()],
        (city) => city.name,
      ),
    },
  },
]
