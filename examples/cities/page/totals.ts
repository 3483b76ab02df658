import { aggregate, asArray, countOf, sumOf, type Transport } from 'rachis'
import { map, type Observable } from 'rxjs'
import type { City } from '../server/city.js'
import type { Tally } from '../server/tallies.js'
import { tallied } from '../tallied.js'
import { filterOf, type ViewState } from './view-state.js'

/** How many cities there are, and how many people in them. */
export interface Totals {
  readonly cities: number
  readonly people: number
}

/**
 * The totals of what `view` shows, live. The server keeps them for whole countries and short beginnings of names; of longer ones there
 * are so few that this page counts them from a feed of nothing but populations.
 */
export function totalsOf(transport: Transport, view: ViewState): Observable<Totals> {
  const { country, prefix } = view
  if (prefix.length <= tallied) {
    const tallies = transport.node<Tally>('tallies').feed({ filter: { country: country === '' ? '*' : country, prefix } })
    return tallies.pipe(
      asArray(),
      map(([tally]) => tally ?? { cities: 0, people: 0 }),
    )
  }
  const populations = transport.node<City>('cities').feed({ filter: filterOf(view), fields: ['population'] })
  return populations.pipe(aggregate({ cities: countOf(), people: sumOf('population') }))
}

/** The countries by name, each with its number of cities. */
export function countriesOf(transport: Transport): Observable<readonly Tally[]> {
  const countries = transport.node<Tally>('tallies').feed({ filter: { prefix: '' } })
  return countries.pipe(
    asArray(),
    map((rows) => rows.filter(({ country }) => country !== '*').sort((a, b) => a.nation.localeCompare(b.nation, 'en'))),
  )
}
