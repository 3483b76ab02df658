import { Strophe } from 'strophe.js'
import { ArgumentError, describeCause } from '../../../errors.js'
import { randomId } from '../../internal/random-id.js'
import { bareJid } from './jid.js'
import { nodeRequest } from './node-request.js'
import { override } from './override.js'
import type { RequestClass, StropheConnection } from './strophe-connection.js'
import { stropheStatus } from './strophe-status.js'

/** What is used of strophe, whose own declarations can't be resolved by a strict ESM project; looked up when it is used, as in the global script. */
const strophe = () =>
  Strophe as {
    readonly Connection: new (service: string, options: object) => StropheConnection & { maxRetries: number }
    readonly Request: RequestClass
  }

/** Makes one `Strophe.Connection` after another, each for one attempt: nothing of an old one, be it a queue, handlers or timers, gets into the next. */
export interface ConnectionMaker {
  /** Full, with the resource that is asked for. */
  readonly jid: string
  make(): StropheConnection
  /** The next one begins a new stream instead of resuming the last. */
  forget(): void
  /** The resource is another's: the next connection asks for a random one, as RFC 6120 §4.9.3.3 says. One that was random is kept: ejabberd says the same to who is kicked. */
  giveWay(): void
}

export interface MakerOptions {
  readonly service?: string
  readonly jid?: string
  readonly streamManagement?: boolean
}

/** Throws `ArgumentError` if it can't connect by these. */
export function connectionMaker({ service, jid, streamManagement = true }: MakerOptions): ConnectionMaker {
  if (service === undefined || jid === undefined) throw new ArgumentError('an XMPP session has a service and a jid, or a connection')
  const url = serviceUrl(service)
  if (!/^([^@/]+@)?[^@/]+(\/.+)?$/.test(jid)) throw new ArgumentError(`${JSON.stringify(jid)} is not a JID`)
  const storage = resumption()
  const options = streamManagement ? { enableStreamManagement: true, streamManagement: { storage } } : {}
  const chosen = jid.includes('/')
  const random = (): string => `${bareJid(jid)}/rachis-${randomId()}`
  let full = chosen ? jid : random()
  return {
    get jid() {
      return full
    },
    make: () => {
      const connection = new (strophe().Connection)(url, options)
      // A request that fails is sent once more, at once. What strophe would do after that takes half a minute, by timers that nobody can stop.
      connection.maxRetries = 1
      catchErrors(connection)
      return connection
    },
    forget: () => {
      storage.clear()
    },
    giveWay: () => {
      if (!chosen) return
      full = random()
      storage.clear()
    },
  }
}

/** What strophe throws at a broken message, or at the end of a challenge when the socket is gone, nobody could catch. */
function catchErrors(connection: StropheConnection): void {
  const { _proto: protocol } = connection
  const fail = (error: unknown): void => {
    connection._changeConnectStatus(stropheStatus.connfail, describeCause(error))
    connection._doDisconnect()
  }
  // Of a WebSocket two, of BOSH the last; what is another's is never called.
  for (const name of ['_onInitialMessage', '_onMessage', '_onRequestStateChange'] as const) {
    override(protocol, name, (original) => (...args) => {
      try {
        original!.apply(protocol, args)
      } catch (error) {
        fail(error)
      }
    })
  }
  override(connection, '_sasl_challenge_cb', (original) => async (challenge) => {
    try {
      return await original.call(connection, challenge)
    } catch (error) {
      fail(error)
      return false
    }
  })
}

function serviceUrl(service: string): string {
  let url: URL
  try {
    url = new URL(service, (globalThis as { location?: { href: string } }).location?.href)
  } catch (cause) {
    throw new ArgumentError(`${JSON.stringify(service)} is not a URL`, { cause })
  }
  if (!/^(ws|http)s?:$/.test(url.protocol)) throw new ArgumentError(`${service} is no address: it begins with ws:, wss:, http: or https:`)
  if (url.protocol.startsWith('http')) nodeRequest?.(strophe().Request)
  return url.href
}

interface StreamState {
  readonly id: string | null
  readonly resumeSupported: boolean
}

/** Where strophe keeps the state of the stream between connections. It gets back only what can be resumed: of anything else it would think that it is enabled. */
function resumption() {
  let state: StreamState | null = null
  return {
    load: () => (state?.id && state.resumeSupported ? state : null),
    save: (_key: string, saved: StreamState) => {
      state = saved
    },
    clear: () => {
      state = null
    },
  }
}
