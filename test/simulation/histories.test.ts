import { afterAll, expect, test } from '@jest/globals';
import { historyOf, playHistory } from '../../scripts/simulation/simulation.ts';
import { createTestDatabase } from '../support/database.ts';

/** 40 histories with POKAL_LONG=1; `npm run simulate -- --seeds 200` plays as many as one likes. */
const SEEDS = Array.from({ length: process.env.POKAL_LONG === '1' ? 40 : 5 }, (_, index) => `short ${index + 1}`);
const COMMANDS = 100;

/** What must have come up at least once, or the histories have become too tame to show anything. */
const MUST_COME_UP = [
  ...['recordActivity done', 'recordActivity replayed', 'recordActivity IDEMPOTENCY_KEY_REUSED'],
  ...['recordActivities done', 'recordActivity MEMBER_NOT_ACTIVE', 'adjustPoints INSUFFICIENT_POINTS'],
  ...['redeemReward done', 'redeemReward OUT_OF_STOCK', 'redeemReward INSUFFICIENT_POINTS', 'cancelRedemption done'],
  ...['fulfilRedemption done', 'enrollMember done', 'reviewReferral done'],
];

const answers = new Set<string>();

afterAll(() => {
  expect(MUST_COME_UP.filter((answer) => !answers.has(answer))).toEqual([]);
});

test.each(SEEDS)(
  'the server and a simple model agree on the history of seed "%s"',
  async (seed) => {
    const database = await createTestDatabase();
    try {
      const { failure, tally } = await playHistory(historyOf(seed, COMMANDS), database.url);
      for (const answer of tally.keys()) answers.add(answer);
      const again = `npm run simulate -- --seed "${seed}" --steps ${COMMANDS}`;
      expect({ again, failure }).toEqual({ again, failure: null });
    } finally {
      await database.drop();
    }
  },
  120_000,
);
