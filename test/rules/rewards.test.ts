import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyWallet, type WalletFigures, walletAfterActivation, walletAfterExpiry } from '../../src/rules/lots.ts';
import { refunded } from '../../src/rules/refunds.ts';
import {
  availabilityOf,
  type Buyer,
  outlookOf,
  type RewardTerms,
  stockLeft,
  type TimedLot,
} from '../../src/rules/rewards.ts';

const NOW = Date.UTC(2026, 10, 22);
const HOUR = 3_600_000;

const REWARD: RewardTerms = {
  ...{ name: 'Coffee', status: 'ACTIVE', cost: 100, stock: 3, perMember: 2, startsAt: NOW - HOUR, endsAt: NOW + HOUR },
  minimumTier: { code: 'silver', name: 'Silver', rank: 2 },
};
const BUYER: Buyer = {
  status: 'ACTIVE',
  inAudience: true,
  rank: 2,
  redeemed: 1,
  spendable: 100,
  owed: 0,
  prospects: [],
};

/** What keeps somebody from a reward, with the changes that bring it about, in the order in which it is looked at. */
const OBSTACLES: [string, Partial<RewardTerms>, Partial<Buyer>, number][] = [
  ['MEMBER_NOT_ACTIVE', {}, { status: 'SUSPENDED' }, 0],
  ['NOT_STARTED', { startsAt: NOW + 1 }, {}, 0],
  ['ENDED', { endsAt: NOW, startsAt: null }, {}, 0],
  ['NOT_ELIGIBLE', {}, { inAudience: false }, 0],
  ['TIER_REQUIRED', {}, { rank: 1 }, 0],
  ['LIMIT_REACHED', {}, { redeemed: 2 }, 0],
  ['OUT_OF_STOCK', {}, {}, 3],
  ['INSUFFICIENT_POINTS', {}, { spendable: 99 }, 0],
];

describe('a reward', () => {
  test('is available to whom nothing stands in the way, to the last piece, point and turn', () => {
    expect(availabilityOf(REWARD, 2, BUYER, NOW)).toEqual({
      ...{ available: true, code: null, reason: null, missingPoints: null, nextPossibleAt: null, details: null },
    });
  });

  test.each(OBSTACLES)('is refused with %s', (code, reward, buyer, issued) => {
    const { reason, ...answer } = availabilityOf({ ...REWARD, ...reward }, issued, { ...BUYER, ...buyer }, NOW);
    expect(answer).toMatchObject({ available: false, code });
    expect(reason).toMatch(/^[“A-Z].*\.$/);
  });

  test('names the first obstacle of those there are, in the documented order', () => {
    for (let first = 0; first < OBSTACLES.length; first += 1) {
      // Once it has ended it cannot also start later.
      const present = OBSTACLES.slice(first).filter(([code]) => first > 1 || code !== 'ENDED');
      const reward = Object.assign({ ...REWARD }, ...present.map(([, change]) => change));
      const buyer = Object.assign({ ...BUYER }, ...present.map(([, , change]) => change));
      const issued = Math.max(...present.map(([, , , count]) => count));
      expect(availabilityOf(reward, issued, buyer, NOW).code).toBe(OBSTACLES[first]?.[0]);
    }
  });

  test.each(['DRAFT', 'PAUSED', 'ARCHIVED'] as const)('that is %s is for nobody', (status) => {
    const answer = availabilityOf({ ...REWARD, status }, 0, BUYER, NOW);
    expect(answer).toMatchObject({ code: 'NOT_ELIGIBLE', details: { rewardStatus: status } });
  });

  test('says of nobody in particular only what holds for everybody', () => {
    expect(availabilityOf(REWARD, 0, null, NOW)).toMatchObject({ available: true, missingPoints: null });
    expect(availabilityOf(REWARD, 3, null, NOW).code).toBe('OUT_OF_STOCK');
    expect(availabilityOf({ ...REWARD, startsAt: NOW + HOUR }, 0, null, NOW)).toMatchObject({
      ...{ code: 'NOT_STARTED', nextPossibleAt: NOW + HOUR },
    });
  });

  test('says how many points are missing also where something else stands in the way', () => {
    const answer = availabilityOf(REWARD, 0, { ...BUYER, rank: null, spendable: 30 }, NOW);
    expect(answer).toMatchObject({ code: 'TIER_REQUIRED', missingPoints: 70, details: { tier: 'silver' } });
  });

  test('asks of whoever owes points for those too', () => {
    const answer = availabilityOf(REWARD, 0, { ...BUYER, spendable: 0, owed: 40 }, NOW);
    expect(answer).toMatchObject({
      ...{ code: 'INSUFFICIENT_POINTS', missingPoints: 140, details: { active: 0, deficit: 40, cost: 100 } },
      reason: expect.stringContaining('140 points are missing, 40 of them'),
    });
  });

  test('says when enough points will have become active, unless that is after its end', () => {
    const prospects = [
      { at: NOW + 5, spendable: 90 },
      { at: NOW + 9, spendable: 120 },
    ];
    const buyer = { ...BUYER, spendable: 60, prospects };
    expect(availabilityOf(REWARD, 0, buyer, NOW).nextPossibleAt).toBe(NOW + 9);
    expect(availabilityOf({ ...REWARD, endsAt: NOW + 9 }, 0, buyer, NOW).nextPossibleAt).toBeNull();
    expect(availabilityOf({ ...REWARD, cost: 121 }, 0, buyer, NOW).nextPossibleAt).toBeNull();
  });

  test('of a stock of 0 has none left, and of an omitted one without end', () => {
    expect(availabilityOf({ ...REWARD, stock: 0 }, 0, BUYER, NOW).code).toBe('OUT_OF_STOCK');
    expect(availabilityOf({ ...REWARD, stock: null }, 1_000_000, BUYER, NOW).available).toBe(true);
    expect([stockLeft({ stock: 0 }, 0), stockLeft({ stock: 5 }, 7), stockLeft({ stock: null }, 7)]).toEqual([
      0,
      0,
      null,
    ]);
  });
});

const lots = fc.array(
  fc.record({
    remaining: fc.integer({ min: 0, max: 500 }),
    activeAt: fc.integer({ min: NOW - 10, max: NOW + 10 }),
    lasts: fc.option(fc.integer({ min: 1, max: 15 })),
  }),
  { maxLength: 12 },
);

/** What the ledger's own arithmetic leaves by then of lots that are all pending at first. */
function settledAt(all: readonly TimedLot[], deficit: number, at: number) {
  const pending = all.reduce((sum, { remaining }) => sum + remaining, 0);
  let wallet: WalletFigures = { ...emptyWallet, deficit, pending, lifetimeEarned: pending, lifetimeReversed: deficit };
  const expiries: { at: number; points: number }[] = [];
  const expire = (until: number) => {
    const [due, later] = [expiries.filter((one) => one.at < until), expiries.filter((one) => one.at >= until)];
    for (const { points } of due) wallet = walletAfterExpiry(wallet, points);
    expiries.splice(0, expiries.length, ...later);
  };
  const filled = all.filter((lot) => lot.remaining > 0 && lot.activeAt <= at);
  for (const lot of filled.toSorted((left, right) => left.activeAt - right.activeAt)) {
    expire(lot.activeAt);
    const after = walletAfterActivation(wallet, lot.remaining);
    wallet = after.wallet;
    if (lot.expiresAt !== null && after.remaining > 0) expiries.push({ at: lot.expiresAt, points: after.remaining });
  }
  expire(at + 1);
  return { active: wallet.active, deficit: wallet.deficit };
}

test('the outlook of a wallet is at every moment what the ledger would make of its lots and of what is owed', () => {
  fc.assert(
    fc.property(lots, fc.integer({ min: 0, max: 300 }), (drawn, deficit) => {
      const all = drawn.map(({ lasts, ...lot }) => ({
        ...lot,
        expiresAt: lasts === null ? null : lot.activeAt + lasts,
      }));
      const { spendable, owed, prospects } = outlookOf(all, deficit, NOW);
      expect({ active: spendable, deficit: owed }).toEqual(settledAt(all, deficit, NOW));
      for (const { at, spendable: later } of prospects)
        expect([at, later]).toEqual([at, settledAt(all, deficit, at).active]);
    }),
  );
});

test('a refund gives every lot what it had paid, but for what is owed, and the wallet balances', () => {
  const uses = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(uses, fc.integer({ min: 0, max: 300 }), (taken, deficit) => {
      const paid = taken.map((points, index) => ({ lotId: `lot-${index}`, points }));
      const points = taken.reduce((sum, one) => sum + one, 0);
      const emptied = paid.map(({ lotId, points: room }) => ({
        ...{ id: lotId, room, remaining: 0, activeAt: NOW, expiresAt: null },
      }));
      const before = { ...emptyWallet, deficit, lifetimeEarned: 900, lifetimeSpent: 900, lifetimeReversed: deficit };
      const { wallet, uses: back } = refunded(before, paid, emptied);
      const returned = back.reduce((sum, use) => sum + use.points, 0);
      expect(returned).toBe(Math.max(0, points - deficit));
      expect(wallet).toMatchObject({
        active: returned,
        lifetimeSpent: 900 - points,
        deficit: deficit - (points - returned),
      });
      for (const use of back) {
        expect(use.points).toBeGreaterThan(0);
        expect(use.points).toBeLessThanOrEqual(paid.find(({ lotId }) => lotId === use.lotId)?.points ?? 0);
      }
    }),
  );
});
