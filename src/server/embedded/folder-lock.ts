import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync, unlinkSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { unusable } from './data-file.js'

/** What keeps a data folder from being opened a second time, by another process or another thread. */
export interface FolderLock {
  release(): void
}

/** A place for the sockets of one folder, by a path that is short enough for a socket. */
interface Place {
  readonly directory: string
  close(): void
}

const SOCKET = /^\.(lock|next)-(\d+)-[0-9a-f]{8}$/
const SOCKET_PATH_BYTES = 100
const ATTEMPTS = 5
const PAUSE_MS = 40
const ABANDONED_MS = 60_000
/** How systems call sockets that a file system doesn't have. */
const NO_SOCKETS = ['ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EPERM']

/**
 * Locks a data folder, before anything of LMDB looks at it: merely opening its files can undo a commit that another process is making at that
 * moment (LMDB's ITS#9496). Who holds the lock listens on a socket in the folder, so it ends with its process, however that ends.
 * Rejects with `StoreError` if another process or thread holds it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  if (process.platform === 'win32') return lockPipe(folder)
  try {
    return await lockIn(placeIn(folder), folder)
  } catch (cause) {
    // Only where the file system can't hold sockets at all: then all who open the folder find the same.
    const { code = '', syscall } = cause as NodeJS.ErrnoException
    if (syscall !== 'listen' || !NO_SOCKETS.includes(code)) throw cause
    return lockIn(placeFor(folder), folder)
  }
}

/** Each publishes its own socket and then looks for others. So of two that come at once at least one sees the other; if both do, both step back and try again. */
async function lockIn(place: Place, folder: string): Promise<FolderLock> {
  let acquired = false
  try {
    for (let attempt = 1; ; attempt++) {
      const name = nameOf('lock')
      const server = await publish(place, name)
      const release = () => {
        rmSync(join(place.directory, name), { force: true })
        server.close()
      }
      let refusal: Error | undefined
      try {
        refusal = await refusalBy(place, name, folder)
        acquired = refusal === undefined
      } finally {
        if (!acquired) release()
      }
      if (refusal === undefined) {
        return {
          release() {
            release()
            place.close()
          },
        }
      }
      if (attempt === ATTEMPTS) throw refusal
      await delay(PAUSE_MS * Math.random())
    }
  } finally {
    if (!acquired) place.close()
  }
}

/** Listens first and takes the name afterwards: a socket with a name that doesn't answer is always one whose process has ended. */
async function publish(place: Place, name: string): Promise<Server> {
  const unnamed = join(place.directory, name.replace('.lock', '.next'))
  const server = await listen(unnamed)
  try {
    renameSync(unnamed, join(place.directory, name))
  } catch (cause) {
    server.close()
    throw cause
  }
  return server
}

async function listen(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy())
  server.listen(path)
  await once(server, 'listening')
  // A caller that could not be accepted (no file handles left) has seen that the lock is held all the same.
  server.on('error', () => undefined)
  server.unref()
  return server
}

/** Why the lock can't be had, if a socket answers or may be somebody's; sockets that nobody listens on are removed. */
async function refusalBy(place: Place, own: string, folder: string): Promise<Error | undefined> {
  for (const name of readdirSync(place.directory)) {
    const [, kind, pid] = SOCKET.exec(name) ?? []
    if (kind === undefined || name === own) continue
    const path = join(place.directory, name)
    if (kind === 'next') removeOld(path)
    else {
      const answer = await asked(path)
      if (answer === 'somebody') return inUse(folder, `the process ${pid!}`)
      if (answer === 'unknown' || !removed(path)) {
        return unusable(
          folder,
          `the process ${pid!} of another user may be using it`,
          `stop it, or delete ${join(folder, name)} if it has ended`,
        )
      }
    }
  }
  return undefined
}

function removed(path: string): boolean {
  try {
    unlinkSync(path)
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT'
  }
  return true
}

/** What a process left that died between listening and taking the name. */
function removeOld(path: string): void {
  const { mtimeMs = Infinity } = statSync(path, { throwIfNoEntry: false }) ?? {}
  if (mtimeMs < Date.now() - ABANDONED_MS) removed(path)
}

function asked(path: string): Promise<'somebody' | 'nobody' | 'unknown'> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve('somebody')
    })
    socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve('nobody')
      // Too many may be asking at once; without permission it can't be known.
      else resolve(code === 'EACCES' || code === 'EPERM' ? 'unknown' : 'somebody')
    })
  })
}

function nameOf(kind: 'lock' | 'next'): string {
  return `.${kind}-${process.pid}-${randomBytes(4).toString('hex')}`
}

/** The folder itself: every process that can open the data sees the sockets too, from another container as well. */
function placeIn(folder: string): Place {
  const fits = Buffer.byteLength(join(folder, `.lock-${process.pid}-00000000`)) <= SOCKET_PATH_BYTES
  if (fits) return { directory: folder, close: () => undefined }
  if (process.platform !== 'linux') return placeFor(folder)
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY)
  return { directory: `/proc/self/fd/${handle}`, close: () => closeSync(handle) }
}

/** For a folder that can't hold sockets: one beside all others of this machine, or of this container. */
function placeFor(folder: string): Place {
  const { dev, ino } = statSync(folder, { bigint: true })
  const directory = join(tmpdir(), `rachis-lock-${hash(`${dev}:${ino}`)}`)
  mkdirSync(directory, { recursive: true })
  return { directory, close: () => undefined }
}

async function lockPipe(folder: string): Promise<FolderLock> {
  try {
    const server = await listen(`\\\\.\\pipe\\rachis-lock-${hash(folder.toLowerCase())}`)
    return { release: () => void server.close() }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') throw inUse(folder, 'another process')
    throw cause
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function inUse(folder: string, who: string): Error {
  return unusable(folder, `${who} is using it`, 'stop that process, or name another folder')
}
