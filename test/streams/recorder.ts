import type { Observable, Subscription } from 'rxjs'
import type { FeedEvent } from '../../src/streams/index.js'

/** What a feed has sent, in words: `+a` publish, `~a` change, `-a` retract, `R` reset, `.` commit, `|` completion, `!` error. */
export interface Recorder {
  /** Everything since the last call. */
  take(): string
  readonly errors: readonly unknown[]
  readonly subscription: Subscription
}

/** Subscribes and records. */
export function record(feed: Observable<FeedEvent<unknown>>): Recorder {
  let text: string[] = []
  const errors: unknown[] = []
  const subscription = feed.subscribe({
    next: (event) => text.push(word(event)),
    error: (error) => {
      errors.push(error)
      text.push('!')
    },
    complete: () => text.push('|'),
  })
  return {
    take() {
      const taken = text.join(' ')
      text = []
      return taken
    },
    errors,
    subscription,
  }
}

function word(event: FeedEvent<unknown>): string {
  const { at = -1, from = -1 } = event as { readonly at?: number; readonly from?: number }
  const place = `${from >= 0 ? `<${from}` : ''}${at >= 0 ? `>${at}` : ''}`
  switch (event.type) {
    case 'publish':
      return `+${event.id}${place}`
    case 'change':
      return `~${event.id}${place}`
    case 'retract':
      return `-${event.id}${place}`
    case 'reset':
      return 'R'
    case 'commit':
      return '.'
  }
}
