import { DeniedError, ValidationError } from '../../src/errors.js'
import { MemoryStore } from '../../src/streams/transports/memory-store.js'
import { MemoryTransport } from '../../src/streams/transports/memory.js'
import type { ContractNote } from '../../src/streams/testing/index.js'
import { describeTransport } from './describe-transport.js'

describeTransport('MemoryTransport', {
  gaps: ['what no wire can carry is an ArgumentError'],
  start() {
    const store = new MemoryStore({
      nodes: ['notes', 'sealed'],
      allow: (node) => {
        if (node === 'sealed') throw new DeniedError('nobody may use this node')
      },
      validate: (_node, item) => {
        if ((item as ContractNote).title === '') throw new ValidationError('a note needs a title', { title: 'is empty' })
      },
    })
    const mortal: MemoryTransport[] = []
    return Promise.resolve({
      transport({ steady = false } = {}) {
        const transport = new MemoryTransport({ store })
        if (!steady) mortal.push(transport)
        return transport
      },
      outage() {
        for (const transport of mortal) transport.disconnect()
        return Promise.resolve(() => {
          for (const transport of mortal) transport.reconnect()
          return Promise.resolve()
        })
      },
      stop: () => Promise.resolve(),
    })
  },
})
