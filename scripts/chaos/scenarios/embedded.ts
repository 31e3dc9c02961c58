import { join } from 'node:path';
import { connectOrStart } from '../../../src/platform/database/embedded.ts';
import { signal } from '../../../src/platform/database/postmaster.ts';
import type { Findings } from '../support/findings.ts';
import { postmasterOf } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, moment, type Site } from '../support/site.ts';

const READY_MS = 5_000;

/**
 * One server on its embedded database, as `npm start` runs it. It is killed and must adopt the database that it left
 * running; in every second round the database is killed with it, as when a machine goes down.
 */
export async function embedded(options: ChaosOptions): Promise<Findings> {
  const directory = join(options.directory, 'embedded');
  try {
    return await besiege({
      options,
      nodes: 1,
      environment: { POKAL_DATA_DIR: directory, POKAL_DEMO: 'off' },
      rules: { mostAttempts: 40, serversMayGo: true },
      databaseUrl: () => addressOf(directory),
      faults: (site) => killWithAndWithout(site, directory),
    });
  } finally {
    const postmaster = await postmasterOf(directory).catch(() => null);
    if (postmaster !== null) signal(postmaster, 'SIGQUIT');
  }
}

async function killWithAndWithout(site: Site, directory: string): Promise<void> {
  const { options, nodes, findings } = site;
  const [node] = nodes;
  if (node === undefined) return;
  const kills = 2 * options.rounds;
  for (let round = 0; round < kills; round += 1) {
    await moment(site, kills);
    const before = await postmasterOf(directory);
    const both = round % 2 === 1;
    if (both) signal(before, 'SIGKILL');
    await node.kill();
    const what = both ? 'ready again, the database killed too' : 'ready again, the database adopted';
    findings.duration(what, await node.start(), READY_MS);
    const adopted = before === (await postmasterOf(directory));
    if (adopted === both) findings.violate(`The database was ${adopted ? '' : 'not '}adopted in round ${round + 1}.`);
  }
}

async function addressOf(directory: string): Promise<string> {
  const database = await connectOrStart({ directory });
  await database.stop();
  return database.url;
}
