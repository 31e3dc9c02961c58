import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { settleIn } from '../../src/features/points/points.cycle.ts';
import { debitIn, type Spent } from '../../src/features/points/points.debits.ts';
import { refundIn } from '../../src/features/points/points.refunds.ts';
import { ErrorCode, Refusal } from '../../src/platform/refusal.ts';
import type { Tx } from '../../src/platform/tx.ts';
import { DAY_MS, type EffectData, pointsOf, Shop } from '../recording/shop.ts';
import { DAY, Paper } from './paper.ts';
import { fullWallet, takeBack } from './taking.ts';

const RUNS = process.env.POKAL_LONG === '1' ? 100 : 12;
const VISITS = { points: 50, pendingDays: 7, validDays: 30, dailyCap: 2 };

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  // Daily caps then change at the same midnight as the dates the model looks at.
  const document = 'mutation ($input: UpdateProgramInput!) { updateProgram(input: $input) { userErrors { code } } }';
  await shop.admin.data(document, { input: { timeZone: 'UTC' } });
  await shop.offer('visited', {
    ...{
      points: { fixed: VISITS.points },
      caps: [
        { per: 'LIFETIME', count: 9 },
        { per: 'DAY', count: VISITS.dailyCap },
      ],
    },
    ...{ pendingFor: `P${VISITS.pendingDays}D`, expiresAfter: `P${VISITS.validDays}D` },
  });
});

afterAll(() => shop.close());

type Step =
  | { kind: 'visit'; daysAgo: number }
  | { kind: 'credit'; points: number; validDays: number | null }
  | { kind: 'deduct'; points: number }
  | { kind: 'redeem'; points: number }
  | { kind: 'refund'; which: number }
  | { kind: 'takeBack'; which: number; target: number }
  | { kind: 'wait'; days: number; sweep: boolean };

const points = fc.integer({ min: 1, max: 120 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('visit' as const), daysAgo: fc.nat(50) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('credit' as const),
      points: fc.integer({ min: 1, max: 100 }),
      validDays: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deduct' as const), points }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('redeem' as const), points }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('refund' as const), which: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('takeBack' as const),
      which: fc.nat(),
      target: fc.integer({ min: 1, max: 100 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      days: fc.integer({ min: 1, max: 20 }),
      sweep: fc.boolean(),
    }),
  },
);

/** One member beside its paper. */
class Life {
  readonly memberId: string;
  readonly paper = new Paper(VISITS);
  /** The ids of the credits' entries, in the paper's order. */
  readonly #entryIds: string[] = [];
  readonly #debits: Spent[] = [];

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  async take(now: Step): Promise<void> {
    // Every step takes a moment, so of two lots that end on one day the one that was begun later ends later.
    this.paper.today += 1;
    if (now.kind === 'wait') await this.#wait(now.days, now.sweep);
    else if (now.kind === 'visit') await this.#visit(now.daysAgo);
    else if (now.kind === 'credit') await this.#credit(now.points, now.validDays);
    else if (now.kind === 'deduct') await this.#deduct(now.points);
    else if (now.kind === 'redeem') await this.#redeem(now.points);
    else if (now.kind === 'refund') await this.refund(now.which);
    else if (this.#entryIds.length > 0) await this.takeBack(now.which % this.#entryIds.length, now.target);
  }

  async settle(): Promise<void> {
    this.paper.today += 1;
    await shop.app.core.pointsCycle.run();
    this.paper.settle();
  }

  get debits(): number {
    return this.#debits.length;
  }

  async takeBack(lot: number, target: number): Promise<void> {
    const [found, entryId] = [this.paper.lots[lot], this.#entryIds[lot]];
    if (found === undefined || entryId === undefined) throw new RangeError(`There is no credit ${lot}.`);
    const taken = await takeBack(shop, this.memberId, { [entryId]: target });
    const all = taken.reduce((sum, { entry }) => sum - entry.points, 0);
    expect(all).toBe(this.paper.takeBack(found, target));
  }

  async refund(which: number): Promise<void> {
    if (this.#debits.length === 0) return;
    const index = which % this.#debits.length;
    const [[debit], parts] = [this.#debits.splice(index, 1), this.paper.debits[index]];
    if (debit === undefined || parts === undefined) throw new RangeError(`There is no debit ${index}.`);
    const { memberId } = this;
    const undone = { memberId, entryId: debit.entry.id, uses: debit.uses, reason: 'Cancelled', actor: 'staff:test' };
    await this.#within((tx) => refundIn(tx, undone));
    this.paper.refund(parts);
  }

  async #wait(days: number, sweep: boolean): Promise<void> {
    this.paper.today += days * DAY;
    shop.app.clock.advance(days * DAY_MS);
    if (sweep) await this.settle();
  }

  async #visit(daysAgo: number): Promise<void> {
    const occurredAt = new Date(shop.app.clock.now() - daysAgo * DAY_MS).toISOString();
    const recorded = await shop.record({ type: 'visited', memberId: this.memberId, occurredAt });
    expect(pointsOf(recorded)).toBe(this.paper.visit(occurredAt.slice(0, 10), daysAgo));
    this.#keep(recorded.effects);
  }

  async #credit(credited: number, validDays: number | null): Promise<void> {
    const more = validDays === null ? {} : { expiresAfter: `P${validDays}D` };
    const { effects } = await shop.adjust(this.memberId, credited, more);
    this.#keep(effects);
    const { paper } = this;
    paper.settle();
    paper.credit(credited, paper.today, validDays === null ? Number.POSITIVE_INFINITY : paper.today + validDays * DAY);
  }

  async #deduct(deducted: number): Promise<void> {
    const { entry, userErrors } = await shop.adjust(this.memberId, -deducted);
    const done = this.paper.spend(deducted) !== null;
    expect([entry !== null, userErrors.map(({ code }) => code)]).toEqual([done, done ? [] : ['INSUFFICIENT_POINTS']]);
  }

  async #redeem(cost: number): Promise<void> {
    const debit = { memberId: this.memberId, points: cost, reason: 'Redeemed', actor: 'staff:test' };
    const rule = { kind: 'test', code: 'test', version: 1, name: 'Test' };
    const spent = await this.#within(async (tx) => {
      await settleIn(tx, [this.memberId]);
      return debitIn(tx, { ...debit, rule });
    }).catch((error: unknown) => {
      if (error instanceof Refusal && error.code === ErrorCode.INSUFFICIENT_POINTS) return null;
      throw error;
    });
    const parts = this.paper.spend(cost);
    expect(spent?.uses.map((use) => use.points) ?? null).toEqual(parts?.map((part) => part.points) ?? null);
    if (spent === null || parts === null) return;
    this.#debits.push(spent);
    this.paper.debits.push(parts);
  }

  #within<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    return shop.app.core.work.run({ name: 'test.model', locks: [this.memberId] }, work);
  }

  #keep(effects: readonly EffectData[]): void {
    this.#entryIds.push(...effects.flatMap(({ entry }) => entry?.id ?? []));
  }
}

test('any sequence of activities, adjustments, redemptions, refunds, points taken back and waiting leaves what a simple model leaves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const life = new Life(await shop.enrol());
      const { memberId, paper } = life;
      for (const now of steps) await life.take(now);
      await life.settle();
      expect(await fullWallet(shop, memberId)).toEqual(paper.wallet());
      expect((await shop.ledger(memberId)).map(({ balanceAfter }) => balanceAfter)).toEqual(paper.ladder);
      // Everything taken back and everything refunded ends where it began, but for what was deducted by hand.
      for (let lot = 0; lot < paper.lots.length; lot += 1) await life.takeBack(lot, paper.lots[lot]?.points ?? 0);
      while (life.debits > 0) await life.refund(0);
      const { lifetimeSpent } = paper.wallet();
      expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, pending: 0, deficit: lifetimeSpent });
      await shop.expectCleanLedger();
    }),
    { numRuns: RUNS, endOnFailure: process.env.POKAL_LONG !== '1' },
  );
}, 240_000);
