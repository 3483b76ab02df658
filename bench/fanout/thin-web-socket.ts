import { connect, type Socket } from 'node:net'

const shared = Buffer.alloc(64 * 1024)

/** A WebSocket client that does next to nothing, so that a bench of servers is not one of clients: text messages, no checks. */
export class ThinWebSocket {
  private readonly socket: Socket
  private pending: Buffer | undefined
  private upgraded = false

  constructor(
    port: number,
    path: string,
    opened: () => void,
    private readonly message: (payload: Buffer) => void,
  ) {
    // Read past the streams: all sockets share one buffer, of which nothing is kept.
    const onread = {
      buffer: shared,
      callback: (length: number): boolean => {
        this.take(shared.subarray(0, length), opened)
        return true
      },
    }
    this.socket = connect({ port, host: '127.0.0.1', onread })
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    )
  }

  /** Sends up to 65,535 bytes, masked with zeros. */
  send(text: string): void {
    const payload = Buffer.from(text)
    const header =
      payload.length < 126
        ? Buffer.from([0x81, 0x80 | payload.length])
        : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255])
    this.socket.write(Buffer.concat([header, Buffer.alloc(4), payload]))
  }

  private take(chunk: Buffer, opened: () => void): void {
    let rest = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk])
    if (!this.upgraded) {
      const end = rest.indexOf('\r\n\r\n')
      if (end < 0) {
        this.pending = Buffer.from(rest)
        return
      }
      this.upgraded = true
      rest = rest.subarray(end + 4)
      opened()
    }
    this.receive(rest)
  }

  private receive(data: Buffer): void {
    let at = 0
    for (;;) {
      if (data.length - at < 10) {
        const short = data.length - at >= 2 && (data[at + 1]! < 126 ? 2 + data[at + 1]! : Infinity) <= data.length - at
        if (!short) break
      }
      let length = data[at + 1]!
      let start = at + 2
      if (length === 126) {
        length = data.readUInt16BE(start)
        start += 2
      } else if (length === 127) {
        length = data.readUInt32BE(start + 4)
        start += 8
      }
      if (start + length > data.length) break
      if ((data[at]! & 15) === 1) this.message(data.subarray(start, start + length))
      at = start + length
    }
    this.pending = at === data.length ? undefined : Buffer.from(data.subarray(at))
  }
}
