import { ConnectionError } from '../../../errors.js'

export type Outcome = { readonly value: unknown } | { readonly error: unknown }

/**
 * A write that is begun once, however often it is called: what was begun goes on over a stream that is resumed, and begins again on the next stream only if
 * nothing of it went out. Resolves to its outcome.
 */
export function onceOnly(write: () => Promise<unknown>, online: () => Promise<unknown>): () => Promise<Outcome> {
  let outcome: Promise<Outcome> | undefined
  const attempt = async (): Promise<Outcome> => {
    for (;;) {
      try {
        return { value: await write() }
      } catch (error) {
        if (!(error instanceof ConnectionError) || error.outcomeUnknown) return { error }
        await online()
      }
    }
  }
  return () => (outcome ??= attempt())
}
