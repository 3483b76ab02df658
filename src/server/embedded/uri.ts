import { resolve } from 'node:path'
import { ArgumentError } from '../../errors.js'

/** What an `embedded:` URI asks for. */
export interface StoreLocation {
  /** Absolute path of the data folder; `undefined` for a store in memory. */
  readonly folder: string | undefined
  /**
   * When a write is acknowledged: `process`: once it survives the death of the process (kill -9), a power failure may cost the last second
   * or damage the folder; `disk`: once it is on the disk (an fsync a commit).
   */
  readonly durability: 'process' | 'disk'
  /** How many changes the change log keeps at most. */
  readonly changeLog: number
  readonly database: string
}

const DEFAULT_CHANGE_LOG = 100_000

/**
 * Reads `embedded:FOLDER?durability=process|disk&changeLog=N`; without a folder the store is in memory. Throws `ArgumentError`.
 *
 * ```ts
 * parseUri('embedded:./data?durability=disk').durability // 'disk'
 * ```
 */
export function parseUri(uri: string, database = 'test'): StoreLocation {
  const match = /^embedded:(\/\/(?=\/|$))?([^?]*)(?:\?(.*))?$/s.exec(uri)
  if (match === null || match[2]!.startsWith('//')) {
    throw new ArgumentError(
      `can't connect to ${JSON.stringify(uri)}: the embedded driver takes 'embedded:./folder' or 'embedded:' (in memory)`,
    )
  }
  const path = decode(match[2]!, uri)
  let durability: StoreLocation['durability'] = 'process'
  let changeLog = DEFAULT_CHANGE_LOG
  for (const [name, value] of new URLSearchParams(match[3] ?? '')) {
    if (name === 'durability' && (value === 'process' || value === 'disk')) durability = value
    else if (name === 'changeLog' && /^[1-9]\d{0,9}$/.test(value)) changeLog = Number(value)
    else {
      const known = "durability ('process' or 'disk') and changeLog (a number of at least 1)"
      throw new ArgumentError(`can't connect to ${JSON.stringify(uri)}: ${name}=${value} is not an option of it; there are ${known}`)
    }
  }
  return { folder: path === '' ? undefined : resolve(path), durability, changeLog, database }
}

function decode(path: string, uri: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw new ArgumentError(`can't connect to ${JSON.stringify(uri)}: its path is not percent-encoded correctly; write % as %25`, { cause })
  }
}
