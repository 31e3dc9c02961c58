import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { emptyWallet } from '../../src/rules/lots.ts';
import { pointsToTake } from '../../src/rules/take-back.ts';
import { Purse } from './purse.ts';

const LASTING = { pending: false, activeAt: 0, expiresAt: null };
const ENDING = { pending: false, activeAt: 0, expiresAt: 9 };
const WAITING = { pending: true, activeAt: 5, expiresAt: null };

describe('taking back', () => {
  test('takes from the credit itself, active or pending, before anything else', () => {
    const purse = new Purse();
    const [ending, lasting, waiting] = [purse.credit(10, ENDING), purse.credit(20, LASTING), purse.credit(30, WAITING)];
    purse.takeBack(lasting, 20);
    purse.takeBack(waiting, 30);
    expect([ending, lasting, waiting].map((id) => purse.remaining(id))).toEqual([10, 0, 0]);
    expect(purse.lot(waiting).pending).toBe(false);
    expect(purse.wallet).toEqual({ ...emptyWallet, active: 10, lifetimeEarned: 60, lifetimeReversed: 50 });
  });

  test('takes what was spent from other active lots, the soonest-expiring first, then as a deficit; never from pending ones', () => {
    const purse = new Purse();
    const spent = purse.credit(50, { ...ENDING, expiresAt: 1 });
    const [lasting, ending, waiting] = [purse.credit(20, LASTING), purse.credit(10, ENDING), purse.credit(30, WAITING)];
    purse.debit(50);
    purse.takeBack(spent, 15);
    expect([lasting, ending, waiting].map((id) => purse.remaining(id))).toEqual([15, 0, 30]);
    purse.takeBack(spent, 50);
    expect([lasting, ending, waiting].map((id) => purse.remaining(id))).toEqual([0, 0, 30]);
    expect(purse.wallet).toMatchObject({ active: 0, pending: 30, deficit: 20, lifetimeReversed: 50 });
    purse.activate();
    expect(purse.wallet).toMatchObject({ active: 10, pending: 0, deficit: 0 });
  });

  test('counts up to what is to be taken in all, so that repeated parts never exceed the whole', () => {
    const purse = new Purse();
    const id = purse.credit(10, LASTING);
    expect([3, 3, 7, 5, 10, 99].map((target) => purse.takeBack(id, target))).toEqual([3, 0, 4, 0, 3, 0]);
  });

  test('takes nothing a second time that has expired', () => {
    const purse = new Purse();
    const id = purse.credit(10, ENDING);
    purse.credit(100, LASTING);
    purse.debit(4);
    purse.expire(id);
    expect([purse.takeBack(id, 10), purse.wallet.active]).toEqual([4, 96]);
    expect(pointsToTake({ entryId: id, points: 10, taken: 4, expired: 6, target: 10 })).toBe(0);
  });
});

describe('a refund after points were taken back', () => {
  test('fills the lot that was emptied instead, which lasts, and not the one that was taken back, which ends', () => {
    const purse = new Purse();
    const [ending, lasting] = [purse.credit(100, ENDING), purse.credit(100, LASTING)];
    purse.debit(100);
    purse.takeBack(ending, 100);
    purse.refund(0);
    expect([purse.remaining(ending), purse.remaining(lasting)]).toEqual([0, 100]);
  });

  test('fills the lot that covered the deficit meanwhile', () => {
    const purse = new Purse();
    const spent = purse.credit(100, ENDING);
    purse.debit(100);
    purse.takeBack(spent, 100);
    const later = purse.credit(70, LASTING);
    expect([purse.remaining(later), purse.wallet.deficit]).toEqual([0, 30]);
    purse.refund(0);
    expect([purse.remaining(spent), purse.remaining(later), purse.wallet.active]).toEqual([0, 70, 70]);
  });

  test('covers what is owed with the points that would expire first', () => {
    const purse = new Purse();
    const first = purse.credit(50, { ...ENDING, expiresAt: 1 });
    const [ending, lasting] = [purse.credit(50, ENDING), purse.credit(50, LASTING)];
    for (const points of [50, 100]) purse.debit(points);
    purse.takeBack(first, 50);
    purse.refund(1);
    expect([first, ending, lasting].map((id) => purse.remaining(id))).toEqual([0, 0, 50]);
  });

  test('fills of several lots that could take the points the one that lasts longest', () => {
    const purse = new Purse();
    const first = purse.credit(50, { ...ENDING, expiresAt: 1 });
    purse.debit(50);
    const lasting = purse.credit(50, LASTING);
    purse.takeBack(first, 50);
    const ending = purse.credit(50, ENDING);
    purse.debit(50);
    purse.refund(0);
    expect([first, ending, lasting].map((id) => purse.remaining(id))).toEqual([0, 0, 50]);
  });
});

type Step =
  | { kind: 'credit'; points: number; pending: boolean; expiresAt: number | null }
  | { kind: 'debit'; points: number }
  | { kind: 'takeBack'; lot: number; target: number }
  | { kind: 'refund'; which: number }
  | { kind: 'expire'; which: number }
  | { kind: 'activate' };

/** Stories are cheap, and the rare ones are those in which a refund finds its lots taken back. */
const OFTEN = { numRuns: 500 };

const positive = fc.integer({ min: 1, max: 60 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('credit' as const),
    ...{ points: positive, pending: fc.boolean(), expiresAt: fc.option(fc.nat(9)) },
  }),
  fc.record({ kind: fc.constant('debit' as const), points: positive }),
  fc.record({ kind: fc.constant('takeBack' as const), lot: fc.nat(), target: fc.nat(60) }),
  fc.record({ kind: fc.constant('refund' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('expire' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('activate' as const) }),
);
const story = fc.array(step, { minLength: 1, maxLength: 40 });

function take(purse: Purse, one: Step, index: number): void {
  const lotAt = (place: number) => purse.lots[place % purse.lots.length]?.id ?? '';
  if (one.kind === 'credit')
    purse.credit(one.points, { pending: one.pending, activeAt: index, expiresAt: one.expiresAt });
  else if (one.kind === 'debit') purse.debit(one.points);
  else if (one.kind === 'activate') purse.activate();
  else if (one.kind === 'refund' && purse.debits.length > 0) purse.refund(one.which % purse.debits.length);
  else if (one.kind === 'expire' && purse.lots.length > 0) purse.expire(lotAt(one.which));
  else if (one.kind === 'takeBack' && purse.lots.length > 0) purse.takeBack(lotAt(one.lot), one.target);
}

/** What holds after every step. The wallet's own figures were checked by `balanced` when they were made. */
function expectSound(purse: Purse): void {
  const { wallet, lots } = purse;
  const sum = (of: (lot: (typeof lots)[number]) => number) => lots.reduce((total, lot) => total + of(lot), 0);
  expect(wallet).toMatchObject({
    active: sum(({ pending, remaining }) => (pending ? 0 : remaining)),
    pending: sum(({ pending, remaining }) => (pending ? remaining : 0)),
    lifetimeEarned: sum(({ points }) => points),
    lifetimeExpired: sum(({ expired }) => expired),
    lifetimeReversed: sum(({ taken }) => taken),
  });
  for (const lot of lots) {
    expect(lot.remaining).toBeGreaterThanOrEqual(0);
    // So no point can both expire and be taken back.
    expect(purse.roomOf(lot)).toBeGreaterThanOrEqual(0);
    if (lot.pending) expect([lot.remaining > 0, purse.roomOf(lot)]).toEqual([true, 0]);
  }
  // What is spent and not owed is what the lots lack: that is why a refund always finds room.
  expect(sum((lot) => purse.roomOf(lot))).toBe(wallet.lifetimeSpent - wallet.deficit);
}

function lived(steps: readonly Step[]): Purse {
  const purse = new Purse();
  steps.forEach((one, index) => {
    take(purse, one, index);
    expectSound(purse);
  });
  return purse;
}

describe('whatever happens to points', () => {
  test('nothing is ever negative, made or lost, and no lot holds more than its credit still gives', () => {
    fc.assert(
      fc.property(story, (steps) => void lived(steps)),
      OFTEN,
    );
  });

  test('the balance is what was spent, owed, once everything is taken back; and nothing at all once that is refunded', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (steps, random) => {
        const purse = lived(steps);
        const spent = purse.wallet.lifetimeSpent;
        for (const { id, points } of [...purse.lots]) purse.takeBack(id, points);
        expectSound(purse);
        expect([purse.balance, purse.wallet.deficit]).toEqual([0 - spent, spent]);
        while (purse.debits.length > 0) purse.refund((random.next().value ?? 0) % purse.debits.length);
        expectSound(purse);
        expect(purse.wallet).toMatchObject({ active: 0, pending: 0, deficit: 0, lifetimeSpent: 0 });
      }),
      OFTEN,
    );
  });

  test('once everything spent is refunded, every lot holds what it gave less what expired and was taken back, in whatever order', () => {
    fc.assert(
      fc.property(story, fc.infiniteStream(fc.nat()), (steps, random) => {
        const purse = lived(steps);
        while (purse.debits.length > 0) {
          purse.refund((random.next().value ?? 0) % purse.debits.length);
          const lot = purse.lots[(random.next().value ?? 0) % purse.lots.length];
          if (lot !== undefined) purse.takeBack(lot.id, (random.next().value ?? 0) % 60);
          expectSound(purse);
        }
        for (const lot of purse.lots) expect(purse.roomOf(lot)).toBe(0);
        expect(purse.wallet).toMatchObject({ deficit: 0, lifetimeSpent: 0 });
      }),
      OFTEN,
    );
  });
});
