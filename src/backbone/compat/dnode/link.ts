/** What the server may be asked. */
export type RemoteMethod = 'create' | 'read' | 'update' | 'delete' | 'subscribe' | 'unsubscribe' | 'authenticate'

/** Who waits for the answer of a call: one of both is called, once. */
export interface Answer {
  done(...results: readonly unknown[]): void
  failed(error: unknown): void
}

/** A server that can be called. */
export interface Link {
  /** Whether it is asked to tell what others do. */
  readonly pubsub: boolean
  /** Calls a method; the last argument gets the callback `error` if it is an object, and the callback for the answer follows it. Never throws. */
  call(method: RemoteMethod, args: readonly unknown[], answer: Answer): void
}

/** What the server may call. */
export type ClientMethods = Readonly<Record<string, (...args: readonly unknown[]) => void>>

/** Who is told when a link comes and goes. */
export interface LinkListener {
  /** What the server may call on this link. */
  methods(link: Link): ClientMethods
  linkUp(link: Link): void
  linkDown(link: Link): void
}
