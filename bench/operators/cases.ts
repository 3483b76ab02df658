import { groupedCases } from './cases/grouped.js'
import { joinedCases } from './cases/joined.js'
import { oneToOneCases } from './cases/one-to-one.js'
import { orderedCases } from './cases/ordered.js'
import type { Case } from './subject.js'

export const operatorCases: readonly Case[] = [...orderedCases, ...oneToOneCases, ...groupedCases, ...joinedCases]
