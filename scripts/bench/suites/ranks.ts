import { openBoard } from '../fill/scores.ts';
import type { FilledSet, RankOrder } from '../peers/rank-set.ts';
import { Child } from '../support/child.ts';
import { Redis, redisMissing } from '../support/redis.ts';
import { type Figure, print, printSamples, printTable, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios, type Sample, type Samples, spread } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { fillRedis, indexContender, type Kind, redisContender, sqlContender } from './rank-peers.ts';
import { measureStandings } from './standings.ts';
import { type Bench, withCleanUp } from './suite.ts';

const INDEX = 'index';
const REDIS = 'Redis, pipelined';
const SQL = 'SQL count(*)';
const KINDS: readonly Kind[] = ['rank', 'update'];
const NAMES: Record<Kind, string> = { rank: 'rank', update: 'update + rank' };
/** How many times Redis's rate the index is to reach. */
const AIMS: Record<Kind, number> = { rank: 10, update: 6 };
const SQL_AIM = 10;
const FILL_TIMEOUT_MS = 300_000;

/** P5: places among 10,000 to 10 M members, from the index, from Redis and from SQL; then through the API. */
export function ranks(bench: Bench): Promise<Report> {
  const sizes = bench.quick ? [10_000, 100_000] : [10_000, 1_000_000, 10_000_000];
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const index = await Child.start({ script: 'peers/rank-set.js' });
    after(() => index.stop());
    const missing = redisMissing();
    if (missing !== null) print(`Redis is left out: ${missing}.`);
    const redis = missing === null ? await Redis.start() : null;
    if (redis !== null) after(() => redis.stop());
    const figures: Figure[] = [];
    const flat = new Map<Kind, Sample[][]>(KINDS.map((kind) => [kind, []]));
    for (const members of sizes) {
      const parts = { bench, stage, index, redis, members };
      const { figures: found, samples } = await measureSize(parts);
      figures.push(...found);
      for (const kind of KINDS) flat.get(kind)?.push(samples.get(nameOf(INDEX, kind, members)) ?? []);
    }
    for (const kind of KINDS) figures.push(flatFigure(kind, sizes, flat.get(kind) ?? []));
    await worstCase(bench, stage, index, sizes.at(-1) ?? 0);
    figures.push(...(await measureStandings(bench, stage, sizes[1] ?? 0)));
    return { figures };
  });
}

interface Parts {
  bench: Bench;
  stage: Stage;
  index: Child;
  redis: Redis | null;
  members: number;
}

/** One size: fills all, compares memory, then rank and update + rank. */
async function measureSize({ bench, stage, index, redis, members }: Parts) {
  const filled = await index.ask<FilledSet>(
    { kind: 'fill', members, distinct: false } satisfies RankOrder,
    FILL_TIMEOUT_MS,
  );
  const figures: Figure[] = [];
  const contenders = KINDS.map((kind) => indexContender(nameOf(INDEX, kind, members), index, kind));
  if (redis !== null) {
    await fillRedis(redis, members);
    const bytes = await redis.dataBytes();
    print(
      `${count(members)} members, ${count(filled.distinct)} different scores: index ${megabytes(filled.bytes)}, Redis ${megabytes(bytes)}`,
    );
    figures.push(ratioFigure('P5', `memory, ${count(members)} : Redis : index`, [bytes / filled.bytes], 5));
    contenders.push(...KINDS.map((kind) => redisContender(nameOf(REDIS, kind, members), redis, kind, members)));
  }
  // SQL takes minutes to fill with more, and seconds to count; `--large-members` does it all the same.
  if (members <= bench.large.members) {
    const { url, seasonId } = await openBoard(stage, `ranks_${members}`, members);
    contenders.push(...KINDS.map((kind) => sqlContender(nameOf(SQL, kind, members), url, seasonId, kind, members)));
  }
  const samples = await compare(contenders, bench.plan, stage.postmaster);
  printSamples(samples, 'rank');
  printProcessorTime(samples);
  for (const kind of KINDS) figures.push(...figuresOf(samples, kind, members));
  return { figures, samples };
}

function figuresOf(samples: Samples, kind: Kind, members: number): Figure[] {
  const ours = nameOf(INDEX, kind, members);
  return [
    { peer: REDIS, aim: AIMS[kind] },
    { peer: SQL, aim: SQL_AIM },
  ].flatMap(({ peer, aim }) => {
    const theirs = nameOf(peer, kind, members);
    if (!samples.has(theirs)) return [];
    return [ratioFigure('P5', `${NAMES[kind]}, ${count(members)} : ${peer}`, ratios(samples, ours, theirs), aim)];
  });
}

/** Processor time in nanoseconds: what the machine does besides hardly touches it. Clients' and PostgreSQL's is left out. */
function printProcessorTime(samples: Samples): void {
  const names = [...samples.keys()].filter((name) => !name.startsWith(SQL));
  const rows = names.map((name) => {
    const { min, median, max } = spread((samples.get(name) ?? []).map(({ serverMicros }) => serverMicros * 1_000));
    return [name, [min, median, max].map((nanoseconds) => nanoseconds.toFixed(0)).join(' / ')];
  });
  printTable(['', 'processor time, ns'], rows);
}

/** How many times longer it takes among the most members than among the fewest, round by round. */
function flatFigure(kind: Kind, sizes: readonly number[], samples: readonly Sample[][]): Figure {
  const [few = [], many = []] = [samples[0], samples.at(-1)];
  const times = many.map(({ rate }, round) => (few[round]?.rate ?? Number.NaN) / rate);
  const what = `${NAMES[kind]}, time at ${count(sizes.at(-1) ?? 0)} : at ${count(sizes[0] ?? 0)}`;
  return { ...ratioFigure('P5', what, times, 3), atLeast: false };
}

/** What no board has: every member with a score of its own. Printed, because memory is by different scores. */
async function worstCase(bench: Bench, stage: Stage, index: Child, members: number): Promise<void> {
  const order: RankOrder = { kind: 'fill', members, distinct: true };
  const { bytes } = await index.ask<FilledSet>(order, FILL_TIMEOUT_MS);
  print(`${count(members)} members with as many different scores: index ${megabytes(bytes)}`);
  const contenders = KINDS.map((kind) => indexContender(`all different, ${NAMES[kind]}`, index, kind));
  printProcessorTime(await compare(contenders, bench.plan, stage.postmaster));
}

function nameOf(peer: string, kind: Kind, members: number): string {
  return `${peer}, ${NAMES[kind]}, ${count(members)}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}
