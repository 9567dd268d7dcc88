import { elsewhereNames, laterGuards, laterNames } from './later.ts'
import { nearest } from './nearest.ts'
import { fault, type Notice, warning } from './notice.ts'
import type { Given } from './sources.ts'
import { isInForce, table, type VariableName } from './table.ts'
import type { Traits } from './variable.ts'

/** Every name of the product, in force or not. */
export const knownNames: readonly string[] = [...Object.keys(table), ...laterNames, ...elsewhereNames]
const known: ReadonlySet<string> = new Set(knownNames)

/** Whether the product has a variable of exactly this name; `NAME_FILE` forms are not counted. */
export function isKnown(name: string): boolean {
  return known.has(name)
}

/** Names whose values never belong into a log: the redactor's list. Includes names not yet in force. */
export const secretNames: readonly string[] = [
  ...Object.entries(table).flatMap(([name, row]) => (row.kind.secret ? [name] : [])),
  ...[...laterNames, ...elsewhereNames].filter(name => /SECRET|PASSWORD|TOKEN|KEY|DSN/.test(name)),
]

/** `BEHAVRY_*` names that nobody knows: a fault in production, else a warning, with the nearest known name. */
export function unknownNames(names: readonly string[], production: boolean): readonly Notice[] {
  const strangers = names.filter(name => name.startsWith('BEHAVRY_') && !isKnown(name) && !isKnown(name.replace(/_FILE$/, '')))
  return strangers.map(name => {
    const meant = nearest(name, knownNames)
    const text = `is not a known variable${meant ? `: did you mean ${meant}?` : ''}`
    const shown = name.slice(0, 64).replace(/[^A-Za-z0-9_]/g, '?')
    return production ? fault(shown, text, 'config.unknown_name') : warning(shown, text, 'config.unknown_name')
  })
}

/** What is set but not yet in force: a warning, or in production a fault where a protection would silently be missing. */
export function laterNotices(given: ReadonlyMap<string, Given>, production: boolean): readonly Notice[] {
  return [...given].flatMap(([name, { text }]) => {
    if (isInForce(name)) return isPrepared(name) && text !== '' ? [withoutEffect(name)] : []
    if (!laterNames.has(name)) return []
    const harmless = laterGuards[name]
    if (!production || harmless === undefined || text === harmless) {
      return [withoutEffect(name)]
    }
    const fix = harmless === '' ? 'leave it unset' : `leave it unset or \`${harmless}\``
    return [fault(name, `asks for what this release does not do: in production ${fix}`, 'config.not_yet_in_force')]
  })
}

function isPrepared(name: VariableName): boolean {
  const row: Traits = table[name]
  return row.prepared === true
}

function withoutEffect(name: string): Notice {
  return warning(name, 'is not yet in force in this release: it has no effect', 'config.not_yet_in_force')
}
