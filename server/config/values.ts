import { olderName } from './aliases.ts'
import { configKey, type Draft, variables } from './config.ts'
import { fault, type Notice, warning } from './notice.ts'
import { isPlaceholder } from './placeholder.ts'
import type { Given, Origin } from './sources.ts'
import type { VariableName } from './table.ts'
import type { Place, Variable } from './variable.ts'

/** Where each variable's value came from. */
export type Origins = Readonly<Record<VariableName, Origin>>

const longestValue = 65_536

interface Reading {
  /** Present unless it is faulty; undefined for a variable that is unset without a default. */
  readonly value?: { readonly of: unknown; readonly origin: Origin }
  readonly notices: readonly Notice[]
}

/** Presence, then format, of every variable in force. */
export function readValues(
  given: ReadonlyMap<string, Given>,
  place: Place,
): { readonly draft: Draft; readonly origins: Origins; readonly notices: readonly Notice[] } {
  const draft: Record<string, unknown> = {}
  const origins: Partial<Record<VariableName, Origin>> = {}
  const notices: Notice[] = []
  for (const [name, row] of variables) {
    const reading = readOne(name, row, given.get(name), place)
    notices.push(...reading.notices)
    origins[name] = reading.value?.origin ?? 'default'
    if (reading.value) draft[configKey(name)] = reading.value.of
  }
  return { draft: draft as Draft, origins: origins as Origins, notices }
}

function readOne(name: VariableName, row: Variable<unknown>, found: Given | undefined, place: Place): Reading {
  if (!found) return readDefault(name, row, place)
  if (found.text === undefined) return { notices: [] }
  if (place.production && isPlaceholder(found.text))
    return { notices: [fault(name, `holds a placeholder: set a value of your own${olderName(name)}`)] }
  const parsed = found.text.length > longestValue ? { broken: 'must be no longer than 64 KiB' } : row.kind.parse(found.text)
  if (!('broken' in parsed)) {
    const notices = parsed.note === undefined ? [] : [warning(name, parsed.note, 'config.deprecated')]
    return { value: { of: parsed.value, origin: found.origin }, notices }
  }
  if (!row.housekeeping) return { notices: [fault(name, parsed.broken)] }
  const notice = warning(name, `${parsed.broken}: the default is used`, 'config.invalid_value')
  return { ...readDefault(name, row, place), notices: [notice] }
}

function readDefault(name: VariableName, row: Variable<unknown>, place: Place): Reading {
  if (row.fallback) {
    const parsed = row.kind.parse(row.fallback.at(place))
    if ('broken' in parsed) return { notices: [fault(name, 'has no usable default here: set it')] }
    return { value: { of: parsed.value, origin: 'default' }, notices: [] }
  }
  return { value: { of: undefined, origin: 'default' }, notices: missing(name, row, place) }
}

function missing(name: VariableName, row: Variable<unknown>, place: Place): readonly Notice[] {
  if (row.required === undefined) return []
  if (place.production) return [fault(name, `is required in production${olderName(name)}`, 'config.missing')]
  return [warning(name, `is not set: ${row.unset ?? 'production requires it'}`, 'config.missing')]
}
