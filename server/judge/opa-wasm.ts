import { Failure } from '../domain/failure.ts'
import type { Judge, Policy, PolicyInput } from '../domain/policy.ts'
import type { Opinion } from '../domain/verdict.ts'
import { type AnswerForm, policyError, readOpinion } from './opinion.ts'
import { indexByScope } from './scope.ts'
import { openInstance, type WasmInstance } from './wasm-instance.ts'

/**
 * The judge on policies that were compiled to WebAssembly. Each policy in scope is asked by itself and in isolation: what one does
 * wrong costs only its own opinion, which becomes a denial. After a throw the instance is replaced.
 *
 * There is no deadline: WebAssembly cannot be interrupted from its own thread. The shipped policies are ours and bounded: they
 * loop over the input alone, and the memory has a maximum. Foreign bundles must be judged in a Worker that can be ended.
 */
export interface WasmPolicy extends Policy {
  /** Path of the rule `decision` in the module, or of the package when that has no such rule. */
  readonly entrypoint: string
}

/** Told of every policy that failed, for the log; the cause may quote the input and is never shown to an agent. */
export type FaultReport = (policyId: string, cause: unknown) => void

/** An instance that a huge input has blown up to more than this is replaced rather than kept, in bytes. */
const keepMemory = 32 * 1024 * 1024

const encoder = new TextEncoder()

/** How many resources, and how many UTF-16 code units of them, a call may name: what policies loop over is bounded by it (100 ms at worst). */
const maxResources = 512
const maxResourceText = 32_768

const tooLarge: Opinion = {
  source: 'judge',
  decision: 'deny',
  reasonCode: 'too_many_resources',
  reason: 'The call names more resources than can be judged: split it.',
}

interface Asked extends WasmPolicy {
  readonly number: number
  readonly form: AnswerForm
}

/**
 * Makes a judge of a compiled module (its bytes or the module itself). Its `judge` is synchronous. Rejects with
 * `configuration_invalid` when the module is none of OPA's or lacks an entrypoint.
 */
export async function createOpaWasmJudge(
  module: WebAssembly.Module | Uint8Array<ArrayBuffer>,
  policies: readonly WasmPolicy[],
  revision: string,
  report: FaultReport = () => {},
): Promise<Judge> {
  const compiled = module instanceof WebAssembly.Module ? module : await compile(module)
  const first = open(compiled)
  const inScope = indexByScope(policies.map(policy => locate(policy, first)))
  const bench = createBench(compiled, first)
  return { engine: 'opa-wasm/1.10.0', revision, judge: input => judgeAll(bench, inScope(input), input, report) }
}

async function compile(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes)
  } catch (cause) {
    throw new Failure('configuration_invalid', 'The compiled policies are not WebAssembly.', { cause })
  }
}

function open(module: WebAssembly.Module): WasmInstance {
  try {
    return openInstance(module)
  } catch (cause) {
    throw new Failure('configuration_invalid', 'The compiled policies are not a module of OPA.', { cause })
  }
}

function locate(policy: WasmPolicy, { entrypoints }: WasmInstance): Asked {
  const number = Object.hasOwn(entrypoints, policy.entrypoint) ? entrypoints[policy.entrypoint] : undefined
  if (number === undefined) throw new Failure('configuration_invalid', `The compiled policies lack the entrypoint of ${policy.id}.`)
  return { ...policy, number, form: policy.entrypoint.endsWith('/decision') ? 'decision' : 'package' }
}

/** The one instance at work. `begin` a decision, `ask`, `end` it; all throw what the module throws, which spoils the instance. */
interface Bench {
  readonly begin: (input: Uint8Array) => void
  readonly ask: (entrypoint: number) => unknown
  readonly end: () => void
}

function createBench(module: WebAssembly.Module, first: WasmInstance): Bench {
  let input: Uint8Array = new Uint8Array()
  // Absent after a throw: the next one is opened and given the input again, never asked without it.
  let ready: WasmInstance | undefined = first
  const loaded = (): WasmInstance => {
    const instance = ready ?? openInstance(module)
    ready = undefined
    instance.load(input)
    return instance
  }
  return {
    begin: bytes => {
      input = bytes
      ready = loaded()
    },
    ask: entrypoint => {
      const instance = ready ?? loaded()
      ready = undefined
      const answer = instance.ask(entrypoint)
      ready = instance
      return answer
    },
    end: () => {
      input = new Uint8Array()
      if (ready && ready.memoryBytes() > keepMemory) ready = undefined
    },
  }
}

function judgeAll(bench: Bench, policies: readonly Asked[], input: PolicyInput, report: FaultReport): readonly Opinion[] {
  if (policies.length === 0) return []
  if (!bounded(input.request.resources)) return [tooLarge]
  try {
    bench.begin(encoder.encode(JSON.stringify(input)))
    return policies.map(policy => judgeOne(bench, policy, report)).filter(opinion => opinion !== undefined)
  } catch (cause) {
    // The input itself cannot be given: too deep or too large, or not JSON.
    return policies.map(policy => failed(policy, cause, report))
  } finally {
    bench.end()
  }
}

function judgeOne(bench: Bench, policy: Asked, report: FaultReport): Opinion | undefined {
  try {
    return readOpinion(policy.id, policy.form, bench.ask(policy.number))
  } catch (cause) {
    return failed(policy, cause, report)
  }
}

function failed(policy: Asked, cause: unknown, report: FaultReport): Opinion {
  report(policy.id, cause)
  return policyError(policy.id, 'The policy could not be evaluated.')
}

const bounded = (resources: readonly string[]): boolean =>
  resources.length <= maxResources && resources.reduce((sum, resource) => sum + resource.length, 0) <= maxResourceText
