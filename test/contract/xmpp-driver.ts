import '../services/quiet-strophe.js'
import { ValidationError } from '../../src/errors.js'
import type { FeedNode, NodeOptions } from '../../src/streams/node.js'
import type { ContractNote, ContractServer, TransportDriver } from '../../src/streams/testing/index.js'
import type { XmppCodec } from '../../src/streams/transports/xmpp/codecs/codec.js'
import { jsonEntry } from '../../src/streams/transports/xmpp/codecs/json-codecs.js'
import { connectXmpp, type XmppOptions, type XmppTransport } from '../../src/streams/transports/xmpp/transport.js'
import type { XmppServer } from '../services/xmpp-server.js'
import type { XmppAccount, XmppSession } from '../services/xmpp-session.js'
import { openProxy } from './cut-proxy.js'

const json = jsonEntry<ContractNote>()

/** No XMPP server looks into items: what is acceptable is for the codec to say. */
const codec: XmppCodec<ContractNote> = {
  ...json,
  encode: (note) => {
    if (!note.title) throw new ValidationError('a note needs a title', { title: 'is empty' })
    return json.encode(note)
  },
}

/** Cases on one running server, in each of which `notes` is new and `sealed` the operator's; `start` may be called when `prepare` is done. */
export class XmppCases implements TransportDriver {
  readonly pageOrder = 'arrival'
  private account: XmppAccount | undefined
  private witness: XmppSession | undefined

  constructor(
    private readonly server: () => XmppServer,
    private readonly over: 'ws' | 'bosh',
    private readonly options: Partial<XmppOptions> = {},
  ) {}

  async prepare(name: string): Promise<void> {
    const server = this.server()
    this.account = await server.user(name)
    this.witness = await server.session(this.account)
    await this.owner(`<create node='notes'/>`)
  }

  readonly start = async (): Promise<ContractServer> => {
    const { account, options, over } = this
    const server = this.server()
    await this.deleteNotes()
    await this.owner(`<create node='notes'/>`)
    const proxy = await openProxy(server.port)
    const url = over === 'ws' ? server.wsUrl : server.boshUrl
    const dial = (steady: boolean): XmppTransport =>
      connectXmpp({
        service: steady ? url : url.replace(`:${server.port}`, `:${proxy.port}`),
        ...account!,
        pubsub: server.pubsub,
        backoff: { base: 1, max: 20 },
        // ejabberd 23.01 sometimes leaves each resumption of a stream that was just cut without an answer: a new stream comes before the contract's patience ends.
        timeout: 3_000,
        ...options,
      })
    return {
      transport: ({ steady = false } = {}) => withCodec(dial(steady)),
      outage: () => {
        proxy.cut()
        return Promise.resolve(() => {
          proxy.mend()
          return Promise.resolve()
        })
      },
      stop: () => proxy.close(),
    }
  }

  async end(): Promise<void> {
    await this.deleteNotes()
    await this.witness?.close()
  }

  private async deleteNotes(): Promise<void> {
    const pubsub = `<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><delete node='notes'/></pubsub>`
    await this.witness!.iq('set', this.server().pubsub, pubsub)
  }

  private owner(request: string): Promise<string> {
    return this.witness!.iq('set', this.server().pubsub, `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${request}</pubsub>`)
  }
}

function withCodec(transport: XmppTransport): XmppTransport {
  const node = transport.node.bind(transport)
  return Object.assign(transport, {
    node: <T extends object>(name: string, options: NodeOptions = {}): FeedNode<T> =>
      node<T>(name, { ...options, codec: codec as unknown as XmppCodec<T> }),
  })
}
