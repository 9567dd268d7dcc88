import type { Budget } from '../evaluate/budget.ts'
import { each } from '../evaluate/each.ts'
import { BuiltinFailure } from '../evaluate/host.ts'
import { lookup } from '../values/lookup.ts'
import { regoText } from '../values/text.ts'
import type { ObjectValue, Value } from '../values/value.ts'

/**
 * The part of Go's `text/template` (https://pkg.go.dev/text/template) that data alone can use: fields, variables, `if`, `else`,
 * `range`, `with`, `end` and the functions below.
 */
export function renderTemplate(source: string, data: ObjectValue, budget: Budget): string {
  const parser = new Parser(source)
  const nodes = parser.block(false)
  const variables = new Map<string, Value | undefined>([['$', data]])
  return write(nodes, { dot: data, variables, budget })
}

type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly pipeline: string }
  | {
      readonly kind: 'branch'
      readonly word: string
      readonly names: readonly string[]
      readonly pipeline: string
      readonly then: readonly Node[]
      readonly otherwise: readonly Node[]
    }

interface Scope {
  readonly dot: Value | undefined
  readonly variables: Map<string, Value | undefined>
  readonly budget: Budget
}

class Parser {
  readonly #pieces: readonly string[]
  #at = 0
  #ended = ''

  constructor(source: string) {
    const trimmed = source.replace(/\s*\{\{- /g, '{{ ').replace(/ -\}\}\s*/g, ' }}')
    this.#pieces = trimmed.split(/(\{\{[\s\S]*?\}\})/)
  }

  block(inner: boolean): readonly Node[] {
    const nodes: Node[] = []
    while (this.#at < this.#pieces.length) {
      const piece = this.#pieces[this.#at++] ?? ''
      if (!piece.startsWith('{{')) {
        if (piece.includes('{{')) throw new BuiltinFailure('template: unclosed action')
        nodes.push({ kind: 'text', text: piece })
        continue
      }
      const action = piece.slice(2, -2).trim()
      if (action === 'end' || action === 'else' || action.startsWith('else ')) {
        if (!inner) throw new BuiltinFailure(`template: unexpected {{${action}}}`)
        this.#ended = action
        return nodes
      }
      if (!action.startsWith('/*')) nodes.push(this.#action(action))
    }
    if (inner) throw new BuiltinFailure('template: unexpected EOF')
    return nodes
  }

  #action(action: string): Node {
    const match = /^(if|range|with)\s+(?:(\$\w*)(?:\s*,\s*(\$\w+))?\s*:=\s*)?([\s\S]+)$/.exec(action)
    if (!match) return { kind: 'value', pipeline: action }
    const [, word = '', first, second, pipeline = ''] = match
    const then = this.block(true)
    const otherwise = this.#otherwise()
    return { kind: 'branch', word, names: [first, second].flatMap(name => (name ? [name] : [])), pipeline, then, otherwise }
  }

  #otherwise(): readonly Node[] {
    if (this.#ended === 'end') return []
    if (this.#ended !== 'else') return [this.#action(this.#ended.slice(5))]
    return this.#last()
  }

  #last(): readonly Node[] {
    const nodes = this.block(true)
    if (this.#ended !== 'end') throw new BuiltinFailure('template: expected end')
    return nodes
  }
}

function write(nodes: readonly Node[], scope: Scope): string {
  return nodes
    .map(node => (node.kind === 'text' ? node.text : node.kind === 'value' ? show(node.pipeline, scope) : branch(node, scope)))
    .join('')
}

function show(pipeline: string, scope: Scope): string {
  const assignment = /^(\$\w+)\s*:?=\s*([\s\S]+)$/.exec(pipeline)
  if (assignment) {
    scope.variables.set(assignment[1] ?? '', evaluate(assignment[2] ?? '', scope))
    return ''
  }
  const value = evaluate(pipeline, scope)
  if (value === undefined) return '<undefined>'
  return typeof value === 'string'
    ? value
    : Array.isArray(value)
      ? `[${value.map(item => (typeof item === 'string' ? item : regoText(item))).join(' ')}]`
      : regoText(value)
}

function branch({ word, names, pipeline, then, otherwise }: Node & { kind: 'branch' }, scope: Scope): string {
  const value = evaluate(pipeline, scope)
  if (word === 'range') return range(value, names, then, scope) ?? write(otherwise, scope)
  if (!isTrue(value)) return write(otherwise, scope)
  const [name] = names
  const variables = name ? new Map([...scope.variables, [name, value] as const]) : scope.variables
  return write(then, { ...scope, variables, dot: word === 'with' ? value : scope.dot })
}

function range(value: Value | undefined, names: readonly string[], body: readonly Node[], scope: Scope): string | undefined {
  let text: string | undefined
  if (value === undefined) return undefined
  each(value, (key, item) => {
    scope.budget.tick()
    const variables = new Map(scope.variables)
    names.forEach((name, i) => {
      variables.set(name, names.length === 2 && i === 0 ? key : item)
    })
    text = (text ?? '') + write(body, { ...scope, variables, dot: item })
    scope.budget.charge(2 * text.length)
    return false
  })
  return text
}

function isTrue(value: Value | undefined): boolean {
  return !(
    value === undefined ||
    value === null ||
    value === false ||
    value === 0 ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}

function evaluate(pipeline: string, scope: Scope): Value | undefined {
  const words = pipeline.match(/"(?:[^"\\]|\\.)*"|`[^`]*`|[^\s]+/g) ?? []
  const [name, ...args] = words
  const operands = args.map(word => operand(word, scope))
  switch (name) {
    case 'not':
      return !isTrue(operands[0])
    case 'and':
      return operands.find(value => !isTrue(value)) ?? operands.at(-1)
    case 'or':
      return operands.find(isTrue) ?? operands.at(-1)
    case 'eq':
      return operands.slice(1).some(value => value === operands[0])
    case 'ne':
      return operands[0] !== operands[1]
    case 'len':
      return Array.isArray(operands[0]) || typeof operands[0] === 'string' ? operands[0].length : 0
    case 'index':
      return operands.slice(1).reduce<Value | undefined>((value, key) => (key === undefined ? undefined : lookup(value, key)), operands[0])
  }
  if (args.length > 0) throw new BuiltinFailure(`template: function ${JSON.stringify(name)} not defined`)
  return operand(name ?? '', scope)
}

function operand(word: string, scope: Scope): Value | undefined {
  if (word.startsWith('"')) return JSON.parse(word) as string
  if (word.startsWith('`')) return word.slice(1, -1)
  if (/^-?\d/.test(word)) return Number(word)
  if (word === 'true' || word === 'false') return word === 'true'
  const match = /^(\$\w*)?((?:\.\w+)*|\.)$/.exec(word)
  if (!match) throw new BuiltinFailure(`template: function ${JSON.stringify(word)} not defined`)
  const [, variable, path = ''] = match
  if (variable !== undefined && !scope.variables.has(variable))
    throw new BuiltinFailure(`template: undefined variable ${JSON.stringify(variable)}`)
  const start = variable === undefined ? scope.dot : scope.variables.get(variable)
  return path
    .split('.')
    .filter(key => key !== '')
    .reduce<Value | undefined>((value, key) => lookup(value, key), start)
}
