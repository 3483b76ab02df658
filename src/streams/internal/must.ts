import { ArgumentError } from '../../errors.js'

/** Throws `ArgumentError` unless it `holds`: what must be, and what was `found`. */
export function must(holds: boolean, what: string, found: unknown): asserts holds {
  if (!holds) throw new ArgumentError(`${what}, not ${String(found)}`)
}
