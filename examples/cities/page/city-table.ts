import { make } from '../../shared/element.js'
import type { CityRow, WindowRows } from './row-window.js'
import { type Column, columns, type ViewState } from './view-state.js'

const numbers = new Intl.NumberFormat('en')
/** Of the number of people that fills the bar. */
const greatest = Math.sqrt(25_000_000)
/** Browsers can't lay out elements of any height; this is well below the limit of each. */
const highest = 15_000_000

interface Shown {
  readonly element: HTMLElement
  readonly cells: Readonly<Record<'rank' | 'name' | 'nation' | 'population' | 'latitude' | 'longitude', HTMLElement>>
  city: CityRow | undefined
  index: number
}

/** The rows as elements: those of the window, each at its place in a space as high as all of them. */
export class CityTable {
  private readonly shown = new Map<string, Shown>()
  private readonly headers = new Map<Column, HTMLElement>()
  private total = 0

  constructor(
    private readonly head: HTMLElement,
    private readonly scroller: HTMLElement,
    private readonly rows: HTMLElement,
    sort: (column: Column) => void,
  ) {
    this.head.append(make('span', 'rank'))
    this.head.firstElementChild!.setAttribute('role', 'columnheader')
    this.head.firstElementChild!.append(make('span', 'unseen', 'Rank'))
    for (const { column, title, number, wide } of columns) {
      const button = make('button', '', title)
      button.type = 'button'
      button.addEventListener('click', () => {
        sort(column)
      })
      const header = make('div', `${number ? 'number' : ''} ${wide ? 'wide' : ''}`, button)
      header.setAttribute('role', 'columnheader')
      this.headers.set(column, header)
      this.head.append(header)
    }
  }

  get rowHeight(): number {
    return parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--row'))
  }

  /** The rows in sight. */
  get range(): { readonly start: number; readonly end: number } {
    const { rowHeight, scroller } = this
    const start = Math.floor(scroller.scrollTop / rowHeight)
    return { start, end: start + Math.ceil(scroller.clientHeight / rowHeight) + 1 }
  }

  /** The keys of the cities in sight. */
  get visible(): readonly string[] {
    const { start, end } = this.range
    return [...this.shown].filter(([, { index }]) => index >= start && index < end - 1).map(([id]) => id)
  }

  showOrder({ column, descending }: ViewState): void {
    for (const [name, header] of this.headers) {
      if (name === column) header.setAttribute('aria-sort', descending ? 'descending' : 'ascending')
      else header.removeAttribute('aria-sort')
    }
  }

  /** How many rows there are in all. */
  resize(total: number): void {
    this.total = total
    this.rows.style.height = `${Math.min(highest, total * this.rowHeight)}px`
    this.head.style.setProperty('--bar', `${this.scroller.offsetWidth - this.scroller.clientWidth}px`)
    this.rows.parentElement!.parentElement!.setAttribute('aria-rowcount', String(total + 1))
  }

  toTop(): void {
    this.scroller.scrollTop = 0
  }

  /** Shows the rows of a window instead of what was shown. In the same window rows move, and a changed population lights up. */
  render({ skip, rows, live }: WindowRows): void {
    if (skip + rows.length > this.total) this.resize(skip + rows.length)
    const gone = new Map(this.shown)
    const added: HTMLElement[] = []
    rows.forEach((city, place) => {
      gone.delete(city.id)
      let shown = this.shown.get(city.id)
      if (shown === undefined) {
        this.shown.set(city.id, (shown = newRow()))
        added.push(shown.element)
      }
      this.place(shown, city, skip + place, live)
    })
    for (const [id, { element }] of gone) {
      this.shown.delete(id)
      element.remove()
    }
    this.rows.append(...added)
  }

  /** The height of a row has changed: everything has another place. */
  relayout(): void {
    this.resize(this.total)
    for (const { element, index } of this.shown.values()) element.style.transform = `translateY(${index * this.rowHeight}px)`
  }

  private place(shown: Shown, city: CityRow, index: number, live: boolean): void {
    const { element, cells, city: before } = shown
    if (shown.index !== index) {
      element.classList.toggle('moving', live && before !== undefined)
      element.style.transform = `translateY(${index * this.rowHeight}px)`
      element.setAttribute('aria-rowindex', String(index + 2))
      cells.rank.textContent = numbers.format(index + 1)
      shown.index = index
    }
    if (before === city) return
    shown.city = city
    if (before?.population !== city.population) {
      cells.population.firstElementChild!.textContent = numbers.format(city.population)
      cells.population.style.setProperty('--share', String(Math.min(1, Math.sqrt(city.population) / greatest)))
    }
    if (before === undefined) {
      cells.name.textContent = city.name
      cells.nation.textContent = city.nation
      cells.latitude.textContent = degrees(city.latitude, 'N', 'S')
      cells.longitude.textContent = degrees(city.longitude, 'E', 'W')
    } else if (live && before.population !== city.population) flash(element, city.population > before.population ? 'up' : 'down')
  }
}

function newRow(): Shown {
  const cells = {
    rank: make('span', 'rank'),
    name: make('span', 'name'),
    nation: make('span', 'nation'),
    population: make('span', 'population number', make('span')),
    latitude: make('span', 'place number'),
    longitude: make('span', 'place number'),
  }
  for (const cell of Object.values(cells)) cell.setAttribute('role', 'cell')
  const element = make('div', 'row', ...Object.values(cells))
  element.setAttribute('role', 'row')
  return { element, cells, city: undefined, index: -1 }
}

/** Starts the animation again if it is still running. */
function flash(element: HTMLElement, direction: 'up' | 'down'): void {
  element.classList.remove('up', 'down')
  element.getBoundingClientRect()
  element.classList.add(direction)
}

function degrees(value: number, positive: string, negative: string): string {
  return `${Math.abs(value).toFixed(2)}° ${value < 0 ? negative : positive}`
}
