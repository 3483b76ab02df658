import { firstValueFrom, Observable, Subject } from 'rxjs'
import type { TransportStatus } from '../node.js'

/** The present status, and the stream of it that `Transport.status$` is: it completes when the transport is closed. */
export class Status {
  readonly status$ = new Observable<TransportStatus>((out) => {
    out.next(this.present)
    return this.subject.subscribe(out)
  })
  private readonly subject = new Subject<TransportStatus>()

  constructor(private present: TransportStatus) {}

  get value(): TransportStatus {
    return this.present
  }

  /** The present status, or while that is `connecting` the next one that isn't. */
  settled(): Promise<TransportStatus> {
    const settled$ = new Observable<TransportStatus>((out) =>
      this.status$.subscribe((status) => {
        if (status.state !== 'connecting') out.next(status)
      }),
    )
    return firstValueFrom(settled$)
  }

  next(status: TransportStatus): void {
    this.present = status
    this.subject.next(status)
    if (status.state === 'closed') this.subject.complete()
  }
}
