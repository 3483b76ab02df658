import { InputError } from './cli-errors.js'
import { findJsonFault } from './json-fault.js'

/** An item of a file and where it begins. */
export interface FileItem {
  readonly item: Readonly<Record<string, unknown>>
  readonly line: number
  readonly column: number
}

/** The longest item that is read, in characters. */
const longest = 16 * 1024 * 1024

/**
 * The items of a JSON array, or of JSON lines (one object a line), as they arrive: one batch for each chunk. Never more than one chunk and
 * one item are held. Throws `InputError` with line and column for what isn't JSON, isn't UTF-8, or isn't an object.
 */
export async function* readJsonItems(chunks: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<readonly FileItem[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const splitter = new ItemSplitter(file)
  for await (const chunk of chunks) {
    const batch = splitter.split(decode(decoder, chunk, splitter))
    if (batch.length > 0) yield batch
  }
  const rest = splitter.split(decode(decoder, undefined, splitter))
  const last = splitter.end()
  if (rest.length + last.length > 0) yield [...rest, ...last]
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, splitter: ItemSplitter): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch (cause) {
    throw splitter.error('it is not UTF-8 text', splitter.held.length, cause)
  }
}

/** Cuts text into items. It looks only for their bounds; `JSON.parse` judges what lies between. */
class ItemSplitter {
  /** What has arrived of the present item, or nothing of importance. */
  held = ''
  private form: 'unknown' | 'array' | 'lines' | 'ended' = 'unknown'
  /** Within the array: an item, or what stands between two. */
  private expecting: 'first' | 'item' | 'separator' = 'first'
  private line = 1
  private column = 1
  /** How far `held` has been looked through, and what was found there. */
  private seen = 0
  private depth = 0
  private quoted = false

  constructor(private readonly file: string) {}

  split(text: string): readonly FileItem[] {
    this.held += text
    const items: FileItem[] = []
    if (this.form === 'unknown') {
      this.skipSpace()
      if (this.held !== '') this.form = this.held[0] === '[' ? 'array' : 'lines'
      if (this.form === 'array') this.take(1)
    }
    if (this.form === 'lines') this.splitLines(items)
    if (this.form === 'array') while (this.splitArray(items)) continue
    if (this.form === 'ended') {
      this.skipSpace()
      if (this.held !== '') throw this.error('after the end of the array nothing else may stand', 0)
    }
    if (this.held.length > longest) throw this.error(`an item is longer than ${longest} characters`, 0)
    return items
  }

  end(): readonly FileItem[] {
    const items: FileItem[] = []
    switch (this.form) {
      case 'lines':
        this.add(items, this.held)
        break
      case 'unknown':
      case 'ended':
        break
      case 'array':
        if (this.held !== '') this.add(items, this.held)
        throw this.error('the array has no end: "]" is missing', this.held.length)
    }
    return items
  }

  error(reason: string, offset: number, cause?: unknown): InputError {
    const before = this.held.slice(0, offset)
    const breaks = before.split('\n')
    const line = this.line + breaks.length - 1
    const column = (breaks.length === 1 ? this.column : 1) + breaks.at(-1)!.length
    return new InputError(reason, this.file, line, column, { cause })
  }

  private splitLines(items: FileItem[]): void {
    for (;;) {
      const end = this.held.indexOf('\n', this.seen)
      if (end < 0) {
        this.seen = this.held.length
        return
      }
      this.add(items, this.held.slice(0, end))
      this.take(end + 1)
    }
  }

  /** Goes on by one item or separator; `false` if more text is needed. */
  private splitArray(items: FileItem[]): boolean {
    if (this.seen === 0) this.skipSpace()
    if (this.held === '') return false
    const next = this.held[0]!
    if (this.expecting === 'separator' || (this.expecting === 'first' && next === ']')) {
      if (next !== ',' && next !== ']') throw this.error(`"," or "]" is expected, but found ${JSON.stringify(next)}`, 0)
      this.take(1)
      this.expecting = 'item'
      if (next === ']') this.form = 'ended'
      return next === ','
    }
    const end = this.endOfItem()
    if (end === undefined) return false
    this.add(items, this.held.slice(0, end))
    this.take(end)
    this.expecting = 'separator'
    return true
  }

  /** Behind the last bracket of the item; of what isn't an object before the next comma, for `add` to refuse. */
  private endOfItem(): number | undefined {
    const { held } = this
    for (let at = this.seen; at < held.length; at++) {
      const code = held.charCodeAt(at)
      if (this.quoted) {
        if (code === 0x5c) at++
        else if (code === 0x22) this.quoted = false
        if (at >= held.length) {
          // A backslash whose other half is to come.
          this.seen = held.length - 1
          return undefined
        }
      } else if (code === 0x22) this.quoted = true
      else if (code === 0x7b || code === 0x5b) this.depth++
      else if (code === 0x7d || code === 0x5d) {
        if (this.depth <= 1) return this.depth === 1 ? at + 1 : at
        this.depth--
      } else if (code === 0x2c && this.depth === 0) return at
    }
    this.seen = held.length
    return undefined
  }

  private add(items: FileItem[], text: string): void {
    if (this.form === 'lines' && text.trim() === '') return
    const place = { line: this.line, column: this.column }
    let item: unknown
    try {
      item = JSON.parse(text)
    } catch (cause) {
      const fault = findJsonFault(text) ?? { offset: 0, reason: (cause as Error).message }
      const hint = this.form === 'lines' && fault.offset >= text.trimEnd().length ? ' (a file holds an array, or one object a line)' : ''
      throw this.error(`it is not JSON: ${fault.reason}${hint}`, fault.offset, cause)
    }
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw this.error(`an item must be an object, not ${text.trim().slice(0, 40)}`, 0)
    items.push({ item: item as FileItem['item'], ...place })
  }

  private skipSpace(): void {
    const end = this.held.search(/[^ \t\r\n]/)
    this.take(end < 0 ? this.held.length : end)
  }

  /** Leaves the first `length` characters behind. */
  private take(length: number): void {
    const taken = this.held.slice(0, length)
    const breaks = taken.split('\n').length - 1
    this.line += breaks
    this.column = breaks === 0 ? this.column + length : length - taken.lastIndexOf('\n')
    this.held = this.held.slice(length)
    this.seen = 0
    this.depth = 0
    this.quoted = false
  }
}
