import { type CompileErrorCode, compileError, type Position, type RegoError } from '../errors.ts'
import type * as syntax from '../syntax/ast.ts'
import { operatorName } from '../syntax/parse-rule.ts'
import { objectOf } from '../values/object.ts'
import { setOf } from '../values/set.ts'
import type { Value } from '../values/value.ts'
import type { Signatures } from './environment.ts'
import { type Body, type Callee, type Const, calleeText, type Local, type Statement, type Term, unmodified, type With } from './ir.ts'
import { declaredNames, type Global, patternVars } from './names.ts'
import { Scope } from './scope.ts'

/** Errors by the stage that reports them: a later stage speaks only when the earlier ones were silent. */
export interface StageErrors {
  readonly rewrite: RegoError[]
  readonly functions: RegoError[]
}

/** Lowers the syntax of one module to the resolved form: names, declarations, calls, templates, `some … in`. */
export class Lowering {
  #fresh = 0

  constructor(
    private readonly globals: ReadonlyMap<string, Global>,
    private readonly signatures: Signatures,
    readonly errors: StageErrors,
    /** What `rego.metadata.chain()` and `rego.metadata.rule()` answer in the rule that is being lowered. */
    private readonly metadata: () => { readonly chain: Value; readonly rule: Value },
  ) {}

  fail(at: Position, message: string, code: CompileErrorCode = 'rego_compile_error'): void {
    this.errors.rewrite.push(compileError(code, at, message))
  }

  fresh(at: Position, shown = '_'): Local {
    return { kind: 'local', name: `$local${this.#fresh++}`, shown, at }
  }

  /** Lowers a body inside the given scope; `tail` may add statements and use its names. */
  body(body: syntax.Body, outer: Scope | undefined, isRule: boolean, tail: (scope: Scope, out: Statement[]) => void = () => {}): Body {
    const scope = new Scope(outer, declaredNames(body), isRule)
    const out: Statement[] = []
    for (const expr of body) this.#statement(expr, scope, out)
    tail(scope, out)
    this.#complainOfUnused(scope)
    return out
  }

  #complainOfUnused(scope: Scope): void {
    for (const { name, at } of scope.unused()) if (!name.startsWith('$')) this.fail(at, `declared var ${name} unused`)
  }

  #statement(expr: syntax.Expr, scope: Scope, out: Statement[]): void {
    const inner: Statement[] = []
    const withs = expr.withs.map(item => this.#with(item, scope, out))
    this.#core(expr, scope, inner)
    const last = inner.length - 1
    inner.forEach((statement, i) => {
      out.push({
        ...statement,
        withs: [...statement.withs, ...withs],
        negated: i === last ? expr.negated !== statement.negated : statement.negated,
      })
    })
  }

  #core(expr: syntax.Expr, scope: Scope, out: Statement[]): void {
    switch (expr.kind) {
      case 'term':
        this.#termStatement(expr.term, scope, out)
        return
      case 'some':
        for (const name of expr.names) this.#declare(name, 'declared', scope, true)
        return
      case 'some-in':
        this.#someIn(expr, scope, out)
        return
      case 'every':
        this.#every(expr, scope, out)
        return
    }
  }

  #termStatement(term: syntax.Term, scope: Scope, out: Statement[]): void {
    if (term.kind !== 'call') {
      out.push({ kind: 'test', term: this.term(term, scope, out), ...unmodified, at: term.at })
      return
    }
    const operator = term.infix && term.operator.kind === 'var' ? term.operator.name : ''
    if (operator === 'assign') {
      this.#assign(term, scope, out)
      return
    }
    if (operator === 'eq') {
      const [left, right] = this.#pair(term, scope, out)
      out.push({ kind: 'unify', left, right, ...unmodified, at: term.at })
      return
    }
    this.#call(term, scope, out)
  }

  #pair(call: syntax.Call, scope: Scope, out: Statement[]): readonly [Term, Term] {
    const [left, right] = call.args.map(arg => this.term(arg, scope, out))
    return [left ?? this.#constant(true, call.at), right ?? this.#constant(true, call.at)]
  }

  #assign(call: syntax.Call, scope: Scope, out: Statement[]): void {
    const [target, source] = call.args
    if (!target || !source) return
    const right = this.term(source, scope, out)
    if (target.kind !== 'var' && target.kind !== 'array' && target.kind !== 'object') {
      this.fail(target.at, `cannot assign to ${describe(target)}`)
      return
    }
    const left = this.#pattern(target, 'assigned', scope, out)
    out.push({ kind: 'unify', left, right, ...unmodified, at: call.at })
  }

  /** Declares the variables of a pattern, then lowers it. */
  #pattern(term: syntax.Term, how: 'declared' | 'assigned', scope: Scope, out: Statement[]): Term {
    for (const name of patternVars(term)) this.#declare(name, how, scope)
    return this.term(term, scope, out)
  }

  #declare(
    { name, at }: { readonly name: string; readonly at: Position },
    how: 'declared' | 'assigned' | 'argument',
    scope: Scope,
    mustUse = false,
  ): Local {
    if (name === 'input' || name === 'data') this.fail(at, `variables must not shadow ${name} (use a different variable name)`)
    const local = this.fresh(at, name)
    const complaint = scope.declare(name, local.name, how, at, mustUse)
    if (complaint) this.fail(at, complaint)
    return local
  }

  /** Declares the variables of the arguments of a function. */
  declareArguments(args: readonly syntax.Term[], scope: Scope): void {
    const names = new Map(args.flatMap(patternVars).map(name => [name.name, name]))
    for (const name of names.values()) this.#declare(name, 'argument', scope)
  }

  #someIn(expr: syntax.SomeInExpr, scope: Scope, out: Statement[]): void {
    const domain = this.#asLocal(this.term(expr.domain, scope, out), out)
    const names = [...(expr.key ? patternVars(expr.key) : []), ...patternVars(expr.value)]
    for (const name of new Map(names.map(item => [item.name, item])).values()) this.#declare(name, 'declared', scope)
    const key = expr.key ? this.term(expr.key, scope, out) : this.fresh(expr.at)
    const value = this.term(expr.value, scope, out)
    out.push({ kind: 'unify', left: value, right: { kind: 'ref', root: domain, path: [key], at: expr.at }, ...unmodified, at: expr.at })
  }

  #every(expr: syntax.EveryExpr, scope: Scope, out: Statement[]): void {
    const domain = this.#asLocal(this.term(expr.domain, scope, out), out)
    const names = new Set([...(expr.key ? [expr.key.name] : []), expr.value.name])
    const around = new Scope(scope, names)
    const key = expr.key ? this.#declare(expr.key, 'declared', around, true) : undefined
    const value = this.#declare(expr.value, 'declared', around, true)
    const body = this.body(expr.body, around, false)
    this.#complainOfUnused(around)
    out.push({ kind: 'every', ...(key ? { key } : {}), value, domain, body, ...unmodified, at: expr.at })
  }

  /** A head that must be computed is bound by the body, so that each of its values counts. */
  evaluated(term: Term, out: Statement[]): Term {
    return term.kind === 'const' ? term : this.#asLocal(term, out)
  }

  #asLocal(term: Term, out: Statement[]): Local {
    if (term.kind === 'local') return term
    const local = this.fresh(term.at)
    out.push({ kind: 'unify', left: local, right: term, ...unmodified, at: term.at })
    return local
  }

  /** Lowers a term; the calls inside become statements of `out` before it. */
  term(term: syntax.Term, scope: Scope, out: Statement[]): Term {
    switch (term.kind) {
      case 'scalar':
        return this.#constant(term.value, term.at)
      case 'var':
        return this.#name(term, scope)
      case 'ref':
        return this.#ref(term, scope, out)
      case 'array':
      case 'set':
        return this.#list(term, scope, out)
      case 'object':
        return this.#object(term, scope, out)
      case 'comprehension':
        return this.#comprehension(term, scope)
      case 'call':
        return this.#nestedCall(term, scope, out)
      case 'template':
        return this.#template(term, scope, out)
    }
  }

  #constant(value: Value, at: Position): Const {
    return { kind: 'const', value, at }
  }

  #name({ name, at }: syntax.Var, scope: Scope): Term {
    const unique = scope.find(name)
    if (unique !== undefined) return { kind: 'local', name: unique, shown: name, at }
    const global = scope.hides(name) ? undefined : this.globals.get(name)
    if (!global) return { kind: 'local', name, shown: name.startsWith('$') ? '_' : name, at }
    return { kind: 'ref', root: global.root, path: global.path.map(key => this.#constant(key, at)), at }
  }

  #ref(ref: syntax.Ref, scope: Scope, out: Statement[]): Term {
    const head = this.term(ref.head, scope, out)
    const path = ref.path.map(key => this.term(key, scope, out))
    if (head.kind === 'ref') return { ...head, path: [...head.path, ...path], at: ref.at }
    return { kind: 'ref', root: this.#asLocal(head, out), path, at: ref.at }
  }

  #list(term: syntax.ArrayTerm | syntax.SetTerm, scope: Scope, out: Statement[]): Term {
    const items = term.items.map(item => this.term(item, scope, out))
    if (!items.every(item => item.kind === 'const')) return { kind: term.kind, items, at: term.at }
    const values = items.map(item => item.value)
    return this.#constant(term.kind === 'array' ? values : setOf(values), term.at)
  }

  #object(term: syntax.ObjectTerm, scope: Scope, out: Statement[]): Term {
    const entries = lastOfEachKey(term.entries).map(([key, value]) => [this.term(key, scope, out), this.term(value, scope, out)] as const)
    const constants = entries.flatMap(([key, value]) =>
      key.kind === 'const' && value.kind === 'const' ? [[key.value, value.value] as const] : [],
    )
    return constants.length === entries.length ? this.#constant(objectOf(constants), term.at) : { kind: 'object', entries, at: term.at }
  }

  #comprehension(term: syntax.Comprehension, outer: Scope): Term {
    let key: Term | undefined
    let value: Term = this.#constant(null, term.at)
    const body = this.body(term.body, outer, false, (scope, out) => {
      key = term.key && this.evaluated(this.term(term.key, scope, out), out)
      value = this.evaluated(this.term(term.value, scope, out), out)
    })
    return { kind: 'comprehension', of: term.of, ...(key ? { key } : {}), value, body, at: term.at }
  }

  #nestedCall(term: syntax.Call, scope: Scope, out: Statement[]): Term {
    const result = this.fresh(term.at)
    const constant = this.#call(term, scope, out, result)
    return constant ?? result
  }

  /** Pushes the call; with `result`, its value goes there. Answers the value when it is known already. */
  #call(term: syntax.Call, scope: Scope, out: Statement[], result?: Local): Term | undefined {
    const name = operatorName(term.operator)
    const callee = this.#callee(term, name, scope)
    if (!callee) return undefined
    if ('builtin' in callee && (name === 'rego.metadata.chain' || name === 'rego.metadata.rule')) {
      return this.#constant(name.endsWith('chain') ? this.metadata().chain : this.metadata().rule, term.at)
    }
    const args = name === 'print' && 'builtin' in callee ? [this.#printed(term, scope)] : term.args.map(arg => this.term(arg, scope, out))
    const arity = this.#arity(callee, name, args.length, term.at)
    out.push({ kind: 'call', callee, arity, args: result ? [...args, result] : args, ...unmodified, at: term.at })
    return undefined
  }

  #arity(callee: Callee, name: string, given: number, at: Position): number {
    const arity = name === 'print' ? 1 : this.signatures.arity(callee)
    if (arity === undefined) {
      this.errors.functions.push(compileError('rego_type_error', at, this.signatures.complaint(callee)))
      return given
    }
    if (given !== arity && given !== arity + 1) {
      this.errors.functions.push(
        compileError(
          'rego_type_error',
          at,
          `function ${calleeText(callee)} has arity ${arity}, got ${given} argument${given === 1 ? '' : 's'}`,
        ),
      )
    }
    return arity
  }

  #callee(
    term: { readonly operator: syntax.Var | syntax.Ref; readonly infix?: true; readonly at: Position },
    name: string,
    scope: Scope,
  ): Callee | undefined {
    if (term.infix) return { builtin: name }
    const head = term.operator.kind === 'var' ? term.operator : term.operator.head
    const first = head.kind === 'var' ? head.name : ''
    const global = scope.find(first) === undefined && !scope.hides(first) ? this.globals.get(first) : undefined
    if (global?.root !== 'data') return { builtin: name }
    const keys = term.operator.kind === 'var' ? [] : term.operator.path.map(key => (key.kind === 'scalar' ? key.value : null))
    return { path: [...global.path, ...keys] }
  }

  /** The arguments of `print` as sets, so that undefined ones do not stop the body. */
  #printed(term: syntax.Call, scope: Scope): Term {
    return { kind: 'array', items: term.args.map(arg => this.#comprehension(this.#singleton(arg), scope)), at: term.at }
  }

  #template(term: syntax.Template, scope: Scope, out: Statement[]): Term {
    const items = term.parts.map(part => (typeof part === 'string' ? this.#constant(part, term.at) : this.#templatePart(part, scope)))
    if (items.every(item => item.kind === 'const')) return this.#constant(items.map(item => item.value).join(''), term.at)
    const result = this.fresh(term.at)
    const array: Term = { kind: 'array', items, at: term.at }
    out.push({ kind: 'call', callee: { builtin: 'internal.template_string' }, arity: 1, args: [array, result], ...unmodified, at: term.at })
    return result
  }

  #templatePart(part: syntax.Expr, scope: Scope): Term {
    if (part.kind === 'term') return this.#comprehension(this.#singleton(part.term, part.withs), scope)
    this.fail(part.at, 'invalid template-string expression')
    return this.#constant('', part.at)
  }

  #with(item: syntax.With, scope: Scope, out: Statement[]): With {
    const target = this.#withTarget(item, scope)
    const stand = this.#standIn(item, scope)
    if (!('root' in target) && stand) return { target, value: { kind: 'function', callee: stand }, at: item.at }
    return { target, value: this.term(item.value, scope, out), at: item.at }
  }

  #withTarget({ target, at }: syntax.With, scope: Scope): With['target'] {
    const lowered = this.term(target, scope, [])
    if (lowered.kind === 'ref' && lowered.root !== 'data' && lowered.root !== 'input') return { builtin: operatorName(target) }
    if (lowered.kind !== 'ref' || typeof lowered.root !== 'string') return { builtin: operatorName(target) }
    const path = lowered.path.flatMap(key => (key.kind === 'const' ? [key.value] : []))
    if (path.length < lowered.path.length) this.fail(at, 'with keyword target must be ground')
    return lowered.root === 'data' && this.signatures.isFunction(path) ? { path } : { root: lowered.root, path }
  }

  /** The function that a `with` value names, if it names one. */
  #standIn({ value }: syntax.With, scope: Scope): Callee | undefined {
    if (value.kind !== 'var' && value.kind !== 'ref') return undefined
    if (value.kind === 'ref' && value.head.kind !== 'var') return undefined
    const callee = this.#callee({ operator: value, at: value.at }, operatorName(value), scope)
    return callee && this.signatures.arity(callee) !== undefined ? callee : undefined
  }

  /** `{x | x = term}`: a set that is empty when the term is undefined. */
  #singleton(term: syntax.Term, withs: readonly syntax.With[] = []): syntax.Comprehension {
    const { at } = term
    const name: syntax.Var = { kind: 'var', name: `$part${this.#fresh++}`, at }
    const operator: syntax.Var = { kind: 'var', name: 'eq', at }
    const call: syntax.Call = { kind: 'call', operator, args: [name, term], infix: true, at }
    return { kind: 'comprehension', of: 'set', value: name, body: [{ kind: 'term', term: call, negated: false, withs, at }], at }
  }
}

/** Of entries with the same constant key only the last one is there. */
function lastOfEachKey(entries: syntax.ObjectTerm['entries']): syntax.ObjectTerm['entries'] {
  const isScalar = (key: syntax.Term, value: unknown): boolean => key.kind === 'scalar' && key.value === value
  return entries.filter(([key], i) => key.kind !== 'scalar' || !entries.slice(i + 1).some(([later]) => isScalar(later, key.value)))
}

function describe(term: syntax.Term): string {
  return term.kind === 'scalar' ? (term.value === null ? 'null' : typeof term.value === 'object' ? 'number' : typeof term.value) : term.kind
}
