import mongoose from 'mongoose'

type Conditions = Readonly<Record<string, unknown>>

/**
 * A filter of ours as MongoDB has it: `$prefix` becomes an anchored regular expression, which an index serves, every character of the prefix
 * meaning itself; JavaScript's regular expressions keep the flags that have a meaning there.
 */
export function mongodbFilter(filter: Conditions): Record<string, unknown> {
  return translated(filter) as Record<string, unknown>
}

function translated(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(translated)
  if (value instanceof RegExp) return new mongoose.mongo.BSONRegExp(value.source, value.flags.replace(/[^ims]/g, ''))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  const { $prefix, $caseInsensitive, ...others } = value as Conditions
  const result: Record<string, unknown> = {}
  for (const [name, operand] of Object.entries(others)) result[name] = translated(operand)
  if (typeof $prefix !== 'string') return result
  return { ...result, $regex: `^${escaped($prefix)}`, $options: $caseInsensitive === true ? 'i' : '' }
}

/** A null byte can't stand in a regular expression as such. */
function escaped(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}/-]/g, '\\$&').replaceAll('\0', '\\x00')
}
