import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import type { Known } from '../../streams/node.js'
import { decodeItem, encodeItem } from '../../streams/transports/dnode/item-codec.js'
import { InputError } from './cli-errors.js'

type Item = Readonly<Record<string, unknown>>

/**
 * What `tail --resume` keeps: one JSON object `{ format, node, query, cursor, queryHash, items }`, the items as extended JSON. It is replaced as a whole, by renaming, so at
 * any moment it is a state that was printed.
 */
export class ResumeFile {
  constructor(
    readonly path: string,
    /** Node and query in one: what is known of another is of no use. */
    private readonly subject: string,
  ) {}

  /** What was kept, or `undefined` if there is no such file yet. Throws `InputError` for a file of another kind or query. */
  read(): Known<Item> | undefined {
    let text: string
    try {
      text = readFileSync(this.path, 'utf8')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw new InputError(`it can't be read: ${(cause as Error).message}`, this.path, undefined, undefined, { cause })
    }
    const kept = parse(text)
    if (kept === undefined) throw new InputError('it is not a file that `tail --resume` has written: name another, or delete it', this.path)
    if (kept.subject !== this.subject)
      throw new InputError(`it belongs to another node or query, ${kept.subject}: name another, or delete it`, this.path)
    return { cursor: kept.cursor, queryHash: kept.queryHash, items: decodeItem(kept.items) as Kept['items'] }
  }

  /** Replaces the file. Durable when it returns. */
  write(known: Known<Item>): void {
    const content = {
      format: 1,
      subject: this.subject,
      cursor: known.cursor,
      queryHash: known.queryHash,
      items: encodeItem([...known.items]),
    }
    const temporary = `${this.path}.${process.pid}.tmp`
    try {
      const file = openSync(temporary, 'w')
      try {
        writeSync(file, JSON.stringify(content))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      renameSync(temporary, this.path)
    } catch (cause) {
      rmSync(temporary, { force: true })
      throw new InputError(`it can't be written: ${(cause as Error).message}`, this.path, undefined, undefined, { cause })
    }
  }
}

interface Kept {
  readonly format: 1
  readonly subject: string
  readonly cursor: Known<Item>['cursor']
  readonly queryHash: string
  readonly items: readonly (readonly [string, Item])[]
}

function parse(text: string): Kept | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isKept(value) ? value : undefined
}

function isKept(value: unknown): value is Kept {
  if (!isRecord(value) || value['format'] !== 1) return false
  const { subject, cursor, queryHash, items } = value
  const named = typeof subject === 'string' && typeof queryHash === 'string'
  const placed = isRecord(cursor) && Object.values(cursor).every((position) => typeof position === 'string')
  return named && placed && Array.isArray(items) && items.every(isEntry)
}

function isEntry(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && isRecord(value[1])
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
