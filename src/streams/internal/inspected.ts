/** Lets Node print objects of a class as their `toJSON` tells them. */
export function printAsJSON(prototype: { toJSON(): object }): void {
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: typeof prototype) {
      return this.toJSON()
    },
  })
}
