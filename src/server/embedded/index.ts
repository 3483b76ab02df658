export type { ChangeOperation, ChangeRecord } from './changelog.js'
export { embedded, type MongooseDriver } from './driver.js'
export { embeddedStore, type EmbeddedStore, type StoreSnapshot, type StoreTransaction } from './embedded-store.js'
