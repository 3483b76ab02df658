import { runForked } from './forked.js'
import type { Row } from './row.js'

export const suite = 'dnode'

/**
 * The middleware of old clients. Creating beside the same written on socket.io with Mongoose: 200 WebSocket clients on one URL in a process of their
 * own, from a client's create until everybody has the created. Calls over TCP beside bare dnode, by clients of the `dnode` package.
 */
export function run(report: (row: Row) => void): Promise<void> {
  return runForked(suite, report)
}
