/** A name as it is searched and sorted by: `Łódź` and `łodz` are `lodz`. */
export function foldName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[łøđßæœðþıʻʼ‘’'`]/g, (letter) => replacements[letter] ?? '')
    .trimStart()
}

const replacements: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ß: 'ss', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th', ı: 'i' }
