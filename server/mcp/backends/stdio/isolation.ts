import { backendFailure } from '../backend-failure.ts'
import { toolsUser, type UserIds } from './tools-user.ts'

/** How a stdio server is kept apart from us. */
export interface Isolation {
  /** `uid`: under a user of its own, which the kernel keeps off our files, sockets and `/proc` entries. `none`: under ours. */
  readonly level: 'uid' | 'none'
  /** Who the child runs as; undefined at level `none`. */
  readonly user: UserIds | undefined
  /** The command line that runs `argv` this way; the process keeps its id. */
  readonly wrap: (argv: readonly string[]) => readonly string[]
  /** Called before each start. Throws `backend_refused` in production at level `none`; in development warns, once. */
  readonly admit: () => void
}

export interface IsolationOptions {
  readonly production: boolean
  readonly onWarning: (message: string) => void
  /** Absolute path of util-linux `setpriv`; looked up unless given. */
  readonly setpriv?: string | undefined
}

/** No new privileges by setuid programs, and death with us should we be killed. */
const always = ['--no-new-privs', '--pdeathsig=KILL'] as const

const nonePermitted =
  'A stdio MCP server must run as another user, which is not possible here: run the appliance as root or as the packaged service.'

/** Finds out, by trying once, what this process may do. Takes a few milliseconds. */
export function createIsolation(options: IsolationOptions): Isolation {
  const setpriv = 'setpriv' in options ? options.setpriv : (Bun.which('setpriv', { PATH: '/usr/bin:/bin:/usr/sbin:/sbin' }) ?? undefined)
  const user = toolsUser()
  const isolated = setpriv === undefined ? undefined : isolatedFlags(user).find(flags => works([setpriv, ...flags]))
  const prefix = setpriv === undefined ? [] : [setpriv, ...(isolated ?? always), '--']
  let warned = false
  return {
    level: isolated === undefined ? 'none' : 'uid',
    user: isolated === undefined ? undefined : user,
    wrap: argv => [...prefix, ...argv],
    admit: () => {
      if (isolated !== undefined) return
      if (options.production) throw backendFailure('backend_refused', nonePermitted, false)
      if (!warned) options.onWarning('Stdio MCP servers run as the same user as behavry and could read its keys. Production refuses this.')
      warned = true
    },
  }
}

/** From the strictest; emptying the bounding set needs CAP_SETPCAP, and without privileges and without new ones it adds nothing. */
function isolatedFlags(user: UserIds): readonly (readonly string[])[] {
  const asUser = [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', ...always, '--inh-caps=-all', '--ambient-caps=-all']
  return [[...asUser, '--bounding-set=-all'], asUser]
}

function works(command: readonly string[]): boolean {
  return Bun.spawnSync([...command, '--', '/bin/true'], { stdio: ['ignore', 'ignore', 'ignore'], env: {} }).success
}
