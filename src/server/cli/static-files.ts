import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ServeConfig } from './config.js'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.map': 'application/json',
}

/** Only files of ours run in the page, and over HTTP it asks nobody but the server it came from, and `origins`. */
const policy = (origins: readonly string[]): string =>
  `default-src 'self'; connect-src ${["'self'", 'ws:', 'wss:', ...origins].join(' ')}; base-uri 'none'; frame-ancestors 'none'`

/** Answers GET and HEAD with the files below `pages`; a folder is its `index.html`. Files whose names begin with a dot aren't there. */
export async function serveFile(
  { pages: folder, origins = [] }: Pick<ServeConfig, 'pages' | 'origins'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', headers } = request
  if (method !== 'GET' && method !== 'HEAD') {
    answer(response.setHeader('allow', 'GET, HEAD'), 405, `${method} is not allowed.`)
    return
  }
  const path = readPath(request.url ?? '/')
  const found = path === undefined || folder === undefined ? undefined : await find(join(folder, path))
  if (found === undefined) {
    answer(response, 404, 'There is no such page.')
    return
  }
  if (found.isFolder && !path!.endsWith('/')) {
    answer(response.setHeader('location', encodeURI(`${path!.replace(/^\/+/, '/')}/`)), 308, 'It is a folder.')
    return
  }
  const tag = `"${found.size.toString(36)}-${Math.floor(found.modified).toString(36)}"`
  response.setHeader('etag', tag).setHeader('cache-control', 'no-cache').setHeader('x-content-type-options', 'nosniff')
  if (headers['if-none-match'] === tag) {
    response.writeHead(304).end()
    return
  }
  response.setHeader('content-security-policy', policy(origins))
  response.writeHead(200, { 'content-type': types[extname(found.file)] ?? 'application/octet-stream', 'content-length': found.size })
  if (method === 'HEAD') response.end()
  // Who goes away in the middle has all they wanted.
  else await pipeline(createReadStream(found.file), response).catch(() => undefined)
}

/** The path of a URL below the folder; `undefined` for what could lead out of it, or to hidden files. */
function readPath(url: string): string | undefined {
  let path: string
  try {
    path = decodeURIComponent(url.replace(/[?#].*$/, ''))
  } catch {
    return undefined
  }
  const wrong = !path.startsWith('/') || path.includes('\0') || path.includes('\\') || path.split('/').some((part) => part.startsWith('.'))
  return wrong ? undefined : normalize(path).split(sep).join('/')
}

interface Found {
  readonly file: string
  readonly isFolder: boolean
  readonly size: number
  readonly modified: number
}

async function find(file: string, isFolder = false): Promise<Found | undefined> {
  const stats = await stat(file).catch(() => undefined)
  if (stats?.isDirectory() === true) return isFolder ? undefined : find(join(file, 'index.html'), true)
  return stats?.isFile() === true ? { file, isFolder, size: stats.size, modified: stats.mtimeMs } : undefined
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`)
}
