import type { Person } from '../server/person.js'

const manners = [
  'Amber',
  'Brisk',
  'Calm',
  'Dusky',
  'Early',
  'Fleet',
  'Gentle',
  'Hazel',
  'Keen',
  'Lively',
  'Mellow',
  'Nimble',
  'Quiet',
  'Swift',
  'Tidy',
  'Wry',
]
const birds = [
  'Avocet',
  'Bunting',
  'Crane',
  'Dipper',
  'Egret',
  'Finch',
  'Goldcrest',
  'Heron',
  'Ibis',
  'Jay',
  'Kestrel',
  'Lark',
  'Martin',
  'Owl',
  'Plover',
  'Wren',
]

/** Who this tab is: made up once, kept for as long as the tab lives. */
export function whoAmI(): Person {
  const kept = sessionStorage.getItem('person')
  if (kept !== null) return JSON.parse(kept) as Person
  const manner = pick(manners)
  const bird = pick(birds)
  const person = { name: `${manner} ${bird}`, initials: manner[0]! + bird[0]!, hue: Math.floor(Math.random() * 24) * 15 }
  sessionStorage.setItem('person', JSON.stringify(person))
  return person
}

function pick(list: readonly string[]): string {
  return list[Math.floor(Math.random() * list.length)]!
}
