import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadConfig } from '../src/config.ts';
import { type Core, openCore } from '../src/core.ts';
import { toCommand } from '../src/features/activities/activities.input.ts';
import { verifyScores } from '../src/features/leaderboards/verify-scores.ts';
import { Clock } from '../src/platform/clock.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

/** The purchases of 23,570 customers of a record shop over 18 months; too large for the repository, so its absence skips this. */
const FILE = process.env.POKAL_CDNOW_FILE ?? resolve('../shared/data/cdnow/CDNOW_master.txt');
const present = existsSync(FILE);
if (!present) process.stderr.write(`Skipped: ${FILE} is missing; POKAL_CDNOW_FILE names it.\n`);
const proof = present ? test : test.skip;

const PURCHASES = 69_659;
const CUSTOMERS = 23_570;
const BATCH = 500;
const AUTHOR = { actor: 'test', requestId: null };

interface Purchase {
  customer: string;
  /** YYYYMMDD. */
  date: string;
  dollars: string;
  line: number;
}

let database: TestDatabase;
let core: Core;
const clock = new Clock();

beforeAll(async () => {
  if (!present) return;
  database = await createTestDatabase();
  const settings = {
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    POKAL_JWT_SECRET: 'x'.repeat(32),
    LOG_LEVEL: 'silent',
  };
  core = await openCore({ config: loadConfig(settings), owner: 'command', clock });
  await core.program.update({ currencyCode: 'USD', timeZone: 'America/New_York' }, AUTHOR);
  const points = { perAmount: { points: 1, per: '1', rounding: 'FLOOR' as const } };
  const rule = { code: 'dollar', name: 'Dollar', trigger: 'purchase', points, status: 'ACTIVE' as const };
  await core.earningRules.save(rule, AUTHOR);
}, 60_000);

afterAll(async () => {
  await core?.close();
  await database?.drop();
});

async function readPurchases(): Promise<Purchase[]> {
  const lines = (await readFile(FILE, 'latin1')).split('\r\n').slice(1);
  return lines.flatMap((text, line) => {
    const [customer, date, , dollars] = text.trim().split(/ +/);
    if (customer === undefined || date === undefined || dollars === undefined) return [];
    return [{ customer, date, dollars, line }];
  });
}

/** Noon in New York is the same day everywhere that matters here. */
function instantOf(date: string): Date {
  return new Date(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}T17:00:00Z`);
}

function commandOf({ customer, date, dollars, line }: Purchase) {
  const value = { amount: dollars, currencyCode: 'USD' };
  const who = { memberExternalId: customer, enrollIfUnknown: true };
  const input = { idempotencyKey: `line-${line}`, type: 'purchase', ...who, occurredAt: instantOf(date), value };
  return toCommand(input, { memberId: null, actor: 'cdnow' });
}

function travelTo(instant: Date): void {
  clock.advance(instant.getTime() - clock.now());
}

/** The standings of some purchases, computed apart: customer and score, best first, equal scores by who was first. */
function standingsOf(purchases: readonly Purchase[], scoreOf: (purchase: Purchase) => number): [string, number][] {
  const scores = new Map<string, { score: number; last: string }>();
  for (const purchase of purchases) {
    const score = scoreOf(purchase);
    if (score === 0) continue;
    const known = scores.get(purchase.customer) ?? { score: 0, last: '' };
    const last = [known.last, purchase.date].sort().at(-1) ?? '';
    scores.set(purchase.customer, { score: known.score + score, last });
  }
  const sorted = [...scores].sort(([one, a], [two, b]) => {
    return b.score - a.score || (a.last < b.last ? -1 : a.last > b.last ? 1 : one < two ? -1 : 1);
  });
  return sorted.map(([customer, { score }]) => [customer, score]);
}

/** The kept standings of a season; members who tie in score and time are put in the order of their customer numbers. */
async function keptStandings(seasonId: string): Promise<[string, number][]> {
  const rows = await core.reader.query<{ customer: string; score: string }>(
    `select external_id as customer, score from scores join members m on m.id = member_id where season_id = $1
     order by -score, reached_at, external_id collate "C"`,
    [seasonId],
  );
  return rows.map(({ customer, score }) => [customer, Number(score)]);
}

const POINTS = ({ dollars }: Purchase) => Math.floor(Number(dollars));
const CENTS = ({ dollars }: Purchase) => Math.round(Number(dollars) * 100);

proof(
  'eighteen months of real purchases give the final standings that an independent computation gives',
  async () => {
    const purchases = await readPurchases();
    expect(purchases).toHaveLength(PURCHASES);
    const byMonth = Map.groupBy(purchases, ({ date }) => date.slice(0, 6));
    const months = [...byMonth.keys()].sort();
    expect(months).toHaveLength(18);
    const common = { ranking: 'COMPETITION', public: true, status: 'ACTIVE' } as const;
    travelTo(instantOf(`${months[0]}01`));
    const input = { code: 'monthly', name: 'Monthly', metric: 'POINTS_EARNED', period: 'MONTH', ...common } as const;
    await core.leaderboards.save(input, AUTHOR);
    await core.leaderboards.save({ ...input, code: 'ever', metric: 'ACTIVITY_VALUE', period: 'ALL_TIME' }, AUTHOR);

    const closed: string[] = [];
    for (const month of months) {
      const told = byMonth.get(month) ?? [];
      const [year, next] = [Number(month.slice(0, 4)), Number(month.slice(4, 6))];
      // The evening of the month's last day, when all its purchases are made, and the day after.
      travelTo(new Date(Date.UTC(year, next, 0, 23)));
      for (let at = 0; at < told.length; at += BATCH) await record(told.slice(at, at + BATCH));
      travelTo(new Date(Date.UTC(year, next, 1, 12)));
      closed.push(...(await core.seasons.closeDue()).map(({ id }) => id));
    }
    expect(closed).toHaveLength(18);
    for (const [index, month] of months.entries()) {
      expect(await keptStandings(closed[index] ?? '')).toEqual(standingsOf(byMonth.get(month) ?? [], POINTS));
    }
    const board = await core.leaderboards.find('ever');
    const ever = board && (await core.seasons.current([board])).get('ever');
    const final = await keptStandings(ever?.id ?? '');
    expect(final).toEqual(standingsOf(purchases, CENTS));
    expect(final.length).toBeGreaterThan(CUSTOMERS - 100);
    expect(await verifyScores(core.orm)).toMatchObject({ differences: [], seasons: 2, scores: final.length });
  },
  180_000,
);

async function record(purchases: readonly Purchase[]): Promise<void> {
  const outcomes = await core.batcher.recordSilently(purchases.map(commandOf));
  expect(outcomes.filter(({ kind }) => kind !== 'recorded')).toEqual([]);
}
