import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { leaveRunning } from '../../../src/platform/database/embedded.ts';
import { isAlive, runningPostmaster, signal } from '../../../src/platform/database/postmaster.ts';

const run = promisify(execFile);

/** A PostgreSQL server that nobody else uses, to be stopped, killed and frozen. */
export class OwnPostgres {
  readonly url: string;
  readonly #directory: string;
  #postmaster: number;
  readonly #onExit = () => signal(this.#postmaster, 'SIGQUIT');

  private constructor(directory: string, url: string, postmaster: number) {
    this.#directory = directory;
    this.url = url;
    this.#postmaster = postmaster;
    process.once('exit', this.#onExit);
  }

  /** Makes one in this directory, or adopts the one that is there. */
  static async open(directory: string): Promise<OwnPostgres> {
    const { url } = await leaveRunning({ directory });
    return new OwnPostgres(directory, url, await postmasterOf(directory));
  }

  /** Shuts it down as an administrator does: every session is ended at once. Returns when it has gone. */
  async stop(): Promise<void> {
    signal(this.#postmaster, 'SIGINT');
    await gone(this.#postmaster);
  }

  /** Ends the server's main process with SIGKILL; the others notice and end themselves, and the next start recovers. */
  async kill(): Promise<void> {
    signal(this.#postmaster, 'SIGKILL');
    await gone(this.#postmaster);
  }

  /** Stops all its processes where they stand: connections stay open, and nothing answers. */
  async freeze(): Promise<void> {
    for (const pid of await this.#processes()) signal(pid, 'SIGSTOP');
  }

  async thaw(): Promise<void> {
    for (const pid of await this.#processes()) signal(pid, 'SIGCONT');
  }

  /** Starts it again. Resolves when it accepts connections. */
  async start(): Promise<void> {
    const { url } = await leaveRunning({ directory: this.#directory });
    if (url !== this.url) throw new Error('Another program has taken the port of the database meanwhile.');
    this.#postmaster = await postmasterOf(this.#directory);
  }

  async dispose(): Promise<void> {
    await this.thaw();
    signal(this.#postmaster, 'SIGQUIT');
    await gone(this.#postmaster);
    process.off('exit', this.#onExit);
  }

  async #processes(): Promise<number[]> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    const pairs = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const children = pairs.filter(([, parent]) => parent === this.#postmaster).map(([pid]) => pid ?? 0);
    return [this.#postmaster, ...children];
  }
}

/** The process id of the server that runs in a data directory. @throws Error when there is none. */
export async function postmasterOf(directory: string): Promise<number> {
  const running = await runningPostmaster(join(directory, 'postgres'));
  if (running === null) throw new Error('No database server runs where one should.');
  return running.pid;
}

/** Runs one statement on a connection of its own. */
export async function statement<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, [...parameters])).rows as Row[];
  } finally {
    await client.end();
  }
}

async function gone(pid: number): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (isAlive(pid)) {
    if (performance.now() > deadline) throw new Error(`The process ${pid} has not ended within 30 s.`);
    await pause(5);
  }
}
