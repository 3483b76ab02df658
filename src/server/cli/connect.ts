import type { FeedNode, Transport } from '../../streams/node.js'
import { connectDnode } from '../../streams/transports/dnode/index.js'
import { UsageError } from './cli-errors.js'
import type { CommandInput, Flag } from './command.js'
import { defaultPort } from './default-port.js'
import { withPeers } from './peers.js'
import type { Terminal } from './terminal.js'
import { isXmppAddress, readXmppAddress } from './xmpp-address.js'

/** An item as the command line has it. */
export type Item = Readonly<Record<string, unknown>>

/** A node, and the transport that has it, which is the caller's to close. */
export interface Connected {
  readonly transport: Transport
  readonly node: FeedNode<Item>
}

/** The flags that are only of use with XMPP. */
const xmppFlags = {
  service: {
    value: 'URL',
    help: 'XMPP: its WebSocket (wss:, ws:) or BOSH (https:, http:); by default what the domain says in its host-meta',
  },
  pubsub: { value: 'JID', help: 'XMPP: the service that has the node (default pubsub.DOMAIN), or whose account' },
  codec: { value: 'NAME', help: 'XMPP: how items are written: json (default), container (XEP-0335), atom or xml' },
  'password-file': { value: 'FILE', help: 'XMPP: its first line is the password (default RACHIS_PASSWORD, or else it is asked for)' },
} as const satisfies Record<string, Flag>

/** The flags of a command that connects to a server. */
export const connectionFlags = {
  url: { value: 'URL', help: `the server: ws://, wss://, tcp://, or xmpp://ACCOUNT (default ws://localhost:${defaultPort})` },
  ...xmppFlags,
} as const satisfies Record<string, Flag>

/**
 * Connects to the server that `--url` names, or to that of a node whose name is a whole address of XMPP; `http:` and `https:` stand for the WebSocket there. Rejects with
 * `UsageError`, `MissingPeerError`, or `ConnectionError` where an XMPP service can't be found.
 */
export async function connect(name: string, input: CommandInput, terminal: Terminal): Promise<Connected> {
  const url = input.text('url') ?? `ws://localhost:${defaultPort}`
  const given = [name, url].find(isXmppAddress)
  if (given !== undefined) return toXmpp(given, name, input, terminal)
  const extra = Object.keys(xmppFlags).find((flag) => input.has(flag))
  if (extra !== undefined) throw new UsageError(`--${extra} is for XMPP, and ${url} is not`)
  if (!/^(ws|wss|http|https|tcp):\/\/./.test(url) || !URL.canParse(url))
    throw new UsageError(`--url must begin with ws://, wss://, http://, https://, tcp:// or xmpp://, not ${JSON.stringify(url)}`)
  const transport = connectDnode({ url: url.replace(/^http/, 'ws') })
  return { transport, node: transport.node<Item>(name) }
}

async function toXmpp(given: string, name: string, input: CommandInput, terminal: Terminal): Promise<Connected> {
  if (given === name && input.has('url')) throw new UsageError(`--url and ${name} exclude each other`)
  const address = readXmppAddress(given)
  if (address.service !== undefined && input.has('pubsub')) throw new UsageError(`--pubsub and ${given} exclude each other`)
  const node = given === name ? address.node : name
  if (node === undefined) throw new UsageError(`${given} names no node: say xmpp://ACCOUNT/NODE`)
  if (given !== name && address.node !== undefined) throw new UsageError(`--url ${given} names another node than ${name}: leave it out`)
  // Only now: others need no strophe.js.
  const { connectToNode } = await withPeers(() => import('./connect-xmpp.js'), 'strophe.js @xmldom/xmldom')
  return connectToNode(address, node, input, terminal)
}
