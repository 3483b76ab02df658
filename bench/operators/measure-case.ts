import assert from 'node:assert/strict'
import { median } from '../median.js'
import { randomNumbers } from '../random-numbers.js'
import type { Row } from '../row.js'
import type { Case, Item, Start, Subject, Tables, Write } from './subject.js'

const batch = 1000
const batches = 15
const warmBatches = 10
/** Single changes come in runs, subjects taking turns; before each timed run comes one that isn't, so that caches are the subject's own. */
const changesInARun = 30
const runs = 20
/** Each subject is warm before it is timed: it has made so many changes, or worked on them for so long. */
const warmChanges = 30_000
const warmMilliseconds = 2000
/** Before a first result is timed, so many rows went through others; and so often it is made in a turn, all subjects taking so many turns. */
const warmRows = 200_000
const starts = 3
const turns = 2

interface Figures {
  readonly cold: number[]
  readonly first: number[]
  readonly heap: number[]
  readonly one: number[]
  readonly many: number[]
}

/** Runs a case at one size: first results, then single changes, then batches; the results are checked equal between all of it. */
export async function measureCase(suite: string, subject: Case, size: number, report: (row: Row) => void): Promise<void> {
  const measured = Object.entries(subject.subjects).filter(([name]) => size <= (subject.most?.[name] ?? Infinity))
  const figures = Object.fromEntries(
    measured.map(([name]): [string, Figures] => [name, { cold: [], first: [], heap: [], one: [], many: [] }]),
  )
  const tables = subject.tables(size)
  for (let turn = 0; turn < turns; turn++) for (const [name, start] of measured) await timeStarts(start, tables, size, figures[name]!)

  let subjects: Record<string, Subject> = {}
  for (let round = size > 100_000 ? 2 : 0; round < 3; round++) {
    for (const each of Object.values(subjects)) each.close()
    subjects = {}
    await collect()
    for (const [name, start] of measured) {
      const before = heapUsed()
      subjects[name] = start(tables)
      figures[name]!.heap.push((heapUsed() - before) / 1e6)
      await idle()
    }
    agree(subject, subjects)
  }

  const current = Object.fromEntries(Object.entries(tables).map(([name, rows]): [string, Item[]] => [name, [...rows]]))
  const places = new Map(Object.entries(current).map(([name, rows]) => [name, new Map(rows.map((row, index) => [row.id, index]))]))
  const random = randomNumbers(7)
  const next = (): Write => {
    const write = subject.change(current, random)
    current[write.table]![places.get(write.table)!.get(write.row.id)!] = write.row
    return write
  }
  const singles = (length: number): (readonly Write[])[] => Array.from({ length }, () => [next()])
  // All see the same changes, warm or not.
  await warm(subjects, singles(warmChanges))
  for (let run = 0; run < runs; run++) {
    const [before, transactions] = [singles(changesInARun), singles(changesInARun)]
    for (const [name, each] of Object.entries(subjects)) {
      time(each, before)
      figures[name]!.one.push(time(each, transactions))
    }
    await idle()
  }
  agree(subject, subjects)
  for (let count = -warmBatches; count < batches; count++) {
    const written = new Map(Array.from({ length: Math.min(batch, size) }, next).map((write) => [write.row.id, write]))
    for (const [name, each] of Object.entries(subjects)) {
      const took = time(each, [[...written.values()]])
      if (count >= 0) figures[name]!.many.push(took)
    }
    await idle()
  }
  agree(subject, subjects)
  for (const each of Object.values(subjects)) each.close()
  tell(suite, subject.name, size, figures, report)
}

/**
 * First results of one subject, the very first of a process apart from those of code that is warm. The collector runs before, not in between:
 * a forced collection while nothing of a subject is alive takes what the engine has compiled for it along, which no application does.
 */
async function timeStarts(start: Start, tables: Tables, size: number, { cold, first }: Figures): Promise<void> {
  await collect()
  const warm = Math.ceil(warmRows / size)
  for (let count = -warm; count < starts; count++) {
    const began = performance.now()
    const subject = start(tables)
    const took = performance.now() - began
    if (cold.length === 0) cold.push(took)
    else if (count >= 0) first.push(took)
    subject.close()
    await idle()
  }
}

/** The slow are warm after less: what remains of the changes they make at the end, as one transaction. */
async function warm(subjects: Readonly<Record<string, Subject>>, transactions: readonly (readonly Write[])[]): Promise<void> {
  for (const subject of Object.values(subjects)) {
    const began = performance.now()
    let done = 0
    while (done < transactions.length && performance.now() - began < warmMilliseconds) subject.write(transactions[done++]!)
    const rest = new Map(
      transactions
        .slice(done)
        .flat()
        .map((write) => [write.row.id, write]),
    )
    if (rest.size > 0) subject.write([...rest.values()])
    await idle()
  }
}

/** Milliseconds a transaction. */
function time(subject: Subject, transactions: readonly (readonly Write[])[]): number {
  const began = performance.now()
  for (const writes of transactions) subject.write(writes)
  return (performance.now() - began) / transactions.length
}

function tell(suite: string, name: string, size: number, figures: Readonly<Record<string, Figures>>, report: (row: Row) => void): void {
  const title = `${name}, ${sizeName(size)}`
  const kinds = [
    ['cold', 'very first result', 'ms'],
    ['first', 'first result', 'ms'],
    ['heap', 'heap', 'MB'],
    ['one', 'one change', 'ms'],
    ['many', `batch of ${batch}`, 'ms'],
  ] as const
  const { rachis, 'by hand': limit, ...peers } = figures as Readonly<Record<string, Figures>> & Record<'rachis' | 'by hand', Figures>
  for (const [kind, what, unit] of kinds) {
    // Of a thousand rows it is lost in what else the process does.
    if (kind === 'heap' && size < 10_000) continue
    const value = median(rachis[kind])
    const ours = { suite, case: `${title}: ${what}`, subject: 'rachis', unit, value }
    const limited = { limit: 'by hand', limitValue: median(limit[kind]) }
    const entries = Object.entries(peers)
    if (entries.length === 0) report({ ...ours, ...limited })
    for (const [index, [peer, of]] of entries.entries()) {
      const peerValue = median(of[kind])
      report({ ...ours, peer, peerValue, ratio: peerValue / value, ...(index === 0 ? limited : {}) })
    }
  }
}

/** Of an ordered case the texts are what rows sort by, since each subject breaks ties in its own way. */
function agree({ name, ordered }: Case, subjects: Readonly<Record<string, Subject>>): void {
  const [[, first], ...others] = Object.entries(subjects) as [[string, Subject], ...[string, Subject][]]
  const expected = ordered ? first.result() : first.result().toSorted()
  for (const [other, subject] of others) {
    const found = ordered ? subject.result() : subject.result().toSorted()
    assert.equal(found.length, expected.length, `${name}: rachis has ${expected.length} rows, ${other} ${found.length}`)
    const at = found.findIndex((text, index) => text !== expected[index])
    assert.equal(at, -1, `${name}: row ${at} is ${expected[at]}, but ${found[at]} of ${other}`)
  }
}

export function sizeName(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000}M` : `${size / 1000}k`
}

/** What was closed may be let go of later. */
async function collect(): Promise<void> {
  for (let count = 0; count < 3; count++) {
    await idle()
    heapUsed()
  }
}

function heapUsed(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
