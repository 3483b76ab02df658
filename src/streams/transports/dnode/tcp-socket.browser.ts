import { ArgumentError } from '../../../errors.js'

/** There is no TCP in a page. */
export function openTcpSocket(url: URL): never {
  throw new ArgumentError(`${url.href}: a page can connect to ws: and wss: URLs only`)
}
