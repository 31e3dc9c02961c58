import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type Binaries, type Shipped, shippedPostgres, usableBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { connectSuperuser, type OwnerKind, own, ownerName, refusedBy } from './owner.ts';
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

/** How long a start rides out another server's end. */
const SETTLE_MS = 5_000;

export interface EmbeddedOptions {
  /** Pokal's data directory; the database lies in `postgres` below it. Made if missing. */
  directory: string;
  log?: DatabaseLog;
  /** The port on 127.0.0.1; without it a free one is chosen at the first start and kept. */
  port?: number;
  /** False gives up safety against power failure for speed; for tests. Default true. */
  durable?: boolean;
}

/** A connection to the running server. */
export interface Attached {
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
export class Host {
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
