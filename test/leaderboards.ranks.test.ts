import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BoardRanks, SCORES_CHANGED, SEASON_REFILLED, SqlRanks } from '../src/features/leaderboards/index.ts';
import { newId } from '../src/platform/ids.ts';
import type { StoredEvent } from '../src/platform/outbox.ts';
import { atOnce, type Shop } from './recording/shop.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import { type Boards, openBoards } from './support/boards.ts';
import { eventually } from './support/platform.ts';

const MEMBERS = 40;

let shop: Shop;
let boards: Boards;
let second: TestApp;
let members: string[];
/** The running seasons of a board by competition and of one by dense ranks. */
let seasons: string[];

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await boards.offer();
  await boards.offer({ code: 'points', metric: 'POINTS_EARNED', ranking: 'DENSE' });
  second = await startTestApp({ databaseUrl: shop.app.databaseUrl });
  members = await atOnce(MEMBERS, (index) => shop.enrol({ displayName: `Member ${index}` }));
  await review(shop.app, members);
  seasons = await Promise.all(['reviewers', 'points'].map(async (code) => (await boards.read(code)).season.id));
});

afterAll(async () => {
  await second.stop();
  await shop.close();
});

/** Records a review of each of these members on a node. */
async function review(node: TestApp, of: readonly string[]): Promise<void> {
  const activities = of.map((memberId) => ({ type: 'review', memberId }));
  expect(await shop.recordMany(activities, node.client({ role: 'STAFF' }))).toMatchObject({ recorded: of.length });
}

/** What the node's memory says of every place, and what the scores say. Both settle first. */
async function expectSame(node: TestApp, seasonId: string): Promise<void> {
  await node.ranks.prepare(seasonId);
  await node.settled();
  expect(node.ranks.holds(seasonId)).toBe(true);
  const rows = await shop.sql<{ score: string }>('select distinct score from scores where season_id = $1', [seasonId]);
  const scores = [0, ...rows.flatMap(({ score }) => [Number(score), Number(score) + 1])];
  const sql = new SqlRanks(node.core.reader);
  const expected = await Promise.all([
    ...scores.map((score) => sql.countGreater(seasonId, score)),
    ...scores.map((score) => sql.distinctGreater(seasonId, score)),
    sql.size(seasonId),
  ]);
  const found = [
    ...scores.map((score) => node.ranks.countGreater(seasonId, score)),
    ...scores.map((score) => node.ranks.distinctGreater(seasonId, score)),
    node.ranks.size(seasonId),
  ];
  expect(found).toEqual(expected);
}

/** Makes a node forget a season, as if all its scores had been counted anew. */
function forget(node: TestApp, seasonId: string): void {
  node.ranks.follow([eventOf(SEASON_REFILLED, { leaderboard: 'any', seasonId })]);
}

function eventOf(type: string, payload: Record<string, unknown>): StoredEvent {
  const position = { xid: '18446744073709551615', seq: 0 };
  return { ...{ id: newId(), type, memberId: null, occurredAt: 0, notify: true }, payload, position, cursor: '' };
}

/** Holds up the delivery of everything that commits meanwhile. */
async function holdingUpDelivery(work: () => Promise<void>): Promise<void> {
  const client = await shop.outside.connect();
  try {
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    await work();
    await client.query('commit');
  } finally {
    client.release();
  }
}

describe('ranks from memory', () => {
  test('are those of the scores, whoever writes, whenever they are read, and however late changes are delivered', async () => {
    const batch = fc.record({
      second: fc.boolean(),
      of: fc.uniqueArray(fc.nat(MEMBERS - 1), { minLength: 1, maxLength: 12 }),
    });
    const writers = fc.array(fc.array(batch, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 });
    const readings = fc.array(fc.record({ second: fc.boolean(), season: fc.nat(1) }), { minLength: 2, maxLength: 8 });
    const nodeOf = ({ second: other }: { second: boolean }) => (other ? second : shop.app);
    await fc.assert(
      fc.asyncProperty(writers, readings, fc.boolean(), async (written, read, held) => {
        const write = written.map(async (batches) => {
          for (const each of batches)
            await review(
              nodeOf(each),
              each.of.map((index) => members[index] ?? ''),
            );
        });
        const readAnew = async () => {
          for (const each of read) {
            const seasonId = seasons[each.season] ?? '';
            forget(nodeOf(each), seasonId);
            await nodeOf(each).ranks.prepare(seasonId);
          }
        };
        await (held ? holdingUpDelivery(readAnew) : readAnew());
        await Promise.all(write);
        for (const node of [shop.app, second]) for (const season of seasons) await expectSame(node, season);
      }),
      { numRuns: 12 },
    );
  });

  test('count once what the reading saw before it was delivered, and once what came after the reading', async () => {
    const [season = ''] = seasons;
    await shop.app.settled();
    await holdingUpDelivery(async () => {
      await review(shop.app, members.slice(0, 10));
      forget(shop.app, season);
      await shop.app.ranks.prepare(season);
      await review(second, members.slice(5, 15));
    });
    await expectSame(shop.app, season);
  });

  test('survive lost connections of the tail and of everything else', async () => {
    const [season = ''] = seasons;
    for (const node of [shop.app, second]) await node.ranks.prepare(season);
    const before = await shop.count('activities');
    await shop.sql(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
    await Promise.all([review(shop.app, members), review(second, members)]);
    expect(await shop.count('activities')).toBe(before + 2 * MEMBERS);
    await expectSame(shop.app, season);
    await expectSame(second, season);
  });

  test('are asked of SQL until the season has been read', async () => {
    const [season = ''] = seasons;
    forget(shop.app, season);
    const size = shop.app.ranks.size(season);
    expect(size).toBeInstanceOf(Promise);
    expect(await size).toBe(MEMBERS);
    await eventually('the season is held', () => shop.app.ranks.holds(season));
    expect(shop.app.ranks.size(season)).toBe(MEMBERS);
  });

  test('show a member who has just been recorded on this node at once', async () => {
    const [season = ''] = seasons;
    await shop.app.ranks.prepare(season);
    const kim = await shop.enrol({ displayName: 'Kim' });
    const places = [];
    for (let round = 1; round <= 5; round += 1) {
      await shop.record({ type: 'review', memberId: kim });
      const [better] = await shop.sql<{ count: number }>(
        'select count(*)::int as count from scores where season_id = $1 and score > $2',
        [season, round],
      );
      places.push([(await boards.entry(kim))?.rank, (await boards.read()).size, 1 + (better?.count ?? 0)]);
    }
    expect(places.map(([rank, size]) => [rank, size])).toEqual(places.map(([, , rank]) => [rank, MEMBERS + 1]));
  });

  test('of a season that is closed or counted anew are dropped, and the next one is read when it is asked for', async () => {
    await boards.offer({ code: 'monthly', period: 'MONTH' });
    await review(shop.app, members.slice(0, 3));
    const { season: closing } = await boards.read('monthly');
    await shop.app.ranks.prepare(closing.id);
    expect((await boards.close('monthly')).userErrors).toEqual([]);
    await shop.app.settled();
    expect(shop.app.ranks.holds(closing.id)).toBe(false);
    await review(shop.app, members.slice(0, 2));
    const { season: next } = await boards.read('monthly');
    expect(next.id).not.toBe(closing.id);
    await expectSame(shop.app, next.id);
    await boards.offer({ code: 'monthly', period: 'MONTH', activityTypes: ['purchase'] });
    await eventually('the board is counted anew', async () => (await boards.read('monthly')).size === 0);
    await expectSame(shop.app, next.id);
  });

  test('that do not fit what changed are thrown away and read again', async () => {
    const [season = '', other = ''] = seasons;
    await Promise.all(seasons.map((each) => shop.app.ranks.prepare(each)));
    shop.app.ranks.follow([eventOf(SCORES_CHANGED, { changes: [[season, members[0], 999_999, 1_000_000, 0]] })]);
    expect([season, other].map((each) => shop.app.ranks.holds(each))).toEqual([false, true]);
    await expectSame(shop.app, season);
  });

  test('take no more memory than they may: the season not asked for longest goes first', async () => {
    const { work, log, reader } = shop.app.core;
    const ranks = new BoardRanks({ work, log, fallback: new SqlRanks(reader), mostBytes: 4_000 });
    const [first = '', next = ''] = seasons;
    await ranks.prepare(first);
    await ranks.prepare(next);
    await ranks.prepare(first);
    await ranks.prepare((await boards.read('monthly')).season.id);
    expect([first, next].map((season) => ranks.holds(season))).toEqual([true, false]);
    expect(ranks.bytes).toBeLessThanOrEqual(4_000);
    await ranks.stop();
  });

  test('that cannot be read leave the question to SQL, and stop asking the database for a while', async () => {
    const { work, log, reader } = shop.app.core;
    const ranks = new BoardRanks({ work, log, fallback: new SqlRanks(reader) });
    await expect(ranks.prepare('no uuid')).rejects.toThrow('could not be read');
    const [season = ''] = seasons;
    expect(await ranks.size(season)).toBe(MEMBERS + 1);
    expect(ranks.holds(season)).toBe(false);
    await eventually('it reads again', async () => {
      await ranks.size(season);
      return ranks.holds(season);
    });
    await ranks.stop();
  });
});
