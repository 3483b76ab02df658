import type { SeedEvent } from './seed-event.js'

/** How the middlewares of one connection reach its channels; there is none where only `crud` is used. */
export interface Publisher {
  /** Whether the client may publish what is of `type` to `url`. Rejects with `DeniedError`. */
  admit(url: string, type: string | undefined): Promise<void>
  /** Tells the subscribers what the server has stored. */
  publish(event: SeedEvent): void
  /** Events are kept back while a document is created, so that its creator knows its id before it hears of it. */
  hold(): () => void
}
