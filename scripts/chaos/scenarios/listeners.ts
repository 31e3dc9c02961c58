import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Findings } from '../support/findings.ts';
import { latenciesOf } from '../support/latency.ts';
import { OwnPostgres, statement } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, type Site } from '../support/site.ts';

const EVERY_MS = 2_000;
/** What may pass from the acknowledgement of a write to the frame that tells of it, in milliseconds. */
const LATENCY_MS = 1_500;

const END_LISTENERS = `select pg_terminate_backend(pid) as ended from pg_stat_activity
  where application_name = 'pokal-listener' and datname = current_database()`;

/** Two servers whose listening connections are ended by the database every two seconds. */
export async function listeners(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'listeners'));
  try {
    return await besiege({
      options,
      nodes: 2,
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 1, serversMayGo: false },
      databaseUrl: async () => postgres.url,
      faults: (site) => endAgainAndAgain(site, postgres),
    });
  } finally {
    await postgres.dispose();
  }
}

async function endAgainAndAgain(site: Site, postgres: OwnPostgres): Promise<void> {
  const { options, nodes, load, subscribers, findings } = site;
  const from = performance.now();
  const until = from + options.seconds * 1_000;
  let ended = 0;
  do {
    await pause(EVERY_MS);
    const found = await statement<{ ended: boolean }>(postgres.url, END_LISTENERS);
    if (found.length < nodes.length) findings.violate(`Only ${found.length} connections listened after two seconds.`);
    ended += found.length;
  } while (performance.now() < until);
  await pause(LATENCY_MS);
  const to = performance.now() - LATENCY_MS;
  findings.count('listening connections ended', ended);
  findings.latencies('from acknowledgement to frame', latenciesOf(load.writes, subscribers, { from, to }), {
    longestMs: LATENCY_MS,
  });
  const closings = subscribers.reduce((sum, subscriber) => sum + subscriber.closings.length, 0);
  if (closings > 0) findings.violate(`${closings} sockets were closed, though only the servers' listening broke.`);
}
