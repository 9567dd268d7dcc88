import * as sdk from '@open-policy-agent/opa-wasm'

/**
 * One instance of a policy module, asked over OPA's WebAssembly ABI 1.x. The SDK loads it and gives host builtins; its own
 * `evaluate` parses the input anew for every entrypoint (80 % of a small policy's time) and takes a falsy input for none, so the
 * ABI is spoken here: the input is parsed once, then any number of entrypoints is asked.
 */
export interface WasmInstance {
  /** Entrypoint path → number. */
  readonly entrypoints: Readonly<Record<string, number>>
  /** Parses an input, forgetting the one before and all answers. Throws when it does not fit into the memory. */
  readonly load: (input: Uint8Array) => void
  /** The answer to the loaded input, `undefined` when there is none. Throws what the module throws: use no instance after that. */
  readonly ask: (entrypoint: number) => unknown
  /** Bytes of linear memory; never shrinks. */
  readonly memoryBytes: () => number
}

/** 64 KiB pages: 320 KB to start with, and 256 MiB for an input of the largest body. */
const memoryPages = { initial: 5, maximum: 4096 }

interface Exports {
  readonly opa_heap_ptr_set: (address: number) => void
  readonly opa_malloc: (bytes: number) => number
  readonly opa_json_parse: (address: number, bytes: number) => number
  readonly opa_json_dump: (value: number) => number
  readonly opa_eval_ctx_new: () => number
  readonly opa_eval_ctx_set_input: (context: number, value: number) => void
  readonly opa_eval_ctx_set_data: (context: number, value: number) => void
  readonly opa_eval_ctx_set_entrypoint: (context: number, entrypoint: number) => void
  readonly opa_eval_ctx_get_result: (context: number) => number
  readonly eval: (context: number) => number
}

// The package's types offer `loadPolicySync` by name, its ESM door only under `default`.
const { loadPolicySync } = (sdk as unknown as { readonly default: Pick<typeof sdk, 'loadPolicySync'> }).default

const decoder = new TextDecoder()

/** Instantiates the module: about 0.3 ms. Throws when it is not a policy of ABI 1. */
export function openInstance(module: WebAssembly.Module): WasmInstance {
  const isPolicy = WebAssembly.Module.exports(module).some(({ name }) => name === 'opa_wasm_abi_version')
  if (!isPolicy) throw new Error('The module does not name an ABI of OPA.')
  const policy = loadPolicySync(module, memoryPages)
  const abi = (policy.wasmInstance as unknown as { readonly exports: Exports }).exports
  let inputAddress = 0

  const answerText = (address: number): string => {
    const bytes = new Uint8Array(policy.mem.buffer)
    return decoder.decode(bytes.subarray(address, bytes.indexOf(0, address)))
  }

  return {
    entrypoints: policy.entrypoints,
    memoryBytes: () => policy.mem.buffer.byteLength,
    load: input => {
      abi.opa_heap_ptr_set(policy.dataHeapPtr)
      const address = abi.opa_malloc(input.byteLength)
      new Uint8Array(policy.mem.buffer).set(input, address)
      inputAddress = abi.opa_json_parse(address, input.byteLength)
      if (inputAddress === 0) throw new Error('The policy module cannot parse the input.')
    },
    ask: entrypoint => {
      const context = abi.opa_eval_ctx_new()
      abi.opa_eval_ctx_set_input(context, inputAddress)
      abi.opa_eval_ctx_set_data(context, policy.dataAddr)
      abi.opa_eval_ctx_set_entrypoint(context, entrypoint)
      abi.eval(context)
      return onlyAnswer(JSON.parse(answerText(abi.opa_json_dump(abi.opa_eval_ctx_get_result(context)))))
    },
  }
}

/** A result set is `[]` for undefined, else `[{ "result": … }]`. */
function onlyAnswer(resultSet: unknown): unknown {
  if (Array.isArray(resultSet) && resultSet.length === 0) return undefined
  const answer = Array.isArray(resultSet) && resultSet.length === 1 ? resultSet[0]?.result : undefined
  if (answer === undefined) throw new Error('The policy module gave an odd result set.')
  return answer
}
