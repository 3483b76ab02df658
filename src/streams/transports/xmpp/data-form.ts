import type { Builder } from './builder.js'
import { attributeOf, childrenOf, textOf } from './dom.js'
import { ns } from './namespaces.js'
import { xmlAttribute, xmlText } from './xml-text.js'

/** The values of a form by field; each field has a list, as forms know no types on the wire. */
export type Form = ReadonlyMap<string, readonly string[]>

/** Values for a form to submit; those that are `undefined` are left out. */
export type FormFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** The fields of `<x xmlns="jabber:x:data">` (XEP-0004), `FORM_TYPE` too. The first field of a name counts; nameless ones are left out. */
export function parseForm(x: Element): Form {
  const form = new Map<string, readonly string[]>()
  for (const field of childrenOf(x, 'field', ns.dataForm)) {
    const name = attributeOf(field, 'var')
    if (name !== undefined && !form.has(name)) form.set(name, childrenOf(field, 'value', ns.dataForm).map(textOf))
  }
  return form
}

/** Appends a form to the element that `builder` is at, and stays there. */
export function buildForm(builder: Builder, formType: string, fields: FormFields, type: 'submit' | 'cancel' = 'submit'): Builder {
  builder.c('x', { xmlns: ns.dataForm, type })
  appendField(builder, 'FORM_TYPE', formType, { type: 'hidden' })
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) appendField(builder, name, value)
  return builder.up()
}

function appendField(builder: Builder, name: string, value: string | number | boolean | readonly string[], more?: { type: string }): void {
  builder.c('field', { var: xmlAttribute('field', name), ...more })
  for (const each of Array.isArray(value) ? (value as readonly string[]) : [value])
    builder.c('value', {}, xmlText(name, wireText(each as string)))
  builder.up()
}

/** `1` and `0` are what every server reads as a boolean. */
function wireText(value: string | number | boolean): string {
  return String(typeof value === 'boolean' ? Number(value) : value)
}
