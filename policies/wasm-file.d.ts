/** `import path from '….wasm' with { type: 'file' }`: the path of the file, inside the compiled program too. */
declare module '*.wasm' {
  const path: string
  export = path
}
