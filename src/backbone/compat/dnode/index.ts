export type { ClientMiddleware, MiddlewareOptions } from './client.js'
export type { ClientConnection, ConnectOptions } from './connect-client.js'
export {
  connectClient,
  DnodeCollection,
  type DnodeCollectionClass,
  DnodeModel,
  type DnodeModelClass,
  install,
  middleware,
  sync,
} from './default-client.js'
export { DnodeClient, type Extendable } from './dnode-client.js'
export type { ClientMethods } from './link.js'
export type { CrudOptions, CrudSync, SortDirection, Sorting, CanSubscribe, Subscribed, SubscribeOptions } from './options.js'
export type { Syncable } from './syncable.js'
