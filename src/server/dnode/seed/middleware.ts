/** A dnode connection as middleware gets it: one of the `dnode` package, or of `serveDnode`. */
export interface DnodeConnection {
  on(event: string, listener: (...args: never[]) => void): unknown
  emit(event: string, ...args: unknown[]): unknown
  end(): void
  /** Takes one decoded line. */
  handle(row: unknown): void
  /** Where `dnode.listen` has put the socket. */
  readonly stream?: unknown
  readonly opts?: { readonly emit?: string }
}

/** What a middleware offers to the other side. */
export type DnodeMethods = Record<string, (...args: unknown[]) => void>

/** Gives one connection its methods; `remote` has those of the other side once it has told them. */
export type DnodeMiddleware = (remote: object, connection: DnodeConnection) => DnodeMethods

/**
 * One middleware of several, for one connection. Where two offer a method of the same name, the later one's counts. A middleware of the old
 * kind, which sets its methods on `this`, is taken too.
 *
 * ```ts
 * dnode.listen(compose(pubsub(), crud({ database })), { weak: false }) // or serveDnode(compose(…), { server })
 * ```
 */
export function compose(...middlewares: readonly DnodeMiddleware[]): DnodeMiddleware {
  return (remote, connection) => {
    const methods: DnodeMethods = {}
    for (const middleware of middlewares) {
      const own: unknown = middleware.call(methods, remote, connection)
      if (typeof own === 'object' && own !== null && own !== methods) Object.assign(methods, own)
    }
    return methods
  }
}
