import { DeniedError, RachisError } from '../../../errors.js'
import type { Identity } from '../../hub/connection.js'
import type { Peer } from '../../hub/hub.js'

/** Says who brings these credentials, as that of a hub. Old clients bring none at first: `undefined`, with what the network knows of them. */
export type Authenticate<U> = (credentials: unknown, peer: Peer) => Identity<U> | Promise<Identity<U>>

/** Who one connection is. */
export class PeerIdentity<U> {
  private known: Identity<U> | undefined
  private asked: Promise<void> | undefined
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly check: Authenticate<U>,
    private readonly peer: Peer,
    private readonly report: (error: unknown) => void,
  ) {}

  /** The user, if there is one now. */
  get current(): Identity<U> | undefined {
    const { known } = this
    return known?.expires !== undefined && known.expires.getTime() <= Date.now() ? undefined : known
  }

  /** Rejects with `DeniedError`, or what the check says. */
  async user(): Promise<U> {
    await (this.asked ??= this.identify(undefined))
    const { current } = this
    if (current === undefined) throw new DeniedError('the credentials have expired: call authenticate again')
    return current.user
  }

  /** The connection is another user from now on, or the same again; if it is refused, nobody. */
  renew(credentials: unknown): Promise<void> {
    const before = this.asked?.catch(() => undefined)
    this.asked = Promise.resolve(before).then(() => this.identify(credentials))
    return this.asked
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  private async identify(credentials: unknown): Promise<void> {
    // Until it is known who it will be, it is who it was.
    let known: Identity<U> | undefined
    try {
      known = await this.check(credentials, this.peer)
    } catch (error) {
      if (error instanceof RachisError) throw error
      this.report(error)
      throw new DeniedError('the credentials are not accepted', { cause: error })
    } finally {
      this.known = known
      for (const listener of this.listeners) listener()
    }
  }
}
