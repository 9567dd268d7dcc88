import { compileError, type RegoError } from '../errors.ts'
import type { Import, Module, Rule } from '../syntax/ast.ts'
import { importName } from './names.ts'

/** What a module may not do with names: import one twice, or hide `data` and `input`. */
export function checkModule(module: Module): readonly RegoError[] {
  return [...duplicateImports(module.imports), ...module.rules.flatMap(hidingRules)]
}

function duplicateImports(imports: readonly Import[]): readonly RegoError[] {
  const seen = new Set<string>()
  return imports.flatMap(({ path, alias, at }) => {
    const name = importName(path, alias)
    if (name === undefined) return []
    if (seen.has(name)) return [compileError('rego_compile_error', at, `import must not shadow import ${name}`)]
    seen.add(name)
    return []
  })
}

function hidingRules({ head }: Rule): readonly RegoError[] {
  const [name] = head.ref
  if (name?.kind !== 'var' || (name.name !== 'data' && name.name !== 'input')) return []
  return [compileError('rego_compile_error', head.at, `rules must not shadow ${name.name} (use a different rule name)`)]
}
