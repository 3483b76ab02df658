// Where everything of a marble diagram stands. Pure; sizes in pixels.
import { isEvent, type Line, type MarbleExample } from '../test/streams/marbles/example.js'
import { frameOf, lengthOf, tokensOf } from '../test/streams/marbles/frames.js'

/** A sign on a line. */
export interface Sign {
  readonly x: number
  readonly kind: 'reset' | 'commit' | 'complete' | 'error' | 'publish' | 'change' | 'retract' | 'value'
  readonly text: string
  readonly width: number
  /** The key of an item, which gives the colour. */
  readonly id: string
  /** The places of an ordered event. */
  readonly place: string
}

/** A line as it is drawn. */
export interface Row {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Nothing ends it within the diagram. */
  readonly open: boolean
  readonly signs: readonly Sign[]
  /** What happens at once. */
  readonly groups: readonly (readonly [from: number, to: number])[]
}

export interface Layout {
  readonly width: number
  readonly inputs: readonly Row[]
  readonly outputs: readonly Row[]
}

export const marbleHeight = 26
const characterWidth = 7.7
const nameWidth = 7.4
const columnWidth = 7
/** Between two signs, and from a sign to the edge of its group. */
const space = 5
const edge = 8

interface Placed {
  readonly name: string
  readonly begin: number
  /** The frame of its end, or of its unsubscription. */
  readonly end: number
  readonly moments: readonly Moment[]
}

/** What a line has at one frame. */
interface Moment {
  readonly frame: number
  readonly grouped: boolean
  readonly characters: readonly string[]
  readonly width: number
}

/** All lines share the frames; what happens at one begins at one place, and the next frames leave it room. */
export function layoutOf(example: MarbleExample): Layout {
  const length = lengthOf(example)
  const inputs = Object.entries(example.inputs).map(([name, line]) => placed(name, line, true, example))
  const outputs = Object.entries(example.outputs).map(([name, line]) => placed(name, line, false, example))
  const all = [...inputs, ...outputs]
  const left = 14 + Math.max(0, ...all.map(({ name }) => name.length)) * nameWidth + 14
  const frames = [left]
  for (let frame = 1; frame <= length; frame++) {
    const free = all.flatMap(({ moments }) => moments.filter((moment) => moment.frame < frame && hasNext(moments, moment, frame)))
    frames.push(Math.max(frames.at(-1)! + columnWidth, ...free.map((moment) => frames[moment.frame]! + moment.width + edge)))
  }
  const right =
    Math.max(...all.flatMap(({ moments }) => moments.map((moment) => frames[moment.frame]! + moment.width)), frames[length]!) + 8
  const row = ({ name, begin, end, moments }: Placed): Row => {
    const signs = moments.flatMap((moment) => signsOf(moment, frames[moment.frame]!, example))
    const last = signs.find(({ kind }) => kind === 'complete' || kind === 'error')
    return {
      name,
      from: frames[begin]! - 6,
      to: last?.x ?? (end >= length ? right : Math.max(frames[end]!, ...signs.map(({ x, width }) => x + width / 2))),
      open: last === undefined && end >= length,
      signs,
      groups: moments.filter(({ grouped }) => grouped).map(({ frame, width }) => [frames[frame]!, frames[frame]! + width] as const),
    }
  }
  return { width: Math.ceil(right + 22), inputs: inputs.map(row), outputs: outputs.map(row) }
}

/** Whether something of a line begins at `frame` after `moment`; what is in between is a matter of the frames before. */
function hasNext(moments: readonly Moment[], moment: Moment, frame: number): boolean {
  const next = moments[moments.indexOf(moment) + 1]
  return next !== undefined && next.frame === frame
}

function placed(name: string, { marbles, subscribed }: Line, cold: boolean, example: MarbleExample): Placed {
  const uses = (subscribed ?? ['^']).map((use) => ({ begin: frameOf(use, '^'), end: frameOf(use, '!') }))
  const frames = new Map<number, string[]>()
  // A cold input begins anew with each use; those at once are one line.
  for (const begin of new Set(uses.map((use) => use.begin))) {
    const end = Math.max(...uses.filter((use) => use.begin === begin).map((use) => use.end))
    for (const { frame, character } of tokensOf(marbles, cold ? begin : 0))
      if (frame <= end) frames.set(frame, [...(frames.get(frame) ?? []), character])
  }
  const end = Math.max(...uses.map((use) => use.end))
  const moments = [...frames].map(([frame, characters]): Moment => {
    const signs = characters.filter((character) => character !== '(' && character !== ')')
    const width = signs.reduce((sum, character) => sum + signWidth(character, example) + space, 2 * edge - space)
    return { frame, grouped: signs.length < characters.length, characters: signs, width }
  })
  return { name, begin: uses[0]!.begin, end, moments }
}

function signWidth(character: string, example: MarbleExample): number {
  return isMark(character) ? markWidth : labelWidth(labelOf(character, example))
}

function signsOf({ characters }: Moment, left: number, example: MarbleExample): readonly Sign[] {
  const signs: Sign[] = []
  let x = left + edge
  for (const character of characters) {
    const width = signWidth(character, example)
    signs.push(signOf(character, example, x + width / 2))
    x += width + space
  }
  return signs
}

function signOf(character: string, example: MarbleExample, x: number): Sign {
  if (isMark(character)) return { x, kind: marks[character], text: '', width: 0, id: '', place: '' }
  const value = example.values[character]
  const text = labelOf(character, example)
  const width = labelWidth(text)
  if (!isEvent(value)) return { x, kind: 'value', text, width, id: '', place: '' }
  const { at = -1, from = -1 } = value as { readonly at?: number; readonly from?: number }
  const place = at < 0 && from < 0 ? '' : `${from < 0 ? '' : String(from)}→${at < 0 ? '' : String(at)}`
  return { x, kind: value.type, text, width, id: value.id, place }
}

const markWidth = 8
const marks = { R: 'reset', '.': 'commit', '|': 'complete', '#': 'error' } as const

function isMark(character: string): character is keyof typeof marks {
  return character in marks
}

function labelWidth(text: string): number {
  return Math.max(marbleHeight, text.length * characterWidth + 13)
}

function labelOf(character: string, { values, label }: MarbleExample): string {
  if (!(character in values)) throw new Error(`the character ${character} stands for nothing`)
  const value = values[character]
  if (!isEvent(value)) return label === undefined ? textOf(value) : label(value)
  const item = value.type === 'retract' ? value.previous : (value as { readonly item: unknown }).item
  if (label !== undefined) return label(item)
  return typeof item === 'object' ? textOf(item) : `${value.id} ${textOf(item)}`
}

/** A row in short: its id and what it holds. */
function textOf(value: unknown): string {
  if (value === undefined) return '–'
  if (value instanceof Map) return `{${[...(value as Map<string, unknown>)].map(([key, item]) => `${key}: ${textOf(item)}`).join(', ')}}`
  if (Array.isArray(value)) return `[${value.map(textOf).join(' ')}]`
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const texts = Object.values(value).map(textOf)
  return texts.every((text, index) => text.length <= (index === 0 ? 1 : 2)) ? texts.join('') : texts.join(' ')
}
