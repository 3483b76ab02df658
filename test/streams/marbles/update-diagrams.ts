// `npm run docs:operators`: draws the marbles; the diff is part of the change.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diagrams, diagramsFolder } from './diagrams.js'

rmSync(diagramsFolder, { recursive: true, force: true })
mkdirSync(diagramsFolder, { recursive: true })
for (const [file, svg] of await diagrams()) writeFileSync(join(diagramsFolder, file), svg)
