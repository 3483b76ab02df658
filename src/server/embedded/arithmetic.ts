import mongoose from 'mongoose'
import { bsonType } from '../../streams/internal/value-order.js'
import { badValue } from './server-errors.js'

const { Decimal128, Double, Long } = mongoose.mongo

/** `$inc`: whole numbers stay whole and become 64 bits wide where 32 don't suffice; beyond that it is an error, as in MongoDB. */
export function add(a: unknown, b: unknown): unknown {
  return combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addDecimals,
  )
}

/** `$mul`. */
export function multiply(a: unknown, b: unknown): unknown {
  return combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyDecimals,
  )
}

export function and(a: unknown, b: unknown): unknown {
  return narrow(whole(a) & whole(b))
}

export function or(a: unknown, b: unknown): unknown {
  return narrow(whole(a) | whole(b))
}

export function xor(a: unknown, b: unknown): unknown {
  return narrow(whole(a) ^ whole(b))
}

function combine(
  a: unknown,
  b: unknown,
  numbers: (x: number, y: number) => number,
  integers: (x: bigint, y: bigint) => bigint,
  decimals: (x: Decimal, y: Decimal) => Decimal,
): unknown {
  const kinds = [kindOf(a), kindOf(b)]
  if (kinds.includes('decimal')) return formatDecimal(decimals(parseDecimal(a), parseDecimal(b)))
  if (kinds.includes('double')) {
    const result = numbers(Number(plain(a)), Number(plain(b)))
    return Number.isInteger(result) ? new Double(result) : result
  }
  return narrow(integers(whole(a), whole(b)))
}

function kindOf(value: unknown): 'whole' | 'double' | 'decimal' {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 'whole' : 'double'
  if (typeof value === 'bigint') return 'whole'
  const type = bsonType(value as object)
  return type === 'Decimal128' ? 'decimal' : type === 'Double' ? 'double' : 'whole'
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return bsonType(value) === 'Long' ? (value as { toBigInt(): bigint }).toBigInt() : (value as { value: unknown }).value
}

function whole(value: unknown): bigint {
  try {
    return BigInt(plain(value) as number)
  } catch {
    throw badValue(`${JSON.stringify(value)} is no whole number`)
  }
}

function narrow(value: bigint): unknown {
  if (value >= -(2n ** 53n) + 1n && value < 2n ** 53n) return Number(value)
  if (BigInt.asIntN(64, value) !== value) throw badValue(`${value} doesn't fit into 64 bits`)
  return Long.fromBigInt(value)
}

/** digits · 10^exponent */
interface Decimal {
  readonly digits: bigint
  readonly exponent: number
}

function parseDecimal(value: unknown): Decimal {
  const text = String(bsonType(Object(value) as object) === 'Decimal128' ? value : plain(value))
  const match = /^([+-]?\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(text)
  if (match === null) throw badValue(`can't compute with ${text}`)
  const fraction = match[2] ?? ''
  return { digits: BigInt((match[1] ?? '') + fraction), exponent: Number(match[3] ?? 0) - fraction.length }
}

function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  if (Math.max(a.exponent, b.exponent) - exponent > 6200) throw badValue('the decimals lie too far apart')
  return { digits: scale(a, exponent) + scale(b, exponent), exponent }
}

function scale(value: Decimal, exponent: number): bigint {
  return value.digits * 10n ** BigInt(value.exponent - exponent)
}

function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent }
}

function formatDecimal({ digits, exponent }: Decimal): unknown {
  return Decimal128.fromStringWithRounding(`${digits}E${exponent}`)
}
