import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  connectOrStart,
  type EmbeddedDatabase,
  type SharedDatabase,
  startEmbeddedDatabase,
} from '../../src/platform/database/embedded.ts';
import { isAlive, isPortFree, runningPostmaster } from '../../src/platform/database/postmaster.ts';

const childFile = fileURLToPath(new URL('../support/embedded-child.ts', import.meta.url));

interface Child {
  process: ChildProcess;
  /** The next line of JSON it prints. */
  next(): Promise<Record<string, unknown>>;
}

const children: ChildProcess[] = [];

function startChild(directory: string, kind: 'server' | 'command'): Child {
  const child = spawn(process.execPath, ['--no-warnings', childFile, directory, kind], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { process: child, next: async () => JSON.parse(String((await lines.next()).value)) };
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL');
  await once(child.process, 'exit');
}

async function rows(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the embedded database', () => {
  let directory: string;
  let cluster: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pokal-embedded-'));
    cluster = join(directory, 'postgres');
  });

  /** What a failed test left open would fail the next ones too. */
  const opened: { stop(): Promise<void> }[] = [];

  async function start(): Promise<EmbeddedDatabase> {
    const database = await startEmbeddedDatabase({ directory, durable: false });
    opened.push(database);
    return database;
  }

  async function connect(): Promise<SharedDatabase> {
    const database = await connectOrStart({ directory, durable: false });
    opened.push(database);
    return database;
  }

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const database of opened.splice(0)) await database.stop();
    const left = await runningPostmaster(cluster);
    if (left !== null) await (await startEmbeddedDatabase({ directory, durable: false })).stop();
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('keeps its data, its port and its password between starts', async () => {
    const first = await start();
    await rows(first.url, 'create table kept as select 7 as number');
    await first.stop();
    expect(await runningPostmaster(cluster)).toBeNull();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(second.adopted).toBe(false);
    expect(await rows(second.url, 'select number from kept')).toEqual([{ number: 7 }]);
    await second.stop();
  });

  test('listens on the loopback address only and wants a password that only its owner can read', async () => {
    const database = await start();
    expect(await rows(database.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect((await stat(join(directory, 'database.json'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(cluster, 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#]*\btrust\b/m);
    const guess = new URL(database.url);
    guess.password = 'guess';
    await expect(rows(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await database.stop();
  });

  test('gives Pokal a role without rights over the server, in a UTF-8 database that knows Swedish capitals', async () => {
    const database = await start();
    const [facts] = await rows(
      database.url,
      `select rolsuper, rolcreatedb, rolcreaterole, lower('ÅÄÖ') as small, current_setting('server_encoding') as encoding
         from pg_roles where rolname = current_user`,
    );
    expect(facts).toEqual({
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      small: 'åäö',
      encoding: 'UTF8',
    });
    await database.stop();
  });

  test('is adopted, with its data, when its Node process was killed', async () => {
    const child = startChild(directory, 'server');
    const { url } = await child.next();
    await rows(String(url), 'create table orphaned as select 1 as number');
    const before = await runningPostmaster(cluster);
    await kill(child);
    expect(isAlive(before?.pid ?? 0)).toBe(true);
    const database = await start();
    expect(database.adopted).toBe(true);
    expect(await runningPostmaster(cluster)).toEqual(before);
    expect(await rows(database.url, 'select number from orphaned')).toEqual([{ number: 1 }]);
    await database.stop();
    expect(await runningPostmaster(cluster)).toBeNull();
  });

  test('recovers when the database itself was killed with its Node process', async () => {
    const child = startChild(directory, 'server');
    const { url } = await child.next();
    await rows(String(url), 'create table crashed as select 1 as number');
    const server = await runningPostmaster(cluster);
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await kill(child);
    const database = await start();
    expect(await rows(database.url, 'select number from crashed')).toEqual([{ number: 1 }]);
    await database.stop();
  });

  test('refuses a second server on its directory and names the first', async () => {
    const child = startChild(directory, 'server');
    await child.next();
    await expect(start()).rejects.toThrow(`Another Pokal server (process ${child.process.pid}`);
    child.process.stdin?.write('stop');
    expect(await child.next()).toEqual({ stopped: true });
    expect(await runningPostmaster(cluster)).toBeNull();
  });

  test('serves exactly one of two servers that start at the same moment', async () => {
    const two = [startChild(directory, 'server'), startChild(directory, 'server')];
    const answers = await Promise.all(two.map((child) => child.next()));
    expect(answers.filter((answer) => 'url' in answer)).toHaveLength(1);
    expect(answers.filter((answer) => 'refused' in answer)).toHaveLength(1);
  });

  test('serves a command beside the server, which goes on when the command ends', async () => {
    const server = startChild(directory, 'server');
    const { url } = await server.next();
    const command = await connect();
    expect(command).toMatchObject({ url, shared: true });
    expect(await rows(command.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await command.stop();
    expect(await rows(String(url), 'select 1 as one')).toEqual([{ one: 1 }]);
    server.process.stdin?.write('stop');
    await server.next();
  });

  test('is started by a command without a server, and stopped by the last command', async () => {
    const first = startChild(directory, 'command');
    expect(await first.next()).toMatchObject({ shared: false });
    const second = await connect();
    expect(second.shared).toBe(true);
    first.process.stdin?.write('stop');
    expect(await first.next()).toEqual({ stopped: true });
    expect(await rows(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await second.stop();
    expect(await runningPostmaster(cluster)).toBeNull();
  });

  test('tells a starting server which command is in its way', async () => {
    const command = startChild(directory, 'command');
    await command.next();
    await expect(start()).rejects.toThrow(`A Pokal command (process ${command.process.pid}`);
    command.process.stdin?.write('stop');
    await command.next();
  });

  test('starts although a left-over file names a process that is something else now', async () => {
    await writeFile(
      join(cluster, 'postmaster.pid'),
      `${process.pid}\n${cluster}\n1\n5432\n\n127.0.0.1\n  1  1\nready   \n`,
    );
    const database = await start();
    expect(await rows(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await database.stop();
  });

  test('moves to another port when a stranger has taken its own', async () => {
    const before = JSON.parse(await readFile(join(directory, 'database.json'), 'utf8'));
    const stranger = createServer().listen(before.port, '127.0.0.1');
    await once(stranger, 'listening');
    const database = await start();
    const port = Number(new URL(database.url).port);
    expect(port).not.toBe(before.port);
    await database.stop();
    stranger.close();
    expect(JSON.parse(await readFile(join(directory, 'database.json'), 'utf8'))).toEqual({ ...before, port });
    expect(await isPortFree(port)).toBe(true);
  });

  test('keeps its lock and its server when PostgreSQL restarts after a crash of one of its processes', async () => {
    const database = await start();
    const crash = new pg.Client({ connectionString: database.url });
    crash.on('error', () => undefined);
    await crash.connect();
    const backend = (await crash.query('select pg_backend_pid() as pid')).rows[0].pid;
    const gone = new Promise((resolve) => crash.once('end', resolve));
    process.kill(backend, 'SIGKILL');
    await gone;
    const holders = `select count(*)::int as count from pg_locks where locktype = 'advisory' and granted`;
    const deadline = Date.now() + 20_000;
    let count: unknown = 0;
    while (count !== 1 && Date.now() < deadline) {
      count = await rows(database.superuserUrl, holders).then(
        ([row]) => (row as { count: number }).count,
        () => 0,
      );
    }
    expect(count).toBe(1);
    await database.stop();
    expect(await runningPostmaster(cluster)).toBeNull();
  });

  test('refuses a directory that another major version wrote, and says what to do', async () => {
    const file = join(cluster, 'PG_VERSION');
    const version = await readFile(file, 'utf8');
    await writeFile(file, '16\n');
    await expect(startEmbeddedDatabase({ directory })).rejects.toThrow(
      /PostgreSQL 16.*npm run backup.*npm run restore/,
    );
    await writeFile(file, version);
  });

  test('refuses a directory whose password file is gone', async () => {
    const file = join(directory, 'database.json');
    const settings = await readFile(file, 'utf8');
    await rm(file);
    await expect(startEmbeddedDatabase({ directory })).rejects.toThrow(/holds the password.*is missing/);
    await writeFile(file, settings, { mode: 0o600 });
  });
});
