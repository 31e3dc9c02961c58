import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { historyOf, playHistory } from '../../scripts/simulation/simulation.ts';
import { createTestDatabase } from '../support/database.ts';

/** The same for the same product, and another one with each change of what it offers. */
const OF_THE_SCHEMA = hash('sha256', readFileSync('schema/schema.graphql', 'utf8')).slice(0, 8);

/** 40 histories with POKAL_LONG=1; `npm run simulate -- --seeds 200` plays as many as one likes. */
const FIXED = Array.from({ length: process.env.POKAL_LONG === '1' ? 40 : 3 }, (_, index) => `short ${index + 1}`);
const COMMANDS = 90;

/** What must have come up at least once, or the histories have become too tame to show anything. */
const MUST_COME_UP = [
  ...['recordActivity done', 'recordActivity replayed', 'recordActivity IDEMPOTENCY_KEY_REUSED'],
  ...['recordActivities done', 'recordActivity MEMBER_NOT_ACTIVE', 'adjustPoints INSUFFICIENT_POINTS'],
  ...['redeemReward done', 'redeemReward OUT_OF_STOCK', 'redeemReward INSUFFICIENT_POINTS', 'cancelRedemption done'],
  ...['fulfilRedemption done', 'enrollMember done', 'reviewReferral done', 'reverseActivity done'],
  ...['reverseActivity ALREADY_REVERSED', 'seen: points are owed', 'seen: points have expired'],
  ...['seen: a tier is gold', 'seen: a challenge is completed', 'seen: a referral is REVERSED'],
  ...['seen: a referral is FLAGGED', 'seen: an activity is partly reversed'],
];

const cameUp = new Set<string>();

afterAll(() => {
  expect(MUST_COME_UP.filter((what) => !cameUp.has(what))).toEqual([]);
});

test.each([...FIXED, OF_THE_SCHEMA])(
  'the server and a simple model agree on the history of seed "%s"',
  async (seed) => {
    const database = await createTestDatabase();
    try {
      const { failure, tally } = await playHistory(historyOf(seed, COMMANDS), database.url);
      for (const what of tally.keys()) cameUp.add(what);
      const again = `npm run simulate -- --seed "${seed}" --steps ${COMMANDS}`;
      expect({ again, failure }).toEqual({ again, failure: null });
    } finally {
      await database.drop();
    }
  },
  180_000,
);
