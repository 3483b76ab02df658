import { override } from './override.js'
import type { StropheProtocol, StropheRequest } from './strophe-connection.js'

/**
 * Why the last attempt to reach the server failed, as far as Node knows it: strophe doesn't tell. What undoes its overrides is added to `undo`. `undefined` in pages.
 */
export const followCauses: ((protocol: StropheProtocol, undo: (() => void)[]) => () => string | undefined) | undefined = (
  protocol,
  undo,
) => {
  let cause: string | undefined
  const over = <K extends keyof StropheProtocol>(name: K, make: (original: StropheProtocol[K]) => StropheProtocol[K]): void => {
    if (protocol[name]) undo.push(override(protocol, name, make))
  }
  over('_connect', (original) => (...args) => {
    cause = undefined
    original.apply(protocol, args)
  })
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
