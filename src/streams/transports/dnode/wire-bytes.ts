/** Bytes as extended JSON. */
export function encodeBytes(bytes: Uint8Array, subType = 0): object {
  let text = ''
  for (let start = 0; start < bytes.length; start += 8192) text += String.fromCharCode(...bytes.subarray(start, start + 8192))
  return { $binary: { base64: btoa(text), subType: subType.toString(16).padStart(2, '0') } }
}
