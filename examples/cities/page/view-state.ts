import type { Filter, Sort } from 'rachis'
import { foldName } from '../../shared/fold-name.js'
import type { City } from '../server/city.js'

/** A column by which one can sort. */
export type Column = 'key' | 'nation' | 'population' | 'latitude' | 'longitude'

/** What the table shows. */
export interface ViewState {
  /** Two letters, or nothing for all. */
  readonly country: string
  /** As it is searched for: without accents, in lower case. */
  readonly prefix: string
  readonly column: Column
  readonly descending: boolean
}

/** The columns, as they stand side by side; numbers begin with the greatest. */
export const columns: readonly { readonly column: Column; readonly title: string; readonly number: boolean; readonly wide: boolean }[] = [
  { column: 'key', title: 'City', number: false, wide: false },
  { column: 'nation', title: 'Country', number: false, wide: false },
  { column: 'population', title: 'Population', number: true, wide: false },
  { column: 'latitude', title: 'Latitude', number: true, wide: true },
  { column: 'longitude', title: 'Longitude', number: true, wide: true },
]

export function filterOf({ country, prefix }: ViewState): Filter<City> {
  return { ...(country !== '' && { country }), ...(prefix !== '' && { key: { $prefix: prefix } }) }
}

export function sortOf({ column, descending }: ViewState): Sort<City> {
  return { [column]: descending ? -1 : 1 }
}

/** The state as the address of the page has it, so that it can be reloaded and sent to others. */
export function readView(search: string): ViewState {
  const given = new URLSearchParams(search)
  const sort = given.get('sort') ?? '-population'
  const column = columns.find((one) => one.column === sort.replace(/^-/, ''))?.column ?? 'population'
  const country = given.get('country') ?? ''
  return {
    country: /^[A-Z]{2}$/.test(country) ? country : '',
    prefix: foldName(given.get('name') ?? ''),
    column,
    descending: sort.startsWith('-'),
  }
}

export function writeView({ country, prefix, column, descending }: ViewState): string {
  const search = new URLSearchParams()
  if (country !== '') search.set('country', country)
  if (prefix !== '') search.set('name', prefix)
  if (column !== 'population' || !descending) search.set('sort', `${descending ? '-' : ''}${column}`)
  return search.size === 0 ? location.pathname : `?${search}`
}
