import type { Model } from 'mongoose'
import { Source } from 'rachis'
import type { City } from './city.js'

/** Whether populations are being changed, and the cities that somebody is looking at: there it is worth seeing. */
export interface Simulation {
  readonly id: 'simulation'
  readonly running: boolean
  readonly visible: readonly string[]
}

const everyMs = 600
/** How many cities change at a time: a few in sight, and some anywhere. */
const inSight = 4
const anywhere = 4
const mostVisible = 100

/** Changes populations through the store for as long as the item `simulation` says `running`. */
export class Simulator {
  readonly source = new Source<Simulation>({ key: ({ id }) => id, initial: [{ id: 'simulation', running: false, visible: [] }] })
  /** The cities to choose from besides those in sight. */
  keys: readonly string[] = []
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly model: Model<City>,
    private readonly report: (error: unknown) => void,
  ) {
    this.source.feed.subscribe((event) => {
      if (event.type === 'publish' || event.type === 'change') this.turn(event.item.running)
    })
  }

  /** May a page write this. */
  static accepts({ running, visible }: Simulation): boolean {
    const ids: unknown = visible
    const isList = Array.isArray(ids) && ids.length <= mostVisible && ids.every((one) => typeof one === 'string' && one.length < 20)
    return typeof running === 'boolean' && isList
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.source.complete()
  }

  private turn(running: boolean): void {
    if (!running) {
      clearTimeout(this.timer)
      this.timer = undefined
    } else this.timer ??= setTimeout(() => void this.step(), everyMs)
  }

  private async step(): Promise<void> {
    const { visible } = this.source.get('simulation')!
    const chosen = new Set([...sample(visible, inSight), ...sample(this.keys, anywhere)])
    try {
      const found = await this.model.find({ _id: { $in: [...chosen] } }).lean()
      await this.model.bulkWrite(
        found.map(({ _id, population }) => ({
          updateOne: { filter: { _id }, update: { $set: { population: drift(population) } } },
        })),
      )
    } catch (error) {
      this.report(error)
    }
    if (this.timer !== undefined) this.timer = setTimeout(() => void this.step(), everyMs)
  }
}

/** Up or down by as much as would take years. */
function drift(population: number): number {
  const change = (Math.random() - 0.46) * 0.06 * population
  return Math.max(0, Math.round(population + change + (Math.random() - 0.4) * 40))
}

function sample<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: Math.min(count, list.length) }, () => list[Math.floor(Math.random() * list.length)]!)
}
