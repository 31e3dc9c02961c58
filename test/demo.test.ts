import { expect, test } from '@jest/globals';
import { drawClub, Trickle } from '../src/demo/club.ts';
import { tiers } from '../src/demo/game.ts';
import { CLUB_AGE_MS, DAY_MS } from '../src/demo/members.ts';
import { campaignsAround, program, rules } from '../src/demo/program.ts';
import { Random } from '../src/demo/random.ts';
import { QUALIFYING_KRONOR } from '../src/demo/referrals.ts';
import { drawRefunds, findLoneBuyer, isRefundSlot } from '../src/demo/refunds.ts';
import { rewards } from '../src/demo/rewards.ts';
import { compileCondition, compileMemberCondition } from '../src/rules/expressions.ts';

const until = Date.UTC(2026, 10, 21, 12);
const club = drawClub({ seed: 'test', members: 800, until });

function countBy<Item>(items: readonly Item[], key: (item: Item) => string | number): Map<string | number, number> {
  const counts = new Map<string | number, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

test('the same seed and present give the same club, to the letter; another seed gives another', () => {
  expect(drawClub({ seed: 'test', members: 800, until })).toEqual(club);
  const other = drawClub({ seed: 'other', members: 800, until });
  expect(other.members[0]).not.toEqual(club.members[0]);
});

test('the numbers of chance are spread evenly', () => {
  const random = new Random('even');
  const counts = countBy(
    Array.from({ length: 10_000 }, () => random.whole(1, 10)),
    (drawn) => drawn,
  );
  for (let face = 1; face <= 10; face += 1) expect(Math.abs((counts.get(face) ?? 0) - 1_000)).toBeLessThan(150);
  expect(() => random.pick([])).toThrow(RangeError);
  expect(() => random.weighted([0, 0])).toThrow(RangeError);
});

test('there are exactly as many members and activities as asked for', () => {
  expect(club.members).toHaveLength(800);
  expect(club.activities).toHaveLength(9_600);
  expect(drawClub({ seed: 'test', members: 50, activities: 777, until }).activities).toHaveLength(777);
});

test('external ids, e-mail addresses and idempotency keys are unique, and addresses are of example domains only', () => {
  const addresses = club.members.flatMap((member) => member.email ?? []);
  expect(new Set(addresses).size).toBe(addresses.length);
  for (const address of addresses) expect(address).toMatch(/^[a-z0-9.-]+@example\.(se|com)$/);
  expect(new Set(club.members.map((member) => member.externalId)).size).toBe(800);
  expect(new Set(club.activities.map((activity) => activity.idempotencyKey)).size).toBe(9_600);
});

test('everything happens in order, after the member joined, within three years and not in the future', () => {
  const joined = new Map(club.members.map((member) => [member.externalId, member.joinedAt]));
  let last = 0;
  for (const { memberExternalId, occurredAt } of club.activities) {
    expect(occurredAt).toBeGreaterThanOrEqual(Math.max(last, joined.get(memberExternalId) ?? until));
    last = occurredAt;
  }
  expect(last).toBeLessThanOrEqual(until);
  expect(Math.min(...joined.values())).toBeGreaterThan(until - CLUB_AGE_MS - 3 * DAY_MS);
});

test('a few members are far more active than the rest', () => {
  const counts = [...countBy(club.activities, (activity) => activity.memberExternalId).values()].sort((a, b) => b - a);
  const top = counts.slice(0, 80).reduce((sum, count) => sum + count, 0);
  expect(top / 9_600).toBeGreaterThan(0.3);
  expect(counts[400]).toBeLessThan(15);
});

test('skis sell in the cold half of the year and boats in the warm one', () => {
  const sold = (category: string, winter: boolean) =>
    club.activities.filter((activity) => {
      const month = new Date(activity.occurredAt).getUTCMonth();
      return (month >= 9 || month <= 2) === winter && activity.items.some((item) => item.category === category);
    }).length;
  expect(sold('skis', true)).toBeGreaterThan(3 * sold('skis', false));
  expect(sold('paddling', false)).toBeGreaterThan(1.5 * sold('paddling', true));
});

test('the value of a purchase is the sum of its items, and everything else has none', () => {
  for (const { type, value, items } of club.activities) {
    if (type !== 'purchase') {
      expect([value, items]).toEqual([null, []]);
      continue;
    }
    const sum = items.reduce((total, item) => total + Number(item.quantity) * Number(item.unitPrice.amount), 0);
    expect(value).toEqual({ amount: `${sum}.00`, currencyCode: program.currencyCode });
  }
});

test('every kind of activity has a rule, and every condition of the campaigns compiles', () => {
  const triggers = new Set(rules.map((rule) => rule.trigger));
  for (const { type } of club.activities) expect(triggers).toContain(type);
  const campaigns = campaignsAround(until);
  for (const { condition } of campaigns) expect(compileCondition(condition ?? 'true').source).toBe(condition);
  const [thisWeek] = campaigns;
  expect(thisWeek?.startsAt.toISOString()).toBe('2026-11-15T23:00:00.000Z');
  expect(thisWeek?.endsAt.toISOString()).toBe('2026-11-22T23:00:00.000Z');
});

test('there is a reward of every kind, from a coffee to a tour, and whom each is for compiles', () => {
  expect(new Set(rewards.map(({ kind }) => kind)).size).toBe(10);
  const costs = rewards.map(({ cost }) => cost);
  expect([Math.min(...costs), Math.max(...costs)]).toEqual([60, 6_000]);
  for (const { audience } of rewards) compileMemberCondition(audience ?? 'true');
  const known = tiers.map(({ code }) => code);
  for (const { minimumTier } of rewards) expect(known).toContain(minimumTier ?? 'bas');
});

test('some of the latest purchases come back, whole and in part, but none of the member that the demo signs in as', () => {
  const refunds = drawRefunds(club, until);
  expect(drawRefunds(drawClub({ seed: 'test', members: 800, until }), until)).toEqual(refunds);
  expect(refunds).toHaveLength(16);
  expect(new Set(refunds.map(({ fraction }) => fraction))).toEqual(new Set(['1', '0.5', '0.25']));
  const purchases = new Map(club.activities.map((activity) => [activity.idempotencyKey, activity]));
  for (const { purchase } of refunds) {
    const { type, occurredAt = 0, memberExternalId } = purchases.get(purchase) ?? {};
    expect(type).toBe('purchase');
    expect(occurredAt).toBeGreaterThan(until - 30 * DAY_MS);
    expect(memberExternalId).not.toBe('kund-00001');
  }
});

test('somebody whom a friend brought has bought just once for as much as makes a referral count', () => {
  const lone = findLoneBuyer(club, QUALIFYING_KRONOR);
  const own = club.activities.filter(({ memberExternalId }) => memberExternalId === lone?.memberExternalId);
  const counting = own.filter(({ value }) => Number(value?.amount ?? 0) >= QUALIFYING_KRONOR);
  expect(counting).toEqual([lone]);
  expect(findLoneBuyer({ ...club, activities: [] }, QUALIFYING_KRONOR)).toBeNull();
});

test('while a demo runs, something comes back in one slot of sixty or so', () => {
  const slots = Array.from({ length: 6_000 }, (_, index) => isRefundSlot({ name: `live-${index * 4_000}` }));
  expect(Math.abs(slots.filter(Boolean).length - 100)).toBeLessThan(40);
});

test('the trickle goes on with members of the club, under keys of its own', () => {
  const trickle = new Trickle('live', club.people);
  const drawn = Array.from({ length: 200 }, (_, index) => trickle.next(until + index));
  expect(new Set(drawn.map((activity) => activity.idempotencyKey)).size).toBe(200);
  const known = new Set(club.members.map((member) => member.externalId));
  for (const { memberExternalId, occurredAt } of drawn) {
    expect(known).toContain(memberExternalId);
    expect(occurredAt).toBeGreaterThanOrEqual(until);
  }
});
