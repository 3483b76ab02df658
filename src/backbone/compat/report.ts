import { config } from 'rxjs'

/** Reports what a callback of the application threw, as rxjs does: nobody up the stack could handle it. */
export function report(error: unknown): void {
  setTimeout(() => {
    if (config.onUnhandledError === null) throw error
    config.onUnhandledError(error)
  })
}

/** Runs a callback of the application; what it throws is reported. What isn't a function isn't run. */
export function attempt(callback: unknown, ...args: readonly unknown[]): void {
  if (typeof callback !== 'function') return
  try {
    Reflect.apply(callback, undefined, args)
  } catch (error) {
    report(error)
  }
}
