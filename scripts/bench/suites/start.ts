import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../support/child.ts';
import { addressOf, embeddedEnvironment } from '../support/pokal.ts';
import { print, printTable, type Report, secondsFigure } from '../support/report.ts';
import { spread } from '../support/rounds.ts';
import { statement, temporaryDirectory } from '../support/stage.ts';
import { type Bench, profiling, withCleanUp } from './suite.ts';

/** How long a ready server is waited for, and how often it is asked, in milliseconds. */
const PATIENCE_MS = 120_000;
const POLL_MS = 5;

const KINDS = ['bare first start', 'Pokal first start', 'bare restart', 'Pokal restart'] as const;
type Kind = (typeof KINDS)[number];

/**
 * P10: from `node` to a ready server, first in an empty directory (initdb, migrations, the demo's seed) and then again,
 * beside the embedded PostgreSQL alone. All times are of whole processes, Node's own start included.
 */
export function start(bench: Bench): Promise<Report> {
  return withCleanUp(async (after) => {
    const directory = await temporaryDirectory();
    after(() => rm(directory, { recursive: true, force: true }));
    const seconds = new Map<Kind, number[]>(KINDS.map((kind) => [kind, []]));
    for (let round = 0; round < bench.plan.rounds; round += 1) {
      const bare = join(directory, `bare-${round}`);
      const pokal = join(directory, `pokal-${round}`);
      seconds.get('bare first start')?.push(await startBare(bare));
      seconds.get('Pokal first start')?.push(await startWhole(bench, pokal, `p10-first-${round}`));
      seconds.get('bare restart')?.push(await startBare(bare));
      seconds.get('Pokal restart')?.push(await startWhole(bench, pokal, `p10-restart-${round}`));
    }
    printTable(
      ['', 'seconds: min / median / max'],
      KINDS.map((kind) => {
        const { min, median, max } = spread(seconds.get(kind) ?? []);
        return [kind, [min, median, max].map((value) => value.toFixed(2)).join(' / ')];
      }),
    );
    print('After each start of Pokal: /readyz 200 and the demo club in the database.');
    const over = (ours: Kind, theirs: Kind) =>
      (seconds.get(ours) ?? []).map((value, round) => value - (seconds.get(theirs)?.[round] ?? Number.NaN));
    return {
      figures: [
        secondsFigure('P10', 'first start over bare PostgreSQL', over('Pokal first start', 'bare first start'), 5),
        secondsFigure('P10', 'restart over bare PostgreSQL', over('Pokal restart', 'bare restart'), 1.5),
      ],
    };
  });
}

async function startBare(directory: string): Promise<number> {
  const startedAt = performance.now();
  const child = await Child.start({ script: 'peers/bare-database.js', env: { POKAL_DATA_DIR: directory } });
  const seconds = (performance.now() - startedAt) / 1_000;
  await child.stop();
  return seconds;
}

async function startWhole(bench: Bench, directory: string, profile: string): Promise<number> {
  const startedAt = performance.now();
  const env = embeddedEnvironment(directory);
  const child = await Child.start({ script: 'peers/pokal.js', env, nodeArgs: profiling(bench, profile) });
  try {
    await untilReady(new URL('/readyz', child.url).href);
    const seconds = (performance.now() - startedAt) / 1_000;
    const [row] = await statement<{ count: number }>(
      await addressOf(directory),
      'select count(*)::int as count from members',
    );
    if ((row?.count ?? 0) < 100) throw new Error(`Only ${row?.count} members were seeded.`);
    return seconds;
  } finally {
    await child.stop();
  }
}

async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${url} did not say 200 within ${PATIENCE_MS} ms.`);
}
