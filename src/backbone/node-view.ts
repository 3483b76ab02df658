import type { Observable, Subscription } from 'rxjs'
import type { FeedEvent, Key } from '../streams/event.js'
import type { FeedNode } from '../streams/node.js'
import { equalValues } from '../streams/query.js'
import { write } from './attributes.js'
import { bindWith, type BindOptions } from './bind.js'
import type { FoldHooks } from './fold-options.js'
import type { Folder } from './folder.js'
import { Gate } from './gate.js'
import { type AnyCollection, type AnyModel, partsOf } from './internals.js'

/** Attributes that were set on the client and have no answer yet. */
export interface PendingWrite {
  readonly key: Key
  readonly model: AnyModel
  /** What was set; `undefined` for an attribute unset. */
  readonly values: Readonly<Record<string, unknown>>
  /** What the model had before, where the feed doesn't know better. */
  readonly before: Readonly<Record<string, unknown>>
}

/** An item being created. */
export interface PendingCreate {
  readonly model: AnyModel
  /** `undefined` where the node chooses. */
  readonly key: Key | undefined
  readonly values: Readonly<Record<string, unknown>>
  answer: Promise<Key>
  destroyed: boolean
  release(): void
}

type Values = Record<string, unknown>

/**
 * A collection's side of a node: what the feed says, under what was written here and isn't answered. It decides for the fold what of
 * an item is shown, and takes back what was refused.
 */
export class NodeView<T extends object> implements FoldHooks<T> {
  private readonly writes = new Set<PendingWrite>()
  private readonly creates = new Set<PendingCreate>()
  private readonly destroys = new Set<Key>()
  private readonly gate = new Gate<T>()
  private folder: Folder<T> | undefined
  private subscription: Subscription | undefined
  /** Resolves at the first commit, or when following ends before that; rejects if the feed fails before that. */
  ready: Promise<void> = Promise.resolve()

  constructor(private readonly collection: AnyCollection) {
    // A model without id is never asked to be deleted: Backbone only says that it is destroyed.
    collection.on('destroy', (model: AnyModel) => {
      const create = this.createOf(model)
      if (create !== undefined) create.destroyed = true
    })
  }

  get isLive(): boolean {
    return this.subscription?.closed === false
  }

  /** Follows `feed` until `stop` or the end of the feed. */
  start(feed: Observable<FeedEvent<T>>, options: BindOptions): void {
    this.stop()
    const { folder, subscription, ready } = bindWith<T>(this.gate.through(feed), this.collection, { snapshot: 'set', ...options }, this)
    this.folder = folder
    this.subscription = subscription
    this.ready = ready
  }

  stop(): void {
    this.subscription?.unsubscribe()
    this.subscription = undefined
    this.folder = undefined
  }

  /** The newest item under `key`, if the feed has it. */
  item(key: Key): T | undefined {
    return this.folder?.rows.get(key)?.item
  }

  items(): (readonly [Key, T])[] {
    return this.folder === undefined ? [] : [...this.folder.rows].map(([key, { item }]) => [key, item] as const)
  }

  /** The newest item with what was written to it since. */
  base(key: Key): Values | undefined {
    const item: object | undefined = this.item(key) ?? this.findCreate((create) => create.key === key)?.values
    if (item === undefined) return undefined
    const base: Values = { ...item }
    for (const write of this.writes) if (write.key === key) Object.assign(base, write.values)
    return base
  }

  begin(write: PendingWrite): void {
    this.writes.add(write)
  }

  end(write: PendingWrite): void {
    this.writes.delete(write)
  }

  /** Takes back what of a refused write still stands: neither changed since nor written again. */
  undo(write: PendingWrite): void {
    this.end(write)
    takeBack(write, this.item(write.key), this.masked(write.key))
  }

  /** Expects the echo of what `send` sends, which may come before that returns. */
  beginCreate(begun: Pick<PendingCreate, 'model' | 'key' | 'values'>, send: () => Promise<Key>): PendingCreate {
    const release = begun.key === undefined ? this.gate.hold() : (): void => undefined
    const create: PendingCreate = { ...begun, answer: unsent, destroyed: false, release }
    this.creates.add(create)
    create.answer = send()
    return create
  }

  createOf(model: AnyModel): PendingCreate | undefined {
    return this.findCreate((create) => create.model === model)
  }

  /** The item is there under `key`: its model is the one that was made here, even if the node chose another key than it was asked to. */
  endCreate(create: PendingCreate, key: Key): void {
    this.creates.delete(create)
    if (key === create.key) return
    const row = this.folder?.rows.get(key)
    if (row?.model === undefined || row.model === create.model || !partsOf(this.collection).get(create.model)) return
    const echo = row.model
    row.model = create.model
    partsOf(this.collection).remove([echo], {})
  }

  undoCreate(create: PendingCreate): void {
    this.creates.delete(create)
    const { model } = create
    const parts = partsOf(this.collection)
    if (!model.isNew() || parts.get(model) !== model) return
    // The collection will no longer hear its model, but is to hear this.
    model.once('error', (...parameters: unknown[]) => {
      if (parts.get(model) !== model) parts.trigger('error', ...parameters)
    })
    parts.remove([model], {})
  }

  beginDestroy(key: Key): void {
    this.destroys.add(key)
  }

  endDestroy(key: Key): void {
    this.destroys.delete(key)
  }

  /** Puts a model back whose item the node kept; takes one away that only waited for the node. */
  undoDestroy(key: Key, model: AnyModel, index: number): void {
    this.destroys.delete(key)
    const parts = partsOf(this.collection)
    const item = this.item(key)
    const isGone = this.isLive && item === undefined
    if (parts.get(model) === model) {
      if (isGone) parts.remove([model], {})
      return
    }
    if (isGone) return
    if (item !== undefined) setOrUnset(model, item as Values)
    parts.add(model, this.collection.comparator ? {} : { at: Math.max(index, 0) })
    const row = this.folder?.rows.get(key)
    if (row !== undefined) row.model = model
  }

  adopt(key: Key): AnyModel | undefined {
    return this.findCreate((create) => create.key === key && !create.destroyed)?.model
  }

  masked(key: Key): ReadonlySet<string> | undefined {
    let names: Set<string> | undefined
    for (const write of this.writes) {
      if (write.key === key) for (const name of Object.keys(write.values)) (names ??= new Set()).add(name)
    }
    return names
  }

  hidden(key: Key): boolean {
    return this.destroys.has(key) || this.findCreate((create) => create.key === key && create.destroyed) !== undefined
  }

  kept(): AnyModel[] {
    return [...this.creates].map(({ model }) => model).filter((model) => partsOf(this.collection).get(model) === model)
  }

  private findCreate(test: (create: PendingCreate) => boolean): PendingCreate | undefined {
    for (const create of this.creates) if (test(create)) return create
    return undefined
  }
}

const unsent = new Promise<never>(() => undefined)

/** Gives a model back what it had, or what `item` has, under what it was given since and still has. */
export function takeBack({ model, values, before }: PendingWrite, item?: object, masked?: ReadonlySet<string>): void {
  const restored: Values = {}
  for (const [name, value] of Object.entries(values)) {
    if (masked?.has(name) !== true && equalValues((model.attributes as Values)[name], value))
      restored[name] = ((item ?? before) as Values)[name]
  }
  setOrUnset(model, restored)
}

function setOrUnset(model: AnyModel, values: Readonly<Values>): void {
  const names = Object.keys(values)
  if (names.length > 0) write(model, { values, gone: names.filter((name) => values[name] === undefined) }, {})
}

const views = new WeakMap<AnyCollection, NodeView<never>>()

/** The view of a collection; there is one as soon as something is written or read through it. */
export function viewOf<T extends object>(collection: AnyCollection): NodeView<T> {
  let view = views.get(collection) as unknown as NodeView<T> | undefined
  if (view === undefined) {
    view = new NodeView<T>(collection)
    views.set(collection, view as unknown as NodeView<never>)
  }
  return view
}

/** Whatever may have a node: a property or a method of that name, on a model or else on its collection. */
export interface NodeOwner<T extends object = object> {
  readonly node?: FeedNode<T> | (() => FeedNode<T> | undefined) | undefined
  readonly collection?: NodeOwner<T> | undefined
}

/** The node of a model or a collection, if it has one. */
export function nodeOf<T extends object>(owner: NodeOwner<T>): FeedNode<T> | undefined {
  const { node } = owner
  const own = typeof node === 'function' ? node.call(owner) : node
  return own ?? (owner.collection === undefined ? undefined : nodeOf(owner.collection))
}
