import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { Frame } from '../../../src/server/hub/frame.js'
import { tcpLink } from '../../../src/server/dnode/links.js'

/** A link, and how many system calls it would have made. */
function countedLink() {
  const calls: number[] = []
  const socket = new Duplex({
    write: (_chunk, _encoding, done) => {
      calls.push(1)
      done()
    },
    writev: (chunks, done) => {
      calls.push(chunks.length)
      done()
    },
    read: () => undefined,
  })
  const link = tcpLink(socket as Socket)
  const tell = () => {
    link.gather!()
    link.send(Frame.of('{}\n'))
  }
  return { calls, tell }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('what old clients are told in one turn', () => {
  const links = Array.from({ length: 10 }, countedLink)
  const tellAll = () => {
    for (const { tell } of links) tell()
  }
  const callsOf = () => links.map(({ calls }) => calls.splice(0))

  it('goes out at once while it is one thing each', async () => {
    for (let turns = 0; turns < 20; turns++) {
      tellAll()
      await turn()
    }
    callsOf()
    tellAll()
    for (const calls of callsOf()) assert.deepEqual(calls, [1])
    await turn()
    for (const calls of callsOf()) assert.deepEqual(calls, [])
  })

  it('is one system call for each as soon as it is more, and for some turns after that', async () => {
    for (let times = 0; times < 3; times++) tellAll()
    await turn()
    assert.ok(callsOf().flat().length < 3 * links.length)
    for (const times of [3, 1, 3]) {
      for (let time = 0; time < times; time++) tellAll()
      for (const calls of callsOf()) assert.deepEqual(calls, [])
      await turn()
      for (const calls of callsOf()) assert.deepEqual(calls, [times])
    }
  })
})
