/** The one port number; it only names the socket file, because nothing listens on TCP. */
export const port = 5432

/** What the server may be asked to hold at least; more when the pools of this installation are larger. */
const leastConnections = 60

interface Choice {
  readonly socketDir: string
  readonly connections: number
}

/**
 * The settings that behavry decides (PostgreSQL 17, chapter 20). They are given on the command line at each start, so they win over
 * `postgresql.conf` and change with the release; what is not here may be tuned in that file.
 */
const settings = ({ socketDir, connections }: Choice): Readonly<Record<string, string | number>> => ({
  // An acknowledged record is on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',

  // Reached through the socket's folder and by nothing else.
  listen_addresses: '',
  port,
  unix_socket_directories: socketDir,
  unix_socket_permissions: '0700',
  allow_alter_system: 'off',

  max_connections: Math.max(leastConnections, connections),
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  jit: 'off',
  timezone: 'UTC',

  // Start, stop, crash and refused sessions. Errors of statements go to behavry, which asked: in a file they would grow without
  // bound and repeat the data of the statement.
  logging_collector: 'off',
  log_destination: 'stderr',
  log_timezone: 'UTC',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  log_statement: 'none',
})

/** The settings as command-line flags of `postgres`, which nothing in the cluster's own files can override. */
export const settingFlags = (choice: Choice): readonly string[] =>
  Object.entries(settings(choice)).flatMap(([name, value]) => ['-c', `${name}=${value}`])
