import { ConnectionError, DeniedError, type RachisError } from '../../../errors.js'
import { childOf } from './dom.js'
import { stropheStatus } from './strophe-status.js'

/** Failures that another attempt may not meet: of SASL (RFC 6120 §6.5), or of what comes after it. */
const passing = ['temporary-auth-failure', 'aborted', undefined]

/** The server lets nobody in without a name. */
const nameless = 'x-strophe-bad-non-anon-jid'

/** The error of a connection that came to that status of strophe's, if it is one that ends it. */
export function connectionFailure(status: number, condition?: string | null, element?: Element | null): RachisError | undefined {
  const why = condition ? `: ${condition}` : ''
  switch (status) {
    case stropheStatus.authfail: {
      const failure = element?.localName === 'failure' ? (childOf(element)?.localName ?? 'not-authorized') : undefined
      // Without an element the server couldn't prove that it knows the password.
      const denied = !element || !passing.includes(failure)
      const reason = failure ?? condition ?? (element ? 'no resource could be bound' : 'the server and the password do not agree')
      return new (denied ? DeniedError : ConnectionError)(`signing in failed: ${reason}`)
    }
    case stropheStatus.connfail:
      return condition === nameless
        ? new DeniedError('signing in failed: the server wants a user')
        : new ConnectionError(`the connection failed${why}`)
    case stropheStatus.error:
      return new ConnectionError(`the server ended the stream${why}`)
    case stropheStatus.disconnected:
      return new ConnectionError(`the connection was lost${why}`)
    default:
      return undefined
  }
}
