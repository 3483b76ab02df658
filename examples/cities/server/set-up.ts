import type { Model } from 'mongoose'
import { asMap, type Feed, Source } from 'rachis'
import { modelFeed } from 'rachis/server'
import { firstValueFrom } from 'rxjs'
import type { ServeContext } from '../../../src/server/cli/config.js'
import { type City, cityModel } from './city.js'
import { loadCities, readRows } from './load-cities.js'
import { type Simulation, Simulator } from './simulation.js'
import { Tallies } from './tallies.js'

/** How far the first start is; `total` is 0 until it is known. */
export interface Loading {
  readonly id: 'loading'
  readonly state: 'loading' | 'ready'
  readonly done: number
  readonly total: number
  readonly perSecond: number
}

/** More than there are cities: the limit that the rules give to a query, and with it what the queries kept warm here share with those of pages. */
const maxRows = 200_000
const everyone = (): true => true
const allOf = { readable: '*' } as const

/**
 * The channels of the cities page. Returns when it can be used; on the first start that is while the cities are still being loaded, and
 * the channel `loading` says how far that is.
 */
export async function setUpCities(context: ServeContext): Promise<void> {
  const { hub, mongoose } = context
  const model = cityModel(mongoose)
  await model.init()
  const loading = new Source<Loading>({
    key: ({ id }) => id,
    initial: [{ id: 'loading', state: 'loading', done: 0, total: 0, perSecond: 0 }],
  })
  const tallies = new Tallies()
  const simulation = new Simulator(model, (error) => {
    context.note(`The simulation failed: ${String(error)}`)
  })
  hub
    .channel('cities', {
      model,
      rules: {
        read: everyone,
        fields: allOf,
        filterable: ['country', 'key'],
        operators: ['$prefix'],
        sortable: '*',
        limits: { rows: maxRows },
      },
    })
    .channel('tallies', { source: tallies.source, rules: { read: everyone, fields: allOf, filterable: ['country', 'prefix'] } })
    .channel('loading', { source: loading, rules: { read: everyone, fields: allOf } })
    .channel('simulation', {
      source: simulation.source,
      rules: {
        read: everyone,
        patch: (_user, _before, after: Simulation) => Simulator.accepts(after),
        fields: { readable: '*', writable: ['running', 'visible'] },
      },
    })

  const stopping = new AbortController()
  const finish = async (): Promise<void> => {
    const warm = keepWarm(model, tallies)
    context.onStop(warm.stop)
    await warm.ready
    simulation.keys = await keysOf(modelFeed(model, {}, { maxRows }))
    loading.patch('loading', { state: 'ready' })
  }
  context.onStop(() => {
    stopping.abort()
    simulation.stop()
  })
  // Loaded once and for all: then it is ready before the first page asks.
  if ((await model.estimatedDocumentCount()) >= citiesInAll) return finish()
  const loaded = fill(context, model, loading, stopping.signal).then(() => (stopping.signal.aborted ? undefined : finish()))
  context.onStop(() => loaded)
}

const citiesInAll = 135_233

async function fill(context: ServeContext, model: Model<City>, loading: Source<Loading>, stop: AbortSignal): Promise<void> {
  const rows = await readRows()
  const { length: total } = rows
  await loadCities(
    model,
    rows,
    (done, seconds) => {
      context.progress({ done, total, count: done, unit: 'cities', seconds })
      loading.patch('loading', { done, total, perSecond: Math.round(done / seconds) })
    },
    stop,
  )
  context.progress(undefined)
  context.note(`${loading.get('loading')!.done.toLocaleString('en')} cities are in the store.`)
}

/** The orders in which most readers look at the cities; any other is made when it is asked for. */
const warmOrders = [{ population: -1 }, { key: 1 }, { nation: 1 }] as const

/** All cities in memory, counted, and in the usual orders. */
function keepWarm(model: Model<City>, tallies: Tallies): { readonly ready: Promise<void>; readonly stop: () => void } {
  const counted = tallies.follow(modelFeed(model, {}, { maxRows }))
  const ordered = warmOrders.map((sort) => modelFeed(model, { sort, limit: 1 }, { maxRows }).subscribe())
  return {
    ready: counted.ready,
    stop: () => {
      counted.stop()
      for (const subscription of ordered) subscription.unsubscribe()
    },
  }
}

async function keysOf(feed: Feed<City>): Promise<readonly string[]> {
  return [...(await firstValueFrom(feed.pipe(asMap()))).keys()]
}
