import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { payCommunity } from '../../src/features/challenges/challenges.payment.ts';
import { PAY_COMMUNITY, type PayCommunity } from '../../src/features/challenges/index.ts';
import { newId } from '../../src/platform/ids.ts';
import type { UnitOfWork } from '../../src/platform/tx.ts';
import type { Shop } from '../recording/shop.ts';
import { ChallengesStage, count } from './challenges.stage.ts';

/** A server that runs no jobs, so that the test does, as often and as badly as it likes. */
let stage: ChallengesStage;
let shop: Shop;
let code: string;
let type: string;

beforeAll(async () => {
  stage = await ChallengesStage.open({ config: { role: 'api' } });
  shop = stage.shop;
});

afterAll(() => shop.close());

beforeEach(async () => {
  type = `t-${newId()}`;
  code = `together-${newId()}`;
  await shop.save('ActivityType', { code: type, name: type });
});

/** The payment that was enqueued when this test's challenge was completed. */
async function enqueued(): Promise<PayCommunity> {
  const jobs = await shop.sql<{ data: PayCommunity }>(
    `select data from pgboss.job where name = $1 and data -> 'rule' ->> 'code' = $2`,
    [PAY_COMMUNITY, code],
  );
  const [job] = jobs;
  if (job === undefined || jobs.length > 1) throw new Error(`${jobs.length} payments were enqueued.`);
  return job.data;
}

/** Lets so many new members contribute one activity each, at once. */
async function contribute(members: number): Promise<void> {
  const prefix = newId();
  const activities = Array.from({ length: members }, (_, index) => {
    return { type, memberExternalId: `${prefix}-${index}`, enrollIfUnknown: true };
  });
  const { recorded } = await shop.recordMany(activities);
  expect(recorded).toBe(members);
}

/** How often each contributor was paid points, awarded the badge and told: the different answers. */
async function outcomes(): Promise<string[]> {
  const rows = await shop.sql<{ outcome: string }>(
    `select distinct concat_ws(' ',
       (select count(*) from ledger_entries e where e.member_id = c.member_id and e.rule_code = $1),
       (select count(*) from badge_awards a where a.member_id = c.member_id and a.badge_code = $1),
       (select count(*) from outbox o where o.member_id = c.member_id and o.type = 'ChallengeCompleted')) as outcome
     from challenge_contributions c where c.challenge_code = $1`,
    [code],
  );
  return rows.map(({ outcome }) => outcome).sort();
}

describe('paying a community challenge', () => {
  test('goes on where it was killed, and pays everybody points, badge and event once, however often it is run', async () => {
    await stage.badge(code);
    await stage.offer({ code, name: 'Many', mode: 'COMMUNITY', goal: count(type, 450), points: 3, badge: code });
    await contribute(450);
    const job = await enqueued();
    // Only whose activity was the last knows yet.
    expect(await outcomes()).toEqual(['0 0 0', '0 0 1']);
    const { work, reader } = shop.app.core;
    let turns = 0;
    const dying: UnitOfWork = {
      read: (reading) => work.read(reading),
      run: (scope, unit) =>
        work.run(scope, async (tx) => {
          const result = await unit(tx);
          turns += 1;
          // The second turn has written everything when its process dies before the commit.
          if (turns === 2) throw new Error('killed');
          return result;
        }),
    };
    await expect(payCommunity(dying, reader, job)).rejects.toThrow('killed');
    const completed = await shop.sql('select from challenge_completions where challenge_code = $1', [code]);
    // 200 of the first turn, and the row that says it was completed.
    expect(completed).toHaveLength(201);
    const paid = await Promise.all([1, 2, 3].map(() => payCommunity(work, reader, job)));
    expect(paid.reduce((sum, members) => sum + members, 0)).toBe(250);
    expect(await payCommunity(work, reader, job)).toBe(0);
    expect(await outcomes()).toEqual(['1 1 1']);
    await shop.expectCleanLedger();
  });

  test('pays what was promised when it was completed, whatever is saved before the payment', async () => {
    await stage.offer({ code, name: 'Promised', mode: 'COMMUNITY', goal: count(type, 2), points: 10 });
    await contribute(2);
    await stage.offer({ code, name: 'Stingy', mode: 'COMMUNITY', goal: count(type, 2), points: 1 });
    await shop.app.core.challenges.payCommunity(await enqueued());
    const entries = await shop.sql('select points, rule_version, rule_name from ledger_entries where rule_code = $1', [
      code,
    ]);
    expect(entries).toEqual([1, 2].map(() => ({ points: 10, rule_version: 1, rule_name: 'Promised' })));
  });

  test('leaves out who is suspended, and badges of which none is left', async () => {
    await stage.badge(code, { limit: 1 });
    await stage.offer({ code, name: 'Limited', mode: 'COMMUNITY', goal: count(type, 3), points: 10, badge: code });
    const suspended = await shop.enrol();
    await stage.record(suspended, { type });
    const document =
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
    await shop.staff.data(document, { input: { memberId: suspended, status: 'SUSPENDED', reason: 'A test' } });
    await contribute(2);
    expect(await shop.app.core.challenges.payCommunity(await enqueued())).toBe(2);
    const [badges] = await shop.sql('select count(*)::int as count from badge_awards where badge_code = $1', [code]);
    expect(badges).toEqual({ count: 1 });
    const paid = await shop.sql<{ member_id: string }>('select member_id from ledger_entries where rule_code = $1', [
      code,
    ]);
    expect(paid).toHaveLength(2);
    expect(paid.map(({ member_id }) => member_id)).not.toContain(suspended);
  });
});
