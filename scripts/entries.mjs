import { existsSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/**
 * The doors of the package: the subpath in `exports`, the name of the built file, the source; `browser` for those that pages may load,
 * `global` for those whose exports make up the global `Rachis`, `script` for those that have a script and a global of that name of their own.
 */
const planned = [
  { subpath: '.', file: 'index', source: 'src/streams/index.ts', browser: true, global: true },
  { subpath: './testing', file: 'testing', source: 'src/streams/testing/index.ts', browser: true, global: false },
  { subpath: './dnode', file: 'dnode', source: 'src/streams/transports/dnode/index.ts', browser: true, global: true },
  { subpath: './xmpp', file: 'xmpp', source: 'src/streams/transports/xmpp/index.ts', browser: true, global: true },
  { subpath: './backbone', file: 'backbone', source: 'src/backbone/index.ts', browser: true, global: true },
  {
    subpath: './compat-dnode',
    file: 'compat-dnode',
    source: 'src/backbone/compat/dnode/index.ts',
    browser: true,
    global: false,
    script: 'RachisDnode',
  },
  {
    subpath: './compat-xmpp',
    file: 'compat-xmpp',
    source: 'src/backbone/compat/xmpp/index.ts',
    browser: true,
    global: false,
    script: 'RachisXmpp',
  },
  { subpath: './server', file: 'server', source: 'src/server/index.ts', browser: false, global: false },
  { subpath: './embedded', file: 'embedded', source: 'src/server/embedded/index.ts', browser: false, global: false },
]

const exists = ({ source }) => existsSync(join(root, source))

export const entries = planned.filter(exists)
export const missingEntries = planned.filter((entry) => !exists(entry))

/** What `rachis` on the command line runs. */
export const cli = { file: 'cli', source: 'src/server/cli/main.ts' }
export const hasCli = exists(cli)
