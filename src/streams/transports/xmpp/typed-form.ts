import { ArgumentError } from '../../../errors.js'
import type { Form, FormFields } from './data-form.js'

/** How the values of a field are written: `'flag'`, `'count'`, `'count or max'`, `'text'`, `'list'`, `'time'`, or the words that it may be. */
export type Kind = 'flag' | 'count' | 'count or max' | 'text' | 'list' | 'time' | readonly string[]

/** The fields of a form by their camelCase names; on the wire they are `pubsub#snake_case`. */
export type Kinds<T> = { readonly [K in keyof Omit<T, 'fields'>]-?: Kind }

/** A form with typed fields, and all others as they are. */
export interface TypedForm {
  /** Other fields by their full names, such as `'pubsub#body_xslt'`. */
  readonly fields?: FormFields
}

/** The fields to submit. Throws `ArgumentError` for a name that isn't there, and for a value that isn't of its kind. */
export function fieldsOf<T extends TypedForm>(kinds: Kinds<T>, { fields, ...values }: T): FormFields {
  const entries = Object.entries(values).map(([name, value]) => {
    const kind = Object.hasOwn(kinds, name) ? (kinds as Record<string, Kind>)[name]! : undefined
    if (kind === undefined)
      throw new ArgumentError(`there is no field ${JSON.stringify(name)}; those that are not named here go into "fields"`)
    if (value !== undefined && !fits(kind, value)) {
      const wanted = typeof kind === 'string' ? kind : kind.join(', ')
      throw new ArgumentError(`${name} can't be ${JSON.stringify(value)}; it is one of: ${wanted}`)
    }
    return [wireName(name), value instanceof Date ? value.toISOString() : value]
  })
  return { ...(Object.fromEntries(entries) as FormFields), ...fields }
}

/** What a form says. What isn't of the kind of its field is in `fields`, with all that have no name here. */
export function valuesOf<T extends TypedForm>(kinds: Kinds<T>, form: Form): T {
  const values: Record<string, unknown> = {}
  const fields = new Map(form)
  fields.delete('FORM_TYPE')
  for (const [name, kind] of Object.entries<Kind>(kinds)) {
    const texts = form.get(wireName(name))
    const value = texts && parse(kind, texts)
    if (value !== undefined && !fits(kind, value)) continue
    if (value !== undefined) values[name] = value
    fields.delete(wireName(name))
  }
  return { ...values, fields: Object.fromEntries(fields) } as unknown as T
}

export function wireName(name: string): string {
  return `pubsub#${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
}

function fits(kind: Kind, value: unknown): boolean {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean'
    case 'count or max':
      return value === 'max' || fits('count', value)
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'text':
      return typeof value === 'string'
    case 'list':
      return Array.isArray(value) && value.every((each) => typeof each === 'string')
    case 'time':
      return value instanceof Date && !Number.isNaN(value.getTime())
    default:
      return kind.includes(value as string)
  }
}

function parse(kind: Kind, texts: readonly string[]): unknown {
  const [text] = texts
  if (kind === 'list') return texts
  if (text === undefined) return undefined
  if (kind === 'flag') return /^(1|true)$/.test(text) || (/^(0|false)$/.test(text) ? false : text)
  if (kind === 'time') return new Date(text)
  return /^count/.test(String(kind)) && /^\d+$/.test(text) ? Number(text) : text
}
