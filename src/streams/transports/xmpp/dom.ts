import { serialize } from './builder.js'

/** `node`, or the first of its later siblings that is an element. Works on any DOM, xmldom's too. */
export function nextElement(node: Node | null): Element | null {
  while (node && node.nodeType !== 1) node = node.nextSibling
  return node as Element | null
}

/** The child elements of `el`, if there is one, those called `name` and in the namespace `ns` where these are given. */
export function childrenOf(el: Element | undefined, name?: string, ns?: string): Element[] {
  const children: Element[] = []
  for (let child = childOf(el, name, ns); child; child = nextOf(child.nextSibling, name, ns)) children.push(child)
  return children
}

/** The first of `childrenOf`. */
export function childOf(el: Element | undefined, name?: string, ns?: string): Element | undefined {
  return el && nextOf(el.firstChild, name, ns)
}

function nextOf(node: Node | null, name: string | undefined, ns: string | undefined): Element | undefined {
  for (let el = nextElement(node); el; el = nextElement(el.nextSibling))
    if ((name === undefined || el.localName === name) && (ns === undefined || el.namespaceURI === ns)) return el
  return undefined
}

/** The child of the child … of `el`, each of them in the namespace `ns`. */
export function descend(el: Element, ns: string, ...names: readonly string[]): Element | undefined {
  return names.reduce<Element | undefined>((parent, name) => childOf(parent, name, ns), el)
}

/** The text in `el`, as it was before it was escaped (`Strophe.getText` would escape it). */
export function textOf(el: Element): string {
  return el.textContent
}

/** An attribute; an empty one counts as absent. */
export function attributeOf(el: Element, name: string): string | undefined {
  return el.getAttribute(name) || undefined
}

/** `el` as text for a report, cut off at `length`. Never throws. */
export function rawTextOf(el: Element, length = 10_000): string {
  try {
    return serialize(el).slice(0, length)
  } catch {
    // Nested deeper than the stack.
    return `<${el.nodeName}>`
  }
}

/** How much a payload may hold. */
export interface PayloadLimits {
  /** Characters of text, all elements taken together. Default 10,000,000. */
  readonly text?: number
}

/** Levels of elements in a payload, and of objects in an item: what is deeper would overflow the stack of what comes later. */
export const maxDepth = 100

/** Why `payload` is too much to be read, if it is. O(nodes), without recursion. */
export function excessOf(payload: Element, { text = 10_000_000 }: PayloadLimits = {}): string | undefined {
  let left = text
  let depth = 0
  let node: Node = payload
  for (;;) {
    left -= node.nodeValue?.length ?? 0
    if (left < 0) return `holds more than ${String(text)} characters`
    if (node.nodeType === 1 && depth === maxDepth) return `is nested deeper than ${String(maxDepth)} levels`
    let next: Node | null = node.firstChild
    if (next) depth++
    while (!next) {
      if (node === payload) return undefined
      next = node.nextSibling
      if (next) break
      node = node.parentNode!
      depth--
    }
    node = next
  }
}
