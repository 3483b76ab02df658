import type { Transport } from 'rachis'
import { connectDnode } from 'rachis/dnode'

/** Connects to the server that the page came from. */
export function connectHere(credentials?: () => unknown): Transport {
  const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`
  // Somebody is looking: try again soon.
  return connectDnode({ url, backoff: { max: 6_000 }, ...(credentials && { credentials }) })
}
