import { execFile } from 'node:child_process';
import { chown, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries, Shipped } from './binaries.ts';
import type { Place } from './place.ts';
import { isAlive } from './postmaster.ts';
import { DatabaseError, messageOf } from './types.ts';

const run = promisify(execFile);

/**
 * Makes the cluster if there is none. It is built beside its final name and moved there whole, so a start that is
 * killed half-way leaves nothing that looks like a database. Throws DatabaseError for a cluster of another major version.
 */
export async function ensureCluster(
  place: Place,
  shipped: Shipped,
  binaries: () => Promise<Binaries>,
  superuserPassword: string,
  durable: boolean,
): Promise<void> {
  const major = await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => null);
  if (major === null) {
    await initialise(place, await binaries(), superuserPassword, durable);
  } else if (major.trim() !== shipped.major) {
    throw new DatabaseError(
      `The database in ${place.cluster} was written by PostgreSQL ${major.trim()}, and this Pokal brings PostgreSQL ` +
        `${shipped.major}, which cannot read it. Start the Pokal version that wrote it and run npm run backup, move ` +
        `${place.cluster} away, then start this version's empty database and run npm run restore.`,
    );
  }
}

async function initialise(place: Place, binaries: Binaries, password: string, durable: boolean): Promise<void> {
  await rmdir(place.cluster).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') {
      throw new DatabaseError(`${place.cluster} holds something that is not a PostgreSQL database. Move it away.`);
    }
  });
  await removeAbandonedDrafts(place.home);
  const draft = join(place.home, `postgres.new-${process.pid}`);
  const passwordFile = `${draft}.password`;
  try {
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (place.account !== null) {
      await chown(draft, place.account.uid, place.account.gid);
      await chown(passwordFile, place.account.uid, place.account.gid);
    }
    // The built-in C.UTF-8 sorts by code point like C, the same on every machine, and also knows that ä is the small Ä.
    const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    const access = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    const rest = durable ? [] : ['--no-sync'];
    await run(binaries.initdb, [`--pgdata=${draft}`, ...access, ...locale, ...rest], { ...place.account, cwd: '/' });
    await rename(draft, place.cluster).catch(async (error) => {
      // Another process that started at the same moment was first; its cluster has the same password.
      if ((await stat(join(place.cluster, 'PG_VERSION')).catch(() => null)) === null) throw error;
    });
  } catch (error) {
    const reason = messageOf(error);
    throw new DatabaseError(`The embedded database could not be made in ${place.home}: ${reason}`);
  } finally {
    await rm(passwordFile, { force: true });
    await rm(draft, { recursive: true, force: true });
  }
}

async function removeAbandonedDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const pid = /^postgres\.new-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(home, name), { recursive: true, force: true });
  }
}
