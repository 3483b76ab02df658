import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { InputError, UsageError } from './cli-errors.js'

/** The password of an account: of the file, else of `RACHIS_PASSWORD`, else asked for. Rejects with `UsageError` or `InputError`. */
export async function findPassword(jid: string, file: string | undefined, { env, stdin, stderr } = process): Promise<string> {
  if (file !== undefined) return firstLine(file)
  const password = env['RACHIS_PASSWORD']
  if (password) return password
  if (!stdin.isTTY) throw new UsageError(`the password of ${jid} is missing: put it into RACHIS_PASSWORD, or a --password-file`)
  stderr.write(`Password of ${jid}: `)
  try {
    return await readUnseen(stdin)
  } catch (cause) {
    throw new UsageError('no password was given', { cause })
  } finally {
    stderr.write('\n')
  }
}

function firstLine(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]!
  } catch (cause) {
    throw new InputError(`the password can't be read: ${(cause as Error).message}`, file, undefined, undefined, { cause })
  }
}

/** A line that the terminal doesn't show. Rejects if there is none: Ctrl-C, Ctrl-D. */
async function readUnseen(input: NodeJS.ReadStream): Promise<string> {
  const output = new Writable({
    write(_chunk, _encoding, done) {
      done()
    },
  })
  const lines = createInterface({ input, output, terminal: true })
  const given = new AbortController()
  lines.once('close', () => {
    given.abort()
  })
  try {
    return await lines.question('', { signal: given.signal })
  } finally {
    lines.close()
  }
}
