import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  balanced,
  balanceOf,
  compareLots,
  consume,
  emptyWallet,
  type Lot,
  type WalletFigures,
  walletAfterActivation,
  walletAfterCredit,
  walletAfterDebit,
  walletAfterExpiry,
} from '../../src/rules/lots.ts';

const lot = (id: string, remaining: number, activeAt: number, expiresAt: number | null): Lot => ({
  id,
  remaining,
  activeAt,
  expiresAt,
});

const lots = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 3 }),
    remaining: fc.nat(50),
    activeAt: fc.nat(5),
    expiresAt: fc.option(fc.nat(5)),
  }),
  { selector: ({ id }) => id, maxLength: 12 },
);

describe('spending', () => {
  test('takes from the lot that expires soonest, then from the older, then by id; what never expires comes last', () => {
    const all = [lot('d', 5, 1, null), lot('c', 5, 2, 20), lot('b', 5, 1, 20), lot('a', 5, 1, 20), lot('e', 5, 9, 10)];
    expect(consume(all, 22)).toEqual({
      uses: [
        { lotId: 'e', points: 5 },
        { lotId: 'a', points: 5 },
        { lotId: 'b', points: 5 },
        { lotId: 'c', points: 5 },
        { lotId: 'd', points: 2 },
      ],
      missing: 0,
    });
  });

  test('takes nothing when there is too little, and says how much is missing', () => {
    expect(consume([lot('a', 5, 0, null), lot('b', 3, 0, null)], 10)).toEqual({ uses: [], missing: 2 });
  });

  test('neither makes nor loses a point, never takes more than a lot holds, and leaves the lots as they were', () => {
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 400 }), (all, points) => {
        const before = structuredClone(all);
        const { uses, missing } = consume(all, points);
        const taken = uses.reduce((total, use) => total + use.points, 0);
        const held = all.reduce((total, { remaining }) => total + remaining, 0);
        expect(all).toEqual(before);
        expect(missing).toBe(Math.max(0, points - held));
        expect(taken).toBe(missing === 0 ? points : 0);
        for (const use of uses) {
          const source = all.find(({ id }) => id === use.lotId);
          expect(use.points > 0 && use.points <= (source?.remaining ?? 0)).toBe(true);
        }
      }),
    );
  });

  test('empties every lot before it touches a later one, whatever the order they are passed in', () => {
    fc.assert(
      fc.property(lots, fc.integer({ min: 1, max: 200 }), (all, points) => {
        const { uses } = consume(all, points);
        expect(consume([...all].reverse(), points).uses).toEqual(uses);
        const order = [...all].sort(compareLots).filter(({ remaining }) => remaining > 0);
        uses.forEach((use, index) => {
          expect(use.lotId).toBe(order[index]?.id);
          if (index < uses.length - 1) expect(use.points).toBe(order[index]?.remaining);
        });
      }),
    );
  });

  test('refuses anything that is not a positive whole number', () => {
    for (const points of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(() => consume([], points)).toThrow(RangeError);
  });
});

/** A wallet that owes so many points. */
function owing(deficit: number): WalletFigures {
  return { ...emptyWallet, deficit, lifetimeReversed: deficit };
}

describe('a wallet', () => {
  test('follows points from pending to active, spent and expired', () => {
    let { wallet } = walletAfterCredit<WalletFigures>(emptyWallet, 100, true);
    expect(wallet).toEqual({ ...emptyWallet, pending: 100, lifetimeEarned: 100 });
    ({ wallet } = walletAfterActivation(wallet, 60));
    wallet = walletAfterDebit(wallet, 25);
    wallet = walletAfterExpiry(wallet, 10);
    expect(wallet).toEqual({
      ...{ active: 25, pending: 40, deficit: 0 },
      ...{ lifetimeEarned: 100, lifetimeSpent: 25, lifetimeExpired: 10, lifetimeReversed: 0 },
    });
    expect(balanceOf(wallet)).toBe(65);
  });

  test('covers what it owes with what becomes spendable, and leaves only the rest in the lot', () => {
    expect(walletAfterCredit(owing(30), 20, false)).toMatchObject({ remaining: 0, wallet: { active: 0, deficit: 10 } });
    expect(walletAfterCredit(owing(30), 50, false)).toMatchObject({
      remaining: 20,
      wallet: { active: 20, deficit: 0 },
    });
  });

  test('covers nothing with pending points until they are activated', () => {
    const credited = walletAfterCredit(owing(30), 50, true);
    expect(credited).toMatchObject({ remaining: 50, wallet: { active: 0, pending: 50, deficit: 30 } });
    expect(balanceOf(credited.wallet)).toBe(20);
    expect(walletAfterActivation(credited.wallet, 50)).toMatchObject({
      ...{ remaining: 20, wallet: { active: 20, pending: 0, deficit: 0 } },
    });
  });

  test('never goes below zero', () => {
    const { wallet } = walletAfterCredit(emptyWallet, 10, false);
    expect(() => walletAfterDebit(wallet, 11)).toThrow(RangeError);
    expect(() => walletAfterExpiry(wallet, 11)).toThrow(RangeError);
    expect(() => walletAfterActivation(wallet, 1)).toThrow(RangeError);
  });

  test('that owes points beside spendable ones, or whose figures do not add up, is refused', () => {
    expect(() => balanced({ ...owing(5), active: 5, lifetimeEarned: 5 })).toThrow('beside');
    for (const figure of ['active', 'pending', 'lifetimeEarned', 'lifetimeSpent', 'lifetimeReversed'] as const) {
      expect(() => balanced({ ...emptyWallet, [figure]: 1 })).toThrow('does not balance');
    }
  });

  test('balances after any sequence of steps it accepts', () => {
    const steps = [
      (wallet: WalletFigures, points: number) => walletAfterCredit(wallet, points, points % 2 === 0).wallet,
      (wallet: WalletFigures, points: number) => walletAfterActivation(wallet, points).wallet,
      walletAfterDebit<WalletFigures>,
      walletAfterExpiry<WalletFigures>,
    ];
    const sequences = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 30 })));
    fc.assert(
      fc.property(fc.nat(60), sequences, (deficit, sequence) => {
        let wallet = owing(deficit);
        for (const [step, points] of sequence) {
          try {
            wallet = steps[step]?.(wallet, points) ?? wallet;
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
          const { active, pending, lifetimeEarned, lifetimeSpent, lifetimeExpired, lifetimeReversed } = wallet;
          expect(active + pending - wallet.deficit).toBe(
            lifetimeEarned - lifetimeSpent - lifetimeExpired - lifetimeReversed,
          );
          expect(Math.min(active, pending, wallet.deficit)).toBeGreaterThanOrEqual(0);
          expect(Math.min(active, wallet.deficit)).toBe(0);
        }
      }),
    );
  });
});
