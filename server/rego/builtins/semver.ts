import { BuiltinFailure } from '../evaluate/host.ts'
import { compareStrings } from '../values/compare.ts'
import { builtin } from './builtin.ts'
import { any, boolean, number, string } from './type.ts'

const grammar =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/

interface Version {
  readonly numbers: readonly bigint[]
  readonly prerelease: readonly string[]
}

function parse(text: string, position: number): Version {
  const match = grammar.exec(text)
  if (!match) throw new BuiltinFailure(`operand ${position}: string ${JSON.stringify(text)} is not a valid SemVer`)
  const [, major = '0', minor = '0', patch = '0', prerelease] = match
  return { numbers: [major, minor, patch].map(BigInt), prerelease: prerelease?.split('.') ?? [] }
}

/** Precedence by https://semver.org/#spec-item-11. */
function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const x = a.numbers[i] ?? 0n
    const y = b.numbers[i] ?? 0n
    if (x !== y) return x < y ? -1 : 1
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return Math.sign(b.prerelease.length - a.prerelease.length)
  for (let i = 0; i < Math.min(a.prerelease.length, b.prerelease.length); i++) {
    const order = compareIdentifiers(a.prerelease[i] ?? '', b.prerelease[i] ?? '')
    if (order !== 0) return order
  }
  return Math.sign(a.prerelease.length - b.prerelease.length)
}

function compareIdentifiers(a: string, b: string): number {
  const numeric = [a, b].map(text => /^\d+$/.test(text))
  if (numeric[0] && numeric[1]) return BigInt(a) < BigInt(b) ? -1 : BigInt(a) > BigInt(b) ? 1 : 0
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1
  return compareStrings(a, b)
}

/** https://www.openpolicyagent.org/docs/policy-reference/builtins/semver */
export const semver = [
  builtin('semver.is_valid', [any], boolean, value => typeof value === 'string' && grammar.test(value)),
  builtin('semver.compare', [string, string], number, (a, b) => compareVersions(parse(a, 1), parse(b, 2))),
]
