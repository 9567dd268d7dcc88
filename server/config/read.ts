import type { Config, Draft } from './config.ts'
import { derive } from './derive.ts'
import { gather } from './gather.ts'
import { laterNotices, unknownNames } from './names.ts'
import type { Notice } from './notice.ts'
import { checkRules } from './rules.ts'
import { checkSecrets } from './secret-rules.ts'
import type { Given, Sources } from './sources.ts'
import { type Origins, readValues } from './values.ts'
import type { Place } from './variable.ts'

/** Either a whole configuration or every fault there is; warnings with both. */
export type ReadResult =
  | { readonly config: Config; readonly origins: Origins; readonly warnings: readonly Notice[] }
  | { readonly faults: readonly Notice[]; readonly warnings: readonly Notice[] }

/**
 * Reads the configuration: flags, environment, `NAME_FILE`, env file, default, strongest first. Pure but for `readFile`; never throws for
 * what is set. All faults are given together, and no text in the result but the config itself holds a value.
 */
export function readConfig(sources: Sources): ReadResult {
  const { given, names, notices } = gather(sources)
  const place = placeOf(sources, given)
  const { draft, origins, notices: valueNotices } = readValues(given, place)
  const all = [
    ...notices,
    ...valueNotices,
    ...checkRules({ draft, isSet: name => given.has(name), env: sources.env }, place.production),
    ...(place.production ? checkSecrets(given) : []),
    ...laterNotices(given, place.production),
    ...unknownNames(names, place.production),
  ]
  const faults = all.filter(notice => notice.severity === 'fault')
  const warnings = all.filter(notice => notice.severity === 'warning')
  return faults.length > 0 ? { faults, warnings } : { config: derive(whole(draft)), origins, warnings }
}

function placeOf(sources: Sources, given: ReadonlyMap<string, Given>): Place {
  const env = given.get('BEHAVRY_ENV')
  return {
    // A mistyped environment is a fault of its own; the rest is then held to the stricter rules.
    production: env !== undefined && env.text !== 'development',
    home: sources.home,
    isRoot: sources.isRoot,
    xdgDataHome: sources.env.XDG_DATA_HOME,
    release: sources.release,
  }
}

// A draft without faults has every key: `readValues` leaves one out only together with a fault.
function whole(draft: Draft): Config {
  return draft as Config
}
