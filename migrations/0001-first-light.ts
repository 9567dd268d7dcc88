import { type Kysely, sql } from 'kysely'

/**
 * The tables of the first release: registry, journal, approvals, in a schema of our own that the login role owns (PostgreSQL 15 gives `public` to
 * another owner). Every tenant table has row-level security, forced on its owner too; the three
 * roles are what transactions switch to. Roles belong to the cluster, so they are made once under a lock and never dropped.
 */

const tenantTables = [
  'agents',
  'sessions',
  'servers',
  'settings',
  'escalations',
  'grants',
  'journal_segments',
  'audit_heads',
  'audit_events',
] as const

/** What the data plane's snapshot is made of: a write to any of these moves `change_seq`. */
const snapshotTables = ['tenants', 'agents', 'servers', 'settings', 'kill_switches', 'revocations'] as const

/** The login role may switch to the three but does not inherit from them: a forgotten switch sees nothing instead of everything. */
const roles = sql`
DO $$
DECLARE role_name text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('behavry roles'));
  IF current_setting('server_version_num')::integer < 160000 THEN
    EXECUTE format('ALTER ROLE %I NOINHERIT', current_user);
  END IF;
  FOREACH role_name IN ARRAY ARRAY['behavry_app', 'behavry_journal', 'behavry_system'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
    END IF;
    IF current_setting('server_version_num')::integer >= 160000 THEN
      EXECUTE format('GRANT %I TO %I WITH INHERIT FALSE, SET TRUE', role_name, current_user);
    ELSIF NOT pg_has_role(current_user, role_name, 'MEMBER') THEN
      EXECUTE format('GRANT %I TO %I', role_name, current_user);
    END IF;
  END LOOP;
END $$`

const registry = sql`
CREATE TABLE tenants (
  id uuid PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE agents (
  id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, agent_type text NOT NULL,
  roles text[] NOT NULL, permissions text[] NOT NULL, tags text[] NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'revoked')),
  risk_tier text NOT NULL DEFAULT 'low' CHECK (risk_tier IN ('low', 'medium', 'high', 'critical')),
  risk_score double precision NOT NULL DEFAULT 0 CHECK (risk_score BETWEEN 0 AND 100),
  epoch integer NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (tenant_id, name));
CREATE TABLE sessions (
  id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, agent_id uuid NOT NULL REFERENCES agents,
  issued_by text NOT NULL, issued_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, revoked_at timestamptz);
CREATE SEQUENCE server_revisions AS integer;
CREATE TABLE servers (
  tenant_id uuid NOT NULL REFERENCES tenants, id text NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'), name text NOT NULL,
  transport jsonb NOT NULL, enabled boolean NOT NULL DEFAULT true, timeout_ms integer NOT NULL DEFAULT 30000 CHECK (timeout_ms > 0),
  revision integer NOT NULL DEFAULT nextval('server_revisions'), created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id));
CREATE TABLE settings (
  tenant_id uuid NOT NULL REFERENCES tenants, key text NOT NULL, value jsonb NOT NULL, PRIMARY KEY (tenant_id, key));
CREATE TABLE kill_switches (
  id uuid PRIMARY KEY, scope text NOT NULL CHECK (scope IN ('global', 'tenant', 'agent', 'server', 'tool')),
  tenant_id uuid REFERENCES tenants, target text, reason text NOT NULL, engaged_by text NOT NULL, engaged_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE revocations (
  session_id uuid PRIMARY KEY, revoked_by text NOT NULL, revoked_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL);
CREATE TABLE secrets_meta (name text PRIMARY KEY, fingerprint text NOT NULL);
CREATE TABLE change_seq (one boolean PRIMARY KEY DEFAULT true CHECK (one), seq bigint NOT NULL) WITH (fillfactor = 10);
INSERT INTO change_seq (seq) VALUES (1)`

const approvals = sql`
CREATE TABLE escalations (
  id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants,
  status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'denied', 'expired', 'cancelled')),
  created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL, agent_id uuid NOT NULL, agent_name text NOT NULL, risk_tier text NOT NULL,
  server_id text NOT NULL, tool text NOT NULL, action text NOT NULL, resource text NOT NULL, policy_id text NOT NULL, reason text NOT NULL,
  call_digest text NOT NULL, event_id uuid NOT NULL, resolved_at timestamptz, resolved_by text, note text);
CREATE UNIQUE INDEX escalations_one_pending ON escalations (tenant_id, call_digest) WHERE status = 'pending';
CREATE INDEX escalations_by_digest ON escalations (tenant_id, call_digest, created_at DESC);
CREATE INDEX escalations_by_status ON escalations (tenant_id, status, created_at DESC);
CREATE TABLE grants (
  id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, escalation_id uuid NOT NULL UNIQUE REFERENCES escalations,
  call_digest text NOT NULL, expires_at timestamptz NOT NULL, spent_at timestamptz, spent_event_id uuid);
CREATE INDEX grants_unspent ON grants (tenant_id, call_digest) WHERE spent_at IS NULL`

/**
 * `records` is kept uncompressed (EXTERNAL): compressing a batch would cost more than the fsync it waits for. `audit_heads` and the projector's
 * positions are updated at every batch, so they leave room for HOT updates.
 */
const journal = sql`
CREATE TABLE journal_slots (
  slot integer PRIMARY KEY, epoch bigint NOT NULL, holder text NOT NULL, leased_until timestamptz NOT NULL, settled_until timestamptz NOT NULL DEFAULT '-infinity')
  WITH (fillfactor = 20);
CREATE TABLE audit_heads (
  stream_id text PRIMARY KEY, slot integer NOT NULL, tenant_id uuid NOT NULL, seq bigint NOT NULL, hash text NOT NULL, epoch bigint NOT NULL)
  WITH (fillfactor = 20);
CREATE TABLE journal_segments (
  stream_id text NOT NULL, first_seq bigint NOT NULL, last_seq bigint NOT NULL CHECK (last_seq >= first_seq), tenant_id uuid NOT NULL,
  first_hash text NOT NULL, last_hash text NOT NULL, records bytea NOT NULL, committed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (stream_id, first_seq));
ALTER TABLE journal_segments ALTER COLUMN records SET STORAGE EXTERNAL;
CREATE TABLE journal_projected (stream_id text PRIMARY KEY, seq bigint NOT NULL, hash text NOT NULL) WITH (fillfactor = 20);
CREATE TABLE audit_events (
  id uuid NOT NULL, stream_id text NOT NULL, seq bigint NOT NULL, tenant_id uuid NOT NULL, timestamp timestamptz NOT NULL, v integer NOT NULL,
  event_type text NOT NULL, actor text, agent_id uuid, session_id uuid, action text, target text, tool_name text, mcp_server text,
  policy_result text, policy_id text, policy_reason text, policy_revision text, reasons jsonb, behavioral_score double precision, risk_tier text,
  dlp_findings jsonb, dlp_action text, injection_findings jsonb, input_hash text, payload jsonb, requester_id text, requester_channel text,
  requester_verified boolean, workflow_id uuid, delegation_id uuid, parent_event_id uuid, causal_depth integer, escalation_id uuid, grant_id uuid,
  request_id uuid, trace_id text, outcome text, response_code integer, latency_ms double precision, upstream_ms double precision,
  input_tokens bigint, output_tokens bigint, model text, error text, extra jsonb, previous_hash text NOT NULL, event_hash text NOT NULL,
  PRIMARY KEY (id, timestamp)
) PARTITION BY RANGE (timestamp);
CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT;
CREATE INDEX audit_events_by_time ON audit_events (tenant_id, timestamp DESC, id DESC);
CREATE INDEX audit_events_by_place ON audit_events (stream_id, seq);
CREATE INDEX audit_events_by_request ON audit_events (request_id) WHERE request_id IS NOT NULL;
`

/** Append-only for everyone, the owner included: a trigger refuses where a privilege could be granted back. */
const appendOnly = sql`
CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal_segments FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_events FOR EACH ROW EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON journal_segments FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audit_events_default FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()`

/**
 * Month partitions are made ahead by whoever writes; rows of an unforeseen month fall into the default partition. A month is one of UTC, wherever the server
 * stands. A partition that is named directly obeys its own row-level security, not its parent's: it has no policy, so it shows nothing to anybody.
 */
const partitions = sql`
ALTER TABLE audit_events_default ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE FUNCTION journal_prepare_partition(p_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, behavry, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  month date := date_trunc('month', p_month);
  partition text := 'audit_events_' || to_char(month, 'YYYY_MM');
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('behavry partitions'));
  IF to_regclass('behavry.' || partition) IS NOT NULL
    OR EXISTS (SELECT 1 FROM audit_events_default WHERE timestamp >= month AND timestamp < month + interval '1 month') THEN
    RETURN;
  END IF;
  EXECUTE format('CREATE TABLE behavry.%I PARTITION OF behavry.audit_events FOR VALUES FROM (%L) TO (%L)', partition, month::timestamptz, (month + interval '1 month')::timestamptz);
  EXECUTE format('ALTER TABLE behavry.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', partition);
  EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON behavry.%I FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()', partition);
END $$`

/**
 * One batch of the journal in one statement, so that it costs one round trip and one fsync: effects first, then each stream's head by
 * compare-and-swap and its segment. It runs with the rights of behavry_journal, which is what a transaction would otherwise switch to.
 * Refusals: BV001 an effect lost (detail: [{i, existing}]), BV002 the slot belongs to another process, BV003 a head has moved.
 */
const commit = sql`
CREATE FUNCTION journal_commit(p_slot integer, p_epoch bigint, p_heads jsonb, p_records bytea, p_effects jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, behavry, pg_temp AS $$
DECLARE
  head record;
  effect jsonb;
  existing text;
  lost jsonb := '[]';
  place integer := 1;
BEGIN
  FOR effect IN SELECT value FROM jsonb_array_elements(p_effects) LOOP
    existing := journal_apply_effect(effect);
    IF existing IS NOT NULL THEN
      lost := lost || jsonb_build_object('i', effect->'i', 'existing', existing);
    END IF;
  END LOOP;
  IF lost <> '[]' THEN
    RAISE EXCEPTION 'an effect lost' USING ERRCODE = 'BV001', DETAIL = lost::text;
  END IF;
  FOR head IN SELECT * FROM jsonb_to_recordset(p_heads)
    AS h(stream_id text, tenant_id uuid, first_seq bigint, last_seq bigint, previous_hash text, first_hash text, last_hash text, bytes integer)
  LOOP
    IF head.first_seq = 1 THEN
      PERFORM 1 FROM journal_slots WHERE slot = p_slot AND epoch = p_epoch FOR SHARE;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'the journal slot was taken by another process' USING ERRCODE = 'BV002';
      END IF;
      INSERT INTO audit_heads (stream_id, slot, tenant_id, seq, hash, epoch)
        VALUES (head.stream_id, p_slot, head.tenant_id, head.last_seq, head.last_hash, p_epoch) ON CONFLICT DO NOTHING;
    ELSE
      UPDATE audit_heads SET seq = head.last_seq, hash = head.last_hash
        WHERE stream_id = head.stream_id AND seq = head.first_seq - 1 AND hash = head.previous_hash AND epoch = p_epoch;
    END IF;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the head of stream % has moved', head.stream_id USING ERRCODE = 'BV003';
    END IF;
    INSERT INTO journal_segments (stream_id, first_seq, last_seq, tenant_id, first_hash, last_hash, records)
      VALUES (head.stream_id, head.first_seq, head.last_seq, head.tenant_id, head.first_hash, head.last_hash, substring(p_records FROM place FOR head.bytes));
    place := place + head.bytes;
  END LOOP;
END $$`

/** Makes one effect true, or says what stands in its way: null is won. */
const effects = sql`
CREATE FUNCTION journal_apply_effect(p_effect jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, behavry, pg_temp AS $$
DECLARE
  existing text;
BEGIN
  CASE p_effect->>'kind'
  WHEN 'open_escalation' THEN
    INSERT INTO escalations SELECT * FROM jsonb_populate_record(NULL::escalations, p_effect->'row') ON CONFLICT DO NOTHING;
    IF FOUND THEN RETURN NULL; END IF;
    SELECT id::text INTO existing FROM escalations
      WHERE tenant_id = (p_effect->'row'->>'tenant_id')::uuid AND call_digest = p_effect->'row'->>'call_digest' AND status = 'pending';
    RETURN coalesce(existing, 'gone');
  WHEN 'spend_grant' THEN
    UPDATE grants SET spent_at = now(), spent_event_id = (p_effect->>'event_id')::uuid
      WHERE id = (p_effect->>'grant_id')::uuid AND tenant_id = (p_effect->>'tenant_id')::uuid AND spent_at IS NULL AND expires_at > now();
    RETURN CASE WHEN FOUND THEN NULL ELSE 'spent' END;
  WHEN 'resolve_escalation' THEN
    UPDATE escalations SET status = p_effect->>'status', resolved_at = now(), resolved_by = p_effect->>'by', note = p_effect->>'note'
      WHERE id = (p_effect->>'escalation_id')::uuid AND tenant_id = (p_effect->>'tenant_id')::uuid AND status = 'pending'
        AND (p_effect->>'status' = 'expired' OR expires_at > now());
    IF NOT FOUND THEN
      SELECT CASE WHEN status = 'pending' THEN 'expired' ELSE status END INTO existing FROM escalations
        WHERE id = (p_effect->>'escalation_id')::uuid AND tenant_id = (p_effect->>'tenant_id')::uuid;
      RETURN coalesce(existing, 'gone');
    END IF;
    IF p_effect ? 'grant' THEN
      INSERT INTO grants (id, tenant_id, escalation_id, call_digest, expires_at)
        SELECT id, tenant_id, escalation_id, call_digest, expires_at FROM jsonb_populate_record(NULL::grants, p_effect->'grant');
    END IF;
    RETURN NULL;
  END CASE;
END $$`

/**
 * The rows that records become. What does not fit its column is left out of the row, which then says so in `extra.unprojected`: such a record neither stops the
 * ones behind it nor loses the fields that link it to others. Whoever fills the projection and whoever compares it see the same rows.
 */
const rows = sql`
CREATE FUNCTION journal_event_rows(p_events jsonb[]) RETURNS SETOF audit_events
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, behavry, pg_temp AS $$
DECLARE
  fitting audit_events[];
  event jsonb;
BEGIN
  BEGIN
    SELECT array_agg(jsonb_populate_record(NULL::audit_events, e) ORDER BY place) INTO fitting
      FROM unnest(p_events) WITH ORDINALITY AS t(e, place);
  EXCEPTION WHEN data_exception THEN
    fitting := '{}';
    FOREACH event IN ARRAY p_events LOOP
      fitting := fitting || journal_fitting_row(event);
    END LOOP;
  END;
  RETURN QUERY SELECT * FROM unnest(fitting);
END $$;
CREATE FUNCTION journal_fitting_row(p_event jsonb) RETURNS audit_events
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, behavry, pg_temp AS $$
DECLARE
  fitting audit_events;
  field record;
  unfit jsonb := '[]';
BEGIN
  FOR field IN SELECT key, value FROM jsonb_each(p_event) ORDER BY key LOOP
    BEGIN
      fitting := jsonb_populate_record(fitting, jsonb_build_object(field.key, field.value));
    EXCEPTION WHEN data_exception THEN
      unfit := unfit || to_jsonb(field.key);
    END;
  END LOOP;
  IF unfit <> '[]' THEN
    fitting.extra := coalesce(fitting.extra, '{}') || jsonb_build_object('unprojected', unfit);
  END IF;
  RETURN fitting;
END $$`

/**
 * Moves committed records into `audit_events`, a bounded number of segments at a time; gives how many records. Several processes may call it: a
 * stream is projected by one at a time. With `p_wait` it waits for the others, so that 0 means that everything committed before the call is there. The chain is computed
 * again from the stored bytes, so a row's hashes owe nothing to the writer's memory.
 */
const project = sql`
CREATE FUNCTION journal_project(p_segments integer, p_wait boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, behavry, pg_temp AS $$
DECLARE
  behind record;
  segment record;
  line text;
  link text;
  events jsonb[];
  room integer := p_segments;
  total bigint := 0;
BEGIN
  INSERT INTO journal_projected (stream_id, seq, hash)
    SELECT stream_id, 0, 'GENESIS' FROM audit_heads h WHERE NOT EXISTS (SELECT 1 FROM journal_projected p WHERE p.stream_id = h.stream_id)
    ORDER BY stream_id ON CONFLICT DO NOTHING;
  IF p_wait THEN
    PERFORM 1 FROM journal_projected p JOIN audit_heads h USING (stream_id) WHERE h.seq > p.seq ORDER BY p.stream_id FOR UPDATE OF p;
  END IF;
  FOR behind IN
    SELECT p.stream_id, p.seq, p.hash FROM journal_projected p JOIN audit_heads h USING (stream_id) WHERE h.seq > p.seq FOR UPDATE OF p SKIP LOCKED
  LOOP
    link := behind.hash;
    FOR segment IN
      SELECT last_seq, convert_from(records, 'UTF8') AS records FROM journal_segments
        WHERE stream_id = behind.stream_id AND first_seq > behind.seq ORDER BY first_seq LIMIT room
    LOOP
      events := '{}';
      FOREACH line IN ARRAY string_to_array(segment.records, E'\n') LOOP
        events := events || (line::jsonb || jsonb_build_object('previous_hash', link, 'event_hash', encode(sha256(convert_to(line || link, 'UTF8')), 'hex')));
        link := events[cardinality(events)]->>'event_hash';
      END LOOP;
      INSERT INTO audit_events SELECT * FROM journal_event_rows(events) ON CONFLICT DO NOTHING;
      total := total + cardinality(events);
      room := room - 1;
      UPDATE journal_projected SET seq = segment.last_seq, hash = link WHERE stream_id = behind.stream_id;
    END LOOP;
    EXIT WHEN room <= 0;
  END LOOP;
  RETURN total;
END $$`

/**
 * The first of a run of records whose row in `audit_events` is missing, differs in any column, or has no record behind it; null when all agree. Rows past the
 * projector's position are not missing yet. `p_hashes` are the link before the run and the hash of each of its records, as whoever asks has computed them.
 */
const compare = sql`
CREATE FUNCTION journal_projection_fault(p_stream text, p_first bigint, p_last bigint, p_hashes text[]) RETURNS bigint
LANGUAGE sql STABLE SET search_path = pg_catalog, behavry, pg_temp AS $$
  WITH stored AS (
    SELECT array_agg(line::jsonb || jsonb_build_object('previous_hash', p_hashes[place], 'event_hash', p_hashes[place + 1]) ORDER BY place) AS events
    FROM (
      SELECT string_agg(convert_from(records, 'UTF8'), E'\n' ORDER BY first_seq) AS records FROM journal_segments
      WHERE stream_id = p_stream AND first_seq BETWEEN p_first AND p_last
    ) AS run, LATERAL string_to_table(run.records, E'\n') WITH ORDINALITY AS t(line, place)
  ), said AS (
    SELECT row FROM stored, LATERAL journal_event_rows(events) AS row
  ), shown AS (
    SELECT e AS row FROM audit_events e WHERE e.stream_id = p_stream AND e.seq BETWEEN p_first AND p_last
  )
  SELECT min(coalesce((said.row).seq, (shown.row).seq))
  FROM said FULL JOIN shown ON (said.row).seq = (shown.row).seq AND (said.row).id = (shown.row).id
  WHERE coalesce((said.row).seq, (shown.row).seq) <= (SELECT seq FROM journal_projected WHERE stream_id = p_stream)
    AND said.row IS DISTINCT FROM shown.row
$$`

const changes = sql`
CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, behavry, pg_temp AS $$
BEGIN
  UPDATE change_seq SET seq = seq + 1;
  NOTIFY behavry_change;
  RETURN NULL;
END $$`

const privileges = sql`
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA behavry FROM PUBLIC;
GRANT USAGE ON SCHEMA behavry TO behavry_app, behavry_journal, behavry_system;
GRANT SELECT, INSERT, UPDATE, DELETE ON agents, sessions, servers, settings TO behavry_app;
GRANT USAGE ON SEQUENCE server_revisions TO behavry_app, behavry_system;
GRANT SELECT ON tenants, escalations, grants, audit_events, audit_heads TO behavry_app;
GRANT SELECT, INSERT ON journal_segments, audit_events TO behavry_journal;
GRANT SELECT, INSERT, UPDATE ON audit_heads, journal_slots, journal_projected, escalations, grants TO behavry_journal;
GRANT EXECUTE ON FUNCTION journal_apply_effect, journal_event_rows, journal_fitting_row TO behavry_journal;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenants, agents, sessions, servers, settings, kill_switches, revocations TO behavry_system;
GRANT SELECT, INSERT, UPDATE ON secrets_meta TO behavry_system;
GRANT EXECUTE ON FUNCTION journal_projection_fault, journal_event_rows, journal_fitting_row TO behavry_system;
GRANT SELECT ON change_seq, escalations, grants, journal_slots, journal_projected, audit_heads, journal_segments, audit_events TO behavry_system`

/** The two entry points of the journal belong to its role; the owner of the schema may call them, nobody else. */
const definers = sql`
GRANT CREATE ON SCHEMA behavry TO behavry_journal;
ALTER FUNCTION journal_commit OWNER TO behavry_journal;
ALTER FUNCTION journal_project OWNER TO behavry_journal;
REVOKE CREATE ON SCHEMA behavry FROM behavry_journal;
SET LOCAL ROLE behavry_journal;
GRANT EXECUTE ON FUNCTION journal_commit, journal_project TO SESSION_USER;
RESET ROLE`

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`SET LOCAL search_path = behavry`.execute(db)
  for (const part of [roles, registry, approvals, journal, appendOnly, partitions, effects, commit, rows, project, compare, changes])
    await part.execute(db)
  for (const table of snapshotTables) {
    await sql`CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON ${sql.table(table)} FOR EACH STATEMENT EXECUTE FUNCTION note_change()`.execute(
      db,
    )
  }
  for (const table of tenantTables) await isolate(db, table)
  await privileges.execute(db)
  await definers.execute(db)
}

/** Rows of the tenant for the application, all rows for the journal's writer and for background work; nothing for anybody else. */
async function isolate(db: Kysely<unknown>, table: string): Promise<void> {
  const name = sql.table(table)
  await sql`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`.execute(db)
  await sql`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`.execute(db)
  await sql`CREATE POLICY of_tenant ON ${name} TO behavry_app
    USING (tenant_id = nullif(current_setting('behavry.tenant_id', true), '')::uuid)
    WITH CHECK (tenant_id = nullif(current_setting('behavry.tenant_id', true), '')::uuid)`.execute(db)
  await sql`CREATE POLICY of_all ON ${name} TO behavry_journal, behavry_system USING (true) WITH CHECK (true)`.execute(db)
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`SET LOCAL search_path = behavry`.execute(db)
  await sql`DROP FUNCTION journal_commit, journal_project, journal_projection_fault, journal_event_rows, journal_fitting_row, journal_apply_effect, journal_prepare_partition`.execute(
    db,
  )
  const tables = [
    ...tenantTables,
    'journal_slots',
    'journal_projected',
    'kill_switches',
    'revocations',
    'secrets_meta',
    'change_seq',
    'tenants',
  ]
  await sql`DROP TABLE ${sql.join(tables.map(table => sql.table(table)))} CASCADE`.execute(db)
  await sql`DROP FUNCTION journal_is_append_only, note_change`.execute(db)
  await sql`DROP SEQUENCE server_revisions`.execute(db)
}
