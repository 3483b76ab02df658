import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../house/sources.js'
import { diagramFile } from './diagrams.js'
import type { ShownExample } from './examples.js'

/** What the guide says of one name. */
export interface Section {
  readonly name: string
  readonly text: string
  /** The example's code, with what all of them begin with. */
  readonly code: string
}

const page = 'docs/guides/operators.md'

/** The parts of the guide in their order: the headings are the names. */
export function sections(): readonly Section[] {
  const text = readFileSync(join(root, page), 'utf8')
  const preamble = block(text, 'preamble')
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const section = part.split(/^## /m)[0]!
      return { name: section.split('\n')[0]!, text: section, code: `${preamble}\n${block(section, 'example')}` }
    })
}

/** The lines that show a diagram and say what is to be seen. */
export function imageOf(name: string, index: number, { title, expression }: ShownExample): string {
  return `![${expression}](operators/${diagramFile(name, index)})\\\n*${title}.*`
}

/** What the comments of an example promise that it prints. */
export function promisedBy(code: string): readonly string[] {
  return [...code.matchAll(/^\/\/ → (.*)$/gm)].map((match) => match[1]!)
}

function block(text: string, mark: string): string {
  return new RegExp(`^\`\`\`ts ${mark}\\n([^]*?)^\`\`\`$`, 'm').exec(text)?.[1] ?? ''
}
