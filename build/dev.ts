import { watch } from 'node:fs'

/**
 * `npm run dev`: runs the appliance from source, and again after every change. A process of its own each time, ended by SIGTERM as an operator would, so that the
 * embedded database stops with it.
 */
const folders = ['cli', 'server', 'policies', 'migrations']
const settleMs = 150

let child = run()
let timer: ReturnType<typeof setTimeout> | undefined
let stopping = false

function run(): Bun.Subprocess {
  return Bun.spawn([process.execPath, 'cli/main.ts', 'serve', ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit'] })
}

async function runAgain(): Promise<void> {
  if (stopping) return
  await Bun.spawn([process.execPath, 'build/assets.ts'], { stdio: ['ignore', 'inherit', 'inherit'] }).exited
  child.kill('SIGTERM')
  await child.exited
  if (!stopping) child = run()
}

for (const folder of folders) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void runAgain(), settleMs)
  })
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    stopping = true
    child.kill('SIGTERM')
    process.exit((await child.exited) ?? 0)
  })
}
