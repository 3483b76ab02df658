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
export type { FeedNode, Known, NodeOptions, Page, PageRange, Transport, TransportStatus } from './node.js'
export type { Filter, Query, Sort } from './query.js'
export { compileFilter, compileSort } from './query.js'
export { Source, type SourceTransaction } from './source.js'
export { feedOf, fromSnapshots } from './feed.js'
export { type Condition, type Predicate, where } from './operators/where.js'
export { whereEach } from './operators/where-each.js'
export { distinctBy, type DistinctOptions } from './operators/distinct-by.js'
export { type EventItem, type EventOf, select, type SelectOptions } from './operators/select.js'
export { type ManyOptions, selectMany } from './operators/select-many.js'
export { selectEach } from './operators/select-each.js'
export { type AsyncOptions, selectAsync } from './operators/select-async.js'
export { fields } from './operators/fields.js'
export { rekey } from './operators/rekey.js'
export { type Comparator, type Order, orderBy, type OrderOptions } from './operators/order-by.js'
export { type Range, slice } from './operators/slice.js'
export { top } from './operators/top.js'
export { reverse } from './operators/reverse.js'
export { limitSize } from './operators/limit-size.js'
export { type Group, group } from './operators/group.js'
export { rollup, type RollupRow } from './operators/rollup.js'
export { union, type UnionOptions } from './operators/union.js'
export { intersect } from './operators/intersect.js'
export { except } from './operators/except.js'
export { xor } from './operators/xor.js'
export { switchFeed } from './operators/switch-feed.js'
export { mergeEach, type MergeOptions } from './operators/merge-each.js'
export { join, type JoinKey, type JoinKeys, type JoinOptions, type JoinRead, type JoinRow, type Matching } from './operators/join.js'
export { leftJoin } from './operators/left-join.js'
export { rightJoin } from './operators/right-join.js'
export { fullJoin } from './operators/full-join.js'
export { semiJoin } from './operators/semi-join.js'
export { antiJoin } from './operators/anti-join.js'
export { related, type RelatedOptions, type WithChildren } from './operators/related.js'
export { tree, type TreeNode, type TreeOptions } from './operators/tree.js'
export { type Accumulator, aggregate, type Aggregated, type Aggregator, type Aggregators } from './operators/aggregate.js'
export { countOf } from './operators/count-of.js'
export { sumOf } from './operators/sum-of.js'
export { avgOf } from './operators/avg-of.js'
export { minOf } from './operators/min-of.js'
export { maxOf } from './operators/max-of.js'
export { type DeviationOptions, stdDevOf } from './operators/std-dev-of.js'
export { everyOf } from './operators/every-of.js'
export { someOf } from './operators/some-of.js'
export { type Expiry, expireAfter, type ExpiryOptions } from './operators/expire-after.js'
export { conflate } from './operators/conflate.js'
export { refreshOn } from './operators/refresh-on.js'
export { shareFeed } from './operators/share-feed.js'
export { diff, type DiffOptions } from './operators/diff.js'
export { item } from './operators/item.js'
export { asMap } from './operators/as-map.js'
export { asArray } from './operators/as-array.js'
export { query } from './operators/query.js'
export { subscribeEach } from './operators/subscribe-each.js'
export { type EachHandlers, onEach } from './operators/on-each.js'
