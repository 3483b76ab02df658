const textOpcode = 0x81

/** Bytes for the network, made once for all the connections that get them. */
export class Frame {
  private framed: Buffer | undefined

  constructor(readonly lines: Buffer) {}

  static of(text: string): Frame {
    return new Frame(Buffer.from(text))
  }

  /** The lines as one unmasked, uncompressed text message (RFC 6455, section 5.2), header and payload in one buffer. */
  get webSocket(): Buffer {
    return (this.framed ??= webSocketMessage(this.lines))
  }
}

function webSocketMessage(payload: Buffer): Buffer {
  const { length } = payload
  const headerLength = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const message = Buffer.allocUnsafe(headerLength + length)
  message[0] = textOpcode
  if (length < 126) message[1] = length
  else if (length < 65_536) {
    message[1] = 126
    message.writeUInt16BE(length, 2)
  } else {
    message[1] = 127
    message.writeUInt32BE(0, 2)
    message.writeUInt32BE(length, 6)
  }
  payload.copy(message, headerLength)
  return message
}
