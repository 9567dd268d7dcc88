/** `import path from '….zst' with { type: 'file' }`: the path of the file, inside the compiled program too. */
declare module '*.zst' {
  const path: string
  export = path
}
