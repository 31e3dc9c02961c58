import { saveThreeRules } from '../fill/programme.ts';
import { fillHistory, fillMembers } from '../fill/tables.ts';
import { checkLedger, prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { BATCH } from './batch.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const SMALL_MEMBERS = 10_000;

/** P12: one by one and in batches, in a small club and in a large one with years of history. */
export function scale(bench: Bench): Promise<Report> {
  const small = { members: SMALL_MEMBERS, entries: SMALL_MEMBERS * 10 };
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const clubs = [];
    for (const [name, size] of [
      ['small', small],
      ['large', bench.large],
    ] as const) {
      const url = await fill(stage, name, size);
      const pokal = await startPokal(url, profiling(bench, `p12-${name}`));
      after(() => pokal.stop());
      const order = { members: size.members, headers: await tokenHeaders(url) };
      const label = `${size.members} members`;
      const one = load.contender(`one by one, ${label}`, pokal, { ...order, workload: 'record', connections: 64 });
      const many = load.contender(`in batches, ${label}`, pokal, {
        ...order,
        ...{ workload: 'record-many', connections: 4, batch: BATCH },
      });
      clubs.push({ url, one, many });
    }
    const [little, big] = clubs;
    if (little === undefined || big === undefined) throw new Error('Two clubs were made.');
    const singles = await compare([big.one, little.one], bench.plan, stage.postmaster);
    const batches = await compare([big.many, little.many], bench.plan, stage.postmaster);
    printSamples(new Map([...singles, ...batches]), 'activity');
    for (const { url, one, many } of clubs) print(await checkLedger(url, one.acknowledged + many.acknowledged));
    return {
      figures: [
        ratioFigure('P12', `${big.one.name} : ${SMALL_MEMBERS}`, ratios(singles, big.one.name, little.one.name), 0.7),
        ratioFigure(
          'P12',
          `${big.many.name} : ${SMALL_MEMBERS}`,
          ratios(batches, big.many.name, little.many.name),
          0.7,
        ),
      ],
    };
  });
}

/** Fills a club with set-based SQL, and leaves it as a database that has run for a while: vacuumed and analysed. */
async function fill(stage: Stage, name: string, size: { members: number; entries: number }): Promise<string> {
  const startedAt = performance.now();
  const url = await stage.create(name);
  await prepareDatabase(url, saveThreeRules);
  await fillMembers(url, size.members);
  const entries = await fillHistory(url, size.members, size.entries);
  await stage.administer(name, 'vacuum analyze', 'checkpoint');
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(0);
  print(`Filled ${size.members} members with ${entries} entries by generate_series in ${seconds} s.`);
  return url;
}
