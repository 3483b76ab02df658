import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import type { Context } from 'mocha'
import { requireProgram } from './program.js'

/** TLS in front of servers that have none, as where it ends at a proxy, with a certificate for localhost that nobody has signed. */
export interface Tls {
  /** The file of the certificate, for who is to trust it. */
  readonly certificate: string
  /** The port of this machine that passes on to `port`. */
  inFrontOf(port: number): Promise<number>
  stop(): Promise<void>
}

/** Makes the certificate by `openssl`, which Chromium's and ejabberd's packages bring along. Stop it in an `after` hook. */
export function startTls(context: Context): Tls {
  const openssl = requireProgram(context, 'openssl')
  const folder = mkdtempSync(join(tmpdir(), 'rachis-tls-'))
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  execFileSync(openssl, ['req', '-x509', ...kind, ...names, '-out', certificate, '-keyout', key], { stdio: 'ignore' })
  const options = { cert: readFileSync(certificate), key: readFileSync(key) }
  const stops: (() => Promise<unknown>)[] = []
  return {
    certificate,
    async inFrontOf(port) {
      const server = createServer(options, (client) => {
        const upstream = connect(port, 'localhost')
        client.pipe(upstream).pipe(client)
        client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
        upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
      })
      server.listen(0, 'localhost')
      await once(server, 'listening')
      stops.push(() => once(server.close(), 'close'))
      return (server.address() as AddressInfo).port
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()))
      rmSync(folder, { recursive: true })
    },
  }
}
