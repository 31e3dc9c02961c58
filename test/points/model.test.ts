import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, pointsOf, Shop } from '../recording/shop.ts';

const RUNS = process.env.POKAL_LONG === '1' ? 100 : 8;
const PENDING_DAYS = 7;
const VALID_DAYS = 30;
const DAILY_CAP = 2;
const MOMENT = 1e-6;

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  // Daily caps then change at the same midnight as the dates the model looks at.
  const document = 'mutation ($input: UpdateProgramInput!) { updateProgram(input: $input) { userErrors { code } } }';
  await shop.admin.data(document, { input: { timeZone: 'UTC' } });
  await shop.offer('visited', {
    ...{
      points: { fixed: 50 },
      caps: [
        { per: 'LIFETIME', count: 9 },
        { per: 'DAY', count: DAILY_CAP },
      ],
    },
    ...{ pendingFor: `P${PENDING_DAYS}D`, expiresAfter: `P${VALID_DAYS}D` },
  });
});

afterAll(() => shop.close());

type Step =
  | { kind: 'visit'; daysAgo: number }
  | { kind: 'credit'; points: number; validDays: number | null }
  | { kind: 'debit'; points: number }
  | { kind: 'wait'; days: number; sweep: boolean };

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
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('debit' as const), points: fc.integer({ min: 1, max: 120 }) }),
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

interface ModelLot {
  left: number;
  activeOn: number;
  expiresOn: number;
  made: number;
}

/** A member's points as one would keep them on paper: days since the beginning, lots in a list, nothing clever. */
class Model {
  today = 0;
  lots: ModelLot[] = [];
  visits = new Map<string, number>();
  spent = 0;
  earned = 0;
  ladder: number[] = [];

  visit(date: string, daysAgo: number): number {
    const day = this.today - daysAgo;
    const onDay = this.visits.get(date) ?? 0;
    const all = [...this.visits.values()].reduce((sum, count) => sum + count, 0);
    if (onDay >= DAILY_CAP || all >= 9) return 0;
    this.visits.set(date, onDay + 1);
    this.credit(50, day + PENDING_DAYS, day + PENDING_DAYS + VALID_DAYS);
    return 50;
  }

  credit(points: number, activeOn: number, expiresOn: number): void {
    this.earned += points;
    this.lots.push({ left: points, activeOn, expiresOn, made: this.lots.length });
    this.note(points);
  }

  debit(points: number): boolean {
    const usable = this.lots.filter((lot) => lot.activeOn <= this.today && lot.expiresOn > this.today && lot.left > 0);
    usable.sort((a, b) => a.expiresOn - b.expiresOn || a.activeOn - b.activeOn || a.made - b.made);
    if (usable.reduce((sum, lot) => sum + lot.left, 0) < points) return false;
    // What has expired is written down before it is spent around; a refusal writes nothing at all.
    this.sweep();
    let missing = points;
    for (const lot of usable) {
      const taken = Math.min(lot.left, missing);
      lot.left -= taken;
      missing -= taken;
    }
    this.spent += points;
    this.note(-points);
    return true;
  }

  sweep(): void {
    const due = this.lots.filter((lot) => lot.expiresOn <= this.today && lot.left > 0);
    due.sort((a, b) => a.expiresOn - b.expiresOn || a.made - b.made);
    for (const lot of due) {
      const { left } = lot;
      lot.left = 0;
      this.note(-left);
    }
  }

  note(points: number): void {
    this.ladder.push((this.ladder.at(-1) ?? 0) + points);
  }

  wallet() {
    const sum = (lots: ModelLot[]) => lots.reduce((total, lot) => total + lot.left, 0);
    const active = sum(this.lots.filter((lot) => lot.activeOn <= this.today));
    const pending = sum(this.lots.filter((lot) => lot.activeOn > this.today));
    const lifetimeExpired = this.earned - this.spent - active - pending;
    return { active, pending, lifetimeEarned: this.earned, lifetimeSpent: this.spent, lifetimeExpired };
  }
}

async function takeStep(memberId: string, model: Model, now: Step): Promise<void> {
  // Every step takes a moment, so of two lots that end on one day the one that was begun later ends later.
  model.today += MOMENT;
  if (now.kind === 'wait') {
    model.today += now.days;
    shop.app.clock.advance(now.days * DAY_MS);
    if (!now.sweep) return;
    await shop.app.core.pointsCycle.run();
    model.sweep();
  } else if (now.kind === 'visit') {
    const occurredAt = new Date(shop.app.clock.now() - now.daysAgo * DAY_MS).toISOString();
    const recorded = await shop.record({ type: 'visited', memberId, occurredAt });
    expect(pointsOf(recorded)).toBe(model.visit(occurredAt.slice(0, 10), now.daysAgo));
  } else if (now.kind === 'credit') {
    const { points, validDays } = now;
    await shop.adjust(memberId, points, validDays === null ? {} : { expiresAfter: `P${validDays}D` });
    model.sweep();
    model.credit(points, model.today, validDays === null ? Number.POSITIVE_INFINITY : model.today + validDays);
  } else {
    const { entry, userErrors } = await shop.adjust(memberId, -now.points);
    const done = model.debit(now.points);
    expect([entry !== null, userErrors.map(({ code }) => code)]).toEqual([done, done ? [] : ['INSUFFICIENT_POINTS']]);
  }
}

test('any sequence of activities, adjustments and waiting leaves what a simple model leaves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const memberId = await shop.enrol();
      const model = new Model();
      for (const now of steps) await takeStep(memberId, model, now);
      model.today += MOMENT;
      await shop.app.core.pointsCycle.run();
      model.sweep();
      expect(await shop.wallet(memberId)).toEqual(model.wallet());
      expect((await shop.ledger(memberId)).map(({ balanceAfter }) => balanceAfter)).toEqual(model.ladder);
      await shop.expectCleanLedger();
    }),
    { numRuns: RUNS, endOnFailure: process.env.POKAL_LONG !== '1' },
  );
}, 120_000);
