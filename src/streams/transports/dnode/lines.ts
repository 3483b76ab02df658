import { LimitError, ProtocolError } from '../../../errors.js'

/**
 * Cuts a stream into lines, whatever its chunks: a character or a line may end anywhere in them.
 * Holds at most one unfinished line; a line of more than `frameBytes` bytes is a `LimitError`, bytes that are no UTF-8 a `ProtocolError`.
 * After an error it is of no further use. O(bytes).
 */
export class LineSplitter {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  private pending = ''

  constructor(private readonly frameBytes: number) {}

  /** The lines that `chunk` completes, without their newlines. */
  push(chunk: string | Uint8Array): string[] {
    const text = typeof chunk === 'string' ? chunk : this.decode(chunk)
    const lines: string[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = this.pending + text.slice(start, end)
      this.pending = ''
      if (takesMore(line, this.frameBytes)) throw this.tooLong()
      lines.push(line)
      start = end + 1
    }
    this.pending += start === 0 ? text : text.slice(start)
    if (this.pending.length > this.frameBytes) throw this.tooLong()
    return lines
  }

  private decode(chunk: Uint8Array): string {
    try {
      return this.decoder.decode(chunk, { stream: true })
    } catch (cause) {
      throw new ProtocolError('the other side sent bytes that are not UTF-8', { cause })
    }
  }

  private tooLong(): LimitError {
    return new LimitError(`a line is longer than ${this.frameBytes} bytes`, 'frameBytes', this.frameBytes)
  }
}

/** Whether `text` takes more than `limit` bytes as UTF-8; most texts need no count, as a UTF-16 unit takes one to three. */
export function takesMore(text: string, limit: number): boolean {
  return text.length * 3 > limit && (text.length > limit || new TextEncoder().encode(text).length > limit)
}
