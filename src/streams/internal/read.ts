/** The names of the fields of `T` that hold a `V`. */
export type FieldOf<T, V> = { [K in keyof T & string]-?: T[K] extends V ? K : unknown extends T[K] ? K : never }[keyof T & string]

/** What a value is read from an item by: the name of a field that fits, or a pure function. */
export type Read<T, V> = FieldOf<NoInfer<T>, V> | ((item: T) => V)

/** The function that reads. */
export function reader<T, V>(read: Read<T, V>): (item: T) => V {
  return typeof read === 'function' ? read : (item) => item[read] as V
}
