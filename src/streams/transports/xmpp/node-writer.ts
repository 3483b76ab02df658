import { ConflictError, ConnectionError, MissingError, ProtocolError } from '../../../errors.js'
import type { Key } from '../../event.js'
import { equalValues } from '../../query.js'
import { AskedOnceAConnection } from './asked-once.js'
import { serialize } from './builder.js'
import type { XmppCodec } from './codecs/codec.js'
import type { ItemReader } from './item-reader.js'
import type { NodeMirror } from './node-mirror.js'
import { type Payload, publishRequest, retractRequest } from './pubsub-requests.js'
import type { FormFields } from './data-form.js'
import { discoInfoRequest, parseDiscoInfo } from './disco.js'
import { formTypes } from './namespaces.js'
import { parsePublished } from './pubsub-results.js'
import type { XmppSession } from './session.js'
import { passes } from './stanza-error.js'
import { Watch } from './watch.js'

export interface WriterOptions<T extends object> {
  readonly service: string
  readonly node: string
  readonly codec: XmppCodec<T>
  readonly publishOptions: FormFields | undefined
  /** Milliseconds to wait for the echo of a write before the item is read instead. */
  readonly echo: number
}

/** A payload, and what it will be read as. */
export interface Encoded<T> {
  readonly payload: Element
  readonly item: T
}

/**
 * The writes of a node, each sent once: what is on its way when a connection is lost for good rejects with `ConnectionError`, its outcome unknown. Writes under one id
 * are carried out in the order of their calls; what takes two steps holds up those that follow.
 */
export class NodeWriter<T extends object> {
  /** By id, the last write of several steps that is not done. */
  private readonly lanes = new Map<Key, Promise<unknown>>()
  private readonly permits: AskedOnceAConnection<void>

  constructor(
    private readonly session: XmppSession,
    private readonly reader: ItemReader<T>,
    private readonly mirror: NodeMirror<T>,
    private readonly options: WriterOptions<T>,
  ) {
    this.permits = new AskedOnceAConnection(session)
  }

  /** As it is at this moment. Throws what the codec throws. */
  encode(item: T): Encoded<T> {
    const { codec } = this.options
    const payload = elementOf(codec.encode(item))
    // In what strophe builds namespaces are attributes: what readers get is parsed.
    const read = new DOMParser().parseFromString(serialize(payload), 'text/xml').documentElement
    return { payload, item: codec.decode(read) }
  }

  /**
   * Asks what must be known before anything is published, once a connection: a service that doesn't know publish-options publishes without them, whoever may read it then.
   * Every write of the node waits for it, so that none overtakes another; who `publishes` rejects if it may not.
   */
  async permit(publishes: boolean): Promise<void> {
    const { service, publishOptions } = this.options
    if (!publishOptions) return
    const ask = async (): Promise<void> => {
      const { features } = parseDiscoInfo(await this.session.request(discoInfoRequest(service), `asking ${service} for publish-options`))
      if (!features.has(formTypes.publishOptions)) throw new MissingError(`${service} has no publish-options: nothing was published`)
    }
    try {
      await this.first(this.permits.get(service, ask))
    } catch (error) {
      if (publishes) throw error
    }
  }

  async publish(id: Key, encoded: Encoded<T>): Promise<void> {
    await this.after(id, () => this.put(id, encoded))
  }

  /** The server chooses the id. */
  async add(encoded: Encoded<T>): Promise<Key> {
    const id = parsePublished(await this.send(undefined, encoded))
    if (id === undefined) throw new ProtocolError(`publishing to ${this.options.node}: the server doesn't tell the id`)
    if (!this.mirror.has(id)) await this.heard(new Watch<T>(id, (found) => found !== undefined), () => Promise.resolve())
    return id
  }

  /** XMPP can't create only: it is looked whether the id is taken. */
  create(id: Key, encoded: Encoded<T>): Promise<void> {
    return this.alone(id, async () => {
      if (await this.first(this.reader.has(id))) throw new ConflictError(`publish: the id ${JSON.stringify(id)} is taken`, { id })
      await this.put(id, encoded)
    })
  }

  /** Reads, changes and publishes: XMPP has no compare-and-set. */
  patch(id: Key, set: Partial<T>, unset: readonly string[]): Promise<void> {
    return this.alone(id, async () => {
      const before = (await this.first(this.reader.some([id])))[0]?.[1]
      if (!before) throw new MissingError(`patch: there is no item ${JSON.stringify(id)}`)
      const next = { ...before, ...set } as Record<string, unknown>
      for (const field of unset) Reflect.deleteProperty(next, field)
      const others = await this.put(id, this.encode(next as T))
      const written = new Set([...Object.keys(set), ...unset])
      for (const other of others) this.refuseLoss(id, before, other, written)
    })
  }

  retract(id: Key): Promise<void> {
    const { service, node } = this.options
    return this.after(id, async () => {
      await this.heard(new Watch<T>(id, (item) => item === undefined), async () => {
        await this.session.request(retractRequest(service, node, id, true), `retracting ${JSON.stringify(id)} from ${node}`)
      })
    })
  }

  /** Returns what others wrote under the id between the call and the echo. */
  private put(id: Key, encoded: Encoded<T>): Promise<readonly (T | undefined)[]> {
    const watch = new Watch<T>(id, (found) => found !== undefined && this.isSame(found, encoded))
    return this.heard(watch, async () => {
      await this.send(id, encoded)
    })
  }

  private send(id: Key | undefined, { payload }: Encoded<T>): Promise<Element> {
    const { service, node, publishOptions } = this.options
    return this.session.request(publishRequest(service, node, id, payload, publishOptions), `publishing ${JSON.stringify(id)} to ${node}`)
  }

  /** Also an item to which reading has added something that is not written. */
  private isSame(found: T, { item, payload }: Encoded<T>): boolean {
    if (equalValues(found, item)) return true
    try {
      return serialize(this.encode(found).payload) === serialize(payload)
    } catch {
      // What others write need not be what the codec can write.
      return false
    }
  }

  /** Done when the server has done it and the feeds have it. */
  private async heard(watch: Watch<T>, send: () => Promise<void>): Promise<readonly (T | undefined)[]> {
    this.mirror.watches.add(watch)
    try {
      await send()
      // It is done: what can't be read now is the affair of the feeds.
      while (this.mirror.active && !(await watch.echo(this.options.echo)) && !(await this.readAgain(watch.id)));
    } finally {
      this.mirror.watches.remove(watch)
    }
    return watch.others
  }

  /** `false` if it has to be tried again. */
  private async readAgain(id: Key): Promise<boolean> {
    try {
      return await this.mirror.reload([id])
    } catch (error) {
      return !passes(error)
    }
  }

  private refuseLoss(id: Key, before: T, other: T | undefined, written: ReadonlySet<string>): void {
    if (!other) return
    const [was, is] = [before, other] as unknown as readonly Readonly<Record<string, unknown>>[]
    const lost = Object.keys({ ...was, ...is }).filter((field) => !written.has(field) && !equalValues(was![field], is![field]))
    if (lost.length === 0) return
    throw new ConflictError(
      `patch: another client changed ${lost.join(', ')} of ${JSON.stringify(id)} at the same time, which was written over; patch again`,
      Object.fromEntries([['id', id], ...lost.map((field) => [field, is![field]] as const)]),
    )
  }

  /** What is read before anything is written. */
  private async first<R>(read: Promise<R>): Promise<R> {
    try {
      return await read
    } catch (error) {
      // The whole write can be tried again.
      throw error instanceof ConnectionError ? new ConnectionError(error.message, false, { cause: error }) : error
    }
  }

  private after<R>(id: Key, write: () => Promise<R>): Promise<R> {
    return this.lanes.get(id)?.then(write) ?? write()
  }

  private alone(id: Key, write: () => Promise<void>): Promise<void> {
    const done = this.after(id, write)
    const lane = done.catch(() => undefined)
    this.lanes.set(id, lane)
    void lane.then(() => {
      if (this.lanes.get(id) === lane) this.lanes.delete(id)
    })
    return done
  }
}

function elementOf(payload: Payload): Element {
  return 'tree' in payload ? payload.tree() : payload
}
