import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * `npm test`: builds the binary, runs every test, and ends with the line that tools read: `N passed, N failed, N skipped`. Arguments are passed on to `bun test`.
 */
const root = join(import.meta.dir, '..')
const report = join(tmpdir(), `behavry-junit-${process.pid}.xml`)

async function run(...command: readonly string[]): Promise<number> {
  return await Bun.spawn([process.execPath, ...command], { cwd: root, stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' }).exited
}

const built = await run('build/build.ts', '--if-stale')
if (built !== 0) process.exit(built)
const exitCode = await run('test', '--timeout=30000', '--reporter=junit', `--reporter-outfile=${report}`, ...process.argv.slice(2))
const [, tests = '0', failures = '0', skipped = '0'] =
  /<testsuites[^>]*?tests="(\d+)"[^>]*?failures="(\d+)"[^>]*?skipped="(\d+)"/.exec(
    await Bun.file(report)
      .text()
      .catch(() => ''),
  ) ?? []
rmSync(report, { force: true })
process.stdout.write(`${Number(tests) - Number(failures) - Number(skipped)} passed, ${failures} failed, ${skipped} skipped\n`)
process.exit(exitCode)
