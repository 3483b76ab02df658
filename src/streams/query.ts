/** Which items, in which order, how many of them and which of their fields. */
export interface Query<T> {
  readonly filter?: Filter<T>
  readonly sort?: Sort<T>
  readonly skip?: number
  readonly limit?: number
  readonly fields?: readonly string[]
}
export type Filter<T> = Readonly<Record<string, unknown>> & { readonly __item?: T }
export type Sort<T> = Readonly<Record<string, 1 | -1>> & { readonly __item?: T }
