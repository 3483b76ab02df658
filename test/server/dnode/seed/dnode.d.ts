declare module 'dnode' {
  import type { Server } from 'node:net'
  import type { Duplex } from 'node:stream'
  export interface Dnode extends Duplex {
    readonly proto: { readonly callbacks: { readonly local: readonly unknown[]; readonly remote: Readonly<Record<number, unknown>> } }
    handle(row: unknown): void
    listen(port: number, host?: string): Server
  }
  const dnode: (cons: object, options: { readonly weak: false }) => Dnode
  // eslint-disable-next-line no-restricted-syntax -- so it is
  export default dnode
}
