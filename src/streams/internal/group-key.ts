import type { Key } from '../event.js'
import { type Read, reader } from './read.js'

/** What items are grouped by. */
export type GroupKey = string | number | bigint | boolean | null | undefined

/** Reads the key of an item's group: a string, or `undefined` if it belongs to none. */
export function groupKeyOf<T>(read: Read<T, GroupKey>): (item: T) => Key | undefined {
  const key = reader<T, GroupKey>(read)
  return (item) => {
    const value = key(item)
    return value === undefined || value === null ? undefined : String(value)
  }
}
