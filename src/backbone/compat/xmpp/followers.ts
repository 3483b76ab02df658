import type { AnyCollection } from '../../internals.js'
import type { Follower } from './follower.js'

/** Who keeps which collection up to date. */
export const followers = new WeakMap<AnyCollection, Follower>()
