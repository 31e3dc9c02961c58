import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { DatabaseError, type DatabaseLog } from './types.ts';

const run = promisify(execFile);

/** The unprivileged user that the database runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/** Tells whether this process is root, as which PostgreSQL refuses to run. False on Windows, which has no such user. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Chooses whom the database runs as. A plain user runs it as themselves (null). Root runs it as the owner of the
 * existing cluster, so that a later choice never locks the database out of its own files; else as the user `postgres`,
 * who is made if missing; else, where no user can be made (no tool, read-only system), as `nobody`.
 * Throws DatabaseError when none of them exists.
 */
export async function databaseAccount(clusterDirectory: string, log: DatabaseLog): Promise<Account | null> {
  if (!isRoot()) return null;
  const owner = await stat(clusterDirectory).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const account = (await lookUp('postgres')) ?? (await createPostgresUser(log)) ?? (await lookUp('nobody'));
  if (account === null) {
    throw new DatabaseError(
      'PostgreSQL refuses to run as root, and there is no other user to run it as. ' +
        'Create one (useradd --system postgres), start Pokal as a plain user, or set DATABASE_URL.',
    );
  }
  return account;
}

/**
 * Tells whether an account can enter a directory and list it, by trying: permissions may come from any directory
 * above it, from access control lists or from a mount, and only the kernel knows them all.
 */
export async function canEnter(directory: string, account: Account | null): Promise<boolean> {
  if (account === null) return true;
  try {
    await run('/bin/sh', ['-c', 'cd "$1" && test -x .', 'sh', directory], { ...account, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function lookUp(name: string): Promise<Account | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    const account = { uid: Number.parseInt(uid.stdout, 10), gid: Number.parseInt(gid.stdout, 10) };
    return account.uid > 0 && account.gid >= 0 ? account : null;
  } catch {
    return null;
  }
}

async function createPostgresUser(log: DatabaseLog): Promise<Account | null> {
  // The first form is that of most Linux systems, the second that of BusyBox.
  const forms: [string, string[]][] = [
    ['useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']],
    ['adduser', ['-S', '-D', '-H', 'postgres']],
  ];
  for (const [command, parameters] of forms) {
    const made = await run(command, parameters).then(
      () => true,
      () => false,
    );
    if (!made) continue;
    log.info({ user: 'postgres', command }, 'database.user-created');
    return lookUp('postgres');
  }
  return null;
}
