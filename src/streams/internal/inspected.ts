/** By this name Node asks an object what to print. */
export const inspected: unique symbol = Symbol.for('nodejs.util.inspect.custom')
