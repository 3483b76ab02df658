/* eslint-disable @typescript-eslint/require-await -- the methods of MongoDB's driver answer with promises, failures included */
import type { Doc } from './codec.js'

/** What a cursor runs when it is first asked: everything at once, so that the answer is of one moment. */
export type CursorSource = (options: CursorOptions) => readonly Doc[] | Promise<readonly Doc[]>

export interface CursorOptions {
  readonly sort?: unknown
  readonly skip?: number
  readonly limit?: number
  readonly projection?: unknown
}

/** The part of the driver's cursors that Mongoose and applications use. */
export class EmbeddedCursor implements AsyncIterable<Doc> {
  closed = false
  private rest: Doc[] | undefined
  private transform: ((document: Doc) => Doc) | undefined

  constructor(
    private readonly source: CursorSource,
    private options: CursorOptions = {},
  ) {}

  sort(sort: unknown, direction?: unknown): this {
    return this.with({ sort: direction === undefined ? sort : [[sort, direction]] })
  }
  skip(skip: number): this {
    return this.with({ skip })
  }
  limit(limit: number): this {
    return this.with({ limit })
  }
  project(projection: unknown): this {
    return this.with({ projection })
  }
  map(transform: (document: Doc) => Doc): this {
    const earlier = this.transform
    this.transform = earlier === undefined ? transform : (document) => transform(earlier(document))
    return this
  }
  /** Everything is in this process: batches, flags, timeouts and preferences mean nothing here. */
  addCursorFlag(): this {
    return this
  }
  batchSize(): this {
    return this
  }

  async toArray(): Promise<Doc[]> {
    const rest = (await this.load()).reverse()
    await this.close()
    return this.transform === undefined ? rest : rest.map(this.transform)
  }

  async next(): Promise<Doc | null> {
    const rest = await this.load()
    const document = rest.pop()
    if (document === undefined) await this.close()
    return document === undefined ? null : this.transform === undefined ? document : this.transform(document)
  }

  async tryNext(): Promise<Doc | null> {
    return this.next()
  }

  async hasNext(): Promise<boolean> {
    return (await this.load()).length > 0
  }

  async forEach(visit: (document: Doc) => unknown): Promise<void> {
    for await (const document of this) if (visit(document) === false) return
  }

  async close(): Promise<void> {
    this.closed = true
    this.rest = []
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Doc> {
    try {
      for (let document = await this.next(); document !== null; document = await this.next()) yield document
    } finally {
      await this.close()
    }
  }

  private with(options: CursorOptions): this {
    this.options = { ...this.options, ...options }
    return this
  }

  /** Kept in reverse for `next`, which takes from the end. */
  private async load(): Promise<Doc[]> {
    if (this.closed) return []
    return (this.rest ??= [...(await this.source(this.options))].reverse())
  }
}
