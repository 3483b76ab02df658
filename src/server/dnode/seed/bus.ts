import type { Observable } from 'rxjs'
import type { SeedEvent } from './seed-event.js'

/** How a server's channels stand to those of other processes. */
export type PubsubStatus =
  /** There is no Redis: this process alone. */
  | { readonly state: 'alone' }
  /** Redis has not answered yet. */
  | { readonly state: 'connecting' }
  /** `processes`: how many share the channels, this one included. */
  | { readonly state: 'online'; readonly since: Date; readonly processes: number }
  /** Redis doesn't answer: events reach the clients of this process at once, those of others when it is back. */
  | { readonly state: 'away'; readonly since: Date; readonly reason: string }
  | { readonly state: 'closed' }

/** What a bus brings. */
export interface BusListener {
  /** An event for the clients of this process, each once. */
  deliver(event: SeedEvent): void
  /** Another process has so many clients on a channel. */
  counted(url: string, process: string, count: number): void
  /** Another process says all its counts anew, from `begin` to `end`. */
  countedAnew(process: string, part: 'begin' | 'end'): void
  /** Another process is gone, with all its clients. */
  lost(process: string): void
  /** Events of others may not have come. */
  missed(): void
  /** The channels with clients of this process. */
  urls(): Iterable<string>
  /** How many clients of this process a channel has. */
  own(url: string): number
}

/** What carries events and counts between processes. */
export interface Bus {
  readonly status$: Observable<PubsubStatus>
  /** This process has its first client on `url`; resolves when events come and the counts of the others are known, or can't be. */
  join(url: string): Promise<void>
  /** It has none any more. */
  leave(url: string): void
  /** Brings an event to the clients of all processes, also of this. */
  publish(event: SeedEvent): void
  /** The number of clients of this process has changed. */
  announce(url: string, count: number): void
  close(): Promise<void>
}
