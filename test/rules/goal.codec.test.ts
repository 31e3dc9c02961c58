import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GoalBucket, GoalKey, GoalState } from '../../src/rules/game.types.ts';
import { packGoals, unpackGoals } from '../../src/rules/goal-codec.ts';

const amount = fc.oneof(
  fc.maxSafeNat(),
  fc.nat(50).map((whole) => whole * 1_000_000),
);
const instant = fc.option(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) }));
const period = fc.integer({ min: -30_000, max: 60_000 });

const anyBucket: fc.Arbitrary<GoalBucket> = fc.record({
  period,
  amount,
  done: fc.nat(200),
  values: fc.option(fc.array(fc.string({ minLength: 1, maxLength: 11 }), { maxLength: 5 })),
});

const anyState: fc.Arbitrary<GoalState> = fc.record({
  buckets: fc.array(anyBucket, { maxLength: 4 }),
  times: fc.nat(500),
  startedAt: instant,
  firstCompletedAt: instant,
  completedAt: instant,
  runs: fc.array(fc.tuple(period, period), { maxLength: 4 }),
});

const anyKey: fc.Arbitrary<GoalKey> = fc
  .tuple(fc.constantFrom('challenge' as const, 'badge' as const), fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/))
  .map(([kind, code]) => `${kind}:${code}` as const);

test('what is packed, stored as JSON and unpacked is what it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyKey, anyState), { maxLength: 5 }), (entries) => {
      const goals = new Map(entries);
      expect(unpackGoals(JSON.parse(JSON.stringify(packGoals(goals))))).toEqual(goals);
    }),
    { numRuns: 500 },
  );
});
