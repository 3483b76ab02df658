import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Mongoose } from 'mongoose'
import { describeCause } from '../../errors.js'
import type { Hub, HubOptions } from '../hub/hub.js'
import { InputError } from './cli-errors.js'
import type { Progress } from './progress-bar.js'

/** What a configuration's `setup` works with. */
export interface ServeContext {
  /** Offer channels here. */
  readonly hub: Hub
  /** Connected to the store; make models here. */
  readonly mongoose: Mongoose
  /** Tells the person at the terminal something. */
  note(line: string): void
  /** Shows how far something is, on the last line of the terminal; `undefined` takes it away. */
  progress(progress: Progress | undefined): void
  /** Called, last given first, when the server stops, before the store is closed. */
  onStop(action: () => void | Promise<void>): void
}

/**
 * What `rachis serve` reads from `rachis.config.js` (or `.mjs`, exporting `config`, or by default) or `rachis.config.json`. Flags go before it.
 *
 * ```js
 * export const config = {
 *   port: 8080,
 *   data: './data',
 *   setup({ hub, mongoose }) {
 *     const Todo = mongoose.model('Todo', new mongoose.Schema({ title: { type: String, required: true } }))
 *     hub.channel('todos', { model: Todo, rules: { read: () => true, fields: { readable: '*' } } })
 *   },
 * }
 * ```
 */
export interface ServeConfig {
  readonly port?: number
  /** Default `'localhost'`: this machine alone. */
  readonly host?: string
  /** Folder of the embedded store. Default `'./data'`. Relative to the configuration file. */
  readonly data?: string
  /** Instead of `data`, a MongoDB URI. */
  readonly uri?: string
  /** Serve TCP on this port too. */
  readonly tcp?: number
  /** A folder of files to serve over HTTP. Relative to the configuration file. */
  readonly pages?: string
  /** Other origins that the pages may ask over HTTP, as BOSH does; WebSockets may lead anywhere. */
  readonly origins?: readonly string[]
  /** Channels of documents of any form, which everybody who can connect may read and write. */
  readonly channels?: readonly string[]
  readonly hub?: HubOptions<unknown>
  readonly setup?: (context: ServeContext) => void | Promise<void>
}

/** A configuration with the flags of the command line, and nothing left open. */
export type Settings = ServeConfig & { readonly port: number; readonly host: string; readonly uri: string }

const names = ['rachis.config.js', 'rachis.config.mjs', 'rachis.config.json']
const kinds: Readonly<Record<keyof ServeConfig, (value: unknown) => boolean>> = {
  port: isPort,
  host: isText,
  data: isText,
  uri: isText,
  tcp: isPort,
  pages: isText,
  origins: isTexts,
  channels: isTexts,
  hub: (value) => typeof value === 'object' && value !== null,
  setup: (value) => typeof value === 'function',
}

/** Reads the file named, or the first of `rachis.config.{js,mjs,json}` in `folder`; without any, nothing. Throws `InputError`. */
export async function readConfig(named: string | undefined, folder: string): Promise<ServeConfig> {
  const file = named === undefined ? names.map((name) => resolve(folder, name)).find(existsSync) : resolve(folder, named)
  if (file === undefined) return {}
  const config = await load(file)
  for (const [name, value] of Object.entries(config)) {
    if (!Object.hasOwn(kinds, name))
      throw new InputError(`there is no setting ${JSON.stringify(name)}; there are ${Object.keys(kinds).join(', ')}`, file)
    if (value !== undefined && !kinds[name as keyof ServeConfig](value))
      throw new InputError(`${name} can't be ${JSON.stringify(value)}`, file)
  }
  const { data, pages } = config as ServeConfig
  const from = dirname(file)
  return {
    ...config,
    ...(data !== undefined && { data: resolve(from, data) }),
    ...(pages !== undefined && { pages: resolve(from, pages) }),
  }
}

async function load(file: string): Promise<object> {
  let config: unknown
  try {
    if (extname(file) === '.json') config = JSON.parse(readFileSync(file, 'utf8'))
    else {
      const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown; readonly config?: unknown }
      config = module.config ?? module.default
    }
  } catch (cause) {
    throw new InputError(`the configuration can't be read: ${describeCause(cause)}`, file, undefined, undefined, { cause })
  }
  if (typeof config !== 'object' || config === null || Array.isArray(config))
    throw new InputError('the configuration must be an object, exported as `config` or by default', file)
  return config
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536
}
