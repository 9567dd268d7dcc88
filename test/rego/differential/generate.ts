import { Random } from './random.ts'

/** A program with what it looks at. */
export interface Program {
  readonly module: string
  readonly input: unknown
  readonly data: unknown
}

interface Scope {
  readonly vars: readonly string[]
  readonly depth: number
}

const keys = ['a', 'b', 'c', 'd']
const ruleNames = ['p', 'q', 'r', 's', 't', 'u']

/** A random module in package `case` with rules of every kind, its input and its data at `data.base`. */
export function generate(seed: number): Program {
  const maker = new Maker(new Random(seed))
  return { input: maker.document(), data: maker.document(), module: maker.module() }
}

class Maker {
  #rule = 0
  #fresh = 0

  constructor(private readonly random: Random) {}

  json(depth: number): unknown {
    const { random } = this
    const kind = depth === 0 ? random.below(5) : random.below(9)
    if (kind < 5) return random.pick<unknown>([0, 1, 2, 3, -1, 1.5, 'a', 'b', 'c', 'abc', '', true, false, null])
    if (kind < 7) return random.times(0, 4, () => this.json(depth - 1))
    return Object.fromEntries(random.times(1, 4, () => [random.pick(keys), this.json(depth - 1)]))
  }

  /** An object with most of the keys, so that refs lead somewhere. */
  document(): unknown {
    return Object.fromEntries(keys.filter(() => this.random.chance(85)).map(key => [key, this.json(2)]))
  }

  module(): string {
    const lines = ['package case', '', 'import rego.v1', '']
    for (this.#rule = 0; this.#rule < ruleNames.length; this.#rule++) lines.push(...this.#rules(ruleNames[this.#rule] as string), '')
    return lines.join('\n')
  }

  #rules(name: string): readonly string[] {
    const { random } = this
    switch (random.below(7)) {
      case 0:
        return random.times(1, 3, () => `${name} contains ${this.#headAndBody()}`)
      case 1:
        return random.times(1, 3, () => this.#keyed(name))
      case 2:
        return this.#functionWithUse(name)
      case 3:
        return [`default ${name} := ${this.#constant()}`, ...random.times(1, 2, () => this.#complete(name))]
      case 4:
        return [
          `${name} := ${this.#constant()} if {${this.#body({ vars: [], depth: 2 }, []).text}} else := ${this.#constant()} if {${this.#body({ vars: [], depth: 2 }, []).text}} else := ${this.#constant()}`,
        ]
      case 5:
        return random.times(
          1,
          3,
          () => `${name}.${random.pick(keys)} := ${this.#constant()} if {${this.#body({ vars: [], depth: 2 }, []).text}}`,
        )
      default:
        return [this.#complete(name)]
    }
  }

  #headAndBody(): string {
    const body = this.#body({ vars: [], depth: 2 }, [])
    return `${this.#term({ vars: body.vars, depth: 1 })} if {${body.text}}`
  }

  #keyed(name: string): string {
    const body = this.#body({ vars: [], depth: 2 }, [])
    const scope = { vars: body.vars, depth: 0 }
    return `${name}[${this.#term(scope)}] := ${this.#term({ ...scope, depth: 1 })} if {${body.text}}`
  }

  #complete(name: string): string {
    const body = this.#body({ vars: [], depth: 2 }, [])
    return `${name} := ${this.#term({ vars: body.vars, depth: 2 })} if {${body.text}}`
  }

  #functionWithUse(name: string): readonly string[] {
    const rules = this.random.times(1, 2, () => {
      const body = this.#body({ vars: ['arg'], depth: 2 }, ['arg'])
      return `fn_${name}(arg) := ${this.#term({ vars: body.vars, depth: 1 })} if {${body.text}}`
    })
    return [...rules, `${name} contains y if { some x in [1, "a", null, [1, 2]]; y := fn_${name}(x) }`]
  }

  /** Statements, and the variables that they bind. */
  #body(scope: Scope, bound: readonly string[]): { readonly text: string; readonly vars: readonly string[] } {
    let vars = [...scope.vars, ...bound]
    const statements = this.random.times(1, 4, () => {
      const made = this.#statement({ vars, depth: scope.depth })
      vars = [...vars, ...made.vars]
      return made.text
    })
    // Out of order now and then: the compiler has to find the order.
    const shown = this.random.chance(30) && !statements.some(text => /:=|some |every /.test(text)) ? [...statements].reverse() : statements
    return { text: `\n\t${shown.join('\n\t')}\n`, vars }
  }

  #statement(scope: Scope): { readonly text: string; readonly vars: readonly string[] } {
    const { random } = this
    const name = `x${this.#fresh++}`
    switch (random.below(14)) {
      case 0:
        return { text: `${name} := ${this.#term(scope)}`, vars: [name] }
      case 1:
        return { text: `${name} = ${this.#term(scope)}`, vars: [name] }
      case 2:
        return { text: `some ${name} in ${this.#collection(scope)}`, vars: [name] }
      case 3: {
        const key = `k${this.#fresh++}`
        return { text: `some ${key}, ${name} in ${this.#collection(scope)}`, vars: [key, name] }
      }
      case 4:
        return { text: `${name} = ${this.#base(scope)}[_]`, vars: [name] }
      case 5: {
        const key = `k${this.#fresh++}`
        return { text: `${name} = ${this.#base(scope)}[${key}]`, vars: [key, name] }
      }
      case 6:
        return { text: `not ${this.#comparison(scope)}`, vars: [] }
      case 7:
        return scope.depth === 0
          ? { text: this.#comparison(scope), vars: [] }
          : {
              text: `every ${name} in ${this.#collection(scope)} {${this.#body({ vars: [...scope.vars, name], depth: 0 }, []).text}\t${name} != 17\n}`,
              vars: [],
            }
      case 8:
        return { text: `${name} := ${this.#ruleRef()} with input as ${this.#constant()}`, vars: [name] }
      case 9:
        return {
          text: `${name} = ${this.#base(scope)} with input.${random.pick(keys)} as ${this.#term({ ...scope, depth: 0 })}`,
          vars: [name],
        }
      case 10: {
        const other = `y${this.#fresh++}`
        return {
          text: `[${name}, ${other}] = ${random.chance(70) ? `[${this.#term({ ...scope, depth: 0 })}, 1]` : this.#base(scope)}`,
          vars: [name, other],
        }
      }
      case 11:
        return { text: this.#term(scope), vars: [] }
      default:
        return { text: this.#comparison(scope), vars: [] }
    }
  }

  #comparison(scope: Scope): string {
    const inner = { ...scope, depth: Math.max(0, scope.depth - 1) }
    if (this.random.chance(15)) return `${this.#term(inner)} in ${this.#collection(inner)}`
    const left = this.random.chance(60) ? this.#base(scope) : this.#term(inner)
    return `${left} ${this.random.pick(['==', '!=', '<', '<=', '>', '>='])} ${this.#term(inner)}`
  }

  #constant(): string {
    const { random } = this
    return random.pick([
      '0',
      '1',
      '2',
      '1.5',
      '-1',
      '"a"',
      '"b"',
      '"abc"',
      'true',
      'false',
      'null',
      '[]',
      '[1, 2]',
      '{"a": 1}',
      '{1, 2}',
      '{"a": {"b": 2}}',
      'set()',
    ])
  }

  #base(scope: Scope): string {
    const { random } = this
    const roots = [
      'input',
      'data.base',
      'input',
      'data.base',
      'data.base',
      ...(this.#rule > 0 ? [this.#ruleRef()] : []),
      ...scope.vars.slice(-1),
    ]
    const root = random.pick(roots)
    const isOpen = root === 'input' || root === 'data.base'
    return root + random.times(isOpen ? 1 : 0, isOpen ? 2 : random.below(20) === 0 ? 1 : 0, () => `.${random.pick(keys)}`).join('')
  }

  /** A rule that was written before, rarely any at all. */
  #ruleRef(): string {
    const { random } = this
    const limit = random.chance(1) ? ruleNames.length : this.#rule
    return limit === 0 ? 'data.base' : `data.case.${ruleNames[random.below(limit)]}`
  }

  #collection(scope: Scope): string {
    const { random } = this
    const inner = { ...scope, depth: 0 }
    switch (random.below(4)) {
      case 0:
        return `[${random.times(1, 3, () => this.#term(inner)).join(', ')}]`
      case 1:
        return `{${random.times(1, 3, () => this.#term(inner)).join(', ')}}`
      case 2:
        return `{${random.times(1, 2, () => `"${random.pick(keys)}": ${this.#term(inner)}`).join(', ')}}`
      default:
        return this.#base(scope)
    }
  }

  #term(scope: Scope): string {
    const { random } = this
    const kind = scope.depth === 0 ? random.below(4) : random.below(11)
    const inner = { ...scope, depth: scope.depth - 1 }
    switch (kind) {
      case 0:
        return this.#constant()
      case 1:
      case 2:
        return scope.vars.length > 0 ? random.pick(scope.vars) : this.#constant()
      case 3:
        return this.#base(scope)
      case 4:
        return this.#collection(inner)
      case 5:
        return this.#comprehension(inner)
      case 6:
        return `${this.#number(inner)} ${random.pick(['+', '-', '*', '/', '%'])} ${this.#number(inner)}`
      default:
        return this.#call(inner)
    }
  }

  #number(scope: Scope): string {
    const { random } = this
    return random.chance(60)
      ? random.pick(['1', '2', '3', '0.5', '10'])
      : random.chance(50)
        ? `count(${this.#collection(scope)})`
        : this.#base(scope)
  }

  #comprehension(scope: Scope): string {
    const body = this.#body({ ...scope, depth: 0 }, [])
    const inner = { vars: body.vars, depth: 0 }
    // A head is a term of its own, without operators.
    const [value, key] = [this.#term(inner), this.#term(inner)]
    return this.random.pick([`[${value} | ${body.text}]`, `{${value} | ${body.text}}`, `{${key}: ${value} | ${body.text}}`])
  }

  #call(scope: Scope): string {
    const { random } = this
    const value = (): string => this.#term({ ...scope, depth: 0 })
    const list = (): string => (random.chance(60) ? this.#base(scope) : this.#collection(scope))
    const array = (): string => (random.chance(60) ? this.#base(scope) : `[${value()}, ${value()}]`)
    const text = (): string => (random.chance(60) ? random.pick(['"a"', '"b,c"', '"abc"', '""', '" x "']) : this.#base(scope))
    return random.pick([
      () => `count(${list()})`,
      () => `sum(${array()})`,
      () => `max(${array()})`,
      () => `min(${array()})`,
      () => `sort(${array()})`,
      () => `type_name(${value()})`,
      () => `is_${random.pick(['string', 'number', 'null', 'array', 'object', 'set', 'boolean'])}(${value()})`,
      () => `object.get(${this.#base(scope)}, "${random.pick(keys)}", ${value()})`,
      () => `array.concat(${array()}, ${array()})`,
      () => `array.slice(${array()}, 0, 2)`,
      () => `concat(",", ${array()})`,
      () => `split(${text()}, ",")`,
      () => `upper(${text()})`,
      () => `contains(${text()}, ${text()})`,
      () => `startswith(${text()}, ${text()})`,
      () => `replace(${text()}, "a", "xy")`,
      () => `trim_space(${text()})`,
      () => `substring(${text()}, 1, -1)`,
      () => `indexof(${text()}, "b")`,
      () => `sprintf("%v-%v", [${value()}, ${value()}])`,
      () => `json.marshal(${value()})`,
      () => `to_number(${value()})`,
      () => `abs(${this.#number(scope)})`,
      () => `round(${this.#number(scope)})`,
      () => `numbers.range(1, ${random.below(4)})`,
      () => `regex.match("^[a-c]+$", ${text()})`,
      () => `object.keys(${this.#base(scope)})`,
      () => `object.union({"a": ${value()}}, {"b": ${value()}})`,
      () => `union({{1}, {2}})`,
      () => `{1, 2} & {2, 3}`,
      () => `{1, 2} | {${value()}}`,
      () => `{1, 2} - {2}`,
    ])()
  }
}
