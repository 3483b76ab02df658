import assert from 'node:assert/strict'
import { setImmediate as nextTick } from 'node:timers/promises'
import { type Connection as Database, type Model, Schema } from 'mongoose'
import type { RachisError } from '../../../src/errors.js'
import type { Connection } from '../../../src/server/hub/connection.js'
import type { Write } from '../../../src/server/hub/channel-store.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { openEmbedded } from '../embedded-connection.js'
import { FakeLink } from './fake-link.js'

interface Account {
  _id: string
  owner: string
  email?: string
  age?: number
  tenant?: string
}

describe('what a client is not told', () => {
  let database: Database
  let model: Model<Account>
  let hub: Hub<string>

  beforeEach(async () => {
    database = await openEmbedded()
    const definition: object = { _id: String, owner: String, email: String, age: { type: Number, min: 0 }, tenant: String }
    const schema = new Schema<Account>(definition)
    schema.index({ tenant: 1, email: 1 }, { unique: true, sparse: true })
    model = database.model<Account>('Account', schema)
    await model.init()
    hub = new Hub<string>({ lingerMs: 0 })
    hub.channel('accounts', {
      model,
      rules: {
        read: (user) => ({ owner: user }),
        create: () => true,
        patch: () => true,
        retract: () => true,
        fields: { readable: ['owner', 'email'], writable: ['owner', 'email', 'age'] },
      },
    })
  })
  afterEach(async () => {
    await hub.close()
    await database.close()
  })

  const client = (user: string): { link: FakeLink; connection: Connection } => {
    const link = new FakeLink()
    const connection = hub.connect(link)
    connection.identify({ user })
    return { link, connection }
  }
  const heard = async (link: FakeLink): Promise<[string, ...any[]][]> => {
    while (!link.lines.some(({ method }) => method === 'mark')) await nextTick()
    return link.heard()
  }
  const failure = async (user: string, write: Write): Promise<RachisError & Record<string, any>> =>
    client(user)
      .connection.write('accounts', write)
      .then(
        () => assert.fail('it was allowed'),
        (error: unknown) => error as RachisError & Record<string, any>,
      )

  it('is the ids of what others have, also when it resumes from the log', async () => {
    const first = client('ann')
    first.connection.start(first.connection.subscribe(1, 'accounts', {}, undefined))
    const lines = await heard(first.link)
    const known = { queryHash: lines[0]![3], cursor: lines.at(-1)![1] }
    first.connection.end()
    while (hub.stats.queries > 0) await new Promise((resolve) => setTimeout(resolve, 1))
    await model.create([{ _id: 'of-ann', owner: 'ann' }, { _id: 'was-of-ann', owner: 'ann' }, { _id: 'of-bob', owner: 'bob' }]) // prettier-ignore
    await model.updateOne({ _id: 'was-of-ann' }, { owner: 'bob' })
    await model.deleteOne({ _id: 'of-bob' })
    const again = client('ann')
    again.connection.start(again.connection.subscribe(1, 'accounts', {}, known))
    const [snap, put] = await heard(again.link)
    assert.deepEqual([snap![4], put!.slice(2)], ['resume', [[['of-ann', { owner: 'ann' }]], ['was-of-ann']]])
  })

  it('is more than a page may hold, also when it asks for none', async () => {
    await model.create([{ _id: 'a', owner: 'ann' }, { _id: 'b', owner: 'ann' }]) // prettier-ignore
    assert.deepEqual(await client('ann').connection.page('accounts', { max: 0 }), { items: [], count: 2 })
  })

  it('is whether an item exists that it may not see, whatever is wrong with its write', async () => {
    await model.create({ _id: 'hers', owner: 'bob', age: 5 })
    const patch = (id: string, set: object): Write => ({ type: 'patch', write: `${id} ${JSON.stringify(set)}`, id, set, unset: [] } as Write) // prettier-ignore
    const retract = (id: string): Write => ({ type: 'retract', write: `retract ${id}`, id })
    for (const write of [(id: string) => patch(id, { age: -1 }), (id: string) => patch(id, { age: 1 }), retract]) {
      const [hidden, missing] = [await failure('ann', write('hers')), await failure('ann', write('none'))]
      assert.deepEqual([hidden.code, hidden.message], [missing.code, missing.message.replace('none', 'hers')])
    }
  })

  it('is fields that it neither reads nor wrote, in a conflict', async () => {
    await model.create([{ _id: 'a', owner: 'ann', tenant: 'secret', email: 'a@x' }, { _id: 'b', owner: 'ann', tenant: 'secret' }]) // prettier-ignore
    const error = await failure('ann', { type: 'patch', write: 'w', id: 'b', set: { email: 'a@x' }, unset: [] })
    assert.deepEqual([error.code, error.keyValue, error.message], ['conflict', { email: 'a@x' }, 'another item has the same email'])
  })

  it('is fields that it neither reads nor wrote, in a validation', async () => {
    await database.collection('accounts').insertOne({ _id: 'old', owner: 'ann', tenant: 'x', age: -77 } as never)
    const added: object = { late: { type: String, required: [true, 'late is a secret'] } }
    model.schema.add(added as never)
    const error = await failure('ann', { type: 'publish', write: 'w', id: 'old', item: { owner: 'ann', age: -3 }, create: false })
    assert.deepEqual([error.code, Object.keys(error.fields)], ['validation', ['age']])
    assert.doesNotMatch(error.message, /late/)
  })

  it("is another's result, where two clients give their writes the same name", async () => {
    const publish = (owner: string): Write => ({ type: 'publish', write: '1', id: undefined, item: { owner }, create: false })
    const ann = await client('ann').connection.write('accounts', publish('x'))
    const bob = await client('bob').connection.write('accounts', publish('x'))
    const other = await client('ann').connection.write('accounts', publish('y'))
    const again = await client('ann').connection.write('accounts', publish('x'))
    assert.deepEqual([new Set([ann.id, bob.id, other.id]).size, again.id], [3, ann.id])
  })

  it('is an error of ours for the name of a write that is too long', async () => {
    const write: Write = { type: 'publish', write: 'x'.repeat(5_000), id: 'long', item: { owner: 'ann' }, create: true }
    assert.equal((await client('ann').connection.write('accounts', write)).id, 'long')
  })
})
