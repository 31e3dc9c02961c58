import { execFile, spawn } from 'node:child_process';
import { chown, open, readFile, readlink, rename, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { Place } from './place.ts';
import { codeOf, DatabaseError } from './types.ts';

const run = promisify(execFile);

/** How often the state of a starting or stopping server is looked at. */
const POLL_MS = 5;

/** A start after a crash replays the log since the last checkpoint, at most 1 GB; minutes on a slow disk. */
const START_TIMEOUT_MS = 300_000;

/**
 * A fast shutdown writes one checkpoint, of 128 MB at most. After this long it becomes an immediate one, from which the
 * next start recovers: PostgreSQL 18.4, told to stop while it recovers from a crash, waits for ever (seen here).
 */
const STOP_TIMEOUT_MS = 15_000;

/** The server's log is set aside at this size when the database starts; one earlier piece is kept. */
const LOG_LIMIT_BYTES = 10_000_000;

/** A running postmaster, as its own file `postmaster.pid` describes it. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** How the server is run. */
export interface RunOptions {
  port: number;
  /** False gives up safety against power failure for speed; for tests. */
  durable: boolean;
}

/**
 * Reads `postmaster.pid` and gives the server it names if that is alive and really this cluster's; else null.
 * One that is just starting or stopping is waited for.
 */
export async function runningPostmaster(cluster: string): Promise<Postmaster | null> {
  const since = Date.now();
  for (;;) {
    const state = await readPostmasterFile(cluster);
    if (state === null || !isAlive(state.pid) || !(await isPostmasterOf(state.pid, cluster))) return null;
    if (state.phase === 'ready') return { pid: state.pid, port: state.port };
    if (state.phase === 'stopping' && Date.now() > since + STOP_TIMEOUT_MS) signal(state.pid, 'SIGQUIT');
    if (Date.now() > since + START_TIMEOUT_MS) throw new DatabaseError(`The database server ${state.pid} is stuck.`);
    await pause(POLL_MS);
  }
}

/**
 * Starts the server and waits until it accepts connections; about 0.1 s. It runs in a session of its own, so that a
 * Ctrl-C in the terminal reaches Node alone, which then stops the database last.
 * @returns null when another process's server took the directory first.
 */
export async function launch(place: Place, binaries: Binaries, options: RunOptions): Promise<Postmaster | null> {
  await removeForeignPidFile(place.cluster);
  const log = await openLog(place);
  const parameters = Object.entries(serverSettings(options)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let exited = false;
  let pid: number | undefined;
  try {
    if (process.platform === 'win32') {
      // Only pg_ctl can shed an administrator's rights on Windows, where postgres refuses them like root.
      const inner = parameters.map((word) => `"${word}"`).join(' ');
      await run(binaries.pgCtl, ['start', '-W', '-D', place.cluster, '-l', log.path, '-o', inner]);
    } else {
      const child = spawn(binaries.postgres, ['-D', place.cluster, ...parameters], {
        ...place.account,
        cwd: '/',
        detached: true,
        stdio: ['ignore', log.handle.fd, log.handle.fd],
      });
      child.once('exit', () => {
        exited = true;
      });
      child.once('error', () => {
        exited = true;
      });
      child.unref();
      pid = child.pid;
    }
  } finally {
    await log.handle.close();
  }
  return awaitReady(place, log, pid, () => exited);
}

/** Stops the server: open transactions are rolled back, a checkpoint is written, and the call returns when it is gone. */
export async function stopPostmaster(place: Place, pid: number, binaries: () => Promise<Binaries>): Promise<void> {
  if (process.platform === 'win32') {
    await run((await binaries()).pgCtl, ['stop', '-m', 'fast', '-w', '-D', place.cluster]);
    return;
  }
  signal(pid, 'SIGINT');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  let immediate = false;
  // The server removes its file as its last act. In a container nobody may reap an adopted process, so the file and
  // not the process id tells that it has gone.
  while (isAlive(pid) && (await readPostmasterFile(place.cluster))?.pid === pid) {
    if (!immediate && Date.now() > deadline) {
      immediate = true;
      signal(pid, 'SIGQUIT');
    }
    await pause(POLL_MS);
  }
}

/** Finds a free port below the ranges from which systems give ports to outgoing connections (32768 on Linux). */
export async function chooseFreePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    if (await isPortFree(port)) return port;
  }
  throw new DatabaseError('No free port between 20000 and 32000 was found on 127.0.0.1 for the embedded database.');
}

/** Tells whether a port can be listened to on the loopback address. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

function serverSettings(options: RunOptions): Record<string, string | number> {
  return {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '',
    max_connections: 100,
    shared_buffers: '128MB',
    // Also where durability is off: a commit must survive a killed server, if not a power failure.
    synchronous_commit: 'on',
    fsync: options.durable ? 'on' : 'off',
    full_page_writes: options.durable ? 'on' : 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    // The detail of a violated constraint names its values, and e-mail addresses do not belong in logs.
    log_error_verbosity: 'terse',
  };
}

interface ServerLog {
  path: string;
  handle: Awaited<ReturnType<typeof open>>;
  /** Where this start's lines begin. */
  offset: number;
}

async function openLog(place: Place): Promise<ServerLog> {
  const path = join(place.home, 'postgres.log');
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size > LOG_LIMIT_BYTES) await rename(path, `${path}.1`);
  const handle = await open(path, 'a', 0o600);
  if (place.account !== null) await chown(path, place.account.uid, place.account.gid);
  return { path, handle, offset: size > LOG_LIMIT_BYTES ? 0 : size };
}

async function awaitReady(
  place: Place,
  log: ServerLog,
  pid: number | undefined,
  hasExited: () => boolean,
): Promise<Postmaster | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const state = await readPostmasterFile(place.cluster);
    if (state?.phase === 'ready' && (pid === undefined || state.pid === pid))
      return { pid: state.pid, port: state.port };
    if (hasExited()) {
      if (state !== null && state.pid !== pid && isAlive(state.pid)) return null;
      const said = (await readFile(log.path, 'utf8')).slice(log.offset).trim().split('\n').slice(-5).join(' | ');
      throw new DatabaseError(`The embedded database did not start: ${said === '' ? 'it said nothing' : said}`);
    }
    await pause(POLL_MS);
  }
  throw new DatabaseError(`The embedded database is not ready after ${START_TIMEOUT_MS / 1000} s; see ${log.path}.`);
}

async function readPostmasterFile(cluster: string): Promise<(Postmaster & { phase: string }) | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  // Line by line: process id, data directory, start time, port, socket directory, address, shared memory key, state.
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return Number.isNaN(pid) ? null : { pid, port: Number(lines[3]), phase: lines[7]?.trim() ?? 'starting' };
}

/** After a reboot or in a new container the id in a left-over file may be another program's: PostgreSQL would refuse. */
async function removeForeignPidFile(cluster: string): Promise<void> {
  const state = await readPostmasterFile(cluster);
  if (state === null || !isAlive(state.pid)) return;
  if (!(await isPostmasterOf(state.pid, cluster))) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  // The server works inside its cluster's directory, which Linux tells root and the user it runs as.
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  if (workingDirectory !== null) return workingDirectory === cluster || (await sameFile(workingDirectory, cluster));
  // A killed server whose new parent does not reap it (process 1 of many containers) keeps its id as a zombie: Z.
  const { stdout } = await run('ps', ['-p', String(pid), '-o', 'stat=,command=']).catch(() => ({ stdout: '' }));
  return !stdout.startsWith('Z') && stdout.includes('postgres');
}

async function sameFile(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([stat(one).catch(() => null), stat(other).catch(() => null)]);
  return first !== null && second !== null && first.ino === second.ino && first.dev === second.dev;
}

/** Tells whether a process of this id exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return codeOf(error) === 'EPERM';
  }
}

/** Sends a signal to a process that may have ended. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
