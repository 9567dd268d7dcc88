import list from '../dist/assets/policies.json' with { type: 'json' }
import wasmPath from '../dist/assets/policies.wasm' with { type: 'file' }
import type { Policy } from '../server/domain/policy.ts'

/** A shipped policy, its place in the WebAssembly module, and the SHA-256 of its text in hex. */
export interface CompiledPolicy extends Policy {
  readonly entrypoint: string
  readonly sha256: string
}

export interface BasePolicies {
  readonly wasm: WebAssembly.Module
  readonly policies: readonly CompiledPolicy[]
  /** Hash of the compiled rules and their scopes, in hex. */
  readonly revision: string
}

/**
 * The policies that ship with behavry, from the files that `build/compile-policies.ts` wrote: beside the source, or inside the
 * compiled program. The build has checked the list, so it is taken as it is. Rejects when the module cannot be compiled.
 */
export async function loadBasePolicies(): Promise<BasePolicies> {
  const wasm = await WebAssembly.compile(await Bun.file(wasmPath).arrayBuffer())
  const { revision, policies } = list as { readonly revision: string; readonly policies: readonly CompiledPolicy[] }
  return { wasm, policies, revision }
}
