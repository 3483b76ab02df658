/** What a value is read from an item by: the name of a field, or a pure function. */
export type Read<T, V> = (keyof T & string) | ((item: T) => V)

/** The function that reads. */
export function reader<T, V>(read: Read<T, V>): (item: T) => V {
  return typeof read === 'function' ? read : (item) => item[read] as V
}
