import { Strophe } from 'strophe.js'
import { ArgumentError } from '../../errors.js'
import { atom, connectXmpp, jsonContainer, jsonEntry, rawElement, type XmppCodec } from '../../streams/transports/xmpp/index.js'
import { UsageError } from './cli-errors.js'
import type { CommandInput } from './command.js'
import type { Connected, Item } from './connect.js'
import { findService } from './host-meta.js'
import { findPassword } from './password.js'
import type { Terminal } from './terminal.js'
import type { XmppAddress } from './xmpp-address.js'

const codecs: Readonly<Record<string, XmppCodec<Item>>> = {
  json: jsonEntry(),
  container: jsonContainer(),
  atom: atom(),
  xml: rawElement as unknown as XmppCodec<Item>,
}

/** Connects to the account and the node of an address. */
export async function connectToNode(address: XmppAddress, node: string, input: CommandInput, terminal: Terminal): Promise<Connected> {
  const { jid, domain } = address
  const codec = codecs[input.text('codec') ?? 'json']
  if (codec === undefined) throw new UsageError(`--codec must be one of ${Object.keys(codecs).join(', ')}, not ${input.text('codec')!}`)
  quieten()
  const pubsub = address.service ?? input.text('pubsub')
  const service = input.text('service') ?? (await findService(domain))
  const password = jid.includes('@') ? await findPassword(jid, input.text('password-file')) : ''
  try {
    const transport = connectXmpp({
      service,
      jid,
      password,
      ...(pubsub !== undefined && { pubsub }),
      onBadItem: ({ node: from, id, error }) => {
        terminal.note(`rachis: ${from}: ${id === undefined ? 'something' : JSON.stringify(id)} was left out: ${error.message}`)
      },
    })
    return { transport, node: transport.node<Item>(node, { codec }) }
  } catch (cause) {
    throw cause instanceof ArgumentError ? new UsageError(cause.message, { cause }) : cause
  }
}

/** strophe tells the console what it does, step by step; here that is where events go. */
function quieten(): void {
  const library = Strophe as { setLogLevel(level: number): void; readonly LogLevel: { readonly FATAL: number } }
  library.setLogLevel(library.LogLevel.FATAL)
}
