import { eq, toArray } from '@tanstack/db'
import { type Feed, join, related } from '../../../src/streams/index.js'
import { byHand, type Job, recompute } from '../by-hand.js'
import { type Customer, customers, type Order, orders } from '../data.js'
import { rachis } from '../rachis.js'
import type { Case, Tables, Write } from '../subject.js'
import { tanstack } from '../tanstack.js'

const most = { 'TanStack DB': 100_000, recompute: 100_000 }

interface Line {
  readonly order: string
  readonly amount: number
  readonly customer: string
  readonly country: string
}
const join1 = (order: Order, customer: Customer): Line => ({
  order: order.id,
  amount: order.amount,
  customer: customer.id,
  country: customer.country,
})
const line = ({ order, amount, customer, country }: Line): string => `${order} ${amount} ${customer} ${country}`

interface Account extends Customer {
  readonly orders: readonly Order[]
}
const accountLine = ({ id, orders }: Account): string =>
  `${id}: ${orders
    .map((order) => `${order.id} ${order.amount}`)
    .toSorted()
    .join()}`

const tables = (rows: number): Tables => ({ orders: orders(rows), customers: customers(rows / 10) })

/** An order goes to another customer; one time in twenty a customer moves to another country. */
function change(tables: Readonly<Record<string, readonly unknown[]>>, random: () => number): Write {
  const orders = tables['orders'] as readonly Order[]
  const customers = tables['customers'] as readonly Customer[]
  const customer = customers[Math.floor(random() * customers.length)]!
  if (random() < 0.05) {
    const { country } = customers[Math.floor(random() * customers.length)]!
    return { table: 'customers', row: { ...customer, country } as Customer }
  }
  return { table: 'orders', row: { ...orders[Math.floor(random() * orders.length)]!, customerId: customer.id } as Order }
}

/** An index of the orders of each customer, and the rows by order. */
class Join implements Job {
  private readonly rows = new Map<string, Line>()
  private readonly ordersOf = new Map<string, Set<string>>()

  constructor(
    private readonly orders: ReadonlyMap<string, unknown>,
    private readonly customers: ReadonlyMap<string, unknown>,
  ) {
    for (const order of orders.values()) this.add(order as Order)
  }

  put(table: string, row: Order & Customer, last: Order & Customer): void {
    if (table === 'orders') {
      if (row.customerId !== last.customerId) this.ordersOf.get(last.customerId)!.delete(row.id)
      this.add(row)
    } else {
      for (const id of this.ordersOf.get(row.id) ?? []) this.rows.set(id, join1(this.orders.get(id) as Order, row))
    }
  }

  result(): readonly string[] {
    return [...this.rows.values()].map(line)
  }

  private add(order: Order): void {
    const known = this.ordersOf.get(order.customerId)
    if (known === undefined) this.ordersOf.set(order.customerId, new Set([order.id]))
    else known.add(order.id)
    const customer = this.customers.get(order.customerId) as Customer | undefined
    if (customer === undefined) this.rows.delete(order.id)
    else this.rows.set(order.id, join1(order, customer))
  }
}

class Related implements Job {
  private readonly rows = new Map<string, Account>()

  constructor(orders: ReadonlyMap<string, unknown>, customers: ReadonlyMap<string, unknown>) {
    const groups = new Map<string, Order[]>()
    for (const order of orders.values() as Iterable<Order>) {
      const group = groups.get(order.customerId)
      if (group === undefined) groups.set(order.customerId, [order])
      else group.push(order)
    }
    for (const customer of customers.values() as Iterable<Customer>)
      this.rows.set(customer.id, { ...customer, orders: groups.get(customer.id) ?? [] })
  }

  put(table: string, order: Order & Customer, last: Order & Customer): void {
    if (table === 'customers') {
      this.rows.set(order.id, { ...order, orders: this.rows.get(order.id)!.orders })
      return
    }
    this.set(last.customerId, (orders) => orders.filter(({ id }) => id !== order.id))
    this.set(order.customerId, (orders) => [...orders, order])
  }

  result(): readonly string[] {
    return [...this.rows.values()].map(accountLine)
  }

  private set(id: string, change: (orders: readonly Order[]) => readonly Order[]): void {
    const row = this.rows.get(id)
    if (row !== undefined) this.rows.set(id, { ...row, orders: change(row.orders) })
  }
}

export const joinedCases: readonly Case[] = [
  {
    name: 'join with a tenth as many; foreign keys and customers change',
    ordered: false,
    tables,
    change,
    most,
    subjects: {
      rachis: rachis(
        ({ orders, customers }) =>
          (orders as Feed<Order>).pipe(join(customers as Feed<Customer>, { left: 'customerId', right: 'id', select: join1 })),
        line,
      ),
      'by hand': byHand(({ orders, customers }) => new Join(orders!, customers!)),
      'TanStack DB': tanstack<{ orders: Order; customers: Customer }, Line>(
        (q, { orders, customers }) =>
          q
            .from({ order: orders })
            .innerJoin({ customer: customers }, ({ order, customer }) => eq(order.customerId, customer.id))
            .select(({ order, customer }) => ({ order: order.id, amount: order.amount, customer: customer.id, country: customer.country })),
        line,
      ),
      recompute: recompute<Line>(({ orders, customers }) => {
        const byId = new Map([...(customers as Iterable<Customer>)].map((customer) => [customer.id, customer]))
        return [...(orders as Iterable<Order>)].flatMap((order) => {
          const customer = byId.get(order.customerId)
          return customer === undefined ? [] : [join1(order, customer)]
        })
      }, line),
    },
  },
  {
    name: 'related: a tenth as many parents; children move, parents change',
    ordered: false,
    tables,
    change,
    most: { 'TanStack DB': 10_000, recompute: 100_000 },
    subjects: {
      rachis: rachis(
        ({ orders, customers }) =>
          (customers as Feed<Customer>).pipe(
            related(orders as Feed<Order>, { right: 'customerId', select: (customer, orders) => ({ ...customer, orders }) }),
          ),
        accountLine,
      ),
      'by hand': byHand(({ orders, customers }) => new Related(orders!, customers!)),
      'TanStack DB': tanstack<{ orders: Order; customers: Customer }, Account>(
        (q, { orders, customers }) =>
          q.from({ customer: customers }).select(({ customer }) => ({
            id: customer.id,
            name: customer.name,
            country: customer.country,
            orders: toArray(q.from({ order: orders }).where(({ order }) => eq(order.customerId, customer.id))),
          })),
        accountLine,
      ),
      recompute: recompute<Account>(({ orders, customers }) => {
        const groups = new Map<string, Order[]>()
        for (const order of orders as Iterable<Order>) {
          const group = groups.get(order.customerId)
          if (group === undefined) groups.set(order.customerId, [order])
          else group.push(order)
        }
        return [...(customers as Iterable<Customer>)].map((customer) => ({ ...customer, orders: groups.get(customer.id) ?? [] }))
      }, accountLine),
    },
  },
]
