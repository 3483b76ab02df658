import type { StropheProtocol, StropheRequest } from './strophe-connection.js'

/** Puts a method in front of strophe's, as long as it is followed. */
type Over = <K extends keyof StropheProtocol>(name: K, make: (original: StropheProtocol[K]) => StropheProtocol[K]) => void

/** Why the last attempt to reach the server failed, as far as Node knows it: strophe doesn't tell. `undefined` in pages. */
export const followCauses: ((protocol: StropheProtocol, over: Over) => () => string | undefined) | undefined = (protocol, over) => {
  let cause: string | undefined
  over('_connect', (original) => (...args) => {
    cause = undefined
    original.apply(protocol, args)
  })
  // Of a WebSocket, and of BOSH; what is another's is never called.
  over('_onError', (original) => (event) => {
    cause = event.message || undefined
    original!.call(protocol, event)
  })
  over('_onRequestStateChange', (original) => (...args) => {
    const { readyState, status, statusText } = (args[1] as StropheRequest).xhr
    if (readyState === 4) cause = status === 200 ? undefined : status ? `HTTP status ${status}` : statusText || undefined
    original!.apply(protocol, args)
  })
  return () => cause
}
