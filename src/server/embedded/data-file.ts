import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeCause, StoreError } from '../../errors.js'

/** LMDB's file in a data folder, and its lock. */
export const DATA_FILE = 'data.mdb'
const LOCK_FILE = 'lock.mdb'

/* Layout of the two first pages of lmdb 3's files, little endian: a page header of 24 bytes, then the meta record. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24
const PAGE_SIZE_AT = 48
const LAST_PAGE_AT = 144
const TRANSACTION_AT = 152
const META_BYTES = 160

/**
 * Looks at a data folder before LMDB maps it into memory, where a truncated or foreign file would take the process down instead of failing.
 * A folder that isn't there, is empty, or holds a file of length 0 is a new one. Throws `StoreError`.
 */
export function inspectFolder(folder: string): 'new' | 'existing' {
  try {
    if (!existsSync(folder)) return 'new'
    inspectKind(folder)
    const names = readdirSync(folder)
    if (!names.includes(DATA_FILE)) {
      const foreign = names.filter((name) => name !== LOCK_FILE && !name.startsWith('.'))
      if (foreign.length === 0) return 'new'
      throw unusable(
        folder,
        `it holds other files (${foreign.slice(0, 3).join(', ')}) and no ${DATA_FILE}`,
        'name an empty folder or a data folder',
      )
    }
    return inspectFile(folder)
  } catch (cause) {
    if (cause instanceof StoreError) throw cause
    throw unusable(folder, describeCause(cause), 'check that this user may read and write it', cause)
  }
}

/** Throws `StoreError` if it isn't a folder. */
export function inspectKind(folder: string): void {
  if (!statSync(folder).isDirectory()) throw unusable(folder, 'it is a file, not a folder', 'name a folder')
}

function inspectFile(folder: string): 'new' | 'existing' {
  const file = openSync(join(folder, DATA_FILE), 'r')
  try {
    const size = statSync(join(folder, DATA_FILE)).size
    if (size === 0) return 'new'
    const first = readMeta(file, 0)
    if (first === undefined) throw unusable(folder, `${DATA_FILE} is not a database of this driver, or its beginning is damaged`, RESTORE)
    const second = readMeta(file, first.pageSize)
    if (second === undefined) throw unusable(folder, `${DATA_FILE} is damaged or was cut off`, RESTORE)
    const newest = second.transaction > first.transaction ? second : first
    const needed = (newest.lastPage + 1n) * BigInt(first.pageSize)
    if (BigInt(size) < needed) throw unusable(folder, `${DATA_FILE} was cut off: it has ${size} bytes and should have ${needed}`, RESTORE)
    return 'existing'
  } finally {
    closeSync(file)
  }
}

const RESTORE = 'restore a copy of it, or move it away to start empty'

function readMeta(file: number, offset: number): { pageSize: number; lastPage: bigint; transaction: bigint } | undefined {
  const page = Buffer.alloc(META_BYTES)
  if (readSync(file, page, 0, META_BYTES, offset) < META_BYTES || page.readUInt32LE(MAGIC_AT) !== MAGIC) return undefined
  const pageSize = page.readUInt32LE(PAGE_SIZE_AT)
  if (pageSize < 256 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return undefined
  return { pageSize, lastPage: page.readBigUInt64LE(LAST_PAGE_AT), transaction: page.readBigUInt64LE(TRANSACTION_AT) }
}

/** The error for a folder that can't be used: which, why, and what to do. */
export function unusable(folder: string, reason: string, remedy: string, cause?: unknown): StoreError {
  return new StoreError(`can't open the data folder ${folder}: ${reason}; ${remedy}`, { cause })
}
