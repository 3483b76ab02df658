import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { bind } from '../../src/backbone/bind.js'
import { connectXmpp } from '../../src/streams/transports/xmpp/transport.js'
import { median } from '../median.js'
import { randomNumbers } from '../random-numbers.js'
import { answersOf, fakeConnection, type Receiver } from './fake-connection.js'
import { entryOf, eventOf, readItems, retractOf, type Task, taskAt } from './task.js'

export type Report = (name: string, unit: string, value: number, peer: string, peerValue: number) => void

/** How many stanzas one side gets before it is the other's turn. */
const block = 50
/** Both sides are warm before they are timed: after so many stanzas, or so much time. */
const warmStanzas = 20_000
const warmMilliseconds = 4000

interface Side {
  readonly connection: Receiver
  readonly collection: Backbone.Collection
  close(): Promise<void>
}

/** From a message with one item to the model: ours and a handler's own, on connections of their own, with the same text. */
export async function measureLive(report: Report, wanted: (name: string) => boolean): Promise<void> {
  for (const size of [1000, 10_000])
    for (const kind of ['change', 'add'] as const)
      for (const parsed of [true, false])
        for (const comparator of [undefined, 'rank']) {
          const name = `live, ${kind} among ${size / 1000}k, ${parsed ? 'parsed' : 'text'}${comparator === undefined ? '' : ', comparator'}`
          if (!wanted(name)) continue
          const [ours, theirs] = await race(size, kind, parsed, comparator)
          report(name, 'µs', ours, 'handler', theirs)
        }
}

async function race(size: number, kind: 'change' | 'add', parsed: boolean, comparator: string | undefined): Promise<[number, number]> {
  const random = randomNumbers(7)
  const rank = (): number => Math.floor(random() * 1e9)
  const initial = Array.from({ length: size }, (_, index) => taskAt(index, rank()))
  // What the service has: the mirror reads again what it has reason to doubt.
  const stored = new Map(initial.map((task) => [task.id, itemOf(task)]))
  const sides = [await rachis(stored, comparator), byHand(initial, comparator)] as const
  const times: [number[], number[]] = [[], []]
  const timed = (comparator === undefined ? 6000 : 1000) / block
  const started = performance.now()
  let known = size
  for (let sent = 0, first = 0; times[0].length < timed; sent += block, first = 1 - first) {
    const isWarm = sent >= warmStanzas || performance.now() - started > warmMilliseconds
    const tasks = Array.from({ length: block }, () => taskAt(kind === 'add' ? known++ : Math.floor(random() * size), rank()))
    for (const task of tasks) stored.set(task.id, itemOf(task))
    const texts = tasks.map(eventOf)
    for (const at of [first, 1 - first] as const) {
      const { connection } = sides[at]!
      const elements = parsed ? texts.map((text) => connection.parse(text)) : []
      const began = performance.now()
      if (parsed) for (const element of elements) connection.receiveParsed(element)
      else for (const text of texts) connection.receive(text)
      const time = performance.now() - began
      if (isWarm) times[at]!.push((time / block) * 1000)
      await idle()
    }
    if (kind === 'change') continue
    // It stays of its size.
    for (const { id } of tasks) {
      stored.delete(id)
      sides[0].connection.receive(retractOf(id))
      sides[1].collection.remove(id)
    }
    await idle()
  }
  const [mine, plain] = sides.map(({ collection }) => collection.map((model) => model.attributes))
  assert.equal(mine!.length, size)
  assert.deepEqual(mine, plain)
  for (const side of sides) {
    await side.close()
    side.connection.end()
  }
  return [median(times[0]), median(times[1])]
}

async function rachis(stored: ReadonlyMap<string, string>, comparator: string | undefined): Promise<Side> {
  const connection = fakeConnection(answersOf('tasks', stored))
  const transport = connectXmpp({ connection, pubsub: 'pubsub.localhost', keepalive: 1e9 })
  const collection = new Backbone.Collection([], { comparator: comparator as string })
  listen(collection)
  const ready = new Promise<void>((resolve) => {
    bind(transport.node<Task>('tasks', { refresh: 0 }).feed(), collection, { committed: resolve })
  })
  await ready
  assert.equal(collection.length, stored.size)
  return { connection, collection, close: () => transport.close() }
}

function byHand(initial: readonly Task[], comparator: string | undefined): Side {
  const connection = fakeConnection(() => undefined)
  const collection = new Backbone.Collection([...initial] as object[], { comparator: comparator as string })
  listen(collection)
  const handler = (message: Element): boolean => {
    const items = message.firstChild?.firstChild as Element
    collection.set(readItems(items) as object[] as Backbone.Model[], { remove: false })
    return true
  }
  const { addHandler } = connection as unknown as { addHandler(handler: (stanza: Element) => boolean, ns: null, name: string): void }
  addHandler.call(connection, handler, null, 'message')
  return { connection, collection, close: () => Promise.resolve() }
}

function itemOf(task: Task): string {
  return `<item id='${task.id}'>${entryOf(task)}</item>`
}

/** A collection that nobody listens to is of no use. */
function listen(collection: Backbone.Collection): void {
  let updates = 0
  collection.on('update', () => updates++)
}

function idle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
