import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, basename } from 'node:path'
import { Store } from './store.js'
import type { StoreLocation } from './uri.js'

interface Shared {
  readonly store: Promise<Store>
  users: number
}

/** The data folders that this process has open, by path: one even if the package is loaded twice, as LMDB's files must be opened once. */
const REGISTRY = Symbol.for('rachis.embedded.stores')
const registry = globalThis as unknown as Record<symbol, Map<string, Shared> | undefined>
const closing = new Map<string, Promise<void>>()

/** Opens a data folder, or shares it with its other users in this process (whose options then hold). */
export async function acquireStore(location: StoreLocation): Promise<Store> {
  if (location.folder === undefined) return Store.open(location)
  const path = canonical(location.folder)
  await closing.get(path)
  const stores = (registry[REGISTRY] ??= new Map<string, Shared>())
  let shared = stores.get(path)
  if (shared === undefined) stores.set(path, (shared = { store: Store.open({ ...location, folder: path }), users: 0 }))
  shared.users++
  try {
    return await shared.store
  } catch (error) {
    stores.delete(path)
    throw error
  }
}

/** Gives a store back; the last user closes it. */
export async function releaseStore(store: Store): Promise<void> {
  const path = store.environment.folder
  const shared = registry[REGISTRY]?.get(path)
  if (shared !== undefined && --shared.users > 0) return
  registry[REGISTRY]?.delete(path)
  const closed = store.close().finally(() => closing.delete(path))
  closing.set(path, closed)
  await closed
}

function canonical(folder: string): string {
  return existsSync(folder) ? realpathSync(folder) : join(canonical(dirname(folder)), basename(folder))
}
