import { ValidationError } from '../../../errors.js'

/** XML 1.0 §2.3 without the colon and what is beyond the basic plane. */
const start = 'A-Z_a-z\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u2c00-\\u2fef\\u3001-\\ud7ff'
const name = new RegExp(`^[${start}][${start}.\\-0-9\\xb7]*$`)

/** XML 1.0 §2.2; a carriage return would arrive as a line feed. */
const unfit = /[\0-\x08\x0b-\x1f\ufffe\uffff]|\p{Surrogate}/u

/** Whether an element or an attribute can be called `text`. */
export function isXmlName(text: string): boolean {
  return name.test(text)
}

/** `text`, if XML can carry it; a server closes the stream of who sends anything else. Throws `ValidationError`. */
export function xmlText(what: string, text: string): string {
  return fit(what, text, unfit.test(text))
}

/** The same for an attribute, in which line feeds and tabs, and what xmldom takes for line feeds, would arrive as spaces. */
export function xmlAttribute(what: string, text: string): string {
  return fit(what, text, /[\t\n\u0085\u2028\u2029]/.test(text) || unfit.test(text))
}

function fit(what: string, text: string, isUnfit: boolean): string {
  if (!isUnfit) return text
  const why = `XML can't carry ${JSON.stringify(text.slice(0, 100))}`
  throw new ValidationError(`${what}: ${why}`, { [what]: why })
}
