import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, runningPostmaster, signal } from '../../src/platform/database/postmaster.ts';
import { dropTemplate } from './server.ts';

/** After all tests: stops the run's database and removes its directory, or drops the template on the given server. */
export default async function teardown(): Promise<void> {
  const directory = process.env.POKAL_TEST_DIRECTORY;
  if (directory === undefined) return dropTemplate();
  const server = await runningPostmaster(join(directory, 'postgres'));
  if (server !== null) {
    // Nothing in it is wanted any more, so it need not write a checkpoint.
    signal(server.pid, 'SIGQUIT');
    const deadline = Date.now() + 5_000;
    while (isAlive(server.pid) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await rm(directory, { recursive: true, force: true });
}
