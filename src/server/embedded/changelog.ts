import { sortableNumber, type Position } from '../../streams/cursor.js'
import { decodeDocument, type Doc } from './codec.js'
import type { Table } from './environment.js'

/** One change of one document, or the drop of a collection. */
export interface ChangeRecord {
  /** Of the whole transaction: all its changes have the same. */
  readonly position: Position
  readonly operation: ChangeOperation
  readonly collection: string
  readonly id: unknown
  /** After the change; a shared object, not to be changed. */
  readonly document?: Doc
  /** Before the change. */
  readonly previous?: Doc
}

export type ChangeOperation = 'insert' | 'update' | 'replace' | 'delete' | 'drop'

/** A change before it has a number. */
export interface PendingChange {
  readonly operation: ChangeOperation
  readonly namespace: string
  readonly document: Buffer | undefined
  readonly previous: Buffer | undefined
}

/** What the changes of one transaction have in common. */
export interface TransactionStamp {
  readonly epoch: string
  /** Number of the transaction's last change. */
  readonly last: number
  /** Cluster time: never decreasing, different for every transaction. */
  readonly seconds: number
  readonly increment: number
  readonly wallTime: number
  /** Made by a session's transaction. */
  readonly session: boolean
}

const OPERATIONS: readonly ChangeOperation[] = ['insert', 'update', 'replace', 'delete', 'drop']
const FIXED = 27

/** A change with its number; its documents are decoded when asked for. */
export class LoggedChange {
  #document: Doc | undefined
  #previous: Doc | undefined

  constructor(
    readonly number: number,
    readonly stamp: TransactionStamp,
    readonly change: PendingChange,
  ) {}

  get position(): Position {
    return positionOf(this.stamp.epoch, this.stamp.last)
  }
  get operation(): ChangeOperation {
    return this.change.operation
  }
  get namespace(): string {
    return this.change.namespace
  }
  get collection(): string {
    return this.change.namespace.slice(this.change.namespace.indexOf('.') + 1)
  }
  get id(): unknown {
    return (this.document ?? this.previous)?._id
  }
  get document(): Doc | undefined {
    return (this.#document ??= this.change.document && decodeDocument(this.change.document))
  }
  get previous(): Doc | undefined {
    return (this.#previous ??= this.change.previous && decodeDocument(this.change.previous))
  }
}

export function positionOf(epoch: string, number: number): Position {
  return `${epoch}.${sortableNumber(number)}`
}

/** The number in a position of this epoch, or `undefined`. */
export function numberIn(position: Position, epoch: string): number | undefined {
  if (!position.startsWith(`${epoch}.`)) return undefined
  const text = position.slice(epoch.length + 1)
  const number = /^[a-z][0-9a-z]+$/.test(text) ? Number.parseInt(text.slice(1), 36) : NaN
  return Number.isSafeInteger(number) && sortableNumber(number) === text ? number : undefined
}

export function logKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(8)
  key.writeBigUInt64BE(BigInt(number))
  return key
}

export function encodeChange(change: PendingChange, stamp: TransactionStamp): Buffer {
  const parts = Buffer.allocUnsafe(FIXED + 2 + change.namespace.length * 3)
  parts[0] = OPERATIONS.indexOf(change.operation)
  parts[1] = (change.document ? 1 : 0) | (change.previous ? 2 : 0) | (stamp.session ? 4 : 0)
  parts[2] = 0
  parts.writeDoubleBE(stamp.last, 3)
  parts.writeUInt32BE(stamp.seconds, 11)
  parts.writeUInt32BE(stamp.increment, 15)
  parts.writeDoubleBE(stamp.wallTime, 19)
  const length = parts.write(change.namespace, FIXED + 2)
  parts.writeUInt16BE(length, FIXED)
  const pieces: Uint8Array[] = [parts.subarray(0, FIXED + 2 + length)]
  if (change.document) pieces.push(change.document)
  if (change.previous) pieces.push(change.previous)
  return Buffer.concat(pieces)
}

export function decodeChange(number: number, epoch: string, bytes: Buffer): LoggedChange {
  const flags = bytes[1]!
  const stamp: TransactionStamp = {
    epoch,
    last: bytes.readDoubleBE(3),
    seconds: bytes.readUInt32BE(11),
    increment: bytes.readUInt32BE(15),
    wallTime: bytes.readDoubleBE(19),
    session: (flags & 4) !== 0,
  }
  let at = FIXED + 2 + bytes.readUInt16BE(FIXED)
  const namespace = bytes.toString('utf8', FIXED + 2, at)
  const piece = (present: boolean) => (present ? bytes.subarray(at, (at += bytes.readInt32LE(at))) : undefined)
  const document = piece((flags & 1) !== 0)
  const previous = piece((flags & 2) !== 0)
  return new LoggedChange(number, stamp, { operation: OPERATIONS[bytes[0]!]!, namespace, document, previous })
}

/** Reads logged changes from number `from` on, in order. Lazily, so that a slow reader holds nothing. */
export function* readChanges(table: Table, epoch: string, from: number): Generator<LoggedChange> {
  for (const { key, value } of table.getRange({ start: logKey(from), snapshot: false })) {
    yield decodeChange(Number(key.readBigUInt64BE()), epoch, value)
  }
}

/** The number of the first change that the log holds, or of the last one. */
export function edgeOfLog(table: Table, edge: 'first' | 'last'): number | undefined {
  for (const key of table.getKeys({ limit: 1, reverse: edge === 'last' })) return Number(key.readBigUInt64BE())
  return undefined
}
