import assert from 'node:assert/strict'
import { isBuiltin } from 'node:module'
import { type SourceFile, sourceFiles } from './sources.js'

const files = sourceFiles('src')
const byPath = new Map(files.map((file) => [file.path, file]))

/** Which folders of src a folder may import from; a longer path goes before a shorter one. `src/errors.ts` is open to all. */
const layers = [
  { folder: 'src/streams/transports/dnode/', from: ['src/streams/'], packages: ['rxjs', 'dnode', 'ws'], builtins: true },
  { folder: 'src/streams/transports/xmpp/', from: ['src/streams/'], packages: ['rxjs', 'strophe.js'], builtins: false },
  { folder: 'src/streams/testing/', from: ['src/streams/'], packages: ['rxjs', 'rxjs-marbles'], builtins: false },
  { folder: 'src/streams/', from: ['src/streams/'], packages: ['rxjs'], builtins: false },
  {
    folder: 'src/backbone/compat/xmpp/',
    from: ['src/backbone/', 'src/streams/'],
    packages: ['rxjs', 'backbone', 'underscore', 'strophe.js'],
    builtins: false,
  },
  { folder: 'src/backbone/', from: ['src/backbone/', 'src/streams/'], packages: ['rxjs', 'backbone', 'underscore'], builtins: false },
  { folder: 'src/server/', from: ['src/server/', 'src/streams/'], packages: undefined, builtins: true },
  { folder: 'src/', from: [], packages: [], builtins: false },
] as const

const internals = 'src/streams/internal/'
/** What views of Backbone collections move their elements by. */
const sharedWithBackbone = ['rising-run']
/** What the server's feeds are made of as operators are; another name here is a decision. */
const sharedWithServer = ['turns', 'freeze', 'position-tree', 'random-id', 'value-order']

describe('imports', () => {
  it('run one way between the layers: backbone → streams ← server', () => {
    const wrong = eachImport(({ path }, { file }) => {
      if (file === undefined || file === 'src/errors.ts') return false
      return !layerOf(path).from.some((folder) => file.startsWith(folder))
    })
    assert.deepEqual(wrong, [])
  })

  it('name only the packages that their layer may use', () => {
    const wrong = eachImport(({ path }, { specifier, file }) => {
      if (file !== undefined) return false
      const { packages, builtins } = layerOf(path)
      if (isBuiltin(specifier)) return !builtins || !specifier.startsWith('node:')
      return packages !== undefined && !packages.some((name) => name === packageOf(specifier))
    })
    assert.deepEqual(wrong, [])
  })

  it('lead to files that exist', () => {
    const wrong = eachImport((_, { file }) => file !== undefined && !byPath.has(file) && !/\.(d\.ts|json)$/.test(file))
    assert.deepEqual(wrong, [])
  })

  it('keep rachis/testing out of what runs in production', () => {
    const testing = 'src/streams/testing/'
    const wrong = eachImport(({ path }, { file }) => file?.startsWith(testing) === true && !path.startsWith(testing))
    assert.deepEqual(wrong, [])
  })

  it('enter the internals of streams from streams alone, but for those that the server shares', () => {
    const wrong = eachImport(({ path }, { file }) => {
      if (file?.startsWith(internals) !== true || path.startsWith('src/streams/')) return false
      const shared = path.startsWith('src/server/') ? sharedWithServer : path.startsWith('src/backbone/') ? sharedWithBackbone : []
      return !shared.some((name) => file === `${internals}${name}.ts`)
    })
    assert.deepEqual(wrong, [])
  })

  it('have no cycles at run time', () => {
    assert.deepEqual(cycles(), [])
  })
})

function eachImport(isWrong: (file: SourceFile, imported: SourceFile['imports'][number]) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports.filter((imported) => isWrong(file, imported)).map(({ specifier }) => `${file.path} imports ${specifier}`),
  )
}

function layerOf(path: string): (typeof layers)[number] {
  return layers.find(({ folder }) => path.startsWith(folder))!
}

function packageOf(specifier: string): string {
  const [scope, name] = specifier.split('/')
  return scope!.startsWith('@') ? `${scope!}/${name!}` : scope!
}

/** One path per cycle found, as a depth-first walk meets it. */
function cycles(): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) found.push([...trail.slice(at), path].join(' → '))
    if (at >= 0 || done.has(path)) return
    for (const { file, typeOnly } of byPath.get(path)?.imports ?? []) if (file !== undefined && !typeOnly) walk(file, [...trail, path])
    done.add(path)
  }
  for (const path of byPath.keys()) walk(path, [])
  return found
}
