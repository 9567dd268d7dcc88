import { runLoad } from './closed-loop.ts'

/** The load generator's process: reads one job from standard input, prints its result, both as JSON. */
process.stdout.write(`${JSON.stringify(await runLoad(await Bun.stdin.json()))}\n`)
process.exit(0)
