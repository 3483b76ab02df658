import { ConflictError, ConnectionError, DeniedError, MissingError } from '../../../errors.js'
import { AskedOnce } from './asked-once.js'
import { discoInfoRequest, parseDiscoInfo } from './disco.js'
import { configFields, type NodeConfig } from './node-config.js'
import { createRequest } from './pubsub-owner-requests.js'
import type { XmppSession } from './session.js'

/** Which nodes there are, asked once a stream. */
export class NodeRegister {
  private readonly answers = new AskedOnce<void>()

  constructor(private readonly session: XmppSession) {}

  /**
   * Resolves if the service has the node, or it could be created as `create` says; rejects with `MissingError` if it hasn't and nobody asked to create it. A node
   * of an account (PEP) comes into being with its first item.
   */
  ensure(service: string, node: string, create: boolean | NodeConfig | undefined): Promise<void> {
    if (!create && service.includes('@')) return Promise.resolve()
    return this.answers.get(keyOf(service, node), () => this.find(service, node, create))
  }

  /** A new stream. */
  clear(): void {
    this.answers.clear()
  }

  forget(service: string, node: string): void {
    this.answers.forget(keyOf(service, node))
  }

  private async find(service: string, node: string, create: boolean | NodeConfig | undefined): Promise<void> {
    try {
      if (await this.exists(service, node)) return
      if (!create) throw new MissingError(`${service} has no node ${JSON.stringify(node)}: create it, or give the node the option create`)
      await this.create(service, node, create === true ? undefined : create)
    } catch (error) {
      // Whether it was created doesn't matter: what was to be done with it has not begun.
      throw error instanceof ConnectionError ? new ConnectionError(error.message, false, { cause: error }) : error
    }
  }

  private async exists(service: string, node: string): Promise<boolean> {
    try {
      const { identities } = parseDiscoInfo(
        await this.session.request(discoInfoRequest(service, node), `looking for ${node} at ${service}`),
      )
      // ejabberd says of any node of an account that it belongs to one.
      return identities.some(({ category }) => category === 'pubsub')
    } catch (error) {
      // It is there if it may not be looked at.
      if (error instanceof DeniedError) return true
      if (error instanceof MissingError) return false
      throw error
    }
  }

  private async create(service: string, node: string, config: NodeConfig | undefined): Promise<void> {
    try {
      // Feeds read everything; of a large node the last item costs ejabberd most of a second, for each subscription.
      const fields = configFields({ sendLastPublishedItem: 'never', ...config })
      await this.session.request(createRequest(service, node, fields), `creating ${node} at ${service}`)
    } catch (error) {
      // Another was faster.
      if (!(error instanceof ConflictError)) throw error
    }
  }
}

function keyOf(service: string, node: string): string {
  return `${service}\n${node}`
}
