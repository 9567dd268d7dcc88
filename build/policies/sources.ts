import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { actions } from '../../server/domain/call.ts'
import type { PolicyScope } from '../../server/domain/policy.ts'
import type { Opa } from './opa.ts'

/** One shipped policy. `policies/<category>/<slug>.rego` is package `behavry.policies.<category>.<slug>`, id `<category>.<slug>`. */
export interface PolicySource {
  readonly id: string
  readonly scope: PolicyScope
  /** What the WebAssembly module is asked for. */
  readonly entrypoint: string
  /** Of the text, in hex. */
  readonly sha256: string
}

interface Annotated {
  readonly location: { readonly file: string }
  readonly annotations: { readonly scope: string; readonly custom?: { readonly scope?: unknown } }
}

const testEnding = '_test.rego'

/** All `.rego` files below `policies/`, sorted; paths relative to the repository, which is the working directory. */
export async function regoFiles(): Promise<readonly string[]> {
  const names = await readdir('policies', { recursive: true })
  return names
    .filter(name => name.endsWith('.rego'))
    .map(name => `policies/${name}`)
    .toSorted()
}

export const isTest = (path: string): boolean => path.endsWith(testEnding)

/** Policies have an answer; `policies/facts/` holds what several of them say about a call. */
const isPolicy = (path: string): boolean => !isTest(path) && !path.startsWith('policies/facts/')

/**
 * Reads the policies among `files`, in order. The scope of each stands in its head as an OPA annotation (`custom.scope`), `{}` for
 * everywhere, and nowhere else. Throws when a head has none or a wrong one, or when the tests beside a policy are missing.
 */
export async function policySources(opa: Opa, files: readonly string[]): Promise<readonly PolicySource[]> {
  const paths = files.filter(isPolicy)
  const untested = paths.filter(path => !files.includes(path.replace(/\.rego$/, testEnding)))
  if (untested.length > 0) throw new Error(`A policy needs its tests beside it (<slug>${testEnding}): ${untested.join(', ')}.`)
  const { annotations = [] } = JSON.parse(await opa(['inspect', '-a', '-f', 'json', 'policies'])) as { annotations?: Annotated[] }
  return await Promise.all(paths.map(path => readSource(path, annotations)))
}

async function readSource(path: string, annotations: readonly Annotated[]): Promise<PolicySource> {
  const head = annotations.find(({ location, annotations: { scope } }) => location.file === path && scope === 'package')
  const text = await readFile(path, 'utf8')
  const place = path.slice('policies/'.length, -'.rego'.length)
  const packageName = `behavry.policies.${place.replaceAll('/', '.')}`
  if (!text.includes(`\npackage ${packageName}\n`)) throw new Error(`${path} must declare \`package ${packageName}\`.`)
  return {
    id: place.replaceAll('/', '.'),
    scope: readScope(path, head?.annotations.custom?.scope),
    entrypoint: `behavry/policies/${place}/decision`,
    sha256: new Bun.CryptoHasher('sha256').update(text).digest('hex'),
  }
}

const scopeKeys = ['servers', 'tools', 'actions', 'agents']

function readScope(path: string, scope: unknown): PolicyScope {
  if (typeof scope !== 'object' || scope === null || Array.isArray(scope)) {
    throw new Error(`${basename(path)} must state its scope in its METADATA: \`custom: scope:\`, \`{}\` for everywhere.`)
  }
  for (const [key, values] of Object.entries(scope)) {
    if (!scopeKeys.includes(key)) throw new Error(`${path}: a scope has ${scopeKeys.join(', ')}; not \`${key}\`.`)
    if (!isWordList(values)) throw new Error(`${path}: \`${key}\` of the scope must be a list of words that is not empty.`)
    const strange = key === 'actions' ? values.filter(value => !actions.some(action => action === value)) : []
    if (strange.length > 0) throw new Error(`${path}: no such action: ${strange.join(', ')}.`)
  }
  return scope
}

const isWordList = (values: unknown): values is readonly string[] =>
  Array.isArray(values) && values.length > 0 && values.every(value => typeof value === 'string' && value !== '')
