import Backbone from 'backbone'
import { attempt } from '../report.js'

/** What operations return: a promise of jQuery where that is on the page, else one that has the same methods. Nobody needs to handle its rejection. */
export interface PubSubPromise<A extends readonly unknown[] = readonly unknown[]> {
  done(...callbacks: ((...results: A) => void)[]): this
  fail(...callbacks: ((error: unknown) => void)[]): this
  always(...callbacks: ((...outcome: unknown[]) => void)[]): this
  then<R = A[0], E = never>(
    done?: ((...results: A) => R | PromiseLike<R>) | null,
    failed?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): PubSubPromise<readonly [R | E]>
  catch<E>(failed: (error: unknown) => E | PromiseLike<E>): PubSubPromise<readonly [A[0] | E]>
  state(): 'pending' | 'resolved' | 'rejected'
}

interface Deferred<A extends readonly unknown[]> {
  resolve(...results: A): unknown
  reject(error: unknown): unknown
  promise(): PubSubPromise<A>
}

/** Gives out what `work` comes to: all of its results. */
export function answer<A extends readonly unknown[]>(work: Promise<A>): PubSubPromise<A> {
  const deferred = defer<A>()
  work.then(
    (results) => {
      attempt(() => deferred.resolve(...results))
    },
    (error: unknown) => {
      attempt(() => deferred.reject(error))
    },
  )
  return deferred.promise()
}

/** Fails at once. */
export function refusal<A extends readonly unknown[]>(error: unknown): PubSubPromise<A> {
  const deferred = defer<A>()
  deferred.reject(error)
  return deferred.promise()
}

/** All results of an operation, as one promise of the language. */
export function resultsOf<A extends readonly unknown[]>(promise: PubSubPromise<A>): Promise<A> {
  return new Promise((resolve, reject) => {
    promise
      .done((...results) => {
        resolve(results)
      })
      .fail(reject)
  })
}

function defer<A extends readonly unknown[]>(): Deferred<A> {
  const page = globalThis as { readonly jQuery?: unknown }
  for (const jQuery of [(Backbone as { readonly $?: unknown }).$, page.jQuery]) {
    // Its slim build has none.
    const { Deferred } = (jQuery ?? {}) as { readonly Deferred?: () => Deferred<A> }
    if (typeof Deferred === 'function') return Deferred()
  }
  return new PlainDeferred<A>()
}

class PlainDeferred<A extends readonly unknown[]> implements Deferred<A>, PubSubPromise<A> {
  private outcome: { readonly state: 'resolved' | 'rejected'; readonly values: readonly unknown[] } | undefined
  private readonly waiting: (() => void)[] = []

  resolve(...results: A): void {
    this.settle('resolved', results)
  }

  reject(error: unknown): void {
    this.settle('rejected', [error])
  }

  promise(): this {
    return this
  }

  state(): 'pending' | 'resolved' | 'rejected' {
    return this.outcome?.state ?? 'pending'
  }

  done(...callbacks: ((...results: A) => void)[]): this {
    return this.when(callbacks, 'resolved')
  }

  fail(...callbacks: ((error: unknown) => void)[]): this {
    return this.when(callbacks, 'rejected')
  }

  always(...callbacks: ((...outcome: unknown[]) => void)[]): this {
    return this.when(callbacks)
  }

  then<R = A[0], E = never>(
    done?: ((...results: A) => R | PromiseLike<R>) | null,
    failed?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): PubSubPromise<readonly [R | E]> {
    const next = new PlainDeferred<readonly [R | E]>()
    this.always(() => {
      const { state, values } = this.outcome!
      const callback: unknown = state === 'resolved' ? done : failed
      if (typeof callback !== 'function') next.settle(state, values)
      else {
        const run = async (): Promise<R | E> => (await Reflect.apply(callback, undefined, values)) as R | E
        Promise.resolve()
          .then(run)
          .then(
            (value) => {
              next.resolve(value)
            },
            (error: unknown) => {
              next.reject(error)
            },
          )
      }
    })
    return next
  }

  catch<E>(failed: (error: unknown) => E | PromiseLike<E>): PubSubPromise<readonly [A[0] | E]> {
    return this.then(null, failed)
  }

  private settle(state: 'resolved' | 'rejected', values: readonly unknown[]): void {
    if (this.outcome !== undefined) return
    this.outcome = { state, values }
    for (const job of this.waiting.splice(0)) job()
  }

  private when(callbacks: readonly unknown[], state?: 'resolved' | 'rejected'): this {
    const job = (): void => {
      const outcome = this.outcome!
      if (state === undefined || outcome.state === state) for (const callback of callbacks) attempt(callback, ...outcome.values)
    }
    if (this.outcome === undefined) this.waiting.push(job)
    else job()
    return this
  }
}
