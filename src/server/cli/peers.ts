import { MissingPeerError } from '../../errors.js'

/** Loads a part that needs `peers`, optional peers of the package; `MissingPeerError` says what to install. */
export async function withPeers<T>(load: () => Promise<T>, peers = 'mongoose lmdb mingo'): Promise<T> {
  try {
    return await load()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const missing = code === 'ERR_MODULE_NOT_FOUND' ? /package '([^']+)'/.exec(message)?.[1] : undefined
    if (missing === undefined) throw cause
    throw new MissingPeerError(`${missing} is not installed. This command needs: npm install ${peers}`, { cause })
  }
}
