import { Elysia } from 'elysia'
import type { Route } from '../contract/route.ts'
import { Failure } from '../domain/failure.ts'
import type { Json } from '../domain/json.ts'
import { parseJson } from '../json/parse.ts'
import { admitCaller, type Door } from './access.ts'
import { failureResponse, type OnFault, securityHeaders } from './failures.ts'

export interface Mounted {
  readonly fetch: (request: Request) => Response | Promise<Response>
}

/** Builds the app of one door from the route table. A path that exists under another method answers 405 and says which. */
export function mount<World>(routes: readonly Route<World>[], world: World, door: Door, onFault: OnFault): Mounted {
  const app = new Elysia({ aot: false, normalize: false })
  app.onError(({ error, request }) => failureResponse(wrongMethod(error, request, routes) ?? error, onFault))
  for (const { method, path, access, operation } of routes) {
    const { run, body, query, params, headers, status = 200 } = operation
    app.route(
      method,
      path,
      async context => {
        const caller = admitCaller(access, door, context.request)
        const answer = await run({ body: context.body, query: context.query, params: context.params }, caller, world)
        return Response.json(answer, {
          status: typeof status === 'number' ? status : status.of(answer),
          headers: { ...securityHeaders, ...headers },
        })
      },
      {
        ...(body && { body }),
        ...(query && { query }),
        ...(params && { params }),
        // Before the body is read and before anything is said about its shape: strangers learn neither.
        parse: async ({ request }) => {
          admitCaller(access, door, request)
          return await readJson(request)
        },
        transform: ({ request }) => void admitCaller(access, door, request),
      },
    )
  }
  return { fetch: request => app.fetch(request) }
}

/** By the one strict parser, whatever the app would have made of another content type. */
async function readJson(request: Request): Promise<Json> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? '')) throw new Failure('media_type_unsupported')
  return parseJson(await request.text()).value
}

function wrongMethod<World>(error: unknown, request: Request, routes: readonly Route<World>[]): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'NOT_FOUND') return undefined
  const path = new URL(request.url).pathname.split('/')
  const allowed = routes.filter(route => matches(route.path.split('/'), path)).map(route => route.method)
  return allowed.length === 0
    ? undefined
    : new Failure('method_not_allowed', `This path takes ${allowed.join(', ')}.`, { details: { allow: allowed } })
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  return pattern.length === path.length && pattern.every((part, i) => part.startsWith(':') || part === path[i])
}
