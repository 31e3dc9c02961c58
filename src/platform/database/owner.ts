import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { isAlive } from './postmaster.ts';
import { codeOf, DatabaseError } from './types.ts';

/**
 * Who runs the embedded database holds this session lock in the database `postgres`. A lock inside the database needs
 * no guessing whether a process id in a left-over file still means the same process: it ends with its connection, and
 * the kernel ends the connection of a killed process.
 */
const OWNER_LOCK = '7309453104512002';

/** The kernel closes a killed owner's connection within milliseconds; one that seems alive keeps its lock past this. */
const LIVING_OWNER_MS = 200;

/** An owner whose process is gone, or on another machine, may keep its lock a little longer. */
const TAKE_OVER_MS = 1_500;

/** How long a server that is starting or in recovery may keep refusing connections. */
const CONNECT_TIMEOUT_MS = 300_000;

const POLL_MS = 20;

export type OwnerKind = 'server' | 'command';

/** The one that runs the database now. */
export interface Owner {
  kind: OwnerKind;
  pid: number;
  since: Date;
}

/** Connects to the maintenance database as superuser, and waits while the server is starting. */
export async function connectSuperuser(port: number, password: string, applicationName: string): Promise<pg.Client> {
  const deadline = Date.now() + CONNECT_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user: 'postgres',
      password,
      database: 'postgres',
      application_name: applicationName,
      keepAlive: true,
      ssl: false,
    });
    try {
      await client.connect();
      return client;
    } catch (error) {
      const code = codeOf(error);
      if (code === '28P01') {
        throw new DatabaseError(
          `The embedded database on port ${port} does not accept the password in database.json. Put the matching file back.`,
        );
      }
      if (code !== '57P03' || Date.now() > deadline) throw error;
      await pause(POLL_MS);
    }
  }
}

/** Names this process for the lock's other side to read: `pokal server 4711`. */
export function ownerName(kind: OwnerKind): string {
  return `pokal ${kind} ${process.pid}`;
}

/** Tries to become the owner at once. */
export async function tryOwn(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ owned: boolean }>('select pg_try_advisory_lock($1) as owned', [OWNER_LOCK]);
  return rows[0]?.owned === true;
}

/** Becomes the owner, or gives the owner that keeps the lock. A killed one's lock is gone after moments. */
export async function own(client: pg.Client): Promise<Owner | null> {
  const since = Date.now();
  for (;;) {
    if (await tryOwn(client)) return null;
    const owner = await readOwner(client);
    const waitedMs = Date.now() - since;
    if (owner !== null && waitedMs > (isAlive(owner.pid) ? LIVING_OWNER_MS : TAKE_OVER_MS)) return owner;
    if (waitedMs > 2 * TAKE_OVER_MS) throw new DatabaseError('A stranger holds the lock of the embedded database.');
    await pause(POLL_MS);
  }
}

/** How many other clients are connected, to any database of this server. */
export async function otherClients(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
  );
  return rows[0]?.count ?? 0;
}

/** The refusal for a second server on one directory. */
export function refusedBy(owner: Owner, directory: string): DatabaseError {
  const since = owner.since.toISOString().replace('T', ' ').slice(0, 19);
  return new DatabaseError(
    owner.kind === 'server'
      ? `Another Pokal server (process ${owner.pid}, since ${since} UTC) uses ${directory}. ` +
          'Stop it first, or give this one a directory of its own with POKAL_DATA_DIR.'
      : `A Pokal command (process ${owner.pid}, since ${since} UTC) is using ${directory}. Try again when it ends.`,
  );
}

async function readOwner(client: pg.Client): Promise<Owner | null> {
  // A lock on one 64-bit number shows as its two halves, with objsubid 1.
  const { rows } = await client.query<{ name: string; since: Date }>(
    `select a.application_name as name, a.backend_start as since
       from pg_locks l join pg_stat_activity a on a.pid = l.pid
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [OWNER_LOCK],
  );
  const row = rows[0];
  const parts = /^pokal (server|command) (\d+)$/.exec(row?.name ?? '');
  if (row === undefined || parts === null) return null;
  return { kind: parts[1] === 'server' ? 'server' : 'command', pid: Number(parts[2]), since: row.since };
}
