import './counting-builtins.js'
import { parentPort, workerData } from 'node:worker_threads'
import { Subject } from 'rxjs'
import { type FeedEvent, Source } from '../../../../src/streams/index.js'
import { keyAt, type Pipeline, type PipelineName, pipelines, type Row, rowsOf } from '../pipelines.js'

/** What the dearest write of one kind has cost. */
export interface Measured {
  readonly size: number
  readonly write: string
  readonly touched: number
  /** Rows, or values, that were sent. */
  readonly sent: number
}

/** For each pipeline and size the writes of which most was touched for each row sent. */
export type Measurements = Readonly<Record<PipelineName, readonly Measured[]>>

/** A write and what undoes it. */
interface Write {
  readonly name: string
  readonly steps: readonly ((source: Source<Row>) => void)[]
}

/** Single writes at both ends and in the middle, by key and by place. */
function writesFor(rows: readonly Row[]): readonly Write[] {
  const size = rows.length
  const put = (name: string, row: Row, instead: Row): Write => ({
    name,
    steps: [
      (source) => {
        source.publish(row)
      },
      (source) => {
        source.publish(instead)
      },
    ],
  })
  const places = { first: 0, second: 1, middle: size >> 1, 'middle + 1': (size >> 1) + 1, 'last but some': size - 20, last: size - 1 }
  const ends = { first: -1, middle: size >> 1, last: size - 1 }
  const changes = Object.entries(places).flatMap(([place, at]) => {
    const row = rows[at]!
    return [
      put(`change the ${place}`, { ...row, v: 1 }, row),
      put(`let the ${place} name nothing`, { ...row, ref: null, parent: null }, row),
      put(`let the ${place} name what is not there`, { ...row, ref: 'nobody', parent: 'nobody' }, row),
      put(`let the ${place} into another group`, { ...row, g: row.g === 'large' ? 'small' : 'large' }, row),
      put(`let the ${place} into the group of the second`, { ...row, g: rows[1]!.g }, row),
      {
        name: `retract the ${place}`,
        steps: [
          (source: Source<Row>) => {
            source.retract(row.id)
          },
          (source: Source<Row>) => {
            source.publish(row)
          },
        ],
      },
      ...Object.entries(ends).flatMap(([end, other]) => {
        const target = rows[Math.max(0, other)]!
        return [
          put(`move the ${place} to the ${end}`, { ...row, n: 2 * other + 3 }, row),
          put(`let the ${place} name the ${end}`, { ...row, ref: target.id }, row),
          put(`put the ${place} under the ${end}`, { ...row, parent: target.id }, row),
        ]
      }),
    ]
  })
  const inserts = Object.entries(ends).flatMap(([end, at]) =>
    Object.entries(ends).map(([place, other]): Write => {
      const id = `${keyAt(at)}x`
      const { ref, parent, g } = rows[Math.max(0, other)]!
      return {
        name: `insert at the ${end}, ordered at the ${place}`,
        steps: [
          (source) => {
            source.publish({ id, n: 2 * other + 3, g, ref, parent, v: 0 })
          },
          (source) => {
            source.retract(id)
          },
        ],
      }
    }),
  )
  return [...changes, ...inserts]
}

const ratio = ({ touched, sent }: Measured): number => touched / (1 + sent)
const dearest = (costs: readonly Measured[]): Measured => costs.reduce((most, each) => (ratio(each) > ratio(most) ? each : most))
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function measure(
  name: PipelineName,
  sources: readonly [Source<Row>, Source<Row>],
  writes: readonly Write[],
  size: number,
): Promise<Measured> {
  const tick = new Subject<void>()
  let sent = 0
  const [a, b] = sources
  const pipeline: Pipeline = pipelines[name]
  const subscription = pipeline(a.feed, b.feed, size, tick).subscribe({
    next: (event: unknown) => {
      const { type } = (event ?? {}) as Partial<FeedEvent<unknown>>
      if (type !== 'commit' && type !== 'reset') sent++
    },
    error: (error: unknown) => {
      throw new Error(`${name} has failed`, { cause: error })
    },
  })
  // Promises of the first snapshot, four at a time.
  if (name === 'selectAsync') while (sent < a.size) await settled()
  const costOf = async (write: Write, index: number): Promise<Measured> => {
    const costs: Measured[] = []
    for (const [step, run] of write.steps.entries()) {
      sent = 0
      touched = 0
      run(sources[index]!)
      tick.next()
      if (name === 'selectAsync') await settled()
      costs.push({ size, write: `${index === 0 ? 'left' : 'right'}: ${write.name}${step === 0 ? '' : ', undone'}`, touched, sent })
    }
    return dearest(costs)
  }
  const all: (readonly [Measured, again: () => Promise<Measured>])[] = []
  for (const index of pipeline.length < 2 ? [0] : [0, 1]) {
    for (const write of writes) all.push([await costOf(write, index), () => costOf(write, index)])
  }
  // What is done now and then for many writes at once is not seen again at once.
  const most = all.sort(([x], [y]) => ratio(y) - ratio(x)).slice(0, 4)
  const repeated: Measured[] = []
  for (const [first, again] of most) {
    const second = await again()
    repeated.push(ratio(second) < ratio(first) ? second : first)
  }
  subscription.unsubscribe()
  return dearest(repeated)
}

const { names, sizes } = workerData as { readonly names: readonly PipelineName[]; readonly sizes: readonly number[] }
const measurements: Partial<Record<PipelineName, Measured[]>> = {}
for (const size of sizes) {
  const rows = rowsOf(size)
  const sources = [rows, rows.filter((_, at) => at % 5 !== 3 || at > size - 21)].map(
    (initial) => new Source<Row>({ key: ({ id }) => id, initial }),
  )
  const writes = writesFor(rows)
  for (const name of names) (measurements[name] ??= []).push(await measure(name, sources as [Source<Row>, Source<Row>], writes, size))
}
parentPort!.postMessage(measurements)
