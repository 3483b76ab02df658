import type { StropheConnection } from '../../../streams/transports/xmpp/strophe-connection.js'
import { PubSub } from './pub-sub.js'

/** The `PubSub` of a connection, given to it now if it was made before strophe knew of that, or by another copy of strophe. */
export function pubSubOf(connection: StropheConnection): PubSub {
  const owner = connection as { PubSub?: unknown }
  if (owner.PubSub instanceof PubSub) return owner.PubSub
  const made = new PubSub()
  made.init(connection)
  owner.PubSub = made
  return made
}
