import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import { checkGame } from '../game/check.ts';
import { describeListening, linesByType, saveGame } from '../game/programme.ts';
import type { Child } from '../support/child.ts';
import { checkLedger, prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { type Figure, print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { type Contender, compare, ratios } from '../support/rounds.ts';
import { Stage, statement } from '../support/stage.ts';
import { BATCH } from './batch.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const CONNECTIONS = 64;
const BATCH_CONNECTIONS = 4;
const HISTORY_DAYS = 30;
/** Activities of a member before the measuring begins, on the average. */
const HISTORY_EACH = 5;

interface Club {
  name: string;
  url: string;
  pokal: Child;
  all: { acknowledged: number }[];
}

/** P13: one by one and in batches, with a large programme and with three rules. */
export function game(bench: Bench): Promise<Report> {
  const members = bench.quick ? 1_000 : 20_000;
  return withCleanUp(async (after) => {
    print(describeListening());
    const stage = await Stage.open();
    after(() => stage.close());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const large = await openClub(stage, 'large', saveGame, members, bench);
    after(() => large.pokal.stop());
    const small = await openClub(stage, 'small', saveThreeRules, members, bench);
    after(() => small.pokal.stop());
    for (const club of [large, small]) await recordHistory(load, stage, club, members);
    const figures: Figure[] = [];
    for (const many of [false, true]) {
      const contenders = await contendersFor({ load, large, small, members, many });
      const samples = await compare(contenders, bench.plan, stage.postmaster);
      printSamples(samples, 'activity');
      const [ours, ...bases] = contenders;
      for (const base of bases) {
        figures.push(
          ratioFigure('P13', `${ours?.name} : ${base.name}`, ratios(samples, ours?.name ?? '', base.name), 0.5),
        );
      }
    }
    for (const { name, url, all } of [large, small]) {
      print(
        `${name}: ${await checkLedger(
          url,
          all.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
        )}`,
      );
    }
    print(`large: ${await checkGame(large.url)}`);
    return { figures };
  });
}

async function openClub(
  stage: Stage,
  name: string,
  prepare: Parameters<typeof prepareDatabase>[1],
  members: number,
  bench: Bench,
): Promise<Club> {
  const url = await stage.create(name);
  await prepareDatabase(url, prepare);
  const pokal = await startPokal(url, profiling(bench, `p13-${name}`));
  await settled(url);
  await fillMembers(url, members);
  await stage.administer(name, 'vacuum analyze', 'checkpoint');
  return { name, url, pokal, all: [] };
}

/** Waits until the jobs that saving a programme begins have looked at a club without members. */
async function settled(url: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const [row] = await statement<{ open: number }>(
      url,
      `select (select count(*) from goal_fills where finished_at is null)::int
         + (select count(*) from pgboss.job where state < 'completed' and name like 'tiers.%')::int as open`,
    );
    if (row?.open === 0) return;
    if (Date.now() > deadline) throw new Error(`${row?.open} jobs of a new programme did not end within two minutes.`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** Gives a club some weeks behind it, through the API: progress, periods and days are there, and some have their badges. */
async function recordHistory(load: LoadGenerator, stage: Stage, club: Club, members: number): Promise<void> {
  const past = load.contender(`${club.name}-history`, club.pokal, {
    ...{ workload: 'mixed-many', connections: BATCH_CONNECTIONS, batch: BATCH, members },
    ...{ headers: await tokenHeaders(club.url), historyDays: HISTORY_DAYS },
    mostRequests: Math.ceil((members * HISTORY_EACH) / BATCH),
  });
  club.all.push(past);
  const { operations, seconds } = await past.run(600);
  await stage.administer(club.name, 'vacuum analyze', 'checkpoint');
  print(`${club.name}: ${members} members did ${operations} things in ${HISTORY_DAYS} days (${seconds.toFixed(0)} s).`);
}

interface Setting {
  load: LoadGenerator;
  large: Club;
  small: Club;
  members: number;
  many: boolean;
}

/** The large programme first, then the small one with the very same mix, and with purchases on which all three rules look. */
async function contendersFor({ load, large, small, members, many }: Setting): Promise<Contender[]> {
  const size = many ? { connections: BATCH_CONNECTIONS, batch: BATCH } : { connections: CONNECTIONS };
  const how = many ? `batches of ${BATCH}` : 'one by one';
  const mixed = many ? 'mixed-many' : 'mixed';
  const contenders = [
    { club: large, name: `large programme, ${how}`, order: { workload: mixed, lines: linesByType() } },
    { club: small, name: `three rules, purchases, ${how}`, order: { workload: many ? 'record-many' : 'record' } },
    { club: small, name: `three rules, same mix, ${how}`, order: { workload: mixed, lines: { purchase: 3 } } },
  ] as const;
  const made = [];
  for (const { club, name, order } of contenders) {
    const headers = await tokenHeaders(club.url);
    const contender = load.contender(name, club.pokal, { ...size, ...order, members, headers });
    club.all.push(contender);
    made.push(contender);
  }
  return made;
}
