/** Of bson a page may at most have ids: their text. */
export const encodeBson: (value: object) => unknown = String
