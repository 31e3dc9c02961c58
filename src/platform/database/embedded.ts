import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type Binaries, type Shipped, shippedPostgres, usableBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { connectSuperuser, type OwnerKind, otherClients, own, ownerName, refusedBy, tryOwn } from './owner.ts';
import { type Place, preparePlace, readOrMakeSettings, type Settings, saveSettings } from './place.ts';
import {
  chooseFreePort,
  isPortFree,
  launch,
  type Postmaster,
  runningPostmaster,
  stopPostmaster,
} from './postmaster.ts';
import { codeOf, DatabaseError, type DatabaseLog, messageOf, silentLog } from './types.ts';

/** A command's own pool has been closed before it stops the database; its backends need moments to go. */
const OTHERS_GONE_MS = 500;

/** How long a start rides out another server's end. */
const SETTLE_MS = 5_000;

/** Between two attempts to get a lost owner's session back. */
const RENEWAL_PAUSE_MS = 250;

export interface EmbeddedOptions {
  /** Pokal's data directory; the database lies in `postgres` below it. Made if missing. */
  directory: string;
  log?: DatabaseLog;
  /** The port on 127.0.0.1; without it a free one is chosen at the first start and kept. */
  port?: number;
  /** False gives up safety against power failure for speed; for tests. Default true. */
  durable?: boolean;
}

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

interface Attached {
  session: pg.Client;
  adopted: boolean;
}

/**
 * Tells whether an error comes from another server that is just ending: its owner is stopping it while we connect, or
 * it was killed and its last backends, which notice within milliseconds, still hold its shared memory.
 */
function isPassing(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET', '57P01'].includes(codeOf(error)) || messageOf(error).includes('shared memory');
}

/** One embedded database seen from one process: finds or starts its server and connects to it. */
class Host {
  readonly place: Place;
  readonly log: DatabaseLog;
  /** Of the server we are attached to. */
  port = 0;
  readonly #shipped: Shipped;
  readonly #options: EmbeddedOptions;
  #settings: Settings;
  #binaries: Promise<Binaries> | null = null;

  private constructor(place: Place, settings: Settings, shipped: Shipped, options: EmbeddedOptions) {
    this.place = place;
    this.log = options.log ?? silentLog;
    this.#shipped = shipped;
    this.#options = options;
    this.#settings = settings;
  }

  static async prepare(options: EmbeddedOptions): Promise<Host> {
    const log = options.log ?? silentLog;
    const [shipped, place] = await Promise.all([shippedPostgres(), preparePlace(options.directory, log)]);
    const settings = await readOrMakeSettings(place, async () => options.port ?? (await chooseFreePort()));
    return new Host(place, settings, shipped, options);
  }

  get url(): string {
    return `postgresql://pokal:${this.#settings.password}@127.0.0.1:${this.port}/pokal`;
  }

  get superuserUrl(): string {
    return `postgresql://postgres:${this.#settings.superuserPassword}@127.0.0.1:${this.port}/postgres`;
  }

  /** Connects to the running server, or starts one. */
  async attach(kind: OwnerKind): Promise<Attached> {
    const deadline = Date.now() + SETTLE_MS;
    for (;;) {
      try {
        const running = await runningPostmaster(this.place.cluster);
        const server = running ?? (await this.#start());
        if (server === null) continue;
        const session = await connectSuperuser(server.port, this.#settings.superuserPassword, ownerName(kind));
        this.port = server.port;
        return { session, adopted: running !== null };
      } catch (error) {
        if (Date.now() > deadline || !isPassing(error)) throw error;
        await pause(50);
      }
    }
  }

  /** Replaces a server that still runs the programs of an earlier minor version. */
  async renewIfOutdated({ session, adopted }: Attached): Promise<Attached> {
    if (!adopted) return { session, adopted };
    const { rows } = await session.query<{ version: string }>(`select current_setting('server_version') as version`);
    if (rows[0]?.version === this.#shipped.version) return { session, adopted };
    this.log.info({ from: rows[0]?.version, to: this.#shipped.version }, 'database.renewed');
    session.on('error', () => undefined);
    await this.shutDown();
    await session.end().catch(() => undefined);
    const renewed = await this.attach('server');
    const owner = await own(renewed.session);
    if (owner !== null) throw refusedBy(owner, this.place.directory);
    return { session: renewed.session, adopted: false };
  }

  /** Makes Pokal's role and database if the first start has not; the role owns its database and nothing else. */
  async ensureDatabase(session: pg.Client): Promise<void> {
    const found = await session.query(`select from pg_database where datname = 'pokal'`);
    if (found.rowCount === 1) return;
    // Two commands may come here at once; the loser's statements find both made (42710, 42P04, or 23505 in the race).
    const statements = [
      `create role pokal login password '${this.#settings.password}'`,
      'create database pokal owner pokal',
    ];
    for (const statement of statements) {
      await session.query(statement).catch((error: pg.DatabaseError) => {
        if (!['42710', '42P04', '23505'].includes(error.code ?? '')) throw error;
      });
    }
  }

  async shutDown(): Promise<void> {
    const running = await runningPostmaster(this.place.cluster);
    if (running !== null) await stopPostmaster(this.place, running.pid, () => this.#programs());
    this.log.info({}, 'database.stopped');
  }

  async #start(): Promise<Postmaster | null> {
    const durable = this.#options.durable ?? true;
    const programs = () => this.#programs();
    await ensureCluster(this.place, this.#shipped, programs, this.#settings.superuserPassword, durable);
    const port = await this.#settlePort();
    const server = await launch(this.place, await programs(), { port, durable });
    if (server !== null && port !== this.#settings.port) {
      this.#settings = { ...this.#settings, port };
      await saveSettings(this.place, this.#settings);
    }
    return server;
  }

  /** The kept port, or another when a stranger listens there now. */
  async #settlePort(): Promise<number> {
    const wanted = this.#options.port ?? this.#settings.port;
    const free = await isPortFree(wanted);
    if (!free && this.#options.port !== undefined) {
      throw new DatabaseError(`Port ${wanted} on 127.0.0.1, given for the embedded database, is in use.`);
    }
    return free ? wanted : chooseFreePort();
  }

  #programs(): Promise<Binaries> {
    this.#binaries ??= usableBinaries(this.#shipped, this.place, this.log);
    return this.#binaries;
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
