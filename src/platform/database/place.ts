import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Account, canEnter, databaseAccount } from './account.ts';
import { codeOf, DatabaseError, type DatabaseLog, messageOf } from './types.ts';

/** Where root's database lives when its user cannot enter the data directory, for example below /root. */
const OUTSIDE = '/var/lib/pokal';

/** Where an embedded database is and who runs it. */
export interface Place {
  /** The data directory, absolute; it holds `database.json` and `postgres`. */
  directory: string;
  /** The directory that holds the cluster, its log and, where needed, a copy of the binaries. */
  home: string;
  /** PostgreSQL's own data directory: `<home>/postgres`. */
  cluster: string;
  account: Account | null;
}

/** What `database.json` (mode 0600) keeps between starts. */
export interface Settings {
  port: number;
  /** Of the superuser `postgres`, which only Pokal's own start and stop use. */
  superuserPassword: string;
  /** Of the role `pokal`, which owns the database of the same name. */
  password: string;
}

/**
 * Finds or prepares the place of the embedded database. `<directory>/postgres` is the cluster, or, when the database's
 * user cannot enter the directory (root's own home, say), a symbolic link to the cluster below /var/lib/pokal.
 * Throws DatabaseError when neither works, saying what to do.
 */
export async function preparePlace(dataDirectory: string, log: DatabaseLog): Promise<Place> {
  const directory = resolve(dataDirectory);
  await mkdir(directory, { recursive: true });
  const name = join(directory, 'postgres');
  const entry = await lstat(name).catch(() => null);
  const cluster = entry?.isSymbolicLink() ? await followLink(name) : name;
  const account = await databaseAccount(cluster, log);
  if (await admit(dirname(cluster), account)) return { directory, home: dirname(cluster), cluster, account };
  if (entry !== null) throw new DatabaseError(unreachable(cluster));
  const home = await outsideHome(directory, account);
  await symlink(join(home, 'postgres'), name);
  log.warn({ directory, home }, 'database.placed-outside');
  return { directory, home, cluster: join(home, 'postgres'), account };
}

/** Reads `database.json`, or makes it with new passwords. Of two processes that make it at once, both get the first's. */
export async function readOrMakeSettings(place: Place, choosePort: () => Promise<number>): Promise<Settings> {
  const found = await readSettings(place.directory);
  if (found !== null) return found;
  if ((await stat(join(place.cluster, 'PG_VERSION')).catch(() => null)) !== null) {
    throw new DatabaseError(
      `${settingsFile(place.directory)}, which holds the password of the database in ${place.cluster}, is missing. ` +
        'Put it back, or move the database away to begin with an empty one.',
    );
  }
  const settings = {
    port: await choosePort(),
    superuserPassword: randomBytes(24).toString('base64url'),
    password: randomBytes(24).toString('base64url'),
  };
  const draft = await writeDraft(place.directory, settings);
  // A link fails where the name exists, so exactly one process creates the file, whole.
  await link(draft, settingsFile(place.directory)).catch(() => undefined);
  await rm(draft);
  return (await readSettings(place.directory)) ?? settings;
}

/** Replaces `database.json` after the port changed. */
export async function saveSettings(place: Place, settings: Settings): Promise<void> {
  await rename(await writeDraft(place.directory, settings), settingsFile(place.directory));
}

/** Reads `database.json`; null when there is none. Throws DatabaseError when it belongs to somebody else. */
export async function readSettings(directory: string): Promise<Settings | null> {
  try {
    return JSON.parse(await readFile(settingsFile(directory), 'utf8'));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    throw new DatabaseError(
      code === 'EACCES'
        ? `${settingsFile(directory)} belongs to another user. Start Pokal as that user, or use another POKAL_DATA_DIR.`
        : `${settingsFile(directory)} cannot be read: ${messageOf(error)}.`,
    );
  }
}

function settingsFile(directory: string): string {
  return join(directory, 'database.json');
}

async function writeDraft(directory: string, settings: Settings): Promise<string> {
  const draft = join(directory, `database.json.${process.pid}-${randomBytes(4).toString('hex')}`);
  await writeFile(draft, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  // Root that starts a plain user's database must not leave files behind that its owner cannot read.
  const owner = await stat(directory);
  if (process.getuid?.() === 0 && owner.uid !== 0) await chown(draft, owner.uid, owner.gid);
  return draft;
}

async function followLink(name: string): Promise<string> {
  try {
    return await realpath(name);
  } catch {
    // The cluster itself may not exist yet, when the first start was cut short; its home must.
    const target = resolve(dirname(name), await readlink(name));
    if ((await stat(dirname(target)).catch(() => null)) !== null) return target;
    throw new DatabaseError(
      `${name} points to ${target}, which is gone. Put it back, or remove the link to begin with an empty database.`,
    );
  }
}

/** Lets the account into a directory of root's own by giving it the group and the right to pass through, not to list. */
async function admit(home: string, account: Account | null): Promise<boolean> {
  if (account === null || (await canEnter(home, account))) return true;
  const { uid, mode } = await stat(home);
  if (uid !== 0) return false;
  await chown(home, 0, account.gid);
  await chmod(home, (mode & 0o7777) | 0o010);
  return canEnter(home, account);
}

async function outsideHome(directory: string, account: Account | null): Promise<string> {
  try {
    await mkdir(OUTSIDE, { recursive: true, mode: 0o755 });
    await chmod(OUTSIDE, 0o755);
    const home = await mkdtemp(join(OUTSIDE, `${basename(dirname(directory))}-`));
    await chmod(home, 0o711);
    if (await canEnter(home, account)) return home;
  } catch {
    // Not writable: the message below says what to do instead.
  }
  throw new DatabaseError(unreachable(directory));
}

function unreachable(directory: string): string {
  return (
    `PostgreSQL refuses to run as root, and the user it runs as instead cannot enter ${directory}. ` +
    'Set POKAL_DATA_DIR to a directory outside root’s home (for example /var/lib/pokal/data), ' +
    'start Pokal as a plain user, or set DATABASE_URL.'
  );
}
