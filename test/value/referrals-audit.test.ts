import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { verifyReferrals } from '../../src/features/referrals/index.ts';
import { newId } from '../../src/platform/ids.ts';
import { type Person, ReferralsStage } from './referrals-stage.ts';

let stage: ReferralsStage;
/** Anna recommended Bo, Bo recommended Cleo, and Cleo has bought something. */
let [anna, , cleo]: Person[] = [];
let paid: string;
/** Dan came through Anna and has done nothing yet. */
let waiting: string;

beforeAll(async () => {
  stage = await ReferralsStage.open();
});

afterAll(() => stage.shop.close());

beforeEach(async () => {
  await stage.offer({ refereePoints: 20 });
  [anna, , cleo] = await stage.row(3);
  const dan = await stage.person(anna?.referralCode);
  await stage.buy(cleo as Person);
  paid = (await stage.rewarded(cleo as Person)).id;
  waiting = (await stage.cameBy(dan)).id;
});

async function findings(): Promise<string[]> {
  const { differences } = await verifyReferrals(stage.shop.app.core.orm);
  return differences.map(({ check }) => check);
}

/** What the audit finds while something was changed behind the server's back; the change is undone. */
async function foundWhile(change: string, undo: string, values: unknown[]): Promise<string[]> {
  await stage.shop.sql(change, values);
  const found = await findings();
  await stage.shop.sql(undo, values);
  expect(await findings()).toEqual([]);
  return found;
}

const whileReferral = (id: string, set: string, undo: string) =>
  foundWhile(`update referrals set ${set} where id = $1`, `update referrals set ${undo} where id = $1`, [id]);

interface Reward {
  member_id: string;
  depth: number;
  entry_id: string;
  points: number;
}

async function rewardAt(depth: number): Promise<Reward> {
  const [reward] = await stage.shop.sql<Reward>(
    'select member_id, depth, entry_id, points from referral_rewards where referral_id = $1 and depth = $2',
    [paid, depth],
  );
  if (reward === undefined) throw new Error(`Nothing was paid for level ${depth}.`);
  return reward;
}

/** What the audit finds while a reward is another one. */
async function whileReward(depth: number, other: Partial<Reward>): Promise<string[]> {
  const before = await rewardAt(depth);
  const after = { ...before, ...other };
  const set = async (from: Reward, to: Reward) =>
    stage.shop.sql(
      `update referral_rewards set member_id = $3, depth = $4, entry_id = $5, points = $6
       where referral_id = $1 and member_id = $2`,
      [paid, from.member_id, to.member_id, to.depth, to.entry_id, to.points],
    );
  await set(before, after);
  const found = await findings();
  await set(after, before);
  expect(await findings()).toEqual([]);
  return found;
}

/** What the audit finds while one reward is gone. */
async function foundWithout(depth: number): Promise<string[]> {
  const { member_id, entry_id, points } = await rewardAt(depth);
  return foundWhile(
    'delete from referral_rewards where referral_id = $1 and member_id = $2 and (depth, entry_id, points) = ($3, $4, $5)',
    'insert into referral_rewards (referral_id, member_id, depth, entry_id, points) values ($1, $2, $3, $4, $5)',
    [paid, member_id, depth, entry_id, points],
  );
}

test('the audit of referrals passes what waits, what was paid and what was turned down', async () => {
  const before = (await verifyReferrals(stage.shop.app.core.orm)).referrals;
  const eve = await stage.person(anna?.referralCode);
  await stage.review((await stage.cameBy(eve)).id, 'REJECT');
  expect(await verifyReferrals(stage.shop.app.core.orm)).toEqual({
    referrals: before + 1,
    differences: [],
    truncated: false,
  });
});

test('the audit of referrals finds rewards and entries that do not belong together', async () => {
  expect(await whileReward(2, { points: 49 })).toEqual(['reward']);
  expect(await whileReward(1, { entry_id: newId() })).toEqual(['reward', 'entry']);
  // Bo's reward names Anna's entry: it is not his, is named twice, and his own is named by nobody.
  const { entry_id } = await rewardAt(2);
  expect(await whileReward(1, { entry_id })).toEqual(['reward', 'entry', 'entry']);
});

test('the audit of referrals finds pay for what does not count, and states that contradict themselves', async () => {
  expect(await whileReferral(paid, "status = 'PENDING'", "status = 'REWARDED'")).toEqual(['state']);
  expect(await whileReferral(paid, "status = 'REJECTED'", "status = 'REWARDED'")).toEqual(['state']);
  expect(await whileReferral(paid, "status = 'FLAGGED'", "status = 'REWARDED'")).toEqual(['state']);
  expect(await whileReferral(waiting, 'points = 5', 'points = 0')).toEqual(['state']);
  expect(await whileReferral(waiting, 'rewarded_at = now()', 'rewarded_at = null')).toEqual(['state']);
  // Nothing says by which version it was paid, so that nothing was due.
  expect(await whileReferral(paid, 'program_version = null', 'program_version = 1')).toEqual([
    ...['state', 'level', 'level', 'level'],
  ]);
});

test('the audit of referrals finds who was paid in the place of another, or twice', async () => {
  const [kim] = await stage.row(1);
  const instead = { member_id: kim?.id ?? '' };
  expect(await whileReward(1, instead)).toEqual(['reward', 'chain']);
  expect(await whileReward(0, instead)).toEqual(['reward', 'chain']);
  // Level 1 twice, once for somebody who is not level 1.
  expect(await whileReward(2, { depth: 1 })).toEqual(['chain', 'chain', 'points']);
});

test('the audit of referrals finds what was paid too high or not at all', async () => {
  expect(await whileReferral(paid, 'points = 99', 'points = 100')).toEqual(['points']);
  expect(await foundWithout(0)).toEqual(['entry', 'unpaid']);
  expect(await foundWithout(1)).toEqual(['entry', 'points', 'unpaid']);
  const lower = (levels: string) =>
    `update configuration_versions set definition = jsonb_set(definition::jsonb, '{levels}', '${levels}')
     where kind = 'referral-program' and version = (select program_version from referrals where id = $1)`;
  expect((await foundWhile(lower('[90, 50, 10]'), lower('[100, 50, 10]'), [paid])).filter(isNew)).toEqual(['level']);

  function isNew(check: string, index: number, all: string[]): boolean {
    return all.indexOf(check) === index;
  }
});

test('the audit of referrals asks for no reward that a suspension stood in the way of', async () => {
  const suspend = `mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }`;
  const [, referrer, fresh] = await stage.row(3);
  for (const status of ['SUSPENDED', 'ACTIVE']) {
    if (status === 'ACTIVE') await stage.buy(fresh as Person).then(() => stage.rewarded(fresh as Person));
    await stage.shop.staff.data(suspend, { input: { memberId: referrer?.id, status, reason: 'A test' } });
  }
  expect((await stage.cameBy(fresh as Person)).points).toBe(0);
  expect(await findings()).toEqual([]);
});

test('the audit of referrals leaves the rewards of what was reversed alone, unless more was taken back than given', async () => {
  const reversed = "status = 'REVERSED', reversed_at = now()";
  expect(await whileReferral(paid, reversed, "status = 'REWARDED', reversed_at = null")).toEqual([]);
  expect(await whileReferral(waiting, "status = 'REVERSED'", "status = 'PENDING'")).toEqual([]);
  const takeBack = (points: number) =>
    stage.shop.sql(
      `insert into ledger_entries (id, member_id, kind, points, balance_after, reason, reverses_id, active_at, occurred_at, recorded_at)
       select $2, member_id, 'REVERSE', $3, 0, 'A test', entry_id, now(), now(), now()
       from referral_rewards where referral_id = $1 and depth = 1`,
      [paid, newId(), points],
    );
  await takeBack(-100);
  expect(await findings()).toEqual([]);
  await takeBack(-1);
  expect(await findings()).toEqual(['reversal']);
});
