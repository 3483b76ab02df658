import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { buildCli, root, temporaryFolder } from './cli/run-cli.js'

const optional = ['@types/backbone', 'backbone', 'lmdb', 'mingo', 'mongoose', 'rxjs-marbles', 'strophe.js']

/** Every installed package by its name, scopes taken apart. */
function installed(): string[] {
  const top = readdirSync(join(root, 'node_modules')).filter((name) => !name.startsWith('.'))
  return top.flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(root, 'node_modules', name)).map((own) => `${name}/${own}`) : [name],
  )
}

describe('an optional peer that is not installed', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let packages: string
  before(async () => {
    await buildCli()
    folder = temporaryFolder()
    packages = join(folder.path, 'node_modules')
    for (const name of installed()) link(name)
    // A copy, so that it finds its packages here.
    for (const part of ['package.json', 'dist/esm', 'dist/cjs'])
      cpSync(join(root, part), join(packages, 'rachis', part), { recursive: true })
  })
  after(() => folder.remove())

  const link = (name: string): void => {
    const path = join(packages, name)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), path)
  }

  /** Runs `code` in the folder without `missing`; returns what it has printed as JSON. */
  async function run(missing: readonly string[], code: string, type: 'module' | 'commonjs' = 'module'): Promise<unknown> {
    for (const name of missing) rmSync(join(packages, name))
    try {
      const args = [`--input-type=${type}`, '-e', code]
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder.path, timeout: 15_000 })
      return JSON.parse(stdout)
    } finally {
      for (const name of missing) link(name)
    }
  }

  const told = `({ name, code, message }) => console.log(JSON.stringify([name, code, message]))`
  const loaders = {
    module: (name: string) => `(await import(${JSON.stringify(name)}))`,
    commonjs: (name: string) => `require(${JSON.stringify(name)})`,
  } as const

  for (const type of ['module', 'commonjs'] as const) {
    const load = loaders[type]
    const open = `const mongoose = ${load('mongoose')}${type === 'module' ? '.default' : ''}; mongoose.setDriver(${load('rachis/embedded')}.embedded)`
    const async = (code: string) => (type === 'module' ? code : `(async () => { ${code} })()`)

    it(`is named by MissingPeerError when the embedded store opens without lmdb (${type})`, async () => {
      const [name, code, message] = (await run(
        ['lmdb'],
        async(`${open}; await mongoose.connect('embedded:').catch(${told})`),
        type,
      )) as string[]
      assert.deepEqual([name, code], ['MissingPeerError', 'missing-peer'])
      assert.match(message!, /lmdb.*npm install lmdb/)
    })

    it(`is named by MissingPeerError when a pipeline runs without mingo, and what needs none goes on (${type})`, async () => {
      const code = `${open}; await mongoose.connect('embedded:')
        const Item = mongoose.model('Item', new mongoose.Schema({ n: Number }))
        await Item.create({ n: 1 })
        const found = await Item.findOne({ n: { $gt: 0 } })
        await Item.aggregate([{ $group: { _id: null, total: { $sum: '$n' } } }]).catch(({ name, message }) => {
          console.log(JSON.stringify([found.n, name, message]))
        })
        await mongoose.disconnect()`
      const [found, name, message] = (await run(['mingo'], async(code), type)) as unknown[]
      assert.deepEqual([found, name], [1, 'MissingPeerError'])
      assert.match(message as string, /mingo.*npm install mingo/)
    })

    it(`is needed by neither rachis nor rachis/dnode (${type})`, async () => {
      const code = `console.log(JSON.stringify(${['rachis', 'rachis/dnode'].map((name) => `typeof ${load(name)}`).join(' + ')}))`
      assert.equal(await run(optional, code, type), 'objectobject')
    })

    it(`is needed by rachis/server only where it is mongoose (${type})`, async () => {
      const others = optional.filter((name) => name !== 'mongoose')
      assert.equal(await run(others, `console.log(JSON.stringify(typeof ${load('rachis/server')}.Hub))`, type), 'function')
    })
  }

  // Imported statically, as their classes are extended or their types are the API: Node itself says what is missing.
  for (const [entry, peer] of [
    ['rachis/backbone', 'backbone'],
    ['rachis/server', 'mongoose'],
    ['rachis/embedded', 'mongoose'],
    ['rachis/testing', 'rxjs-marbles'],
    ['rachis/xmpp', 'strophe.js'],
  ] as const) {
    it(`is named by Node when ${entry} is imported without ${peer}`, async () => {
      const [, code, message] = (await run([peer], `await import('${entry}').catch(${told})`)) as string[]
      assert.equal(code, 'ERR_MODULE_NOT_FOUND')
      assert.match(message!, new RegExp(`'${peer}`))
    })
  }

  const tail = ['tail', 'xmpp://juliet@localhost/todos', '--service', 'ws://127.0.0.1:1']
  for (const [peer, args] of [
    ['mongoose', ['serve', '--port', '0', '--data', 'data']],
    ['lmdb', ['serve', '--port', '0', '--data', 'data']],
    ['strophe.js', tail],
  ] as const) {
    it(`is named by rachis ${args[0]} without ${peer}, which says what to install`, async () => {
      rmSync(join(packages, peer))
      const cli = join(packages, 'rachis/dist/esm/cli.js')
      const failed = await promisify(execFile)(process.execPath, [cli, ...args], { cwd: folder.path, timeout: 15_000 }).then(
        () => undefined,
        (error: unknown) => error as { code: number; stderr: string },
      )
      link(peer)
      assert.match(failed?.stderr ?? '', new RegExp(`${peer}.*npm install .*${peer}.*\\(missing-peer\\)`))
      assert.ok(failed!.code > 0)
    })
  }
})
