import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Findings } from '../support/findings.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { ReadyWatch } from '../support/ready-watch.ts';
import { besiege, type ChaosOptions, moment, type Site } from '../support/site.ts';

/** What may pass until `/readyz` says 503, and until everything works again, in milliseconds. */
const UNREADY_MS = 2_000;
const RECOVERED_MS = 5_000;
const GIVE_UP_MS = 60_000;

interface Fault {
  name: string;
  /** How long it lasts from then on, in milliseconds. */
  lastsMs(site: Site): number;
  begin(postgres: OwnPostgres): Promise<void>;
  end(postgres: OwnPostgres): Promise<void>;
}

/**
 * A frozen database is the hardest: connections stay open and nothing on them is ever answered. The long form freezes it for
 * longer than a request may take, so that one which waits for the database is found out.
 */
const FAULTS: readonly Fault[] = [
  {
    name: 'stopped',
    lastsMs: ({ random }) => random.whole(500, 2_500),
    begin: (postgres) => postgres.stop(),
    end: (postgres) => postgres.start(),
  },
  {
    name: 'killed',
    lastsMs: ({ random }) => random.whole(500, 2_500),
    begin: (postgres) => postgres.kill(),
    end: (postgres) => postgres.start(),
  },
  {
    name: 'frozen',
    lastsMs: ({ options }) => options.freezeSeconds * 1_000,
    begin: (postgres) => postgres.freeze(),
    end: (postgres) => postgres.thaw(),
  },
];

/** One server whose database is stopped, killed and frozen under load. The server must live through all of it. */
export async function databaseLoss(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'database'));
  try {
    return await besiege({
      options,
      nodes: 1,
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 60, serversMayGo: false },
      databaseUrl: async () => postgres.url,
      faults: (site) => takeAway(site, postgres),
    });
  } finally {
    await postgres.dispose();
  }
}

async function takeAway(site: Site, postgres: OwnPostgres): Promise<void> {
  const { options, nodes } = site;
  const [node] = nodes;
  if (node === undefined) return;
  const watch = new ReadyWatch(node);
  try {
    for (let round = 0; round < options.rounds; round += 1) {
      for (const fault of FAULTS) {
        await moment(site, options.rounds * FAULTS.length);
        await suffer(site, postgres, fault, watch);
      }
    }
  } finally {
    await watch.stop();
  }
}

async function suffer(site: Site, postgres: OwnPostgres, fault: Fault, watch: ReadyWatch): Promise<void> {
  const { findings, load } = site;
  const lostAt = performance.now();
  await fault.begin(postgres);
  const unready = await watch.until(503, lostAt, GIVE_UP_MS);
  if (unready === null) findings.violate(`/readyz never said 503 while the database was ${fault.name}.`);
  else findings.duration(`/readyz 503, database ${fault.name}`, unready, UNREADY_MS);
  await pause(fault.lastsMs(site));
  await fault.end(postgres);
  const backAt = performance.now();
  const ready = await watch.until(200, backAt, GIVE_UP_MS);
  if (ready === null) findings.violate(`/readyz never said 200 after the database had been ${fault.name}.`);
  else findings.duration(`/readyz 200 again, database ${fault.name}`, ready, RECOVERED_MS);
  while (load.acknowledgedSince(backAt) === 0 && performance.now() - backAt < GIVE_UP_MS) await pause(10);
  findings.duration(`writes again, database ${fault.name}`, performance.now() - backAt, RECOVERED_MS);
}
