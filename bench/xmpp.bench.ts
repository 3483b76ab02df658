import { runForked } from './forked.js'
import type { Row } from './row.js'

export const suite = 'xmpp'

/**
 * A node in a Backbone collection, beside what one would write by hand on strophe.js: live stanzas, from the WebSocket's text or from the parsed element to the bound
 * model; and a node of 10,000 items on real servers, from the request to a feed that is ready.
 */
export function run(report: (row: Row) => void, only: readonly string[]): Promise<void> {
  return runForked(suite, report, only)
}
