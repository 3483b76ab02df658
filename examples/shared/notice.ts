import type { Transport, TransportStatus } from 'rachis'

/** Shows in `element` whether there is a connection, what becomes of things `meanwhile`, and when the next attempt is; nothing while there is one. */
export function showStatus(transport: Transport, element: HTMLElement, meanwhile: () => string): void {
  let countdown: ReturnType<typeof setInterval> | undefined
  let late: ReturnType<typeof setTimeout> | undefined
  transport.status$.subscribe((status) => {
    clearInterval(countdown)
    clearTimeout(late)
    const show = (): void => {
      const lines = textOf(status, meanwhile())
      element.hidden = lines === undefined
      if (lines === undefined) return
      const [fact, detail] = lines
      const strong = document.createElement('strong')
      strong.textContent = fact
      element.replaceChildren(strong, detail)
    }
    // Most connections take no time; then nothing blinks.
    if (status.state === 'connecting') late = setTimeout(show, element.hidden ? 600 : 0)
    else show()
    if (status.state === 'offline' && status.retryAt !== undefined) countdown = setInterval(show, 250)
  })
}

function textOf(status: TransportStatus, meanwhile: string): readonly [fact: string, detail: string] | undefined {
  switch (status.state) {
    case 'online':
      return undefined
    case 'connecting':
      return status.attempt > 1 ? ['Offline', 'connecting …'] : ['Connecting', '…']
    case 'offline':
      return ['Offline', `${meanwhile} · ${next(status.retryAt)}`]
    case 'denied':
      return ['Not allowed', status.error.message]
    case 'closed':
      return ['Disconnected', 'reload to connect again']
  }
}

function next(retryAt: Date | undefined): string {
  const seconds = retryAt === undefined ? 0 : Math.ceil((retryAt.getTime() - Date.now()) / 1000)
  // A number and its unit stay on one line.
  return seconds > 0 ? `next attempt in\u00a0${seconds}\u00a0s` : 'connecting …'
}
