import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive, runningPostmaster, signal } from '../../src/platform/database/postmaster.ts';

/**
 * Before all tests: names a directory for the run's one embedded database, which the first test file that wants a
 * database starts (so that runs of pure tests start none), and clears up after runs that were killed.
 */
export default async function setup(): Promise<void> {
  process.env.POKAL_TEST_RUN = `${process.pid}_${Date.now().toString(36)}`;
  if (process.env.TEST_DATABASE_URL !== undefined) return;
  await removeAbandoned();
  process.env.POKAL_TEST_DIRECTORY = await mkdtemp(join(tmpdir(), `pokal-test-${process.pid}-`));
}

async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^pokal-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const directory = join(tmpdir(), name);
    try {
      const server = await runningPostmaster(join(directory, 'postgres'));
      if (server !== null) signal(server.pid, 'SIGQUIT');
      await rm(directory, { recursive: true, force: true });
    } catch {
      // Another user's run left it; it is theirs to clear.
    }
  }
}
