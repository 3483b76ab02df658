import { asArray } from 'rachis'
import { BehaviorSubject, filter, map, skip, switchMap, take } from 'rxjs'
import { connectHere } from '../../shared/connect.js'
import { byId, make } from '../../shared/element.js'
import { foldName } from '../../shared/fold-name.js'
import { showStatus } from '../../shared/notice.js'
import type { City } from '../server/city.js'
import type { Loading } from '../server/set-up.js'
import { CityTable } from './city-table.js'
import { Cover } from './cover.js'
import { RowWindow } from './row-window.js'
import { switchSimulation } from './simulate.js'
import { countriesOf, totalsOf } from './totals.js'
import { columns, readView, type ViewState, writeView } from './view-state.js'

const numbers = new Intl.NumberFormat('en')
/** How many cities the view has; nothing was shown before it is known. */
let total: number | undefined
const transport = connectHere()
showStatus(transport, byId('notice'), () => (total === undefined ? 'nothing has come yet' : 'these are the last known numbers'))

const view$ = new BehaviorSubject<ViewState>(readView(location.search))
const page = { table: byId('table'), scroller: byId('scroller'), position: byId('position') }
const field = byId<HTMLInputElement>('name')
const select = byId<HTMLSelectElement>('country')
const cover = new Cover(byId('cover'))
const table = new CityTable(byId('head'), page.scroller, byId('rows'), (column) => {
  const { column: now, descending } = view$.value
  const isNumber = columns.find((one) => one.column === column)!.number
  change({ column, descending: column === now ? !descending : isNumber })
})
const rows = new RowWindow(
  transport.node<City>('cities'),
  (window) => {
    const isNew = page.table.getAttribute('aria-busy') === 'true'
    page.table.setAttribute('aria-busy', 'false')
    if (isNew && !window.live) table.toTop()
    if (window.rows.length === 0 && window.skip === 0) cover.empty(reset)
    else cover.hide()
    table.render(window)
    showPosition()
  },
  fail,
)

field.value = view$.value.prefix
field.addEventListener('input', () => {
  change({ prefix: foldName(field.value) })
})
select.addEventListener('change', () => {
  change({ country: select.value })
})
byId('controls').addEventListener('submit', (event) => {
  event.preventDefault()
})
page.scroller.addEventListener('scroll', look, { passive: true })
window.addEventListener('resize', () => {
  table.relayout()
  look()
})
window.addEventListener('popstate', () => {
  view$.next(readView(location.search))
  field.value = view$.value.prefix
  select.value = view$.value.country
})

const loading$ = transport
  .node<Loading>('loading')
  .feed()
  .pipe(
    asArray(),
    map(([loading]) => loading),
  )
loading$.subscribe({
  next: (loading) => {
    if (loading?.state === 'loading') cover.loading(loading)
  },
  error: fail,
})
// A server that has lost its store loads again: then what was shown is void.
loading$
  .pipe(
    filter((loading) => loading?.state === 'ready'),
    take(1),
  )
  // What goes wrong is told above.
  .subscribe({ next: start, error: () => undefined })

function start(): void {
  view$.subscribe((view) => {
    table.showOrder(view)
    page.table.setAttribute('aria-busy', 'true')
    const { start, end } = table.range
    rows.want(view, 0, end - start)
  })
  view$.pipe(switchMap((view) => totalsOf(transport, view))).subscribe({
    next: ({ cities, people }) => {
      total = cities
      byId('count').textContent = numbers.format(cities)
      byId('cities').textContent = cities === 1 ? 'city' : 'cities'
      byId('people').textContent = numbers.format(people)
      // Not by `:has(:empty)`, which WebKit doesn't look at again.
      byId('summary').classList.remove('uncounted')
      table.resize(cities)
      showPosition()
    },
    error: fail,
  })
  countriesOf(transport).subscribe({ next: listCountries, error: fail })
  switchSimulation(transport, byId<HTMLButtonElement>('simulate'), () => table.visible)
  view$.pipe(skip(1)).subscribe((view) => {
    history.replaceState(null, '', writeView(view))
  })
}

function change(part: Partial<ViewState>): void {
  view$.next({ ...view$.value, ...part })
}

function reset(): void {
  field.value = select.value = ''
  change({ prefix: '', country: '' })
  field.focus()
}

/** The rows in sight have changed. While another view is on its way, its first rows are what is wanted. */
function look(): void {
  showPosition()
  if (page.table.getAttribute('aria-busy') === 'true') return
  const { start, end } = table.range
  rows.want(view$.value, start, end)
}

function showPosition(): void {
  if (total === undefined) return
  const { start, end } = table.range
  const last = Math.min(total, end - 1)
  page.position.textContent =
    total === 0 ? '' : `${numbers.format(Math.min(start + 1, last))}–${numbers.format(last)} of ${numbers.format(total)}`
}

let listed = ''

/** The numbers change all the time; the list only if a country came or went, or a number of cities changed. */
function listCountries(countries: readonly { readonly country: string; readonly nation: string; readonly cities: number }[]): void {
  const options = countries.map(({ country, nation, cities }) => ({ country, text: `${nation} (${numbers.format(cities)})` }))
  const text = JSON.stringify(options)
  if (text === listed) return
  listed = text
  const elements = options.map(({ country, text }) => {
    const option = make('option', '', text)
    option.value = country
    return option
  })
  select.replaceChildren(select.options[0]!, ...elements)
  select.value = view$.value.country
}

function fail(error: unknown): void {
  page.table.setAttribute('aria-busy', 'false')
  cover.failed(error instanceof Error ? error.message : String(error), () => {
    location.reload()
  })
}
