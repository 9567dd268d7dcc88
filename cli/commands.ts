import type { CommandOption, CommandRow } from './command.ts'

/** Options that every command takes. */
export const globalOptions: readonly CommandOption[] = [
  { flags: '--json', about: 'results as JSON, for scripts' },
  { flags: '--quiet', about: 'no remarks' },
  { flags: '--no-color', about: 'no colours' },
  { flags: '--env-file <file>', about: 'settings, where the environment has none' },
  { flags: '--data-dir <path>', about: 'the data directory (BEHAVRY_DATA_DIR)', variable: 'BEHAVRY_DATA_DIR' },
]

const note = { flags: '--note <text>', about: 'why, for the record' }

/** Every subcommand, one row each, in the order in which help lists them. The work is loaded when it is called for. */
export const commands: readonly CommandRow[] = [
  {
    name: 'serve',
    summary: 'run the appliance',
    options: [{ flags: '--listen <address>', about: 'address of the listener (BEHAVRY_LISTEN)', variable: 'BEHAVRY_LISTEN' }],
    examples: ['behavry serve', 'behavry serve --listen 127.0.0.1:9000'],
    load: () => import('./commands/serve.ts'),
  },
  {
    name: 'migrate',
    summary: 'bring the database to the shape of this release',
    options: [
      { flags: '--status', about: 'only say what is applied and what is pending' },
      { flags: '--down <count>', about: 'take back the last migrations; with no server running, never in production' },
      { flags: '--destroy-the-journal', about: 'with --down: yes, the journal and all its records go' },
    ],
    examples: ['behavry migrate --status'],
    load: () => import('./commands/migrate.ts'),
  },
  {
    name: 'token issue',
    summary: 'issue an agent token; prints only the token',
    options: [
      { flags: '--agent <name>', about: 'name of the agent' },
      { flags: '--ttl <seconds>', about: 'life of the token, 5400 at most' },
    ],
    examples: ['TOKEN=$(behavry token issue --agent demo)'],
    load: () => import('./commands/token-issue.ts'),
  },
  {
    name: 'token revoke',
    summary: 'end a token at once, everywhere',
    args: '<session>',
    examples: ['behavry token revoke 019ad3c0-5b1e-7c2d-8f00-000000000000'],
    load: () => import('./commands/token-revoke.ts'),
  },
  {
    name: 'agent list',
    summary: 'list the enrolled agents and what they may do',
    load: () => import('./commands/agent-list.ts'),
  },
  {
    name: 'agent create',
    summary: 'enrol an agent',
    args: '<name>',
    options: [
      { flags: '--permission <server:action...>', about: 'what it may do: notes:read, notes:write; `*` for every read and write' },
      { flags: '--role <name...>', about: 'roles that policies know; default when absent' },
    ],
    examples: ['behavry agent create researcher --permission notes:read fs:read fs:write'],
    load: () => import('./commands/agent-create.ts'),
  },
  {
    name: 'server list',
    summary: 'list the registered MCP servers',
    load: () => import('./commands/server-list.ts'),
  },
  {
    name: 'server add',
    summary: 'register an MCP server, by URL or by the program to run',
    args: '<id> <url-or-command> [args...]',
    options: [
      { flags: '--env <name=value...>', about: 'environment of the program' },
      { flags: '--folder <path>', about: 'working folder, made for the program and owned by it' },
      { flags: '--timeout-ms <ms>', about: 'deadline of one call' },
    ],
    examples: [
      'behavry server add notes http://127.0.0.1:3001/mcp',
      'behavry server add fs --folder /srv/behavry-files -- mcp-server-filesystem /srv/behavry-files',
    ],
    load: () => import('./commands/server-add.ts'),
  },
  {
    name: 'server remove',
    summary: 'remove an MCP server',
    args: '<id>',
    load: () => import('./commands/server-remove.ts'),
  },
  {
    name: 'escalation list',
    summary: 'list calls that wait, or waited, for a human',
    options: [{ flags: '--status <status>', about: 'pending, approved, denied, expired or cancelled; all when absent' }],
    load: () => import('./commands/escalation-list.ts'),
  },
  {
    name: 'escalation show',
    summary: 'show one held call',
    args: '<id>',
    load: () => import('./commands/escalation-show.ts'),
  },
  {
    name: 'escalation approve',
    summary: 'let this exact call pass, once',
    args: '<id>',
    options: [note],
    load: () => import('./commands/escalation-approve.ts'),
  },
  {
    name: 'escalation deny',
    summary: 'refuse this exact call',
    args: '<id>',
    options: [note],
    load: () => import('./commands/escalation-deny.ts'),
  },
  {
    name: 'audit tail',
    summary: 'show the latest records of the journal',
    options: [
      { flags: '-n, --lines <count>', about: 'how many, 20 when absent' },
      { flags: '-f, --follow', about: 'go on as records come' },
    ],
    examples: ['behavry audit tail -f'],
    load: () => import('./commands/audit-tail.ts'),
  },
  {
    name: 'audit show',
    summary: 'show one record of the journal, field by field',
    args: '<event>',
    load: () => import('./commands/audit-show.ts'),
  },
  {
    name: 'audit verify',
    summary: 'check every record, link and head of the journal; needs no server',
    load: () => import('./commands/audit-verify.ts'),
  },
  {
    name: 'demo-mcp',
    summary: 'an MCP server over stdio to try policies on: notes and files in one folder',
    args: '[folder]',
    load: () => import('./commands/demo-mcp.ts'),
  },
  {
    name: 'version',
    summary: 'print the release and the commit it was built from',
    load: () => import('./commands/version.ts'),
  },
]
