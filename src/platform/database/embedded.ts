import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type EmbeddedOptions, Host } from './host.ts';
import { otherClients, own, refusedBy, tryOwn } from './owner.ts';
import { messageOf } from './types.ts';

export type { EmbeddedOptions } from './host.ts';

/** A command's own pool has been closed before it stops the database; its backends need moments to go. */
const OTHERS_GONE_MS = 500;

/** Between two attempts to get a lost owner's session back. */
const RENEWAL_PAUSE_MS = 250;

/** A PostgreSQL of Pokal's own on the loopback interface. */
export interface EmbeddedDatabase {
  /** The connection string of Pokal's database, with its password: never log it. */
  url: string;
  /** The connection string of the superuser and the maintenance database, for tests that create databases. */
  superuserUrl: string;
  /** True when the server had been left running by a process that died. */
  adopted: boolean;
  /** Stops the server and returns when it is gone. Close every connection first: those left are cut off. */
  stop(): Promise<void>;
}

/** The database as a command uses it, beside a running Pokal or without one. */
export interface SharedDatabase {
  url: string;
  /** True when another process, usually the Pokal server, runs the database. */
  shared: boolean;
  /** Lets go of the database; stops it unless somebody runs it or is still connected to it. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL for a Pokal server and keeps it: a server left running by a killed parent is adopted
 * (or stopped and restarted, when npm has brought a newer minor version since).
 * Throws DatabaseError, saying what to do, when another Pokal server or a command uses the directory, when another major
 * version wrote it, or when the database cannot run here.
 */
export async function startEmbeddedDatabase(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const host = await Host.prepare(options);
  const attached = await host.attach('server');
  const owner = await own(attached.session);
  if (owner !== null) {
    await attached.session.end();
    throw refusedBy(owner, host.place.directory);
  }
  const { session, adopted } = await host.renewIfOutdated(attached);
  await host.ensureDatabase(session);
  const guard = new OwnerGuard(host, session);
  host.log.info({ directory: host.place.cluster, port: host.port, adopted }, 'database.started');
  return { url: host.url, superuserUrl: host.superuserUrl, adopted, stop: () => guard.stop() };
}

/**
 * Gives a command the embedded database: that of a running Pokal server on the same directory, or one that it starts
 * itself and stops at the end. Of several commands at once, the last one out stops it.
 */
export async function connectOrStart(options: EmbeddedOptions): Promise<SharedDatabase> {
  const host = await Host.prepare(options);
  const { session } = await host.attach('command');
  session.on('error', (error) => host.log.warn({ reason: error.message }, 'database.session-lost'));
  const owned = await tryOwn(session);
  await host.ensureDatabase(session);
  return { url: host.url, shared: !owned, stop: () => letGo(host, session, owned) };
}

/**
 * Starts the embedded database, or finds it running, and lets it run without an owner: whoever comes next adopts it.
 * For programs that come and go around one database, such as the workers of a test run.
 */
export async function leaveRunning(options: EmbeddedOptions): Promise<{ url: string; superuserUrl: string }> {
  const host = await Host.prepare(options);
  const { session } = await host.attach('command');
  await host.ensureDatabase(session);
  await session.end();
  return { url: host.url, superuserUrl: host.superuserUrl };
}

async function letGo(host: Host, session: pg.Client, owned: boolean): Promise<void> {
  try {
    if (!owned && !(await tryOwn(session))) return;
    const deadline = Date.now() + OTHERS_GONE_MS;
    while ((await otherClients(session)) > 0) {
      if (Date.now() > deadline) return host.log.info({}, 'database.left-running');
      await pause(20);
    }
    await host.shutDown();
  } catch (error) {
    // The server that ran the database has stopped it meanwhile: nothing is left to let go of.
    host.log.debug({ reason: messageOf(error) }, 'database.already-gone');
  } finally {
    await session.end().catch(() => undefined);
  }
}

/** Keeps the owner's lock for a server's life: a session that is lost (PostgreSQL restarts its backends after a crash) is made anew. */
class OwnerGuard {
  readonly #host: Host;
  #session: pg.Client;
  #stopping = false;
  #renewal: Promise<void> | null = null;

  constructor(host: Host, session: pg.Client) {
    this.#host = host;
    this.#session = session;
    this.#watch();
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    // A server that is recovering from a crash does not heed a stop, and a renewal ends when it has recovered.
    const connected = this.#session.query('select 1').then(
      () => true,
      () => false,
    );
    await (this.#renewal ?? ((await connected) ? null : this.#renew()));
    await this.#host.shutDown();
    await this.#session.end().catch(() => undefined);
  }

  #watch(): void {
    this.#session.on('error', () => undefined);
    this.#session.once('end', () => {
      if (!this.#stopping) this.#renewal = this.#renew();
    });
  }

  async #renew(): Promise<void> {
    do {
      this.#host.log.warn({}, 'database.owner-session-lost');
      // The pause lets a crashed server begin its recovery.
      await pause(RENEWAL_PAUSE_MS);
      try {
        const { session } = await this.#host.attach('server');
        const owner = await own(session);
        if (owner !== null) this.#host.log.warn({ owner }, 'database.ownership-lost');
        this.#session = session;
        this.#watch();
        return;
      } catch (error) {
        this.#host.log.warn({ reason: messageOf(error) }, 'database.unreachable');
      }
    } while (!this.#stopping);
  }
}
