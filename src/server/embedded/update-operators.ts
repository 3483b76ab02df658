import mongoose from 'mongoose'
import { bsonType, isDocument } from '../../streams/internal/value-order.js'
import { compareValues } from '../../streams/query.js'
import { add, and, multiply, or, xor } from './arithmetic.js'
import { arrayOperators } from './update-arrays.js'
import { copyValue, type Doc } from './codec.js'
import { badValue, serverError } from './server-errors.js'
import { setAt, unsetAt, valueAt, type Path } from './update-paths.js'

/** Changes a document at one concrete path; `shown` is the path as it was written. */
export type UpdateOperator = (document: Doc, path: Path, operand: unknown, shown: string) => void

const OPERATORS: Readonly<Record<string, UpdateOperator>> = {
  $set: (document, path, operand) => setAt(document, path, copyValue(operand)),
  $setOnInsert: (document, path, operand) => setAt(document, path, copyValue(operand)),
  $unset: (document, path) => unsetAt(document, path),
  $inc: (document, path, operand, shown) => arithmetic(document, path, operand, shown, '$inc', add, 0),
  $mul: (document, path, operand, shown) => arithmetic(document, path, operand, shown, '$mul', multiply, 0),
  $min: (document, path, operand) => keepIf(document, path, operand, (order) => order < 0),
  $max: (document, path, operand) => keepIf(document, path, operand, (order) => order > 0),
  $bit: (document, path, operand, shown) => bit(document, path, operand, shown),
  $rename: (document, path, operand, shown) => rename(document, path, operand, shown),
  $currentDate: (document, path, operand) => setAt(document, path, now(operand)),
  ...arrayOperators,
}

export function operatorNamed(name: string): UpdateOperator | undefined {
  return Object.hasOwn(OPERATORS, name) ? OPERATORS[name] : undefined
}

function arithmetic(
  document: Doc,
  path: Path,
  operand: unknown,
  shown: string,
  name: string,
  compute: (a: unknown, b: unknown) => unknown,
  missing: number,
): void {
  const current = valueAt(document, path)
  if (!isNumber(operand)) throw serverError(14, 'TypeMismatch', `can't ${name} '${shown}' with the non-numeric ${JSON.stringify(operand)}`)
  if (current === undefined) return setAt(document, path, name === '$inc' ? operand : compute(missing, operand))
  if (!isNumber(current))
    throw serverError(14, 'TypeMismatch', `can't apply ${name} to '${shown}': its value ${JSON.stringify(current)} is no number`)
  setAt(document, path, compute(current, operand))
}

const NUMBER_CLASSES = new Set(['Int32', 'Double', 'Long', 'Decimal128'])

function isNumber(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return NUMBER_CLASSES.has(bsonType(value) ?? '')
  return typeof value === 'number' || typeof value === 'bigint'
}

function keepIf(document: Doc, path: Path, operand: unknown, better: (order: number) => boolean): void {
  const current = valueAt(document, path)
  if (current === undefined || better(compareValues(operand, current))) setAt(document, path, copyValue(operand))
}

function bit(document: Doc, path: Path, operand: unknown, shown: string): void {
  const operations = { and, or, xor }
  if (!isDocument(operand)) throw badValue(`the operand of $bit on '${shown}' must be { and, or, xor: number }`)
  for (const [name, mask] of Object.entries(operand)) {
    if (!(name === 'and' || name === 'or' || name === 'xor')) throw badValue(`$bit on '${shown}' knows and, or, xor, not ${name}`)
    setAt(document, path, operations[name](valueAt(document, path) ?? 0, mask))
  }
}

function rename(document: Doc, path: Path, operand: unknown, shown: string): void {
  if (typeof operand !== 'string' || operand === shown) throw badValue(`$rename of '${shown}' needs another path`)
  const value = valueAt(document, path)
  if (value === undefined) return
  unsetAt(document, path)
  setAt(document, operand.split('.'), value)
}

function now(operand: unknown): unknown {
  const kind = isDocument(operand) ? operand.$type : 'date'
  if (kind === 'date') return new Date()
  if (kind === 'timestamp') return new mongoose.mongo.Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 })
  throw badValue(`$currentDate knows the types date and timestamp, not ${String(kind)}`)
}
