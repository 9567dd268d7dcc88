// Runs on plain Node, before anything is installed: makes `node_modules` what package-lock.json says, and nothing when it is already.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stamp = join(root, 'node_modules', '.behavry-lock')
const lock = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex')
const bun = join(root, 'node_modules', '.bin', 'bun')

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  process.stderr.write('installing packages\n')
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['ci', '--loglevel=error'])
  repairBun()
  writeFileSync(stamp, lock)
}

/** An npm that runs no install scripts leaves a stub in the place of Bun's executable; its own installer puts that right. */
function repairBun() {
  if (spawnSync(bun, ['--version']).status === 0) return
  run(process.execPath, [join(root, 'node_modules', 'bun', 'install.js')])
  if (spawnSync(bun, ['--version']).status === 0) return
  process.stderr.write('Bun does not run on this machine: it needs 64-bit Linux with glibc and a CPU with AVX2.\n')
  process.exit(1)
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}\n`)
  process.exit(1)
}
