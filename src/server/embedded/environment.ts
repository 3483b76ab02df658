import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir, uptime } from 'node:os'
import { dirname, join } from 'node:path'
import type { Database, RootDatabase, TransactionFlags } from 'lmdb'
import { describeCause, StoreError } from '../../errors.js'
import { sortableNumber } from '../../streams/cursor.js'
import { decodeDocument, encodeDocument, type Doc } from './codec.js'
import { DATA_FILE, inspectFolder, inspectKind, unusable } from './data-file.js'
import { lockFolder, type FolderLock } from './folder-lock.js'
import { loadLmdb } from './peers.js'
import type { StoreLocation } from './uri.js'

export type Table = Database<Buffer, Buffer>

/** An open data folder: its four tables, its identity, and its one way to write. */
export interface Environment {
  readonly folder: string
  readonly meta: Table
  readonly documents: Table
  readonly indexes: Table
  readonly changes: Table
  /** Stable id of the folder. */
  readonly rootId: string
  /** One unbroken history of it; sorts by creation time. */
  readonly epoch: string
  /** Runs `action` as one LMDB transaction: all of it or, if it throws, nothing. Survives kill -9 when it returns. */
  transact<T>(action: () => T): T
  close(): Promise<void>
}

/** What the folder says about itself; written at creation, opening and closing. */
interface Header {
  readonly format: number
  readonly rootId: string
  readonly epoch: string
  readonly boot: string
  readonly clean: boolean
}

const FORMAT = 1
const HEADER = Buffer.from('header')
/** Abortable and committed when it returns; without the third flag also flushed to the disk. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- lmdb is loaded late, so its enum can't be read here
const COMMIT = (0x1 | 0x2) as TransactionFlags
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment
const COMMIT_UNFLUSHED = (0x1 | 0x2 | 0x10000) as TransactionFlags
const FLUSH_INTERVAL_MS = 1000

/** Opens or creates a data folder, or a temporary one without `folder`. Throws `StoreError` or `MissingPeerError`. */
export async function openEnvironment(location: StoreLocation): Promise<Environment> {
  const lmdb = await loadLmdb()
  const temporary = location.folder === undefined
  const folder = location.folder ?? temporaryFolder()
  let lock: FolderLock | undefined
  let root: RootDatabase<Buffer, Buffer> | undefined
  try {
    lock = temporary ? undefined : await lockOf(folder)
    const state = inspectFolder(folder)
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    // overlappingSync would flush in the background and make every following commit wait for it.
    root = lmdb.open<Buffer, Buffer>({ path: folder, ...binary, maxDbs: 8, overlappingSync: false, noSubdir: false, noSync: temporary })
    const tables = {
      meta: root.openDB<Buffer, Buffer>({ name: 'meta', ...binary }),
      documents: root.openDB<Buffer, Buffer>({ name: 'documents', ...binary }),
      indexes: root.openDB<Buffer, Buffer>({ name: 'indexes', ...binary }),
      changes: root.openDB<Buffer, Buffer>({ name: 'changes', ...binary }),
    }
    const header = takeOver(root, tables.meta, tables.changes, folder, state)
    const life = lifeOf(root, tables.meta, header, location, folder)
    const close = () => life.close().finally(() => lock?.release())
    return { folder, ...tables, rootId: header.rootId, epoch: header.epoch, ...life, close }
  } catch (cause) {
    await root?.close()
    lock?.release()
    if (temporary) rmSync(folder, { recursive: true, force: true })
    if (cause instanceof StoreError) throw cause
    throw unusable(folder, describeCause(cause), 'check that it is a data folder and that this user may write to it', cause)
  }
}

/** Creates the folder if it isn't there, and locks it. */
async function lockOf(folder: string): Promise<FolderLock> {
  if (existsSync(folder)) inspectKind(folder)
  else makeFolder(folder)
  return lockFolder(folder)
}

/** Makes a folder and those above it. Node's own recursion never ends where a file system refuses all new names, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  try {
    mkdirSync(folder)
  } catch (cause) {
    // Another process may have been first.
    if (!existsSync(folder)) throw cause
  }
}

function lifeOf(root: RootDatabase<Buffer, Buffer>, meta: Table, header: Header, location: StoreLocation, folder: string) {
  const relaxed = location.durability === 'process'
  const temporary = location.folder === undefined
  const flags = relaxed || temporary ? COMMIT_UNFLUSHED : COMMIT
  let dirty = false
  let closed = false
  const flush = () => new Promise<void>((resolve) => (root as unknown as { sync(done: () => void): void }).sync(() => resolve()))
  const timer = setInterval(() => {
    if (!dirty || closed) return
    dirty = false
    void flush()
  }, FLUSH_INTERVAL_MS)
  timer.unref()
  if (!relaxed || temporary) clearInterval(timer)
  const file = join(folder, DATA_FILE)
  const inode = () => statSync(file, { throwIfNoEntry: false })?.ino
  const opened = inode()
  const removeFolder = () => rmSync(folder, { recursive: true, force: true })
  // Open files outlive their names, so nothing is left behind whatever becomes of the process; Windows keeps names until the files are closed.
  if (temporary && process.platform !== 'win32') removeFolder()
  return {
    transact<T>(action: () => T): T {
      if (closed) throw new StoreError(`the data folder ${folder} is closed; connect again`)
      // An open file outlives its name: what is written into it then is lost when the process ends.
      if (!temporary && inode() !== opened)
        throw new StoreError(`the data folder ${folder} was removed or replaced while it was open; put it back, or start again without it`)
      dirty = true
      return root.transactionSync(action, flags)
    },
    async close(): Promise<void> {
      if (closed) return
      closed = true
      clearInterval(timer)
      if (!temporary) {
        root.transactionSync(() => void meta.put(HEADER, encodeDocument({ ...header, clean: true })), flags)
        if (relaxed) await flush()
      }
      await root.close()
      if (temporary) removeFolder()
    },
  }
}

/** Reads or creates the header, refuses a foreign folder, and notes that this one is in use. */
function takeOver(root: RootDatabase<Buffer, Buffer>, meta: Table, changes: Table, folder: string, state: 'new' | 'existing'): Header {
  return root.transactionSync(() => {
    const known = readHeader(root, meta, folder, state)
    const boot = bootId()
    // After a crash of the machine the last commits may be gone: positions that clients hold could be given a second time.
    const broken = known !== undefined && !known.clean && known.boot !== boot
    if (broken) for (const key of [...changes.getKeys({})]) void changes.remove(key)
    const epoch = known === undefined || broken ? `${sortableNumber(Date.now())}-${randomBytes(3).toString('hex')}` : known.epoch
    const rootId = known?.rootId ?? randomBytes(12).toString('hex')
    const header: Header = { format: FORMAT, rootId, epoch, boot, clean: false }
    void meta.put(HEADER, encodeDocument(header))
    return header
  }, COMMIT)
}

function readHeader(root: RootDatabase<Buffer, Buffer>, meta: Table, folder: string, state: 'new' | 'existing'): Header | undefined {
  const bytes = meta.getBinary(HEADER)
  if (bytes === undefined) {
    const foreign = [...root.getKeys({})].map(String).filter((name) => !['meta', 'documents', 'indexes', 'changes'].includes(name))
    // Tables without a header: killed while being created.
    if (state === 'new' || foreign.length === 0) return undefined
    throw unusable(folder, 'it is an LMDB database of another application', 'name another folder')
  }
  const header: Doc = decodeDocument(bytes)
  if (typeof header.format !== 'number' || typeof header.rootId !== 'string' || typeof header.epoch !== 'string') {
    throw unusable(folder, 'its header is damaged', 'restore a copy of it')
  }
  if (header.format > FORMAT) {
    throw unusable(folder, `it has format ${header.format} and this version knows ${FORMAT}`, 'install a newer version of rachis')
  }
  return header as unknown as Header
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return `up since ${Math.round((Date.now() / 1000 - uptime()) / 60)}`
  }
}

function temporaryFolder(): string {
  const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  try {
    return realpathSync(mkdtempSync(join(base, `rachis-${process.pid}-`)))
  } catch {
    return realpathSync(mkdtempSync(join(tmpdir(), `rachis-${process.pid}-`)))
  }
}
