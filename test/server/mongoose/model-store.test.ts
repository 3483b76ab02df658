import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose, { type Connection, type Model, Schema } from 'mongoose'
import { firstValueFrom } from 'rxjs'
import { ConflictError, MissingError, ValidationError } from '../../../src/errors.js'
import type { Write, WriteGuard } from '../../../src/server/hub/channel-store.js'
import { modelFeed } from '../../../src/server/mongoose/feed.js'
import { ModelStore } from '../../../src/server/mongoose/model-store.js'
import { writesCollection } from '../../../src/server/mongoose/remembered-writes.js'
import { applyEvent, type Feed } from '../../../src/streams/event.js'
import { checkLaws } from '../../../src/streams/testing/check-laws.js'
import { openEmbedded } from '../embedded-connection.js'

interface Person {
  name: string
  email?: string
  age?: number
  friend?: mongoose.Types.ObjectId
  born?: Date
  secret?: string
  at?: Date
}

function personModel(connection: Connection): Model<Person> {
  const definition: object = {
    name: { type: String, required: true },
    email: { type: String, unique: true, sparse: true },
    age: { type: Number, min: [0, 'too young'] },
    friend: Schema.Types.ObjectId,
    born: Date,
    secret: { type: String, default: 'hidden' },
  }
  const schema = new Schema<Person>(definition)
  return connection.model<Person>('Person', schema)
}

const anything: WriteGuard = {
  isWritable: (field) => field !== 'secret',
  see: () => undefined,
  create: () => undefined,
  patch: () => undefined,
  retract: () => undefined,
}
const publish = (write: string, item: object, id?: string): Write => ({ type: 'publish', write, id, item: item as never, create: false })
const patch = (write: string, id: string, set: object, unset: string[] = []): Write => ({
  type: 'patch',
  write,
  id,
  set: set as never,
  unset,
})
const retract = (write: string, id: string): Write => ({ type: 'retract', write, id })

function watch(feed: Feed<any>): { state: Map<string, any>; commits: number; stop(): void } {
  const seen = { state: new Map<string, any>(), commits: 0, stop: (): void => undefined }
  const subscription = feed.pipe(checkLaws()).subscribe((event) => {
    applyEvent(seen.state, event)
    if (event.type === 'commit') seen.commits++
  })
  seen.stop = () => {
    subscription.unsubscribe()
  }
  return seen
}

describe('a model behind a channel', () => {
  let connection: Connection
  let model: Model<Person>
  let store: ModelStore
  const open = async (uri?: string): Promise<void> => {
    connection = await openEmbedded(uri)
    model = personModel(connection)
    await model.init()
    store = new ModelStore(model as never, 'people')
  }
  beforeEach(() => open())
  afterEach(() => connection.close())

  it('writes, and the feeds have it when the write resolves', async () => {
    const seen = watch(modelFeed(model))
    const id = await store.write(publish('1', { name: 'Ann', born: new Date(0) }), anything)
    assert.deepEqual(seen.state.get(id), { name: 'Ann', born: new Date(0), secret: 'hidden' })
    await store.write(patch('2', id, { age: 3 }, ['born']), anything)
    assert.deepEqual(seen.state.get(id), { name: 'Ann', age: 3, secret: 'hidden' })
    await store.write(retract('3', id), anything)
    assert.deepEqual([seen.state.size, seen.commits], [0, 4])
    seen.stop()
  })

  it('takes a repeated write as done, whatever has happened since', async () => {
    const id = await store.write(publish('1', { name: 'Ann' }), anything)
    await store.write(retract('2', id), anything)
    assert.equal(await store.write(publish('1', { name: 'Ann' }), anything), id)
    assert.equal(await model.countDocuments(), 0)
  })

  it('does two at once of the same write once', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => store.write(publish('1', { name: 'Ann' }), anything)))
    assert.deepEqual([new Set(ids).size, await model.countDocuments()], [1, 1])
  })

  it('does not remember a write that failed', async () => {
    await assert.rejects(store.write(publish('1', { age: 1 }), anything), ValidationError)
    await store.write(publish('1', { name: 'Ann' }), anything)
    assert.equal(await connection.collection(writesCollection).countDocuments(), 1)
  })

  it('remembers writes across a restart', async () => {
    await connection.close()
    const folder = await mkdtemp(join(tmpdir(), 'rachis-writes-'))
    try {
      await open(`embedded:${folder}`)
      const id = await store.write(publish('1', { name: 'Ann' }), anything)
      await connection.close()
      await open(`embedded:${folder}`)
      assert.equal(await store.write(publish('1', { name: 'Ann' }), anything), id)
      assert.equal(await model.countDocuments(), 1)
    } finally {
      await connection.close()
      await rm(folder, { recursive: true })
      await open()
    }
  })

  it('replaces the writable fields of what is there, and leaves the others', async () => {
    const id = await store.write(publish('1', { name: 'Ann', age: 3 }), anything)
    await model.updateOne({ _id: id }, { secret: 'mine' })
    await store.write(publish('2', { name: 'Eve' }, id), anything)
    assert.deepEqual(await store.get(id), { name: 'Eve', secret: 'mine' })
  })

  it('changes nothing when the guard throws', async () => {
    const forbidden = { ...anything, create: () => { throw new MissingError('no') } } // prettier-ignore
    await assert.rejects(store.write(publish('1', { name: 'Ann' }), forbidden), MissingError)
    assert.equal(await model.countDocuments(), 0)
  })

  it('loses no patch of several at once', async () => {
    const id = await store.write(publish('0', { name: 'Ann' }), anything)
    await Promise.all([
      store.write(patch('1', id, { age: 5 }), anything),
      store.write(patch('2', id, { email: 'a@b' }), anything),
      store.write(patch('3', id, { born: new Date(1) }), anything),
    ])
    assert.deepEqual(await store.get(id), { name: 'Ann', age: 5, email: 'a@b', born: new Date(1), secret: 'hidden' })
  })

  const taken = (): Promise<string> => store.write(publish('0', { name: 'Bob', email: 'b@c' }), anything)
  const failures: [string, () => Promise<unknown>, (error: any) => boolean][] = [
    ['a missing field', () => store.write(publish('1', { age: 1 }), anything), (e) => e instanceof ValidationError && 'name' in e.fields],
    ['a value out of range', () => store.write(publish('1', { name: 'A', age: -1 }), anything), (e) => e.fields.age === 'too young'],
    [
      'a value of another type',
      () => store.write(publish('1', { name: 'A', age: 'x' }), anything),
      (e) => e instanceof ValidationError && 'age' in e.fields,
    ],
    [
      'a patch that makes it invalid',
      async () => store.write(patch('1', await taken(), { name: null }), anything),
      (e) => 'name' in e.fields,
    ],
    [
      'a unique value in use',
      async () => {
        await taken()
        return store.write(publish('1', { name: 'A', email: 'b@c' }), anything)
      },
      (e) => e instanceof ConflictError && e.keyValue?.['email'] === 'b@c',
    ],
    [
      'an id in use',
      async () => store.write({ type: 'publish', write: '1', id: await taken(), item: { name: 'A' }, create: true }, anything),
      (e) => e instanceof ConflictError,
    ],
    [
      'an id that can be none',
      () => store.write(publish('1', { name: 'A' }, 'x'), anything),
      (e) => e instanceof ValidationError && '_id' in e.fields,
    ],
    ['a patch of nothing', () => store.write(patch('1', '0'.repeat(24), { age: 1 }), anything), (e) => e instanceof MissingError],
    ['a retract of nothing', () => store.write(retract('1', '0'.repeat(24)), anything), (e) => e instanceof MissingError],
  ]
  for (const [what, act, fits] of failures) {
    it(`says what is wrong with ${what}`, async () => {
      await assert.rejects(act(), fits)
    })
  }

  it('filters by an ObjectId as by its text, at first and live', async () => {
    const friend = new mongoose.Types.ObjectId()
    await model.create({ name: 'Ann', friend })
    const seen = watch(modelFeed(model as unknown as Model<any>, { filter: { friend: friend.toHexString() } }))
    assert.equal(seen.state.size, 1)
    await model.create({ name: 'Bob', friend }, { name: 'Eve' })
    assert.deepEqual(
      [...seen.state.values()].map(({ name }) => name),
      ['Ann', 'Bob'],
    )
    seen.stop()
  })

  it('shows a window of an order as it changes', async () => {
    await model.insertMany(Array.from({ length: 10 }, (_, age) => ({ name: `p${age}`, age })))
    const seen = watch(modelFeed(model, { sort: { age: -1 }, skip: 1, limit: 2 }))
    const names = (): string[] => [...seen.state.values()].map(({ name }) => name).sort()
    assert.deepEqual(names(), ['p7', 'p8'])
    await model.create({ name: 'p20', age: 20 })
    assert.deepEqual(names(), ['p8', 'p9'])
    await model.deleteMany({ age: { $gte: 9 } })
    assert.deepEqual(names(), ['p6', 'p7'])
    await model.updateOne({ name: 'p0' }, { age: 7.5 })
    assert.deepEqual(names(), ['p0', 'p7'])
    seen.stop()
  })

  it('sorts by as many parts of paths as an owner likes', async () => {
    const path = 'a' + '.a'.repeat(20)
    assert.ok(await firstValueFrom(modelFeed(model as unknown as Model<any>, { sort: { [path]: 1 }, limit: 1 })))
  })

  it('makes a transaction of Mongoose one commit', async () => {
    const seen = watch(modelFeed(model))
    await connection.transaction(async (session) => {
      await model.create([{ name: 'Ann' }, { name: 'Bob' }], { session, ordered: true })
    })
    assert.deepEqual([seen.commits, seen.state.size], [2, 2])
    seen.stop()
  })

  it('knows what changed since a cursor', async () => {
    const before = store.cursor()
    const id = await store.write(publish('1', { name: 'Ann' }), anything)
    assert.deepEqual(await store.touchedSince(before, 100), [id])
    assert.equal(await store.touchedSince(before, 0), undefined)
    assert.equal(await store.touchedSince({ other: 'a0' }, 100), undefined)
  })
})
