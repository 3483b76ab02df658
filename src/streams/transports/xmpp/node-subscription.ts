import { DeniedError } from '../../../errors.js'
import { subscribeRequest, unsubscribeRequest } from './pubsub-requests.js'
import { parseSubscription } from './pubsub-results.js'
import type { XmppSession } from './session.js'

/** The subscription of one's full JID to a node: it delivers without presence, and dies with the stream. */
export class NodeSubscription {
  private subid: string | undefined
  private isAsked = false

  constructor(
    private readonly session: XmppSession,
    private readonly service: string,
    private readonly node: string,
  ) {}

  /** Subscribing again changes nothing. `false` if the node's owner has to agree first. */
  async begin(): Promise<boolean> {
    const { service, node, session } = this
    this.isAsked = true
    const answer = parseSubscription(await session.request(subscribeRequest(service, node, session.jid), `subscribing to ${node}`))
    this.subid = answer?.subid
    if (answer?.state === 'unconfigured') throw new DeniedError(`the subscription to ${node} needs to be configured`)
    return answer?.state !== 'pending'
  }

  /** If it was asked for. */
  end(): void {
    const { service, node, session, subid, isAsked } = this
    this.lose()
    if (isAsked) session.request(unsubscribeRequest(service, node, session.jid, subid), `unsubscribing from ${node}`).catch(() => undefined)
  }

  /** The server knows nothing of it any more. */
  lose(): void {
    this.subid = undefined
    this.isAsked = false
  }
}
