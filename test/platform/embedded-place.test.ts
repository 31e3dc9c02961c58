import { chmod, chown, cp, mkdir, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { databaseAccount, isRoot } from '../../src/platform/database/account.ts';
import { type Shipped, shippedPostgres, usableBinaries } from '../../src/platform/database/binaries.ts';
import { startEmbeddedDatabase } from '../../src/platform/database/embedded.ts';
import { silentLog } from '../../src/platform/database/types.ts';

const whenRoot = isRoot() ? test : test.skip;

describe('where the embedded database lives and which programs it runs', () => {
  let directory: string;
  let shipped: Shipped;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'pokal-place-'));
    await chmod(directory, 0o755);
    shipped = await shippedPostgres();
  });

  afterAll(async () => {
    for (const name of ['locked', 'locked/native/lib'])
      await chmod(join(directory, name), 0o755).catch(() => undefined);
    await rm(directory, { recursive: true, force: true });
  });

  /** A package as npm unpacks it when its install script did not run: without any symbolic link. */
  async function unhydrated(name: string): Promise<Shipped> {
    const root = join(directory, name);
    await mkdir(root);
    await cp(shipped.native, join(root, 'native'), {
      recursive: true,
      filter: async (file) => !basename(file).includes('.so') || !(await isLink(file)),
    });
    return { ...shipped, native: join(root, 'native') };
  }

  async function isLink(file: string): Promise<boolean> {
    return readlink(file).then(
      () => true,
      () => false,
    );
  }

  test('makes the libraries’ links itself when no install script ran', async () => {
    const bare = await unhydrated('bare');
    const place = { home: directory, account: await databaseAccount(directory, silentLog) };
    const binaries = await usableBinaries(bare, place, silentLog);
    expect(dirname(dirname(binaries.postgres))).toBe(bare.native);
    expect((await readdir(directory)).filter((name) => name.startsWith('postgres-'))).toEqual([]);
  });

  test('runs from a copy when the package can neither be completed nor read', async () => {
    const locked = await unhydrated('locked');
    const account = await databaseAccount(directory, silentLog);
    // A plain user meets a read-only package; root's database user meets one it cannot enter at all.
    await chmod(join(locked.native, 'lib'), 0o555);
    await chmod(join(directory, 'locked'), isRoot() ? 0o700 : 0o555);
    const binaries = await usableBinaries(locked, { home: directory, account }, silentLog);
    expect(binaries.postgres).toBe(join(directory, `postgres-${shipped.version}`, 'bin', 'postgres'));
    const again = await usableBinaries(locked, { home: directory, account }, silentLog);
    expect(again).toEqual(binaries);
  });

  whenRoot('goes outside a directory that the database’s user cannot enter, and is found there again', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'pokal-closed-'));
    const data = join(closed, '.data');
    const first = await startEmbeddedDatabase({ directory: data, durable: false });
    const cluster = await readlink(join(data, 'postgres'));
    expect(cluster).toMatch(/^\/var\/lib\/pokal\/pokal-closed-/);
    await first.stop();
    const second = await startEmbeddedDatabase({ directory: data, durable: false });
    const client = new pg.Client({ connectionString: second.url });
    await client.connect();
    expect((await client.query('select current_database() as name')).rows).toEqual([{ name: 'pokal' }]);
    await client.end();
    await second.stop();
    await rm(dirname(cluster), { recursive: true });
    await expect(startEmbeddedDatabase({ directory: data })).rejects.toThrow(/which is gone/);
    await rm(closed, { recursive: true });
  });

  whenRoot('runs as the owner of an existing cluster, whoever starts it', async () => {
    const theirs = join(directory, 'theirs');
    await mkdir(theirs);
    await chown(theirs, 65_534, 65_534);
    expect(await databaseAccount(theirs, silentLog)).toEqual({ uid: 65_534, gid: 65_534 });
  });

  test('opens its own data directory to the database’s user no further than passing through', async () => {
    const closed = join(directory, 'own');
    await mkdir(closed, { mode: 0o700 });
    const database = await startEmbeddedDatabase({ directory: closed, durable: false });
    expect((await stat(closed)).mode & 0o777).toBe(isRoot() ? 0o710 : 0o700);
    await database.stop();
  });
});
