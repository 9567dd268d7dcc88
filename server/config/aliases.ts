/** Names from older documents → the name that took their place. Accepted with a deprecation warning. */
export const aliases: Readonly<Record<string, string>> = {
  SECRET_KEY: 'BEHAVRY_APP_SECRET_KEY',
  SENTRY_DSN: 'BEHAVRY_SENTRY_DSN',
  BUILD_SHA: 'BEHAVRY_RELEASE_VERSION',
}

/** ` (older name: …)` for a variable that had one, else nothing. */
export function olderName(name: string): string {
  const older = Object.keys(aliases).find(alias => aliases[alias] === name)
  return older === undefined ? '' : ` (older name: ${older})`
}
