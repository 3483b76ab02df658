/** There is no TCP in a page. */
export const openTcpSocket = undefined
