import { join } from 'node:path';
import type { Findings } from '../support/findings.ts';
import { OwnPostgres } from '../support/own-postgres.ts';
import { ReadyWatch } from '../support/ready-watch.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { besiege, type ChaosOptions, moment, type Site } from '../support/site.ts';

/** What a stopping server may take, in milliseconds. */
const STOPPED_MS = 15_000;
const GOING_AWAY = 1001;

/** Two servers, restarted one after the other with SIGTERM: nobody may notice more than a retry and a reconnect. */
export async function drain(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'drain'));
  try {
    return await besiege({
      options,
      nodes: 2,
      // The drain delay is production's, 2 s: a busy machine that asks /readyz more seldom must still see 503.
      environment: { DATABASE_URL: postgres.url },
      rules: { mostAttempts: 2, serversMayGo: true },
      databaseUrl: async () => postgres.url,
      faults: restartInTurns,
    });
  } finally {
    await postgres.dispose();
  }
}

async function restartInTurns(site: Site): Promise<void> {
  const { options, nodes } = site;
  const restarts = options.rounds * nodes.length;
  for (let round = 0; round < options.rounds; round += 1) {
    for (const node of nodes) {
      await moment(site, restarts);
      await restart(site, node);
    }
  }
}

async function restart({ subscribers, findings }: Site, node: ServerProcess): Promise<void> {
  const watch = new ReadyWatch(node);
  const startedAt = performance.now();
  const { code, durationMs } = await node.terminate();
  await watch.stop();
  findings.duration('ended after SIGTERM', durationMs, STOPPED_MS);
  if (code !== 0) findings.violate(`The server ${node.name} ended with code ${code} after SIGTERM: ${node.said}`);
  const closings = subscribers
    .flatMap((subscriber) => subscriber.closings)
    .filter(({ node: name, at }) => name === node.name && at >= startedAt);
  for (const { code: closed } of closings) {
    if (closed !== GOING_AWAY) findings.violate(`A stopping server closed a socket with ${closed}.`);
  }
  const times = closings.map(({ at }) => at);
  const unready = watch.first(503, startedAt);
  if (unready === null || unready > Math.min(...times)) findings.violate('/readyz did not say 503 first.');
  else findings.duration('/readyz 503 after SIGTERM', unready - startedAt);
  if (times.length > 0) findings.duration('sockets closed over', Math.max(...times) - Math.min(...times));
  findings.count('sockets closed with 1001', times.length);
  findings.duration('ready after a restart', await node.start());
}
