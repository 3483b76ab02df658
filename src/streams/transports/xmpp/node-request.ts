import type { RequestClass } from './strophe-connection.js'

/** Lets strophe make its BOSH requests by `fetch` where there is no XMLHttpRequest, as in Node; pages have one and get `undefined` here. */
export const nodeRequest: ((requests: RequestClass) => void) | undefined = ({ prototype }) => {
  if ('XMLHttpRequest' in globalThis) return
  prototype._newXHR = function () {
    const request = new FetchRequest()
    request.onreadystatechange = () => {
      this.func(this)
    }
    return request
  }
}

/** What strophe uses of an XMLHttpRequest. */
class FetchRequest {
  readyState = 0
  status = 0
  /** Why there is no answer. */
  statusText = ''
  responseText = ''
  responseXML: Document | null = null
  onreadystatechange: () => void = () => undefined
  private url = ''
  private readonly headers: Record<string, string> = {}
  private readonly abortion = new AbortController()

  open(_method: 'POST', url: string): void {
    this.url = url
    this.readyState = 1
  }

  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }

  getAllResponseHeaders(): string {
    return ''
  }

  send(body: string): void {
    if (this.abortion.signal.aborted) return
    this.post(body)
      .catch((error: unknown) => {
        this.status = 0
        // `fetch` says only that it failed; its cause has no message if several addresses failed.
        const { message, code = '' } = ((error as Error).cause ?? error) as NodeJS.ErrnoException
        this.statusText = message || code
      })
      .finally(() => {
        if (this.abortion.signal.aborted) return
        this.readyState = 4
        this.onreadystatechange()
      })
  }

  abort(): void {
    this.abortion.abort()
    this.readyState = 0
  }

  private async post(body: string): Promise<void> {
    const response = await fetch(this.url, { method: 'POST', headers: this.headers, body, signal: this.abortion.signal })
    this.responseText = await response.text()
    this.responseXML = new DOMParser().parseFromString(this.responseText, 'text/xml')
    this.status = response.status
  }
}
