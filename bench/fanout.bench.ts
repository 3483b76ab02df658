import { runForked } from './forked.js'
import type { Row } from './row.js'

export const suite = 'fanout'

/**
 * The hub beside socket.io and bare ws: 500 WebSocket clients in a process of their own, on loopback. Deliveries a second, from the first
 * event until the last client has the last one; counting clients look for the number of the last event of a message, folding ones parse
 * everything and keep the items by id.
 */
export function run(report: (row: Row) => void): Promise<void> {
  return runForked(suite, report)
}
