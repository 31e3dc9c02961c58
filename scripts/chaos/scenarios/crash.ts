import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Findings } from '../support/findings.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, moment, type Site } from '../support/site.ts';

/** What a server may take until it is ready again after a crash, in milliseconds. */
const READY_MS = 5_000;

/** Two servers on one database; at random moments one of them is killed, and started again. */
export async function crash(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'crash'));
  try {
    return await besiege({
      options,
      nodes: 2,
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 40, serversMayGo: true },
      databaseUrl: async () => postgres.url,
      faults: killInTurns,
    });
  } finally {
    await postgres.dispose();
  }
}

async function killInTurns(site: Site): Promise<void> {
  const { options, nodes, random, findings } = site;
  for (let round = 0; round < options.rounds; round += 1) {
    await moment(site, options.rounds);
    const node = random.pick(nodes);
    await node.kill();
    await pause(random.whole(0, 300));
    findings.duration('ready again after kill -9', await node.start(), READY_MS);
  }
}
