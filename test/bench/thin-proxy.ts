import { passOn } from './pass-on.ts'
import { serveUntilEnd } from './serve-until-end.ts'

/** The thinnest JSON proxy that Bun can be: text in, `JSON.parse`, `fetch`, text out. `thin-proxy.ts <backend url>`. */
const [backend = ''] = process.argv.slice(2)

await serveUntilEnd(async request => {
  const text = await request.text()
  JSON.parse(text)
  return await passOn(backend, text)
})
