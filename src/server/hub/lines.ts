import type { Cursor } from '../../streams/cursor.js'
import type { Key } from '../../streams/event.js'
import { joinLine } from '../../streams/transports/dnode/frame.js'
import { encodeItem } from '../../streams/transports/dnode/item-codec.js'
import type { Item } from './channel-store.js'
import { toldError } from './told-error.js'

/** About how long one line gets; longer ones are cut between items. */
const lineLength = 48 * 1024

/** The text of an item on the wire. */
export function itemText(item: Item): string {
  return JSON.stringify(encodeItem(item))
}

/** `[id, item]` from the item's text. */
export function entryText(id: Key, text: string): string {
  return `[${JSON.stringify(id)},${text}]`
}

/** The lines of what a query put and deleted. */
export function putLines(qid: number, entries: readonly string[], deleted: readonly Key[]): string {
  const chunks = chunked(entries)
  const last = chunks.pop() ?? '[]'
  let text = ''
  for (const chunk of chunks) text += joinLine('put', String(qid), chunk, '[]')
  return text + joinLine('put', String(qid), last, JSON.stringify(deleted))
}

/** The lines of a snapshot, each small enough for any limit. */
export function snapLines(sid: number, qid: number, queryHash: string, entries: readonly string[]): string[] {
  const head = (part: string, chunk: string): string => joinLine('snap', String(sid), String(qid), JSON.stringify(queryHash), part, chunk)
  const chunks = chunked(entries)
  if (chunks.length === 0) chunks.push('[]')
  return chunks.map((chunk, index) => head(index === 0 ? '"reset"' : '"more"', chunk))
}

export function resumeLine(sid: number, qid: number, queryHash: string): string {
  return joinLine('snap', String(sid), String(qid), JSON.stringify(queryHash), '"resume"', '[]')
}

export function markLine(cursor: Cursor): string {
  return joinLine('mark', JSON.stringify(cursor))
}

export function pingLine(cursor: Cursor): string {
  return joinLine('ping', JSON.stringify(cursor))
}

export function goneLine(sid: number, error: unknown): string {
  return joinLine('gone', String(sid), JSON.stringify(toldError(error)))
}

export function byeLine(error: unknown): string {
  return joinLine('bye', JSON.stringify(toldError(error)))
}

function chunked(entries: readonly string[]): string[] {
  const chunks: string[] = []
  let start = 0
  let length = 0
  entries.forEach((entry, index) => {
    if (length > 0 && length + entry.length > lineLength) {
      chunks.push(`[${entries.slice(start, index).join(',')}]`)
      start = index
      length = 0
    }
    length += entry.length + 1
  })
  if (start < entries.length) chunks.push(`[${entries.slice(start).join(',')}]`)
  return chunks
}
