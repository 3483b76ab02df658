import { answerNode } from './seed-call.js'
import type { Authenticate } from './identity.js'
import type { DnodeMethods } from './middleware.js'
import type { SeedPeer } from './seed-peer.js'

/** Who the other side is; without `authenticate` nobody in particular. Rejects with `DeniedError`. */
export function userOf<U>(peer: SeedPeer, authenticate: Authenticate<U> | undefined): Promise<U> {
  return authenticate === undefined ? Promise.resolve(undefined as U) : peer.identity(authenticate).user()
}

/** The same if it is known now. */
export function currentUser<U>(peer: SeedPeer, authenticate: Authenticate<U> | undefined): { readonly user: U } | undefined {
  return authenticate === undefined ? { user: undefined as U } : peer.identity(authenticate).current
}

/** The method by which a client says who it is, where that matters. */
export function answerAuthenticate<U>(peer: SeedPeer, authenticate: Authenticate<U> | undefined): DnodeMethods {
  if (authenticate === undefined) return {}
  return {
    authenticate: (...args) => {
      answerNode(peer, args, async (credentials) => {
        await peer.identity(authenticate).renew(credentials)
        return {}
      })
    },
  }
}
