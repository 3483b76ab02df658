import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { ConflictError, ValidationError } from '../../errors.js'
import { InputError, UsageError } from './cli-errors.js'
import type { Command } from './command.js'
import { connect, connectionFlags } from './connect.js'
import { type FileItem, readJsonItems } from './json-items.js'
import { type Loader, nodeLoader, storeLoader } from './loaders.js'
import { progressLine } from './progress-bar.js'
import type { Terminal } from './terminal.js'
import { isXmppAddress } from './xmpp-address.js'

/** `rachis load`: puts the items of a file into a node. */
export const load: Command = {
  name: 'load',
  operands: ['FILE'],
  help:
    'Puts the items of FILE, a JSON array or one JSON object a line (- is the standard input), into a node: through a running server, or ' +
    'straight into the data folder of one that is not running. What has an id replaces what is there under it.',
  flags: {
    node: { value: 'NAME', help: 'the node; with --data the collection' },
    ...connectionFlags,
    data: { value: 'DIR', help: 'instead of a server, the data folder' },
    key: { value: 'FIELD', help: 'the field whose value is the id (default: _id, which is then left out, or else a new id)' },
  },
  async run(input, terminal, stop) {
    const name = input.text('node')
    if (name === undefined) throw new UsageError('load: --node NAME is missing')
    const data = input.text('data')
    const astray = data === undefined ? undefined : Object.keys(connectionFlags).find((flag) => input.has(flag))
    if (astray !== undefined) throw new UsageError(`load: --${astray} and --data exclude each other`)
    if (data !== undefined && isXmppAddress(name)) throw new UsageError(`load: --data is a folder, in which there is no node ${name}`)
    const [file] = input.operands
    const total = await sizeOf(file!)
    const loader = data === undefined ? nodeLoader(await connect(name, input, terminal), stop) : await storeLoader(data, name)
    try {
      await pour({ file: file!, total, key: input.text('key') }, loader, terminal, stop)
    } finally {
      terminal.status(undefined)
      await loader.close()
    }
  },
}

interface Origin {
  readonly file: string
  readonly total: number | undefined
  readonly key: string | undefined
}

async function pour({ file, total, key }: Origin, loader: Loader, terminal: Terminal, stop: AbortSignal): Promise<void> {
  const started = performance.now()
  let bytes = 0
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    const chunks: AsyncIterable<Uint8Array> = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 })
    for await (const chunk of chunks) {
      bytes += chunk.length
      yield chunk
      if (stop.aborted) return
    }
  }
  const report = (): string => {
    const seconds = (performance.now() - started) / 1000
    return progressLine({ done: bytes, total, count: loader.loaded, unit: itemsOf(loader.loaded), seconds }, terminal.columns)
  }
  const refused = ({ line, column }: FileItem, error: unknown): Error =>
    error instanceof ValidationError || error instanceof ConflictError
      ? new InputError(`${loader.target} refuses the item: ${error.message}`, file, line, column, { cause: error })
      : (error as Error)
  try {
    const batches = readJsonItems(counted(), file === '-' ? 'standard input' : file)
    for await (const batch of batches) {
      if (stop.aborted) break
      await loader.add(batch, (item) => idOf(item, key, file), refused)
      terminal.status(report())
    }
    await loader.finish()
  } catch (error) {
    if (!stop.aborted || error instanceof InputError) {
      terminal.note(`${loader.loaded} ${itemsOf(loader.loaded)} loaded before that.`)
      throw error
    }
  }
  terminal.status(undefined)
  terminal.print(`${stop.aborted ? 'Stopped: ' : ''}${report().replace(/^.*%\s+/, '')} into ${loader.target}`)
}

function itemsOf(count: number): string {
  return count === 1 ? 'item' : 'items'
}

/** The id of an item, and the item without it. */
function idOf({ item, line, column }: FileItem, key: string | undefined, file: string): { id: string | undefined; item: FileItem['item'] } {
  const value = item[key ?? '_id']
  if (key === undefined && value === undefined) return { id: undefined, item }
  const id = typeof value === 'object' && value !== null ? (value as { $oid?: unknown }).$oid : value
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number')
    throw new InputError(
      `the id, ${key ?? '_id'}, must be text or a number, not ${value === undefined ? 'missing' : JSON.stringify(value)}`,
      file,
      line,
      column,
    )
  if (key !== undefined) return { id: String(id), item }
  const { _id, ...rest } = item
  return { id: String(id), item: rest }
}

async function sizeOf(file: string): Promise<number | undefined> {
  if (file === '-') return undefined
  try {
    const stats = await stat(file)
    if (stats.isFile()) return stats.size
  } catch (cause) {
    throw new InputError(`it can't be read: ${(cause as Error).message}`, file, undefined, undefined, { cause })
  }
  throw new InputError('it is not a file', file)
}
