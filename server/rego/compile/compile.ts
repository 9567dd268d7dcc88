import type { Builtin } from '../builtins/builtin.ts'
import { CompileFailure, type RegoError } from '../errors.ts'
import { CompiledProgram } from '../evaluate/program.ts'
import type { Module, Rule as SyntaxRule } from '../syntax/ast.ts'
import { type Edition, parseModule } from '../syntax/parse-module.ts'
import type { Value } from '../values/value.ts'
import { checkModule } from './check-module.ts'
import { checkWiths } from './check-withs.ts'
import type { Signatures } from './environment.ts'
import { type Callee, calleeText, type Rule } from './ir.ts'
import { Lowering, type StageErrors } from './lower.ts'
import { headPath, lowerRule } from './lower-rule.ts'
import { metadataOf } from './metadata.ts'
import { globalNames } from './names.ts'
import { dependencyGraph, recursions } from './recursion.ts'
import { conflicts, RuleTree } from './rule-tree.ts'
import { checkRuleHead, orderRule } from './safety.ts'
import { checkTypes } from './typing/check.ts'

/** One source file. */
export interface Source {
  readonly file: string
  readonly text: string
}

export interface CompileOptions {
  /** The edition of modules that do not say `import rego.v1`; `v1` unless told otherwise. */
  readonly edition?: Edition
  readonly builtins: ReadonlyMap<string, Builtin>
  /** Builtins that the language has and this engine refuses, by name. */
  readonly excluded: ReadonlySet<string>
}

/** A program with what queries on it need. */
export interface Compiled {
  readonly program: CompiledProgram
  readonly signatures: Signatures
  readonly modules: readonly Module[]
  readonly options: CompileOptions
}

/**
 * Compiles modules: parse, resolve, check, order. Each stage reports all its errors before the next one begins.
 * @throws CompileFailure and nothing else.
 */
export function compileProgram(sources: readonly Source[], options: CompileOptions): Compiled {
  const modules = parseAll(sources, options.edition ?? 'v1')
  stage(modules.flatMap(checkModule))
  const tree = declare(modules)
  const signatures = signaturesOf(tree, options)
  const errors: StageErrors = { rewrite: [], functions: [] }
  const rules = modules.flatMap(module => lowerModule(module, modules, signatures, errors))
  stage(errors.rewrite)
  stage(rules.flatMap(rule => checkWiths(rule, tree)))
  stage(conflicts(tree))
  stage(errors.functions)
  const ordered = checkSafety(rules)
  for (const rule of ordered) tree.find(rule.path)?.rules.push(rule)
  const graph = dependencyGraph(tree)
  stage(recursions(graph))
  stage(checkTypes(tree, graph, options.builtins))
  return { program: new CompiledProgram(tree, options.builtins), signatures, modules, options }
}

function stage(errors: readonly RegoError[]): void {
  if (errors.length > 0) throw new CompileFailure([...errors].sort(byPlace))
}

function byPlace(a: RegoError, b: RegoError): number {
  return a.at.file < b.at.file ? -1 : a.at.file > b.at.file ? 1 : a.at.row - b.at.row || a.at.col - b.at.col
}

function parseAll(sources: readonly Source[], edition: Edition): readonly Module[] {
  const errors: RegoError[] = []
  const modules = sources.flatMap(({ file, text }) => {
    try {
      return [parseModule(file, text, edition)]
    } catch (error) {
      if (!(error instanceof CompileFailure)) throw error
      errors.push(...error.errors)
      return []
    }
  })
  stage(errors)
  return modules
}

/** Enters every head into the tree, so that names resolve whatever the order of the modules. */
function declare(modules: readonly Module[]): RuleTree {
  const tree = new RuleTree()
  for (const module of modules) {
    tree.insert(module.package).isPackage = true
    for (const rule of module.rules) declareRule(tree, module, rule)
  }
  return tree
}

function declareRule(tree: RuleTree, module: Module, { head, isDefault, at }: SyntaxRule): void {
  const { path, suffix } = headPath(module.package, head.ref)
  const kind = head.member ? 'member' : 'value'
  tree.insert(path).declared.push({ path, arity: head.args?.length, kind, isDefault, dynamic: suffix.length > 0, at })
}

function signaturesOf(tree: RuleTree, { builtins, excluded }: CompileOptions): Signatures {
  const functionAt = (path: readonly Value[]) => tree.find(path)?.declared.find(rule => rule.arity !== undefined)
  return {
    arity: callee => ('builtin' in callee ? builtins.get(callee.builtin)?.args.length : functionAt(callee.path)?.arity),
    complaint: (callee: Callee) =>
      `undefined function ${calleeText(callee)}${'builtin' in callee && excluded.has(callee.builtin) ? ' (not available in this engine)' : ''}`,
    isFunction: path => functionAt(path) !== undefined,
  }
}

function lowerModule(module: Module, modules: readonly Module[], signatures: Signatures, errors: StageErrors): readonly Rule[] {
  const sibling = modules.filter(other => other.package.join('\0') === module.package.join('\0'))
  const names = sibling.flatMap(other => other.rules.flatMap(({ head }) => (head.ref[0]?.kind === 'var' ? [head.ref[0].name] : [])))
  const globals = globalNames(module, names)
  const metadata = metadataOf(module, modules)
  return module.rules.map(rule => lowerRule(rule, module.package, new Lowering(globals, signatures, errors, () => metadata(rule))))
}

function checkSafety(rules: readonly Rule[]): readonly Rule[] {
  const heads: RegoError[] = []
  for (const rule of rules) for (let link: Rule | undefined = rule; link; link = link.else) checkRuleHead(link, heads)
  stage(heads)
  const bodies: RegoError[] = []
  const ordered = rules.map(rule => orderRule(rule, bodies))
  stage(bodies)
  return ordered
}
