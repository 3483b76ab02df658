import { build, type Builder } from './builder.js'
import { xmlAttribute } from './xml-text.js'

/** Attributes of which those that are `undefined` are left out (strophe does that). */
export type Attributes = Readonly<Record<string, string | undefined>>

/** An IQ with one child, at which the builder is. Without `to` it goes to one's own account. It has no id: the session gives one. */
export function request(type: 'get' | 'set', to: string | undefined, name: string, xmlns: string, attributes?: Attributes): Builder {
  return child(build('iq', attributesOf({ type, to })), name, { xmlns, ...attributes })
}

/** Appends a child, at which the builder then is. Throws `ValidationError` for what XML can't carry. */
export function child(builder: Builder, name: string, attributes: Attributes = {}): Builder {
  return builder.c(name, attributesOf(attributes))
}

/** Throws `ValidationError` for what XML can't carry. */
export function attributesOf(attributes: Attributes): Record<string, string> {
  for (const name in attributes) if (attributes[name] !== undefined) xmlAttribute(name, attributes[name])
  return attributes as Record<string, string>
}
