import { changeEvent, isPlaced, type ItemEvent, type Key, type OrderedItemEvent, publishEvent, retractEvent } from '../streams/event.js'
import { equalValues } from '../streams/query.js'
import { Attributes, type Update, write } from './attributes.js'
import { announce, type Commit, type ErrorSink } from './commit.js'
import { type AnyCollection, type AnyModel, type CollectionParts, isOriginal, partsOf, hasOriginal, type SetOptions } from './internals.js'
import { type FoldHooks, type FoldOptions, noHooks } from './fold-options.js'
import { appended, type Layout, ranked, unchanged } from './layout.js'
import { netEffect } from './net-effect.js'
import { OwnOrder } from './own-order.js'
import { placed, staysInPlace } from './placed-layout.js'
import { applyPlainly } from './plain-calls.js'
import { indexOfRanked, mayShift, type Ranking, rankingOf } from './ranking.js'
import { refill } from './refill.js'
import { Rows, type Snapshot } from './rows.js'
import { woven } from './woven-layout.js'

/**
 * Applies committed batches to one collection and keeps what that takes: the row of each key, whether the models are known to be
 * ranked, and the feed's own order where strangers stand among its models.
 */
export class Folder<T extends object> implements ErrorSink {
  readonly rows: Rows<T>
  readonly attributes: Attributes<T>
  private readonly parts: CollectionParts
  private readonly own: OwnOrder<T>
  private rankedBy: unknown
  private ranking: Ranking | undefined
  private isRanked = false
  private edits = 0
  private thrown: { readonly error: unknown } | undefined
  /** Begins to watch changes of models; needed only where they are ranked. */
  private watchRanks: (() => void) | undefined
  private readonly gone = new Map<Key, AnyModel>()
  private readonly adopted = new Set<Key>()
  /** The options of the commit at work: by them its own events are told from foreign ones. */
  private current: object | undefined

  constructor(
    readonly collection: AnyCollection,
    private readonly settings: FoldOptions = {},
    private readonly hooks: FoldHooks<T> = noHooks,
  ) {
    this.parts = partsOf(collection)
    this.rows = new Rows(collection)
    this.attributes = new Attributes(collection, hooks.masked?.bind(hooks))
    this.own = new OwnOrder(this.rows)
  }

  /** Watches for changes that others make, so that no commit needs to look for them. */
  listen(): void {
    const { collection, own, parts } = this
    /** `before` tells the list as it was before a foreign event of that name. */
    const watch = (name: string, before?: (model: AnyModel, options: SetOptions) => readonly AnyModel[]): void => {
      const heard = (...parameters: readonly unknown[]): void => {
        const options = (parameters.at(-1) ?? {}) as SetOptions
        if (options === this.current) return
        this.isRanked = false
        if (before !== undefined) own.diverge(before(parameters[0] as AnyModel, options))
      }
      collection.on(name, heard, this)
    }
    this.watchRanks = () => {
      watch('change')
      this.watchRanks = undefined
    }
    watch('sort')
    watch('add', () => parts.models)
    watch('remove', (model, { index = 0 }) => parts.models.toSpliced(index, 0, model))
    watch('reset', (_, { previousModels = [] }) => previousModels as AnyModel[])
  }

  /** Stops watching. */
  close(): void {
    this.watchRanks = undefined
    this.collection.off(null, null, this)
  }

  /** Makes a first snapshot the content: by Backbone's own `reset`, or by its `set`, which merges into what is there. O(n). */
  replace(snapshot: Snapshot<T>, how: 'reset' | 'set', ordered: boolean): void {
    const byPlace = this.goesByPlace(ordered)
    const options: SetOptions = { ...this.settings.setOptions, ...(byPlace && { sort: false }) }
    const each = this.attributes.parsesEach(options)
    const inputs: object[] = []
    const skipped = new Set<Key>()
    const kept = new Set(this.hooks.kept?.())
    for (const [key, { item }] of snapshot) {
      const source = this.hooks.source?.(item)
      const adopted = source ?? this.hooks.adopt?.(key, item)
      if (adopted !== undefined) {
        kept.delete(adopted)
        if (source === undefined) this.write(adopted, this.attributes.update(adopted, key, item, undefined, options), options)
      }
      const input = adopted ?? this.attributes.forMerge(key, item)
      const model = this.hooks.hidden?.(key) === true ? undefined : each ? this.make(key, input, options) : input
      if (model === undefined) skipped.add(key)
      else inputs.push(model)
    }
    for (const model of kept) inputs.push(model)
    const { collection, hooks, settings } = this
    const isPlain =
      how === 'reset' &&
      settings.setOptions === undefined &&
      hooks === noHooks &&
      isOriginal(collection) &&
      hasOriginal(collection, 'reset', 'modelId', 'get')
    const result: unknown = isPlain
      ? refill(collection, inputs, options)
      : this.parts[how](inputs, each ? { ...options, parse: false } : options)
    this.rows.take(snapshot, skipped, Array.isArray(result) ? result : [])
    this.own.forget()
    if (byPlace && this.parts.length !== snapshot.size) this.own.start([...snapshot.keys()])
    this.refreshRanking()
    this.isRanked = !byPlace && options.sort !== false
    this.rethrow()
  }

  /** Makes a later snapshot the content, by the minimal events. O(n). */
  sweep(snapshot: Snapshot<T>, ordered: boolean): void {
    const events: ItemEvent<T>[] = []
    for (const [key, { item }] of this.rows) if (!snapshot.has(key)) events.push(retractEvent(key, item))
    for (const [key, { item }] of snapshot) {
      const row = this.rows.get(key)
      if (row === undefined) events.push(publishEvent(key, item))
      else if (!equalValues(row.item, item)) events.push(changeEvent(key, item, row.item))
    }
    const byPlace = this.goesByPlace(ordered)
    if (byPlace) this.own.start([...snapshot.keys()])
    if (events.length > 0 || byPlace) this.applyAs(events, byPlace, byPlace)
  }

  /** Applies the item events of one commit at once. Throws the first error of a listener when all is done. */
  apply(events: readonly ItemEvent<T>[]): void {
    this.applyAs(events, this.goesByPlace(events.length > 0 && isPlaced(events[0]!)), false)
  }

  private applyAs(events: readonly ItemEvent<T>[], byPlace: boolean, orderKnown: boolean): void {
    const options: SetOptions = { ...this.settings.setOptions, add: true, remove: true, merge: true }
    this.current = options
    try {
      if (isOriginal(this.collection)) this.applyAtOnce(events, options, byPlace, orderKnown)
      else applyPlainly(this, events, options, byPlace && !orderKnown)
    } finally {
      this.current = undefined
      // Clearing makes a new table even where there is nothing.
      if (this.gone.size > 0) this.gone.clear()
      if (this.adopted.size > 0) this.adopted.clear()
    }
    this.rethrow()
  }

  private applyAtOnce(events: readonly ItemEvent<T>[], options: SetOptions, byPlace: boolean, orderKnown: boolean): void {
    const ranking = this.refreshRanking()
    const commit: Commit = {
      options,
      added: [],
      merged: [],
      removed: [],
      shifted: [],
      gone: this.gone,
      adopted: this.adopted,
      ranking: byPlace || options.sort === false ? undefined : ranking,
      sort: false,
      strange: false,
    }
    for (const event of netEffect(events)) {
      if (event.type === 'retract') this.retract(event.id, event.previous, commit)
      else this.put(event.id, event.item, event.type === 'change' ? event.previous : undefined, commit)
    }
    const layout = byPlace ? this.place(events as readonly OrderedItemEvent<T>[], commit, orderKnown) : this.rank(commit)
    announce(this.collection, layout, commit, this)
  }

  private put(key: Key, item: T, before: T | undefined, commit: Commit): void {
    const { options } = commit
    const row = this.rows.get(key)
    const previous = row?.item ?? before
    const source = this.hooks.source?.(item)
    const shown = this.rows.modelOf(key, item, row)
    if (source !== undefined && shown !== undefined && shown !== source) this.drop(key, shown, commit)
    const existing = source ?? shown ?? this.hooks.adopt?.(key, item)
    const update =
      existing === undefined || existing === source ? undefined : this.attributes.update(existing, key, item, previous, options)
    if (existing !== undefined && this.rows.holds(existing)) {
      if (before === undefined) {
        commit.adopted.add(key)
        commit.strange = true
        // Its item has another key now.
        const at = commit.removed.indexOf(existing)
        if (at >= 0) commit.removed.splice(at, 1)
      }
      this.rows.set(key, existing, item, row)
      this.merge(existing, update, commit)
      return
    }
    if (this.hooks.hidden?.(key) === true) {
      this.rows.set(key, row?.model, item, row)
      commit.strange = true
      return
    }
    if (update !== undefined) this.write(existing!, update, options)
    const model = this.make(key, existing ?? this.attributes.forNew(key, item), options)
    this.rows.set(key, model, item, row)
    if (model === undefined || before !== undefined) commit.strange = true
    if (model === undefined) return
    commit.added.push(model)
    this.parts._addReference(model, options)
  }

  private merge(model: AnyModel, update: Update | undefined, commit: Commit): void {
    const { ranking } = commit
    const known = ranking !== undefined && update !== undefined && this.isRanked && mayShift(model, update.values, ranking)
    const index = known ? indexOfRanked(this.parts.models, model, ranking) : -1
    if (update !== undefined) this.write(model, update, commit.options)
    commit.merged.push(model)
    if (ranking === undefined) return
    if (ranking.attribute === null ? model.hasChanged() : model.hasChanged(ranking.attribute)) commit.shifted.push({ model, index })
  }

  private retract(key: Key, previous: T, commit: Commit): void {
    const row = this.rows.get(key)
    const model = this.rows.modelOf(key, row?.item ?? previous, row)
    this.rows.delete(key)
    // A model being destroyed is removed by Backbone; one whose item only changed its key stays.
    if (model === undefined || this.hooks.hidden?.(key) === true || this.rows.get(String(model.id))?.model === model) {
      if (model !== undefined) commit.gone.set(key, model)
      commit.strange = true
    } else this.drop(key, model, commit)
  }

  private drop(key: Key, model: AnyModel, commit: Commit): void {
    commit.gone.set(key, model)
    commit.removed.push(model)
  }

  private rank(commit: Commit): Layout {
    const { ranking, added, shifted, removed } = commit
    if (added.length + removed.length + shifted.length === 0) return unchanged(this.parts.models)
    // Who only comes to the end moves nobody.
    const models = ranking === undefined && removed.length === 0 ? this.parts.models : this.edited()
    commit.sort = ranking !== undefined && added.length + shifted.length > 0
    if (ranking !== undefined && hasOriginal(this.collection, 'sort', 'sortBy')) {
      const layout = ranked(models, commit, shifted, ranking, this.isRanked)
      if (layout !== undefined) {
        this.isRanked = true
        return layout
      }
    }
    const layout = appended(models, commit)
    if (ranking === undefined) {
      if (added.length > 0) this.isRanked = false
      return layout
    }
    if (!commit.sort) return layout
    this.parts.models = layout.models
    this.parts.length = layout.models.length
    this.parts.sort({ silent: true })
    this.isRanked = hasOriginal(this.collection, 'sort', 'sortBy')
    return { ...layout, models: this.parts.models }
  }

  private place(events: readonly OrderedItemEvent<T>[], commit: Commit, orderKnown: boolean): Layout {
    const { models } = this.parts
    this.isRanked = false
    if (!this.own.isTracked && !commit.strange) {
      if (events.every(staysInPlace)) return unchanged(models)
      const layout = placed(this.edited(), events, commit, (key) => commit.gone.get(key) ?? this.rows.get(key)?.model)
      if (layout !== undefined) return layout
    }
    this.own.diverge(models, commit)
    if (!orderKnown) this.own.follow(events)
    const own = this.own.members()
    const layout = woven(models, commit, own)
    if (own.length === this.rows.size && own.length === layout.models.length) this.own.forget()
    return layout
  }

  /**
   * The list, to be edited in place. Now and then it is made anew: engines move the members of a young list as memory, and those of an old
   * one each by itself, ten times as slowly.
   */
  private edited(): AnyModel[] {
    const { parts } = this
    if (++this.edits * 256 > parts.length) {
      this.edits = 0
      parts.models = parts.models.slice()
    }
    return parts.models
  }

  private make(key: Key, input: object, options: SetOptions): AnyModel | undefined {
    try {
      return this.attributes.make(key, input, options)
    } catch (error) {
      this.note(error)
      return undefined
    }
  }

  private write(model: AnyModel, update: Update, options: SetOptions): void {
    try {
      write(model, update, options, this)
    } catch (error) {
      this.note(error)
    }
  }

  /** Keeps the first error, to be thrown when the commit is applied. */
  note(error: unknown): void {
    this.thrown ??= { error }
  }

  private rethrow(): void {
    const { thrown } = this
    this.thrown = undefined
    if (thrown !== undefined) throw thrown.error
  }

  private goesByPlace(ordered: boolean): boolean {
    return ordered && this.settings.order !== 'collection'
  }

  private refreshRanking(): Ranking | undefined {
    const { comparator } = this.parts
    if (comparator !== this.rankedBy) {
      this.rankedBy = comparator
      this.ranking = rankingOf(this.collection)
      this.isRanked = false
      if (this.ranking !== undefined) this.watchRanks?.()
    }
    return this.ranking
  }
}
