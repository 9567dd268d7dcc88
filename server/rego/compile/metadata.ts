import { readYaml } from '../builtins/yaml.ts'
import { Budget, defaultLimits } from '../evaluate/budget.ts'
import { BuiltinFailure } from '../evaluate/host.ts'
import type { Comment, Module, Rule } from '../syntax/ast.ts'
import { record } from '../values/json.ts'
import { isObject, objectEntries, objectGet, objectOf } from '../values/object.ts'
import { RegoObject, type Value } from '../values/value.ts'
import { machineWorld } from '../world.ts'
import { headPath } from './lower-rule.ts'

/** What `rego.metadata.chain()` and `rego.metadata.rule()` answer in one rule. */
export interface RuleMetadata {
  readonly chain: Value
  readonly rule: Value
}

/** One `# METADATA` block (https://www.openpolicyagent.org/docs/policy-language#annotations) and the row of what it describes. */
interface Annotation {
  readonly scope: string
  readonly fields: RegoObject
  readonly pkg: readonly string[]
  /** The rule below it; undefined for blocks above `package`. */
  readonly rule: Rule | undefined
}

/** The annotations that hold for each rule of a module. */
export function metadataOf(module: Module, modules: readonly Module[]): (rule: Rule) => RuleMetadata {
  let all: readonly Annotation[] | undefined
  return rule => {
    all ??= modules.flatMap(annotationsOf)
    return metadataFor(rule, module, all)
  }
}

function metadataFor(rule: Rule, module: Module, all: readonly Annotation[]): RuleMetadata {
  const path = pathOf(module, rule)
  const own = all.filter(item => item.rule === rule && item.scope === 'rule')
  const document = all.filter(
    item => item.scope === 'document' && item.rule && samePath([...item.pkg, ...headPath([], item.rule.head.ref).path], path),
  )
  const around = module.package.map((_, i) => module.package.slice(0, module.package.length - i))
  const packages = around.flatMap((pkg, i) =>
    all
      .filter(item => (item.scope === 'subpackages' || (item.scope === 'package' && i === 0)) && samePath(item.pkg, pkg))
      .map(item => link(pkg, item)),
  )
  const first = own.length > 0 ? own.map(item => link(path, item)) : [record({ path })]
  return { chain: [...first, ...document.map(item => link(path, item)), ...packages], rule: own[0]?.fields ?? RegoObject.empty }
}

function link(path: readonly Value[], { fields }: Annotation): Value {
  return record({ path, annotations: fields })
}

function pathOf(module: Module, rule: Rule): readonly Value[] {
  return headPath(module.package, rule.head.ref).path
}

function samePath(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i])
}

function annotationsOf(module: Module): readonly Annotation[] {
  return blocks(module.comments).flatMap(({ text, end }) => {
    const fields = read(text)
    if (!fields) return []
    const rule = module.at.row > end ? undefined : module.rules.filter(item => item.at.row > end).sort((a, b) => a.at.row - b.at.row)[0]
    const given = objectGet(fields, 'scope')
    const scope = typeof given === 'string' ? given : rule ? 'rule' : 'package'
    return [{ scope, fields: objectOf([...normalised(fields), ['scope', scope]]), pkg: module.package, rule }]
  })
}

/** The texts below each `# METADATA`, as far as comments follow each other. */
function blocks(comments: readonly Comment[]): readonly { readonly text: string; readonly end: number }[] {
  return comments.flatMap((comment, i) => {
    if (comment.text.trim() !== 'METADATA') return []
    const lines: string[] = []
    let end = comment.row
    for (const next of comments.slice(i + 1)) {
      if (next.row !== end + 1) break
      lines.push(next.text.replace(/^ /, ''))
      end = next.row
    }
    return [{ text: lines.join('\n'), end }]
  })
}

function read(text: string): RegoObject | undefined {
  try {
    const value = readYaml(text, new Budget(defaultLimits, machineWorld.elapsedMs))
    return isObject(value) ? objectOf(objectEntries(value)) : undefined
  } catch (error) {
    if (error instanceof BuiltinFailure) return undefined
    throw error
  }
}

/** Short forms of authors and resources in full. */
function normalised(fields: RegoObject): readonly (readonly [Value, Value])[] {
  return [...objectEntries(fields)].map(([key, value]) => {
    if (key === 'authors' && Array.isArray(value)) return [key, value.map(author)] as const
    return key === 'related_resources' && Array.isArray(value) ? ([key, value.map(resource)] as const) : ([key, value] as const)
  })
}

function author(value: Value): Value {
  if (typeof value !== 'string') return value
  const match = /^(.*?)\s*<([^>]+)>$/.exec(value)
  const fields: Record<string, Value> = match ? { name: match[1] ?? '', email: match[2] ?? '' } : { name: value }
  if (fields.name === '') delete fields.name
  return record(fields)
}

function resource(value: Value): Value {
  return typeof value === 'string' ? record({ ref: value }) : value
}
