import { aliases } from './aliases.ts'
import { type EnvFile, parseEnvFile } from './env-file.ts'
import { isKnown, knownNames } from './names.ts'
import { fault, type Notice, warning } from './notice.ts'
import type { Given, Origin, Sources } from './sources.ts'
import { isInForce, table } from './table.ts'

const largestFile = 65_536

/** What was set, by name, aliases resolved and `NAME_FILE` read; for names not yet in force only the text itself. */
export function gather(sources: Sources): {
  readonly given: ReadonlyMap<string, Given>
  readonly names: readonly string[]
  readonly notices: readonly Notice[]
} {
  const envFile = parseEnvFile(sources.envFile ?? '')
  const look = (name: string) => lookUp(name, sources, envFile)
  const given = new Map<string, Given>()
  const notices = [...envFile.notices]
  for (const name of knownNames) {
    const found = settle(name, look, sources.readFile)
    if (found.given) given.set(name, found.given)
    notices.push(...found.notices)
  }
  notices.push(...takeAliases(given, look))
  const names = [...Object.keys(sources.flags ?? {}), ...Object.keys(sources.env), ...envFile.names.keys()]
  return { given, names: [...new Set(names)], notices }
}

type Look = (name: string) => Given | undefined

/** The strongest source that sets the name. Empty text is as good as unset, but where the kind has a use for it. */
function lookUp(name: string, sources: Sources, envFile: EnvFile): Given | undefined {
  const layers: readonly (readonly [Origin, string | undefined])[] = [
    ['flag', sources.flags?.[name]],
    ['env', sources.env[name]],
    ['env-file', envFile.names.get(name)],
  ]
  const emptyCounts = isInForce(name) && table[name].kind.emptyIsValue === true
  const found = layers.find(([, text]) => text !== undefined && (text !== '' || emptyCounts))
  if (found?.[1] !== undefined) return { text: found[1], origin: found[0] }
  return envFile.names.has(name) && envFile.names.get(name) === undefined ? { origin: 'env-file' } : undefined
}

interface Settled {
  readonly given?: Given
  readonly notices: readonly Notice[]
}

function settle(name: string, look: Look, readFile: Sources['readFile']): Settled {
  const direct = look(name)
  const file = isKnown(`${name}_FILE`) ? undefined : look(`${name}_FILE`)
  if (!file || direct?.origin === 'flag') return direct ? { given: direct, notices: [] } : { notices: [] }
  if (direct) return { given: { origin: 'file' }, notices: [fault(name, `and ${name}_FILE are both set: keep one`)] }
  if (file.text === undefined || !isInForce(name)) return { given: { origin: 'file' }, notices: [] }
  return readNamed(name, file.text, readFile)
}

function readNamed(name: string, path: string, readFile: Sources['readFile']): Settled {
  const broken = (text: string): Settled => ({ given: { origin: 'file' }, notices: [fault(`${name}_FILE`, text)] })
  try {
    const text = readFile(path).replace(/\r?\n$/, '')
    if (text === '') return broken('names an empty file')
    return text.length > largestFile ? broken('names a file of more than 64 KiB') : { given: { text, origin: 'file' }, notices: [] }
  } catch (error) {
    // The system's code only: its message repeats the path, which is the variable's value.
    const code = error instanceof Error && 'code' in error && /^E[A-Z0-9]{2,16}$/.test(String(error.code)) ? ` (${error.code})` : ''
    return broken(`names a file that cannot be read${code}`)
  }
}

function takeAliases(given: Map<string, Given>, look: Look): readonly Notice[] {
  return Object.entries(aliases).flatMap(([older, name]) => {
    const found = look(older)
    if (!found) return []
    if (given.has(name)) return [warning(older, `is ignored: ${name} is set`, 'config.ignored')]
    given.set(name, found)
    return [warning(older, `is an older name: rename it to ${name}`, 'config.deprecated')]
  })
}
