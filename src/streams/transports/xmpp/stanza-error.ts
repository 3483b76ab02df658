import {
  ConflictError,
  ConnectionError,
  DeniedError,
  LimitError,
  MissingError,
  type RachisError,
  RemoteError,
  ValidationError,
} from '../../../errors.js'
import { attributeOf, childOf, childrenOf, textOf } from './dom.js'
import { ns } from './namespaces.js'

const types = ['auth', 'cancel', 'continue', 'modify', 'wait'] as const

/** What RFC 6120 §8.3.2 advises to do about an error. */
export type StanzaErrorType = (typeof types)[number]

/** What an error stanza says; the `cause` of the errors that requests reject with. */
export class StanzaError extends Error {
  constructor(
    /** The condition of RFC 6120 §8.3.3, e.g. `'item-not-found'`. */
    readonly condition: string,
    /** The condition of the application, e.g. `'precondition-not-met'` (XEP-0060 §16.4). */
    readonly application: string | undefined,
    /** What the server says to a human. */
    readonly text: string | undefined,
    readonly errorType: StanzaErrorType | undefined,
    /** Who says so, if not the one that was asked. */
    readonly by: string | undefined,
    /** The feature that is missing, with the condition `unsupported`. */
    readonly feature: string | undefined,
  ) {
    super([condition, application && `(${application}${feature ? `: ${feature}` : ''})`, text && `“${text}”`].filter(Boolean).join(' '))
    this.name = 'StanzaError'
  }
}

/** Reads any stanza; where there is nothing to read the condition is `undefined-condition`. */
export function parseStanzaError(stanza: Element): StanzaError {
  const error = childOf(stanza, 'error') ?? stanza
  let condition: Element | undefined
  let application: Element | undefined
  let text: string | undefined
  // By namespace: servers send them in any order.
  for (const el of childrenOf(error)) {
    if (el.namespaceURI !== ns.stanzas) application = error === stanza ? undefined : (application ?? el)
    else if (el.localName === 'text') text ??= textOf(el).slice(0, 500) || undefined
    else condition ??= el
  }
  return new StanzaError(
    condition?.localName ?? 'undefined-condition',
    application?.localName,
    text,
    types.find((type) => type === error.getAttribute('type')),
    attributeOf(error, 'by'),
    application && attributeOf(application, 'feature'),
  )
}

type Kind = 'denied' | 'missing' | 'connection' | 'conflict' | 'validation' | 'limit'

const kinds = new Map<string, Kind>(
  Object.entries({
    denied:
      'forbidden not-authorized not-allowed registration-required subscription-required payment-required closed-node ' +
      'presence-subscription-required not-in-roster-group pending-subscription item-forbidden insufficient-privileges',
    missing:
      'item-not-found gone service-unavailable feature-not-implemented remote-server-not-found unsupported not-subscribed unsupported-access-model',
    connection: 'remote-server-timeout recipient-unavailable internal-server-error',
    conflict: 'conflict precondition-not-met',
    validation:
      'bad-request not-acceptable jid-malformed invalid-jid invalid-options invalid-payload invalid-subid item-required jid-required ' +
      'nodeid-required payload-required subid-required configuration-required',
    limit: 'policy-violation resource-constraint max-items-exceeded max-nodes-exceeded payload-too-big too-many-subscriptions',
  }).flatMap(([kind, conditions]) => conditions.split(' ').map((condition): [string, Kind] => [condition, kind as Kind])),
)

/** The error with which a request rejects that was answered by `stanza`; its `cause` is the `StanzaError`. `what` was attempted, on what. */
export function stanzaRejection(what: string, stanza: Element): RachisError {
  const cause = parseStanzaError(stanza)
  const { condition, application, errorType } = cause
  const message = `${what}: ${cause.message}`
  const options = { cause }
  const named = application && kinds.get(application)
  const kind = kinds.get(condition)
  // What a server asks to wait for is no fault of the request, except that it was too much, or what is named: ejabberd tells who isn't subscribed to wait.
  switch (named ?? (errorType === 'wait' && kind !== 'limit' ? 'connection' : kind)) {
    case 'denied':
      return new DeniedError(message, options)
    case 'missing':
      return new MissingError(message, options)
    case 'connection':
      return new ConnectionError(message, false, options)
    case 'conflict':
      return new ConflictError(message, undefined, options)
    case 'validation':
      return new ValidationError(message, undefined, options)
    case 'limit':
      return new LimitError(message, application ?? condition, undefined, options)
    default:
      return new RemoteError(condition, message, options)
  }
}

/** What passes by itself: there was no answer, or the server is busy and asks to wait (RFC 6120 §8.3.2). */
export function passes(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof LimitError && (error.cause as StanzaError | undefined)?.errorType === 'wait')
}
