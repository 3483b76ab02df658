import { inspect } from 'node:util'

/** A value in one line, as deep as it goes. */
export const show = (value: unknown): string => inspect(value, { depth: 20, breakLength: Infinity, compact: true })
