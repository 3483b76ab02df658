import type { FeedEvent } from '../../streams/event.js'
import { encodeItem } from '../../streams/transports/dnode/item-codec.js'
import type { Terminal } from './terminal.js'

type Item = Readonly<Record<string, unknown>>

/** An event as one line of JSON, the item as extended JSON, as `load` reads it. The `previous` of a change is left out: it was told before. */
export function jsonLine(event: FeedEvent<Item>): string {
  switch (event.type) {
    case 'publish':
    case 'change':
      return JSON.stringify({ type: event.type, id: event.id, item: encodeItem(event.item) })
    case 'retract':
      return JSON.stringify({ type: 'retract', id: event.id })
    case 'commit':
      return JSON.stringify({ type: 'commit', cursor: event.cursor })
    case 'reset':
      return JSON.stringify({ type: 'reset', reason: event.reason })
  }
}

/** An event as one line for a person: `+` came, `~` changed (only what changed), `-` went. */
export function prettyLine(event: FeedEvent<Item>, paint: Terminal['paint']): string {
  switch (event.type) {
    case 'publish':
      return `${paint('green', '+')} ${paint('bold', printable(event.id))}  ${fieldsOf(event.item, paint)}`
    case 'change':
      return `${paint('yellow', '~')} ${paint('bold', printable(event.id))}  ${differences(event.previous, event.item, paint)}`
    case 'retract':
      return `${paint('red', '-')} ${paint('bold', printable(event.id))}`
    case 'commit':
      return paint('dim', `· ${Object.values(event.cursor).join(' ')}`)
    case 'reset':
      return paint('dim', `× ${printable(event.reason)}`)
  }
}

function fieldsOf(item: Item, paint: Terminal['paint']): string {
  return Object.entries(item)
    .map(([name, value]) => `${paint('dim', `${printable(name)}:`)} ${valueText(value)}`)
    .join('  ')
}

function differences(before: Item, after: Item, paint: Terminal['paint']): string {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])]
  const changed = names.filter((name) => valueText(before[name]) !== valueText(after[name]))
  return changed
    .map((name) => `${paint('dim', `${printable(name)}:`)} ${valueText(before[name])} ${paint('dim', '→')} ${valueText(after[name])}`)
    .join('  ')
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return printable(value)
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  return value === undefined
    ? '∅'
    : printable(JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)))
}

/** On one line, and without the control characters by which an item could steer the terminal. */
function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    character === '\n' ? '⏎' : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
