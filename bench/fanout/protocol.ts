/** What is measured: the hub, and what people use instead. */
export type Subject = 'rachis' | 'socket.io' | 'ws'
/** What a client does with what it gets: finds the number of the last event, or parses it all and keeps the items by id. */
export type Work = 'count' | 'fold'

/** To the process of the clients. */
export type Order =
  | { readonly type: 'connect'; readonly subject: Subject; readonly port: number; readonly clients: number }
  /** Report when every client of `subject` has had event `last`. */
  | { readonly type: 'expect'; readonly subject: Subject; readonly last: number; readonly work: Work }
  | { readonly type: 'state'; readonly subject: Subject }

/** From the process of the clients. */
export type Report =
  | { readonly type: 'connected'; readonly subject: Subject }
  | { readonly type: 'reached'; readonly subject: Subject }
  /** Of each client how many items it folded, and their sum: the same for all subjects if they delivered the same. */
  | { readonly type: 'state'; readonly subject: Subject; readonly size: number; readonly sum: number; readonly agreeing: number }

/** One event, about 200 bytes as JSON. */
export interface Tick {
  readonly id: string
  readonly text: string
  readonly n: number
}

const text = 'x'.repeat(160)

/** Event number `n`; there are a thousand ids, so that the state stays small. */
export function tick(n: number): Tick {
  return { id: `k${n % 1000}`, text, n }
}
