import { createHash } from 'node:crypto'
import { encodeItem } from '../../streams/transports/dnode/item-codec.js'
import type { Write } from './channel-store.js'
import { stableOf } from './user-name.js'

/**
 * Under what a write is remembered: short whatever the client sent, and the same only for the same write of the same user. Another's write
 * never answers for one's own, also where clients number their writes 1, 2, 3.
 */
export function writeKey(channel: string, user: unknown, write: Write): string {
  const content = JSON.stringify([channel, stableOf(user), encodeItem(write)])
  return createHash('sha256').update(content).digest('base64url')
}
