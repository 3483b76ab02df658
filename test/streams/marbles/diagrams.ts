import { join } from 'node:path'
import { drawLegend, drawMarbles } from '../../../scripts/draw-marbles.js'
import { root } from '../../house/sources.js'
import { documented, fileOf } from './documented.js'
import { examplesOf } from './examples.js'

export const diagramsFolder = join(root, 'docs/guides/operators')

/** The name of the diagram of an operator's example. */
export function diagramFile(name: string, index: number): string {
  return `${fileOf(name)}${index === 0 ? '' : `-${String(index + 1)}`}.svg`
}

/** Every diagram of the guide by its file's name. */
export async function diagrams(): Promise<ReadonlyMap<string, string>> {
  const drawn = new Map([['legend.svg', drawLegend()]])
  for (const name of documented())
    for (const [index, example] of (await examplesOf(name)).entries()) drawn.set(diagramFile(name, index), drawMarbles(example))
  return drawn
}
