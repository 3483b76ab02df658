import type { Transport } from '../../streams/node.js'
import { connectDnode } from '../../streams/transports/dnode/index.js'
import { defaultPort } from './default-port.js'
import { UsageError } from './cli-errors.js'
import type { CommandInput } from './command.js'

/** Connects to the server that `--url` names; `http:` and `https:` stand for the WebSocket there. Throws `UsageError`. */
export function connect(input: CommandInput): Transport {
  const text = input.text('url') ?? `ws://localhost:${defaultPort}`
  if (!/^(ws|wss|http|https|tcp):\/\/./.test(text) || !URL.canParse(text))
    throw new UsageError(`--url must begin with ws://, wss://, http://, https:// or tcp://, not ${JSON.stringify(text)}`)
  return connectDnode({ url: text.replace(/^http/, 'ws') })
}
