import type { RequestHandler } from 'express'
import type { PubsubStatus } from 'rachis/server'
import type { Observable } from 'rxjs'

/** Tells pages how this process stands to Redis, as server-sent events. */
export function streamStatus(status$: Observable<PubsubStatus>): RequestHandler {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    const subscription = status$.subscribe((status) => {
      response.write(`data: ${JSON.stringify(status)}\n\n`)
    })
    response.on('close', () => {
      subscription.unsubscribe()
    })
  }
}
