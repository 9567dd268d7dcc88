import { type BuiltinFailure, operandFailure } from '../evaluate/host.ts'
import { kindOf, orderedMembers } from '../values/compare.ts'
import { keyText } from '../values/json.ts'
import { isObject, objectEntries, objectOf } from '../values/object.ts'
import { setOf } from '../values/set.ts'
import { type Entry, type ObjectValue, RegoSet, type Value } from '../values/value.ts'
import { elements } from './aggregates.ts'
import { builtin } from './builtin.ts'
import { any, anyArray, anyObject, array, set, string, union } from './type.ts'

/** Paths as a tree: a leaf says that everything below is meant. */
interface PathTree {
  leaf: boolean
  readonly below: Map<string, PathTree>
}

/** Splits `a/b~1c` into its segments, `~1` and `~0` decoded (RFC 6901). */
export function segmentsOf(path: Value, complain: () => BuiltinFailure): readonly Value[] {
  if (Array.isArray(path)) return path
  if (typeof path !== 'string') throw complain()
  if (path === '') return []
  return path
    .replace(/^\/+/, '')
    .split('/')
    .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function treeOf(paths: Value): PathTree {
  const wanted = 'one of {set, array} containing string paths or array of path segments'
  const root: PathTree = { leaf: false, below: new Map() }
  for (const path of elements(paths as readonly Value[] | RegoSet)) {
    let place = root
    for (const segment of segmentsOf(path, () => operandFailure(2, wanted, kindOf(path)))) {
      const key = keyText(segment)
      const next = place.below.get(key) ?? { leaf: false, below: new Map() }
      place.below.set(key, next)
      place = next
    }
    if (place !== root) place.leaf = true
  }
  return root
}

/** The value without what the paths name. */
function remove(value: Value, paths: PathTree): Value {
  if (isObject(value)) return objectOf(kept([...objectEntries(value)], paths))
  if (Array.isArray(value))
    return kept(
      value.map((item, i) => [i, item] as const),
      paths,
    ).map(([, item]) => item)
  if (value instanceof RegoSet)
    return setOf(
      kept(
        orderedMembers(value).map(item => [item, item] as const),
        paths,
      ).map(([, item]) => item),
    )
  return value
}

function kept(entries: readonly Entry[], paths: PathTree): readonly Entry[] {
  return entries.flatMap(([key, item]) => {
    const path = paths.below.get(keyText(key))
    return !path ? [[key, item] as const] : path.leaf ? [] : [[key, remove(item, path)] as const]
  })
}

/** Only what the paths name, with what leads there. */
function filter(value: Value, paths: PathTree): Value {
  if (paths.leaf) return value
  if (isObject(value)) return objectOf(chosen([...objectEntries(value)], paths))
  if (Array.isArray(value))
    return chosen(
      value.map((item, i) => [i, item] as const),
      paths,
    ).map(([, item]) => item)
  if (value instanceof RegoSet)
    return setOf(
      chosen(
        orderedMembers(value).map(item => [item, item] as const),
        paths,
      ).map(([, item]) => item),
    )
  return value
}

function chosen(entries: readonly Entry[], paths: PathTree): readonly Entry[] {
  return entries.flatMap(([key, item]) => {
    const path = paths.below.get(keyText(key))
    return path ? [[key, filter(item, path)] as const] : []
  })
}

const segments = union(string, anyArray)
const paths = union(set(segments), array(segments))

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/object */
export const jsonPaths = [
  builtin('json.remove', [anyObject, paths], any, (object: ObjectValue, names: Value) => remove(object, treeOf(names))),
  builtin('json.filter', [anyObject, paths], any, (object: ObjectValue, names: Value) => filter(object, treeOf(names))),
]
