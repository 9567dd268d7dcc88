import querystring from 'node:querystring'

/** Shorter values are too common in ordinary text to be taken out of it, and too short to be secrets. */
const minLength = 6

/** Takes the given secrets out of a text, wherever they stand; of a URL also its password alone. */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const values = [...new Set(secrets.flatMap(forms))].filter(value => value.length >= minLength).sort((a, b) => b.length - a.length)
  return text => values.reduce((clean, value) => clean.replaceAll(value, '[secret]'), text)
}

/** A secret as it may turn up: as it is, within JSON, and a URL's password, encoded and plain. */
function forms(secret: string): readonly string[] {
  const password = URL.canParse(secret) ? new URL(secret).password : ''
  return [secret, JSON.stringify(secret).slice(1, -1), password, querystring.unescape(password)]
}
