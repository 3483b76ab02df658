import assert from 'node:assert/strict'
import 'strophe.js'
import { ConnectionError } from '../../../src/errors.js'
import { findService } from '../../../src/server/cli/host-meta.js'

const socket = 'urn:xmpp:alt-connections:websocket'
const bosh = 'urn:xmpp:alt-connections:xbosh'
const json = (...links: unknown[]): string => JSON.stringify({ links })
const xml = (rel: string, href: string): string =>
  `<?xml version='1.0'?><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='${rel}' href='${href}'/></XRD>`

/** A domain that answers for these files. */
const hostOf = (files: Readonly<Record<string, string>>): { readonly get: typeof fetch; readonly asked: string[] } => {
  const asked: string[] = []
  const get: typeof fetch = (url) => {
    asked.push(url as string)
    const text = files[(url as string).split('/').at(-1)!]
    return Promise.resolve(new Response(text ?? 'not here', { status: text === undefined ? 404 : 200 }))
  }
  return { get, asked }
}

describe('the service of a domain', () => {
  const found: readonly [name: string, files: Readonly<Record<string, string>>, service: string][] = [
    ['of JSON', { 'host-meta.json': json({ rel: socket, href: 'wss://a.example/ws' }) }, 'wss://a.example/ws'],
    ['of XML, where there is no JSON', { 'host-meta': xml(socket, 'wss://a.example/ws') }, 'wss://a.example/ws'],
    [
      'a WebSocket rather than BOSH',
      { 'host-meta.json': json({ rel: bosh, href: 'https://a.example/b' }, { rel: socket, href: 'wss://a.example/ws' }) },
      'wss://a.example/ws',
    ],
    ['BOSH where there is no WebSocket', { 'host-meta': xml(bosh, 'https://a.example/b') }, 'https://a.example/b'],
    [
      'what is encrypted only',
      { 'host-meta.json': json({ rel: socket, href: 'ws://a.example/ws' }, { rel: bosh, href: 'https://a.example/b' }) },
      'https://a.example/b',
    ],
    [
      'of XML, where the JSON is broken',
      { 'host-meta.json': '{"links": 7}', 'host-meta': xml(socket, 'wss://a.example/ws') },
      'wss://a.example/ws',
    ],
    [
      'and nothing of links that are none',
      { 'host-meta.json': json(null, 7, { rel: socket }, { rel: socket, href: 'wss://a.example/ws' }) },
      'wss://a.example/ws',
    ],
  ]
  for (const [name, files, service] of found) {
    it(`is ${name}`, async () => {
      const { get, asked } = hostOf(files)
      assert.equal(await findService('a.example', get), service)
      assert.equal(asked[0], 'https://a.example/.well-known/host-meta.json')
    })
  }

  const none: readonly [name: string, files: Readonly<Record<string, string>>, said: RegExp][] = [
    ['says nothing', {}, /HTTP status 404.*--service/],
    ['speaks without encryption only', { 'host-meta': xml(socket, 'ws://a.example/ws') }, /none that is encrypted/],
    ['answers something else', { 'host-meta.json': '<html>', 'host-meta': '<html>' }, /host-meta\.json: .*; host-meta/],
  ]
  for (const [name, files, said] of none) {
    it(`is unknown where the domain ${name}`, async () => {
      await assert.rejects(
        findService('a.example', hostOf(files).get),
        (error) => error instanceof ConnectionError && said.test(error.message),
      )
    })
  }
})
