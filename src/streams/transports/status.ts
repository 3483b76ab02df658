import { type Observable, ReplaySubject } from 'rxjs'
import type { TransportStatus } from '../node.js'

/** The present status, and the stream of it that `Transport.status$` is: it completes when the transport is closed. */
export class Status {
  readonly status$: Observable<TransportStatus>
  private readonly subject = new ReplaySubject<TransportStatus>(1)

  constructor(private present: TransportStatus) {
    this.status$ = this.subject.asObservable()
    this.subject.next(present)
  }

  get value(): TransportStatus {
    return this.present
  }

  next(status: TransportStatus): void {
    this.present = status
    this.subject.next(status)
    if (status.state === 'closed') this.subject.complete()
  }
}
