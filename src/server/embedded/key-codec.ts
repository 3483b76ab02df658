import { numberOf, rankOf, isMissing } from '../../streams/internal/value-order.js'

/**
 * Values as bytes that compare (memcmp) as the values do in MongoDB's order, and equal ones equally (5 and Long(5)). The code of one value is never the beginning of
 * another's, so codes can be put in a row, and inverted for a descending order.
 *
 * Not exact where `compareValues` isn't: Decimal128 counts as a double.
 */
export function encodeKey(value: unknown): Buffer {
  const out = new KeyWriter()
  out.value(value)
  return out.take()
}

/** The first byte of the codes of all values that compare with `value` in a range (`$gt` and its like), for values that may be looked up. */
export function keyTag(value: unknown): number {
  return tagOf(isMissing(value) ? null : value)
}

/** Flips the order of a code. */
export function invertKey(code: Buffer): Buffer {
  const out = Buffer.allocUnsafe(code.length)
  for (let i = 0; i < code.length; i++) out[i] = 0xff - code[i]!
  return out
}

const END = 0

function tagOf(value: unknown): number {
  // Ranks run from -1 (MinKey) to 127; room for END and the bound 0xff is left on both sides.
  return Math.max(2, Math.min(250, 8 + rankOf(value)))
}

class KeyWriter {
  private buffer = Buffer.allocUnsafe(64)
  private length = 0

  take(): Buffer {
    return this.buffer.subarray(0, this.length)
  }

  value(value: unknown): void {
    if (isMissing(value)) value = null
    this.byte(tagOf(value))
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number' || typeof value === 'bigint') return this.number(numberOf(value))
    if (typeof value === 'boolean') return this.byte(value ? 1 : 0)
    if (value === null) return
    this.object(value as object)
  }

  private object(value: object): void {
    if (Array.isArray(value)) {
      for (const element of value) this.value(element)
      return this.byte(END)
    }
    if (value instanceof Date) return this.number(value.getTime())
    const bson = value as {
      _bsontype?: string
      id?: Uint8Array
      buffer?: Uint8Array
      position?: number
      sub_type?: number
      value?: unknown
    }
    switch (Object.hasOwn(value, '_bsontype') ? undefined : bson._bsontype) {
      case 'ObjectId':
        return this.bytes(bson.id!)
      case 'Int32':
      case 'Double':
      case 'Long':
      case 'Decimal128':
        return this.number(numberOf(value))
      case 'Timestamp':
        return this.unsigned((value as unknown as { toBigInt(): bigint }).toBigInt())
      case 'BSONSymbol':
        return this.text(String(bson.value))
      case 'Binary':
        return this.binary(bson.buffer!.subarray(0, bson.position), bson.sub_type ?? 0)
      case 'MinKey':
      case 'MaxKey':
        return
      case undefined:
        break
      default:
        return this.text(JSON.stringify(value))
    }
    if (value instanceof Uint8Array) return this.binary(value, 0)
    if (value instanceof RegExp) return this.text(`/${value.source}/${value.flags}`)
    for (const [name, field] of Object.entries(value)) {
      if (isMissing(field)) continue
      this.byte(tagOf(field))
      this.text(name)
      this.value(field)
    }
    this.byte(END)
  }

  /** NaN first, then as a double; a whole number beyond 2^53 adds what the double lacks. */
  private number(value: number | bigint): void {
    const near = Number(value)
    this.room(11)
    if (near !== near) {
      this.buffer.fill(0, this.length, this.length + 8)
      this.length += 8
      return
    }
    this.buffer.writeDoubleBE(near === 0 ? 0 : near, this.length)
    if (near < 0) for (let i = 0; i < 8; i++) this.buffer[this.length + i] = 0xff - this.buffer[this.length + i]!
    else this.buffer[this.length] = this.buffer[this.length]! | 0x80
    this.length += 8
    if (Math.abs(near) >= 2 ** 53 && Math.abs(near) <= 2 ** 64) {
      const rest = typeof value === 'bigint' ? Number(value - BigInt(near)) : 0
      this.length = this.buffer.writeUInt16BE(0x8000 + rest, this.length)
    }
  }

  private unsigned(value: bigint): void {
    this.room(8)
    this.length = this.buffer.writeBigUInt64BE(BigInt.asUintN(64, value), this.length)
  }

  /** By UTF-16 code unit, as `compareValues`: surrogates are encoded each for itself. Ends with 0; a 0 inside is 0 255. */
  private text(text: string): void {
    this.room(text.length * 3 + 1)
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit === 0) {
        this.room((text.length - i) * 3 + 3)
        this.buffer[this.length++] = 0
        this.buffer[this.length++] = 0xff
      } else if (unit < 0x80) this.buffer[this.length++] = unit
      else if (unit < 0x800) {
        this.buffer[this.length++] = 0xc0 | (unit >> 6)
        this.buffer[this.length++] = 0x80 | (unit & 0x3f)
      } else {
        this.buffer[this.length++] = 0xe0 | (unit >> 12)
        this.buffer[this.length++] = 0x80 | ((unit >> 6) & 0x3f)
        this.buffer[this.length++] = 0x80 | (unit & 0x3f)
      }
    }
    this.buffer[this.length++] = END
  }

  private binary(bytes: Uint8Array, subtype: number): void {
    this.room(5)
    this.length = this.buffer.writeUInt32BE(bytes.length, this.length)
    this.byte(subtype)
    this.bytes(bytes)
  }

  private bytes(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.buffer.set(bytes, this.length)
    this.length += bytes.length
  }

  private byte(byte: number): void {
    this.room(1)
    this.buffer[this.length++] = byte
  }

  private room(bytes: number): void {
    const needed = this.length + bytes
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafe(needed * 2)
    this.buffer.copy(grown, 0, 0, this.length)
    this.buffer = grown
  }
}
