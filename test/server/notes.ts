import { type Connection, type Model, Schema } from 'mongoose'
import type { Hub } from '../../src/server/hub/hub.js'
import type { ChannelRules } from '../../src/server/hub/rules.js'
import type { ContractNote } from '../../src/streams/testing/index.js'

/** Everybody may do everything. */
export const openRules: ChannelRules<ContractNote, unknown> = {
  read: () => true,
  create: () => true,
  patch: () => true,
  retract: () => true,
  fields: { readable: '*', writable: '*' },
  filterable: '*',
  operators: '*',
  sortable: '*',
}

export function noteModel(connection: Connection): Model<ContractNote> {
  const definition: object = {
    _id: String,
    title: { type: String, required: true },
    n: Number,
    done: Boolean,
    at: Date,
    tags: { type: [String], default: undefined },
  }
  const schema = new Schema<ContractNote>(definition)
  return connection.model<ContractNote>('Note', schema)
}

/** The two channels that the contract of transports asks for. */
export function offerNotes(hub: Hub, connection: Connection): Model<ContractNote> {
  const model = noteModel(connection)
  hub.channel('notes', { model, rules: openRules })
  hub.channel('sealed', { model, rules: {} })
  return model
}
