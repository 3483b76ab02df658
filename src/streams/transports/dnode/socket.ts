/** A connection of bytes or text, as this transport needs it. */
export interface Socket {
  /** Sends lines; what can't be sent any more is dropped. */
  send(text: string): void
  /** Ends it, without waiting for the other side; nothing is reported any more. */
  close(): void
}

/** What a socket reports: `opened` once, `received` any number of times, `ended` at most once and last. Never while it is being made. */
export interface SocketListener {
  opened(): void
  received(chunk: string | Uint8Array): void
  ended(reason: string): void
}

/** Begins to connect. */
export type OpenSocket = (listener: SocketListener) => Socket
