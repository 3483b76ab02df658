/** What is said of a todo without a title. */
export const untitled = 'A todo needs some words.'

/** What a title must not be, and why. The server's schema holds to it; over XMPP, whose servers look into nothing, the page does. */
export const titleRules: readonly (readonly [allows: (title: string) => boolean, message: string])[] = [
  [(title) => title.length <= 140, 'That is too long for one todo: 140 characters at most.'],
  [(title) => !/\bsomeday\b/i.test(title), '“Someday” never comes. Say when, or leave it out.'],
]

/** Why a title is refused, if it is. */
export function faultOf(title: string): string | undefined {
  return title.trim() === '' ? untitled : titleRules.find(([allows]) => !allows(title))?.[1]
}
