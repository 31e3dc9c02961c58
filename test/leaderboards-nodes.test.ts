import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Shop } from './recording/shop.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import { type Boards, openBoards } from './support/boards.ts';
import type { Client } from './support/client.ts';

let shop: Shop;
let boards: Boards;
let other: TestApp;
let ids: string[];
/** Staff at each of the two nodes. */
let nodes: Client[];

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
  nodes = [shop.staff, other.client({ role: 'STAFF' })];
  ids = [];
  for (let index = 0; index < 8; index += 1) ids.push(await shop.enrol({ displayName: `Member ${index}` }));
});

afterAll(async () => {
  await other.stop();
  await shop.close();
});

function travelTo(instant: string): void {
  boards.travelTo(instant);
  other.clock.advance(shop.app.clock.now() - other.clock.now());
}

/** Begins recording reviews at both nodes, `rounds` batches each, at these instants in turn. */
async function recordEverywhere(rounds: number, instants: readonly string[]): Promise<void> {
  const batches = nodes.flatMap((client, node) =>
    Array.from({ length: rounds }, (_, round) =>
      shop.recordMany(
        ids.map((memberId, index) => ({
          ...{ type: 'review', memberId },
          occurredAt: instants[(node + round + index) % instants.length],
        })),
        client,
      ),
    ),
  );
  await Promise.all(batches);
}

/** The sums of all changes that were announced, by season and member, in the order of the outbox. */
async function announced() {
  return shop.sql<{
    type: string;
    payload: { seasonId?: string; changes?: [string, string, number | null, number][] };
  }>(`select type, payload from outbox where type in ('ScoresChanged', 'SeasonClosed') order by xid, seq`);
}

test('the first activities of a new day, at two nodes at once, open one season and are all counted', async () => {
  travelTo('2027-05-01T10:00:00Z');
  await boards.offer({ period: 'DAY', prizes: [{ fromRank: 1, toRank: 8, points: 1 }] });
  travelTo('2027-05-03T10:00:00Z');
  await recordEverywhere(6, ['2027-05-03T09:00:00Z', '2027-05-03T08:00:00Z']);
  expect(await boards.seasons()).toHaveLength(2);
  expect((await boards.read()).entries.edges.map(({ node }) => node.score)).toEqual(ids.map(() => 12));
  await shop.expectCleanLedger();
});

test('nothing is added to a season after it was closed, while two nodes record into it and both close it', async () => {
  travelTo('2027-05-03T22:00:01Z');
  const { season } = await boards.read('reviewers');
  const [, ended] = await boards.seasons();
  const recording = recordEverywhere(30, ['2027-05-03T21:59:59.999Z', '2027-05-03T22:00:00Z']);
  await Promise.all([shop.app, other, shop.app, other].map((app) => app.core.seasons.closeDue()));
  await recording;

  const over = new Set<string>();
  const sums = new Map<string, number>();
  for (const { type, payload } of await announced()) {
    if (type === 'SeasonClosed') {
      expect(over.has(payload.seasonId ?? '')).toBe(false);
      over.add(payload.seasonId ?? '');
    }
    for (const [seasonId, memberId, before, after] of payload.changes ?? []) {
      expect(over.has(seasonId)).toBe(false);
      expect(before).toBe(sums.get(seasonId + memberId) ?? null);
      sums.set(seasonId + memberId, after);
    }
  }
  expect(over.has(ended?.id ?? '')).toBe(true);
  expect(over.has(season.id)).toBe(false);
  const kept = await shop.sql<{ key: string; score: string }>(
    'select season_id || member_id::text as key, score from scores',
  );
  expect(new Map(kept.map(({ key, score }) => [key, Number(score)]))).toEqual(sums);
  // 30 batches of 8 at two nodes, half of them in the new day.
  const fresh = await boards.read();
  expect(fresh.entries.edges.reduce((sum, { node }) => sum + node.score, 0)).toBe(240);
  await shop.expectCleanLedger();
});

test('members win once, whichever node pays', async () => {
  const [season] = await shop.sql<{ id: string }>(
    `select season_id as id from scores join seasons s on s.id = season_id where closed_at is not null limit 1`,
  );
  const job = {
    seasonId: season?.id ?? '',
    rule: { kind: 'leaderboard', code: 'reviewers', version: 1, name: 'Reviewers' },
    ranking: 'COMPETITION' as const,
    prizes: [{ fromRank: 1, toRank: 8, points: 1, badge: null }],
  };
  const apps = [shop.app, other, shop.app, other];
  await Promise.all(apps.map((app) => app.core.seasons.payPrizes(job)));
  const entries = await shop.sql<{ count: number }>(
    `select count(*)::int as count from ledger_entries where rule_kind = 'leaderboard' group by member_id`,
  );
  expect(entries).toEqual(ids.map(() => ({ count: 1 })));
  await shop.expectCleanLedger();
});
