import { variables } from './config.ts'
import { laterNames } from './later.ts'
import { fault, type Notice } from './notice.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Given } from './sources.ts'

const leastCharacters = 32

/** What production demands of secrets: generated ones are long and like no other; nothing that is set for later holds a placeholder. */
export function checkSecrets(given: ReadonlyMap<string, Given>): readonly Notice[] {
  return [...tooShort(given), ...alike(given), ...laterPlaceholders(given)]
}

function tooShort(given: ReadonlyMap<string, Given>): readonly Notice[] {
  return variables.flatMap(([name, row]) => {
    const length = given.get(name)?.text?.length
    if (!row.generated || length === undefined || length >= leastCharacters) return []
    return [fault(name, `must have ${leastCharacters} characters or more: make one with \`openssl rand -hex 32\``)]
  })
}

function alike(given: ReadonlyMap<string, Given>): readonly Notice[] {
  const secrets = variables.filter(([, row]) => row.kind.secret)
  return secrets.flatMap(([name, row], index) =>
    secrets.slice(index + 1).flatMap(([other, otherRow]) => {
      const text = given.get(name)?.text
      const same = text !== undefined && text === given.get(other)?.text
      return same && (row.generated || otherRow.generated) ? [fault(name, `must not be the same as ${other}`)] : []
    }),
  )
}

function laterPlaceholders(given: ReadonlyMap<string, Given>): readonly Notice[] {
  return [...given].flatMap(([name, { text }]) =>
    laterNames.has(name) && text !== undefined && isPlaceholder(text)
      ? [fault(name, 'holds a placeholder: set a value of your own, or unset it')]
      : [],
  )
}
