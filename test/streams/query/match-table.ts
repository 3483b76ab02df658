import { pathRows } from './match-paths.js'
import { valueRows } from './match-values.js'

/** A filter, the items that MongoDB's manual or matcher says it finds, and those that it doesn't. */
export interface MatchRow {
  readonly filter: object
  readonly finds: readonly object[]
  readonly leaves: readonly object[]
  readonly allowRegExp?: boolean
}

export const matchTable: Readonly<Record<string, readonly MatchRow[]>> = { ...valueRows, ...pathRows }
