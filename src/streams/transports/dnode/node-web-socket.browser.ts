/** A page has a WebSocket of its own. */
export const openNodeWebSocket = undefined
