/** In pages there are no BSON classes: what comes over a wire is plain (design.md, law 13), and a driver of MongoDB doesn't run there. */
export const BSON_CLASSES = {}
export const BSON_PARTS = {}

export function bsonType(): undefined {
  return undefined
}

export function exactOf(value: unknown): unknown {
  return value
}
