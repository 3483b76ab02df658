/**
 * Every error of Rachis: one root, and one subclass for each decision a caller can make.
 * `code` is stable and travels over the wire; the message says what was attempted, on what, why it failed and what to do.
 */
export abstract class RachisError extends Error {
  /** Stable, machine-readable reason, e.g. `'denied'` or `'query.operator'`. */
  abstract readonly code: string

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = new.target.name
  }
}

/** The caller passed something that can never work: fix the call. */
export class ArgumentError extends RachisError {
  readonly code: string = 'argument'
}

/** The query is not one that this feed can run: fix the query. `path` points into it. */
export class QueryError extends RachisError {
  readonly code: string = 'query'
  constructor(
    message: string,
    readonly path: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** The rules or the credentials don't allow it: authenticate again, or give up. */
export class DeniedError extends RachisError {
  readonly code: string = 'denied'
}

/** The node, the channel or the item isn't there. */
export class MissingError extends RachisError {
  readonly code: string = 'not-found'
}

/** Another item stands in the way (an id or a unique value taken): choose another value. */
export class ConflictError extends RachisError {
  readonly code: string = 'conflict'
  constructor(
    message: string,
    readonly keyValue?: Readonly<Record<string, unknown>>,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** The item itself is not acceptable: correct the named fields. */
export class ValidationError extends RachisError {
  readonly code: string = 'validation'
  constructor(
    message: string,
    /** What is wrong, by path into the item. */
    readonly fields: Readonly<Record<string, string>> = {},
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** Something is larger, deeper or more than the other side accepts: send less. */
export class LimitError extends RachisError {
  readonly code: string = 'limit'
  constructor(
    message: string,
    /** Name of the limit, e.g. `'frameBytes'`. */
    readonly limit: string,
    readonly allowed?: number,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** The other side broke the protocol or speaks another version of it. */
export class ProtocolError extends RachisError {
  readonly code: string = 'protocol'
}

/** The connection went away: try again. With `outcomeUnknown` the request may have been carried out. */
export class ConnectionError extends RachisError {
  readonly code: string = 'connection'
  constructor(
    message: string,
    readonly outcomeUnknown: boolean = false,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

/** The store can't be used as it is: damaged, locked by another process, or out of space. */
export class StoreError extends RachisError {
  readonly code: string = 'store'
}

/** A function that the user gave to an operator threw; the feed has ended. */
export class OperatorError extends RachisError {
  readonly code: string = 'operator'
  constructor(
    /** The operator that called the function. */
    readonly operator: string,
    /** The key of the item at hand, if there was one. */
    readonly id: string | undefined,
    cause: unknown,
  ) {
    super(`${operator}: the given function threw${id === undefined ? '' : ` for item ${JSON.stringify(id)}`}: ${describeCause(cause)}`, {
      cause,
    })
  }
}

/** The error of an operator whose given function threw `cause`. */
export function operatorError(operator: string, id: string | undefined, cause: unknown): OperatorError {
  return cause instanceof OperatorError ? cause : new OperatorError(operator, id, cause)
}

/** A law of the event algebra was broken (thrown by `checkLaws`). */
export class LawError extends RachisError {
  readonly code: string = 'law'
  constructor(
    readonly law: number,
    message: string,
  ) {
    super(`law ${law}: ${message}`)
  }
}

/** A transport breaks a promise of its contract, or no longer does and is said to (thrown by the cases of `transportContract`). */
export class ContractError extends RachisError {
  readonly code: string = 'contract'
  constructor(
    /** The name of the case. */
    readonly promise: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(`${promise}: ${message}`, options)
  }
}

/** An optional peer dependency is not installed. */
export class MissingPeerError extends RachisError {
  readonly code: string = 'missing-peer'
}

/** An error as it was told by the other side, with a code that this version doesn't know. */
export class RemoteError extends RachisError {
  readonly code: string
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The text of a thrown value, whatever it is. */
export function describeCause(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
