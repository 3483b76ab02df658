import { ArgumentError } from '../../errors.js'
import type { Key } from '../event.js'

/** Throws `ArgumentError` unless it `holds`: what must be, and what was `found`. */
export function must(holds: boolean, what: string, found: unknown): asserts holds {
  if (!holds) throw new ArgumentError(`${what}, not ${String(found)}`)
}

/** Throws `ArgumentError` if what was read as a key is no string. */
export function mustBeKey(key: unknown): asserts key is Key {
  must(typeof key === 'string', 'a key must be a string', typeof key)
}
