import type { Opa } from './opa.ts'

/**
 * The builtins that a shipped policy may call. In WebAssembly a builtin error is *undefined*, so a `deny` that runs into one would
 * just not fire. These are total over the types that `policies/input.schema.json` fixes, and native to OPA's WebAssembly, so that no
 * call leaves the module. The list is given to OPA as its capabilities: the compiler itself refuses any other builtin, and
 * names file and line. Left out on purpose: what can fail (`to_number`, `json.unmarshal`, division, `regex.match`, `glob.match`,
 * `time.parse_*`, `substring`), what is slow (`sprintf`), and what reaches outside (`http.send`, `opa.runtime` and their like).
 */
export const totalBuiltins: readonly string[] = [
  // comparison, membership, arithmetic without division
  ...['assign', 'eq', 'equal', 'neq', 'lt', 'lte', 'gt', 'gte', 'internal.member_2', 'internal.member_3', 'minus', 'plus', 'mul', 'abs'],
  // types
  ...['is_array', 'is_boolean', 'is_null', 'is_number', 'is_object', 'is_set', 'is_string', 'type_name'],
  // collections
  ...['and', 'or', 'array.concat', 'array.slice', 'count', 'max', 'min', 'object.get', 'sort', 'walk'],
  // text
  ...['concat', 'contains', 'endswith', 'lower', 'replace', 'split', 'startswith', 'strings.replace_n', 'upper'],
  ...['trim', 'trim_left', 'trim_prefix', 'trim_right', 'trim_space', 'trim_suffix'],
]

interface Capabilities {
  readonly builtins: readonly { readonly name: string }[]
}

/** OPA's own capabilities, reduced to `totalBuiltins`, as JSON text. Throws when OPA does not know one of them. */
export async function capabilitiesText(opa: Opa): Promise<string> {
  const own = JSON.parse(await opa(['capabilities', '--current'])) as Capabilities
  const builtins = own.builtins.filter(builtin => totalBuiltins.includes(builtin.name))
  const known = new Set(builtins.map(builtin => builtin.name))
  const unknown = totalBuiltins.filter(name => !known.has(name))
  if (unknown.length > 0) throw new Error(`OPA does not know these builtins: ${unknown.join(', ')}.`)
  return `${JSON.stringify({ ...own, builtins, allow_net: [] }, null, 2)}\n`
}
