import assert from 'node:assert/strict'
import type mongoose from 'mongoose'
import { embeddedStore } from '../../../src/server/embedded/index.js'
import { connected, rejection } from './connect.js'

interface Account {
  owner: string
  balance: number
}

describe('embedded driver: transactions', () => {
  let db: mongoose.Mongoose
  let Account: mongoose.Model<Account>
  beforeEach(async () => {
    db = await connected()
    Account = db.model<Account>('Account', new db.Schema<Account>({ owner: { type: String, unique: true }, balance: Number }))
    await Account.init()
    await Account.insertMany([
      { owner: 'a', balance: 10 },
      { owner: 'b', balance: 0 },
    ])
  })
  afterEach(() => db.disconnect())

  const balances = async () => Object.fromEntries((await Account.find().sort('owner').lean()).map(({ owner, balance }) => [owner, balance]))
  const move = (owner: string, by: number, session: mongoose.ClientSession) =>
    Account.updateOne({ owner }, { $inc: { balance: by } }, { session })

  it('commits as one: in the store, to listeners', async () => {
    const commits: number[] = []
    embeddedStore(db.connection)!.onCommit(({ changes }) => void commits.push(changes.length))
    await db.connection.transaction(async (session) => {
      await move('a', -5, session)
      await move('b', 5, session)
      assert.deepEqual(await balances(), { a: 10, b: 0 })
      assert.equal((await Account.findOne({ balance: { $gt: 4 }, owner: 'b' }).session(session))!.balance, 5)
    })
    assert.deepEqual([await balances(), commits], [{ a: 5, b: 5 }, [2]])
  })

  it('an error aborts everything', async () => {
    const store = embeddedStore(db.connection)!
    const before = store.position()
    const error = await rejection(
      db.connection.transaction(async (session) => {
        await move('a', -5, session)
        await Account.create([{ owner: 'c', balance: 1 }], { session })
        throw new Error('no')
      }),
    )
    assert.deepEqual([error.message, await balances(), store.position()], ['no', { a: 10, b: 0 }, before])
  })

  it('reads a snapshot, and its own writes over it', async () => {
    const session = await db.startSession()
    session.startTransaction()
    assert.equal(await Account.countDocuments({ balance: { $gte: 0 } }).session(session), 2)
    await Account.create({ owner: 'c', balance: 1 })
    await Account.deleteOne({ owner: 'b' }, { session })
    await Account.create([{ owner: 'd', balance: 2 }], { session })
    assert.deepEqual(await Account.find().sort({ owner: -1 }).session(session).distinct('owner'), ['a', 'd'])
    await session.commitTransaction()
    assert.deepEqual(Object.keys(await balances()), ['a', 'c', 'd'])
    await session.endSession()
  })

  it('a write to what changed since the snapshot is a conflict that may be tried again', async () => {
    const session = await db.startSession()
    session.startTransaction()
    await Account.findOne({ owner: 'a' }).session(session)
    await Account.updateOne({ owner: 'a' }, { balance: 1 })
    const error = await rejection(move('a', 1, session).exec())
    assert.deepEqual([error.code, (error as unknown as mongoose.mongo.MongoError).hasErrorLabel('TransientTransactionError')], [112, true])
    await session.abortTransaction()
    await session.endSession()
  })

  it('the second of two commits on one document fails, and its other writes with it', async () => {
    const [first, second] = [await db.startSession(), await db.startSession()]
    first.startTransaction()
    second.startTransaction()
    await move('a', 1, first)
    await move('a', 2, second)
    await move('b', 2, second)
    await first.commitTransaction()
    const error = await rejection(second.commitTransaction())
    assert.deepEqual([error.code, await balances()], [112, { a: 11, b: 0 }])
    await first.endSession()
    await second.endSession()
  })

  it('withTransaction runs again after a conflict', async () => {
    let runs = 0
    await db.connection.transaction(async (session) => {
      runs++
      await Account.findOne({ owner: 'a' }).session(session)
      if (runs === 1) await Account.updateOne({ owner: 'a' }, { balance: 100 })
      await move('a', 1, session)
    })
    assert.deepEqual([runs, (await balances()).a], [2, 101])
  })

  it('sees a duplicate at the statement, and ends the transaction with it', async () => {
    const session = await db.startSession()
    session.startTransaction()
    assert.equal((await rejection(Account.create([{ owner: 'a' }], { session }))).code, 11000)
    assert.equal((await rejection(move('b', 1, session).exec())).code, 251)
    await session.abortTransaction()
    await session.endSession()
  })
})
