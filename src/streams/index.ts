export {
  ArgumentError,
  ConflictError,
  ConnectionError,
  DeniedError,
  LawError,
  LimitError,
  MissingPeerError,
  MissingError,
  OperatorError,
  ProtocolError,
  QueryError,
  RachisError,
  RemoteError,
  StoreError,
  ValidationError,
} from '../errors.js'
export type { Cursor, Position } from './cursor.js'
export {
  applyEvent,
  type Change,
  changeEvent,
  type Commit,
  commitEvent,
  composeEvents,
  type Feed,
  type FeedEvent,
  invertEvent,
  type ItemEvent,
  type ItemOf,
  type Key,
  type OrderedChange,
  type OrderedEvent,
  type OrderedFeed,
  type OrderedItemEvent,
  type OrderedPublish,
  type OrderedRetract,
  type Publish,
  publishEvent,
  type Reset,
  resetEvent,
  type Retract,
  retractEvent,
} from './event.js'
export { feedOf, fromSnapshots } from './feed.js'
export type { FeedNode, Known, NodeOptions, Page, PageRange, Transport, TransportStatus } from './node.js'
export { type Accumulator, aggregate, type Aggregated, type Aggregator, type Aggregators } from './operators/aggregate.js'
export { asArray } from './operators/as-array.js'
export { asMap } from './operators/as-map.js'
export { conflate } from './operators/conflate.js'
export { countOf } from './operators/count-of.js'
export { diff, type DiffOptions } from './operators/diff.js'
export { fields } from './operators/fields.js'
export { item } from './operators/item.js'
export { type Comparator, type Order, orderBy } from './operators/order-by.js'
export { query } from './operators/query.js'
export { type EventItem, type EventOf, select, type SelectOptions } from './operators/select.js'
export { shareFeed } from './operators/share-feed.js'
export { type Range, slice } from './operators/slice.js'
export { sumOf } from './operators/sum-of.js'
export { except } from './operators/except.js'
export { intersect } from './operators/intersect.js'
export { mergeEach, type MergeOptions } from './operators/merge-each.js'
export { refreshOn } from './operators/refresh-on.js'
export { selectEach } from './operators/select-each.js'
export { switchFeed } from './operators/switch-feed.js'
export { whereEach } from './operators/where-each.js'
export { xor } from './operators/xor.js'
export { union, type UnionOptions } from './operators/union.js'
export { type Condition, type Predicate, where } from './operators/where.js'
export type { Filter, Query, Sort } from './query.js'
export { compileFilter, compileSort } from './query.js'
export { Source, type SourceTransaction } from './source.js'
