import type { Key } from '../event.js'
import type { FieldOf } from './read.js'

/** What rows are joined by: equal as keys of a Map are. Null and undefined match nothing. */
export type JoinKey = string | number | boolean | bigint | null | undefined

/** What a join key is read by: the name of a field that can be one, or a pure function. */
export type JoinRead<T> = FieldOf<T, JoinKey> | ((item: T, id: Key) => JoinKey)

/** The type of the key that is read. */
type KeyRead<T, By> = By extends keyof T ? T[By] : By extends (...args: never[]) => infer K ? K : never

/** `Q`, unless no key of the left could ever equal one of the right. */
export type Matching<T, R, L, Q> = [NonNullable<KeyRead<T, L>> & NonNullable<KeyRead<R, Q>>] extends [never] ? never : Q

/** By what two feeds are joined: fields or functions whose keys can be equal. */
export interface JoinKeys<T, R, L, Q> {
  readonly left: L
  readonly right: Q & Matching<T, R, L, Q>
}

/** How two feeds are joined: `T` and `R` are their items, `I` and `J` their ids, as `select` gets them. */
export interface JoinOptions<T, R, L, Q, U, I = Key, J = Key> extends JoinKeys<NonNullable<T>, NonNullable<R>, L, Q> {
  /** Makes the row. Must be pure. Default: `{ left, right }`. */
  readonly select?: (left: T, right: R, leftId: I, rightId: J) => U
}

/** A row of a join without `select`. */
export interface JoinRow<T, R> {
  readonly left: T
  readonly right: R
}
