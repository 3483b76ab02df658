/** What a mirror of a node is told about it. */
export interface MirrorOptions {
  readonly service: string
  readonly node: string
  readonly diff: boolean
  /** `false`: events come to whoever is present (PEP), nobody subscribes. */
  readonly subscribe: boolean
  /** Milliseconds between two readings of everything; 0 for none. */
  readonly refresh: number
  /** More items than this are not kept by the server: what it drops without a word is found by reading everything. */
  readonly maxItems: number
  readonly online: () => boolean
  readonly closed: () => boolean
  /** Rejects if there is no node; creates it where that was asked for. */
  readonly ensure: () => Promise<void>
  /** There is no such node. */
  readonly forget: () => void
}
