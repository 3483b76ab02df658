declare module 'dnode/lib/dnode.js' {
  /** The part of dnode that is used: no sockets, no framing; objects in and out. */
  interface Dnode {
    readonly proto: {
      /** Calls a method by name, or a callback by number. */
      request(method: string | number, args: readonly unknown[]): void
      /** Tells the other side that its callback of that number is used up. */
      cull(id: number): void
      readonly callbacks: { readonly local: unknown[]; readonly remote: unknown[] }
    }
    handle(frame: object): void
    end(): void
    on(event: 'data', listener: (frame: object) => void): void
    on(event: 'fail' | 'error', listener: (error: Error) => void): void
  }
  interface DnodeOptions {
    readonly weak: false
    readonly emit: 'object'
    readonly proto?: { readonly wrap?: (callback: (...args: unknown[]) => void, id: number) => (...args: unknown[]) => void }
  }
  const dnode: new (methods: object, options: DnodeOptions) => Dnode
  export = dnode
}
