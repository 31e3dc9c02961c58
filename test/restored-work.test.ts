import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyGoals } from '../src/features/filling/index.ts';
import { verifyScores } from '../src/features/leaderboards/verify-scores.ts';
import { verifyLedger } from '../src/features/points/verify-ledger.ts';
import { verifyReferrals } from '../src/features/referrals/index.ts';
import { backup } from '../src/platform/database/backup.ts';
import { restore } from '../src/platform/database/restore.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { eventually } from './support/platform.ts';
import { type Person, ReferralsStage } from './value/referrals-stage.ts';

/** A server that runs no jobs: everything it owes stays owed. */
let stage: ReferralsStage;
let directory: string;
let restored: TestDatabase;
let file: string;

beforeAll(async () => {
  stage = await ReferralsStage.open({ config: { role: 'api' } });
  directory = await mkdtemp(join(tmpdir(), 'pokal-restored-'));
  file = join(directory, 'club.backup');
  restored = await createTestDatabase({ empty: true });
  await owe();
});

afterAll(async () => {
  await stage.shop.close();
  await restored.drop();
  await rm(directory, { recursive: true, force: true });
});

/** A referral that counts, a season with prizes, a community that is there, and a badge and a tier for what was before. */
async function owe(): Promise<void> {
  const { shop } = stage;
  await stage.offer({ refereePoints: 20 });
  const people = await stage.row(3);
  const [anna, bo, cleo] = people as [Person, Person, Person];
  await shop.save('Leaderboard', {
    ...{ code: 'reviews', name: 'Reviews', metric: 'ACTIVITY_COUNT', period: 'MONTH', activityTypes: ['review'] },
    prizes: [{ fromRank: 1, toRank: 1, points: 500 }],
  });
  const goal = { activityTypes: ['share'], measure: 'COUNT', target: '2' };
  await shop.save('Challenge', { code: 'together', name: 'Together', mode: 'COMMUNITY', goal, points: 7 });
  await shop.record({ type: 'review', memberId: anna.id });
  for (const { id } of [anna, bo]) await shop.record({ type: 'share', memberId: id });
  await stage.buy(cleo);
  const once = { activityTypes: ['review'], measure: 'COUNT', target: '1' };
  await shop.save('Badge', { code: 'reviewer', name: 'Reviewer', description: 'Has reviewed.', goal: once });
  await shop.save('Tier', { code: 'buyer', name: 'Buyer', rank: 1, metric: 'VALUE_SPENT', threshold: '50' });
  const close =
    'mutation { closeSeason(input: { idempotencyKey: "close", leaderboard: "reviews" }) { userErrors { code message } } }';
  expect(await shop.admin.data(close)).toEqual({ closeSeason: { userErrors: [] } });
}

type Query = TestApp['core']['reader']['query'];

/** What was given to whom, in an order of its own. */
async function givenIn(query: Query): Promise<unknown[]> {
  return query(
    `select member_id::text as member, rule_kind || ' ' || rule_code as cause, points::text as what from ledger_entries
     union all select member_id::text, badge_code, 'badge' from badge_awards
     union all select member_id::text, challenge_code, 'completed' from challenge_completions
     union all select member_id::text, tier, 'tier' from tier_standings
     union all select referral_id::text, member_id::text, 'reward' from referral_rewards
     union all select season_id::text, member_id::text, 'prize' from season_prizes
     order by 1, 2, 3`,
  );
}

async function everythingIsDone({ core }: TestApp): Promise<void> {
  const { query } = core.reader;
  await eventually('nothing is owed', async () => (await query('select from owed_jobs')).length === 0, 60_000);
}

async function expectAgreement({ core: { orm } }: TestApp): Promise<void> {
  for (const verify of [verifyLedger, verifyScores, verifyGoals, verifyReferrals]) {
    expect((await verify(orm)).differences).toEqual([]);
  }
}

test('what was owed when a backup was made is done after it was restored, once, and as it would have been', async () => {
  const { databaseUrl, core } = stage.shop.app;
  const owed = await stage.shop.sql<{ name: string }>('select name from owed_jobs order by name');
  expect(owed.map(({ name }) => name)).toEqual([
    ...['challenges.pay-community', 'goals.fill', 'leaderboards.pay-prizes', 'referrals.pay', 'tiers.fill'],
  ]);
  const before = await givenIn(core.reader.query);
  await backup(databaseUrl, file);
  await restore(restored.url, file);

  const nodes = await Promise.all([1, 2].map(() => startTestApp({ databaseUrl: restored.url })));
  for (const node of nodes) await everythingIsDone(node);
  const given = await givenIn((nodes[0] as TestApp).core.reader.query);
  await expectAgreement(nodes[0] as TestApp);
  await Promise.all(nodes.map((node) => node.stop()));
  // 3 referral rewards with their entries, a prize with its own, 2 paid for the community, a badge and a tier.
  expect(given.length - before.length).toBe(3 * 2 + 2 + 2 * 2 + 1 + 1);

  const again = await startTestApp({ databaseUrl: restored.url });
  await everythingIsDone(again);
  expect(await givenIn(again.core.reader.query)).toEqual(given);
  await again.stop();

  const worker = await startTestApp({ databaseUrl, config: { role: 'worker' } });
  await everythingIsDone(worker);
  expect(await givenIn(worker.core.reader.query)).toEqual(given);
  await worker.stop();
});
