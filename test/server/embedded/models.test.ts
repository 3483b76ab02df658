import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { connected, rejection } from './connect.js'

interface Person {
  name: string
  email?: string
  age?: number
  tags: string[]
  address?: { city: string; zip?: string }
}

describe('embedded driver: models', () => {
  let db: mongoose.Mongoose
  let hooks: string[]
  let Person: mongoose.Model<Person>

  before(async () => {
    db = await connected()
    const schema = new db.Schema<Person>(
      {
        name: { type: String, required: true },
        email: String,
        age: { type: Number, min: 0 },
        tags: [String],
        address: { city: String, zip: String },
      },
      { timestamps: true },
    )
    schema.index({ email: 1 }, { unique: true, sparse: true })
    schema.index({ age: 1, name: -1 })
    schema.pre('save', () => void hooks.push('pre save'))
    schema.post('save', () => void hooks.push('post save'))
    schema.pre('deleteOne', () => void hooks.push('pre deleteOne'))
    Person = db.model<Person>('Person', schema)
    await Person.init()
  })
  beforeEach(async () => {
    hooks = []
    await Person.deleteMany({})
  })
  after(() => db.disconnect())

  const add = (...people: Partial<Person>[]) => Person.insertMany(people.map((person) => ({ tags: [], ...person })))
  const names = async (query: { lean(): PromiseLike<unknown> }) => ((await query.lean()) as Person[]).map(({ name }) => name)

  it('creates, reads back as a document and as a plain object', async () => {
    const { _id } = await Person.create({ name: 'Ada', age: 36 })
    assert.equal((await Person.findById(_id))!.get('name'), 'Ada')
    assert.equal((await Person.findById(_id).lean())!.age, 36)
  })

  it('validates and names the path', async () => {
    const error = await rejection(Person.create({ age: -1 }))
    assert.deepEqual(Object.keys(error.errors as object).sort(), ['age', 'name'])
    assert.equal(await Person.countDocuments(), 0)
  })

  it('runs hooks in order', async () => {
    const person = await Person.create({ name: 'Ada' })
    await person.deleteOne()
    await Person.deleteOne({ name: 'none' })
    assert.deepEqual(hooks.slice(0, 2), ['pre save', 'post save'])
    assert.ok(hooks.includes('pre deleteOne'))
  })

  it('refuses a duplicate as MongoDB does', async () => {
    await Person.create({ name: 'Ada', email: 'a@b' })
    const error = await rejection(Person.create({ name: 'Eva', email: 'a@b' }))
    assert.ok(error instanceof mongoose.mongo.MongoServerError)
    assert.deepEqual([error.code, error.keyPattern, error.keyValue], [11000, { email: 1 }, { email: 'a@b' }])
  })

  it('lets a sparse unique index pass documents without the field', async () => {
    await add({ name: 'a' }, { name: 'b' })
    assert.equal(await Person.countDocuments(), 2)
  })

  it('refuses a duplicate id', async () => {
    const { _id } = await Person.create({ name: 'Ada' })
    const error = await rejection(Person.create({ _id, name: 'Eva' }))
    assert.deepEqual([error.code, error.keyValue], [11000, { _id }])
  })

  it('frees a unique value with its document, also by an update', async () => {
    await Person.create({ name: 'a', email: 'x' })
    await Person.updateOne({ name: 'a' }, { email: 'y' })
    await Person.create({ name: 'b', email: 'x' })
    await Person.deleteOne({ name: 'a' })
    await Person.create({ name: 'c', email: 'y' })
    assert.deepEqual(await Person.distinct('email'), ['x', 'y'])
  })

  it('saves only what changed, with its version', async () => {
    const person = await Person.create({ name: 'Ada', tags: ['x'] })
    await Person.updateOne({ _id: person._id }, { $set: { age: 5 } })
    person.set('name', 'Eva')
    await person.save()
    assert.deepEqual(await Person.findById(person._id, 'name age -_id').lean(), { name: 'Eva', age: 5 })
  })

  it('sees a stale version', async () => {
    const first = await Person.create({ name: 'Ada', tags: ['a', 'b'] })
    const second = (await Person.findById(first._id))!
    first.tags = ['c']
    await first.save()
    second.set('tags.0', 'd')
    assert.equal((await rejection(second.save())).name, 'VersionError')
  })

  const FILTERS: [string, mongoose.QueryFilter<Person>, string[]][] = [
    ['equality', { age: 2 }, ['b']],
    ['range', { age: { $gte: 2 } }, ['b', 'c']],
    ['range of two ends on a compound index', { age: { $gt: 1, $lt: 3 } }, ['b']],
    ['$in', { age: { $in: [1, 3] } }, ['a', 'c']],
    ['null or missing', { age: null }, ['d']],
    ['element of an array', { tags: 'x' }, ['a', 'b']],
    ['$all', { tags: { $all: ['x', 'y'] } }, ['b']],
    ['$size', { tags: { $size: 0 } }, ['d']],
    ['dotted', { 'address.city': 'Ulm' }, ['c']],
    ['$or', { $or: [{ age: 1 }, { name: 'd' }] }, ['a', 'd']],
    ['regular expression', { name: /^[ab]/ }, ['a', 'b']],
    ['$exists', { address: { $exists: true } }, ['c']],
    ['$expr, which is mingo', { $expr: { $gt: ['$age', 2] } }, ['c']],
  ]
  for (const [title, filter, expected] of FILTERS) {
    it(`finds by ${title}`, async () => {
      await add(
        { name: 'a', age: 1, tags: ['x'] },
        { name: 'b', age: 2, tags: ['y', 'x'] },
        { name: 'c', age: 3, tags: ['z'], address: { city: 'Ulm' } },
        { name: 'd' },
      )
      assert.deepEqual(await names(Person.find(filter).sort('name')), expected)
    })
  }

  it('sorts by an index, against it, and by both directions at once', async () => {
    await add({ name: 'a', age: 2 }, { name: 'b', age: 1 }, { name: 'c', age: 2 })
    assert.deepEqual(await names(Person.find().sort({ age: 1, name: -1 })), ['b', 'c', 'a'])
    assert.deepEqual(await names(Person.find().sort({ age: -1, name: 1 })), ['a', 'c', 'b'])
    assert.deepEqual(await names(Person.find().sort({ age: 1, name: 1 })), ['b', 'a', 'c'])
    assert.deepEqual(await names(Person.find().sort({ age: -1 })), ['a', 'c', 'b'])
  })

  it('skips and limits', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 }, { name: 'c', age: 3 })
    assert.deepEqual(await names(Person.find().sort({ age: -1 }).skip(1).limit(1)), ['b'])
    assert.equal(await Person.countDocuments().skip(1), 2)
    assert.equal(await Person.estimatedDocumentCount(), 3)
  })

  it('projects: including, excluding, nested', async () => {
    await add({ name: 'a', age: 1, address: { city: 'Ulm', zip: '1' } })
    assert.deepEqual(await Person.findOne({}, 'name -_id').lean(), { name: 'a' })
    assert.deepEqual(await Person.findOne({}, { _id: 0, 'address.zip': 1 }).lean(), { address: { zip: '1' } })
    const without = (await Person.findOne({}, '-address.zip -tags').lean())!
    assert.deepEqual([without.address, 'tags' in without], [{ city: 'Ulm' }, false])
  })

  it('reads by cursor', async () => {
    await add({ name: 'a' }, { name: 'b' })
    const seen: string[] = []
    for await (const person of Person.find().sort('name').cursor()) seen.push(person.name)
    assert.deepEqual(seen, ['a', 'b'])
  })

  it('findOneAndUpdate: before, after, upsert, nothing, with metadata', async () => {
    await add({ name: 'a', age: 1 })
    assert.equal((await Person.findOneAndUpdate({ name: 'a' }, { $inc: { age: 1 } }).lean())!.age, 1)
    assert.equal((await Person.findOneAndUpdate({ name: 'a' }, { $inc: { age: 1 } }, { returnDocument: 'after' }).lean())!.age, 3)
    assert.equal(await Person.findOneAndUpdate({ name: 'b' }, { age: 1 }), null)
    const made = await Person.findOneAndUpdate(
      { name: 'b' },
      { $setOnInsert: { age: 9 } },
      { upsert: true, returnDocument: 'after' },
    ).lean()
    assert.deepEqual([made.name, made.age], ['b', 9])
    const result = await Person.findOneAndUpdate({ name: 'a' }, { age: 5 }, { includeResultMetadata: true })
    assert.equal(result.lastErrorObject!.updatedExisting, true)
    assert.equal(result.value!.get('name'), 'a')
  })

  it('findOneAndReplace and findOneAndDelete respect the sort', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 })
    await Person.findOneAndReplace({}, { name: 'z' }, { sort: { age: -1 } })
    assert.deepEqual(await Person.distinct('name'), ['a', 'z'])
    assert.equal((await Person.findOneAndDelete({}, { sort: { name: -1 } }))!.name, 'z')
    assert.equal(await Person.countDocuments(), 1)
  })

  it('updateMany counts what matched and what changed', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 })
    const { matchedCount, modifiedCount } = await Person.collection.updateMany({}, { $set: { age: 2 } })
    assert.deepEqual([matchedCount, modifiedCount], [2, 1])
  })

  it('updateMany that fails half way leaves nothing behind', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 })
    const error = await rejection(Person.collection.updateMany({}, { $set: { email: 'same' } }))
    assert.equal(error.code, 11000)
    assert.equal(await Person.countDocuments({ email: 'same' }), 0)
  })

  it('bulkWrite counts every kind', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 })
    const result = await Person.bulkWrite([
      { insertOne: { document: { name: 'c', tags: [] } } },
      { updateOne: { filter: { name: 'a' }, update: { $set: { age: 7 } } } },
      { replaceOne: { filter: { name: 'b' }, replacement: { name: 'bb', tags: [] } } },
      { updateOne: { filter: { name: 'n' }, update: { $set: { age: 1 } }, upsert: true } },
      { deleteOne: { filter: { name: 'c' } } },
    ])
    assert.deepEqual(
      [result.insertedCount, result.modifiedCount, result.upsertedCount, result.deletedCount, Object.keys(result.upsertedIds)],
      [1, 2, 1, 1, ['3']],
    )
  })

  it('an ordered bulk stops at the duplicate, an unordered one goes on', async () => {
    const documents = () => ['x', 'x', 'y'].map((email) => ({ name: 'n', email, tags: [] }))
    const error = await rejection(Person.insertMany(documents()))
    assert.deepEqual([error.code, (error.writeErrors as { index: number }[])[0]!.index, await Person.countDocuments()], [11000, 1, 1])
    await Person.deleteMany({})
    await rejection(Person.insertMany(documents(), { ordered: false }))
    assert.equal(await Person.countDocuments(), 2)
  })

  it('sees no difference between the schema and the indexes', async () => {
    assert.deepEqual(await Person.diffIndexes(), { toDrop: [], toCreate: [] })
    await Person.collection.createIndex({ tags: 1 }, {}, {})
    assert.deepEqual(await Person.syncIndexes(), ['tags_1'])
  })

  it('populates', async () => {
    const Post = db.models.Post ?? db.model('Post', new db.Schema({ by: { type: db.Schema.Types.ObjectId, ref: 'Person' } }))
    const person = await Person.create({ name: 'Ada' })
    await Post.create({ by: person._id })
    const post = await Post.findOne().populate<{ by: Person }>('by').lean()
    assert.equal((post as unknown as { by: Person }).by.name, 'Ada')
  })

  it('aggregates', async () => {
    await add({ name: 'a', age: 1 }, { name: 'b', age: 2 }, { name: 'c', age: 5 })
    assert.deepEqual(await Person.aggregate([{ $match: { age: { $gt: 1 } } }, { $group: { _id: null, sum: { $sum: '$age' } } }]), [
      { _id: null, sum: 7 },
    ])
  })

  it('hands out copies: nothing that a caller keeps aliases the store', async () => {
    const given = { name: 'a', tags: ['x'], blob: Buffer.from([1, 2]) }
    await Person.collection.insertOne(given)
    given.tags.push('y')
    given.blob[0] = 9
    const first = (await Person.collection.findOne({}))!
    first.tags.push('z')
    ;(first.blob as mongoose.mongo.Binary).buffer[0] = 8
    const second = (await Person.collection.findOne({}))!
    assert.deepEqual([second.tags, (second.blob as mongoose.mongo.Binary).buffer[0]], [['x'], 1])
  })

  it('refuses what it can not do instead of doing something else', async () => {
    const error = await rejection(Person.find({}).collation({ locale: 'de', strength: 1 }))
    assert.equal(error.codeName, 'NotImplemented')
    assert.equal((await rejection(Person.collection.find({ $where: 'true' }).toArray())).codeName, 'BadValue')
  })
})
