/** The words of an identifier, in lower case: split at `_ - / .`, at spaces and at camelCase humps. Linear in its length. */
export function wordsOf(identifier: string): readonly string[] {
  const lower = identifier.toLowerCase()
  const parted = lower === identifier ? lower : identifier.replace(humps, ' ').toLowerCase()
  return parted.split(/[\s_\-/.]/)
}

/** `read|File`, `GET|File`. */
const humps = /(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g
