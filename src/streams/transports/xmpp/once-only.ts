import { filter, firstValueFrom, skip } from 'rxjs'
import { ConnectionError } from '../../../errors.js'
import type { Status } from '../status.js'
import { StanzaError } from './stanza-error.js'

export type Outcome = { readonly value: unknown } | { readonly error: unknown }

/**
 * A write that is begun once, however often it is called: what was begun goes on over a stream that is resumed, and begins again on the next connection only if
 * nothing of it went out. Resolves to its outcome.
 */
export function onceOnly(write: () => Promise<unknown>, status: Status): () => Promise<Outcome> {
  let outcome: Promise<Outcome> | undefined
  const attempt = async (): Promise<Outcome> => {
    for (;;) {
      const before = status.value
      try {
        return { value: await write() }
      } catch (error) {
        const stands = status.value === before
        // On a connection that stands it would be refused again, at once.
        if (!(error instanceof ConnectionError) || error.outcomeUnknown || (stands && wasAsked(error))) return { error }
        await firstValueFrom(
          status.status$.pipe(
            skip(stands ? 1 : 0),
            filter(({ state }) => state === 'online'),
          ),
        )
      }
    }
  }
  return () => (outcome ??= attempt())
}

/** The server was asked something: it has refused for now, or not answered in time. */
function wasAsked({ cause }: Error): boolean {
  return cause instanceof StanzaError || (cause instanceof ConnectionError && (cause.outcomeUnknown || wasAsked(cause)))
}
