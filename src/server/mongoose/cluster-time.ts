import mongoose from 'mongoose'
import { type Position, sortableNumber } from '../../streams/cursor.js'

/** MongoDB's logical clock: seconds and a counter within the second. */
export type ClusterTime = mongoose.mongo.Timestamp

const digits = 16

/** A cluster time as a position: the epoch first, then 16 hexadecimal digits, so that it sorts as the history runs. */
export function positionAt(epoch: number, time: ClusterTime): Position {
  return `${sortableNumber(epoch)}.${hex(time.t)}${hex(time.i)}`
}

/** The cluster time of a position of this epoch; `undefined` for any other text. */
export function timeOf(position: Position, epoch: number): ClusterTime | undefined {
  const prefix = `${sortableNumber(epoch)}.`
  const text = position.slice(prefix.length)
  return position.startsWith(prefix) && /^[0-9a-f]+$/.test(text) && text.length === digits ? timeFrom(text) : undefined
}

/**
 * The cluster time that a resume token has reached: MongoDB's begin with it, as a key string (type 0x82, then 8 bytes). `undefined` for the
 * tokens of other servers that speak its protocol: a token is opaque by contract, so nothing may depend on reading it.
 */
export function tokenTime(token: unknown): ClusterTime | undefined {
  const data = (token as { _data?: unknown } | null | undefined)?._data
  const found = typeof data === 'string' ? /^82([0-9a-f]{16})/i.exec(data) : null
  return found === null ? undefined : timeFrom(found[1]!)
}

/** The moment before `time`. */
export function justBefore(time: ClusterTime): ClusterTime {
  return time.i > 0
    ? new mongoose.mongo.Timestamp({ t: time.t, i: time.i - 1 })
    : new mongoose.mongo.Timestamp({ t: Math.max(0, time.t - 1), i: 0xffffffff })
}

function timeFrom(text: string): ClusterTime {
  return new mongoose.mongo.Timestamp({ t: Number.parseInt(text.slice(0, 8), 16), i: Number.parseInt(text.slice(8, digits), 16) })
}

function hex(part: number): string {
  return part.toString(16).padStart(8, '0')
}
