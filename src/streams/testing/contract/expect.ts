import { describeCause } from '../../../errors.js'
import { equalValues } from '../../query.js'

/** Throws unless both are the same by value. */
export function expectEqual(found: unknown, wanted: unknown): void {
  if (!equalValues(found, wanted)) throw new Error(`expected ${text(wanted)}, found ${text(found)}`)
}

/** Throws unless both are one object. */
export function expectSame(found: unknown, wanted: unknown): void {
  if (found !== wanted) throw new Error(`expected the very object ${text(wanted)}, found another: ${text(found)}`)
}

/** Throws unless `holds`; `claim` says what was to hold. */
export function expectThat(holds: boolean, claim: string): asserts holds {
  if (!holds) throw new Error(`expected that ${claim}`)
}

type ErrorClass<E extends Error> = abstract new (...args: never[]) => E

/** Throws unless `error` is of `type`, and as `suits` wants it. */
export function expectError<E extends Error>(error: unknown, type: ErrorClass<E>, suits: (error: E) => boolean = () => true): void {
  const found = error instanceof Error ? `${error.name}: ${error.message}` : text(error)
  if (!(error instanceof type)) throw new Error(`expected the error to be a ${type.name}, found ${found}`, { cause: error })
  if (!suits(error)) throw new Error(`the ${type.name} doesn't say what it should: ${found}`, { cause: error })
}

/** Throws unless `promise` is rejected with an error of `type`, as `suits` wants it. */
export async function expectRejection<E extends Error>(
  promise: Promise<unknown>,
  type: ErrorClass<E>,
  suits?: (error: E) => boolean,
): Promise<void> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`expected a ${type.name}, but the call resolved to ${text(outcome.value)}`)
  expectError(outcome.error, type, suits)
}

/** A value to be read in a message; whatever it is, it has a text. */
export function text(value: unknown): string {
  try {
    return value === undefined ? 'undefined' : JSON.stringify(value)
  } catch (cause) {
    return `a value that has no JSON (${describeCause(cause)})`
  }
}
