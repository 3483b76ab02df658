import assert from 'node:assert/strict'
import mongoose, { type Connection, type Model, Schema } from 'mongoose'
import { modelFeed } from '../../../src/server/mongoose/feed.js'
import { applyEvent } from '../../../src/streams/event.js'
import { openEmbedded } from '../embedded-connection.js'

const id = new mongoose.Types.ObjectId('aaaaaaaaaaaaaaaaaaaaaaaa')
const hex = id.toHexString()

describe('a filter over ids', () => {
  let connection: Connection
  let model: Model<object>
  before(async () => {
    connection = await openEmbedded()
    const { ObjectId, Mixed } = Schema.Types
    const definition: object = { members: [{ user: ObjectId, role: String }], owner: ObjectId, ids: [ObjectId], any: Mixed, n: Number }
    model = connection.model<object>('Room', new Schema(definition))
  })
  beforeEach(() => model.deleteMany({}))
  after(() => connection.close())

  const size = (filter: object): { readonly now: number; stop(): void } => {
    const state = new Map<string, unknown>()
    const subscription = modelFeed<object>(model, { filter }).subscribe((event) => applyEvent(state, event))
    return { get now() { return state.size }, stop: () => subscription.unsubscribe() } // prettier-ignore
  }

  const filters: object[] = [
    { members: { $elemMatch: { user: hex } } },
    { members: { $elemMatch: { $and: [{ user: hex }, { role: 'x' }] } } },
    { members: { $elemMatch: { user: { $gt: 'a' } } } },
    { $nor: [{ owner: { $gt: 'b' } }] },
    { owner: { $not: { $lt: 'a' } } },
    { owner: { $prefix: 'aaa' } },
    { owner: { $type: 'string' } },
    { owner: { $in: [hex, 'x'] } },
    { owner: { $ne: hex } },
    { ids: { $all: [hex] } },
    { ids: [hex] },
    { ids: { $elemMatch: { $eq: hex } } },
    { 'any.user': hex },
    { 'any.user': { $ne: hex } },
    { 'any.user': { $gte: 'a' } },
    { any: { user: hex } },
    { $or: [{ 'any.user': { $prefix: 'a' } }, { n: 7 }] },
    { _id: null },
    { __v: { $exists: false } },
    { n: 5 },
    { n: 6 },
  ]
  for (const filter of filters) {
    it(`finds in the store what it finds live: ${JSON.stringify(filter)}`, async () => {
      const live = size(filter)
      await model.create({ members: [{ user: id, role: 'x' }], owner: id, ids: [id], any: { user: id }, n: 5 })
      const found = live.now
      live.stop()
      const read = size(filter)
      assert.equal(read.now, found)
      read.stop()
    })
  }
})
