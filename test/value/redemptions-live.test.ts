import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { asMember } from '../realtime/support/stage.ts';
import { DAY_MS } from '../recording/shop.ts';
import { RewardsStage } from './rewards-stage.ts';

interface Told {
  memberEvents: {
    __typename: string;
    id: string;
    cursor: string;
    points?: number;
    status?: string;
    redemption?: { id: string; voucherCode: string };
  };
}

const EVENTS = `subscription ($memberId: ID, $after: String) { memberEvents(memberId: $memberId, after: $after) {
  __typename id cursor
  ... on PointsEvent { points }
  ... on RedemptionEvent { status redemption { id voucherCode } }
} }`;

let stage: RewardsStage;

beforeAll(async () => {
  stage = await RewardsStage.open();
});

afterAll(() => stage.shop.close());

test('a member is told live of redeeming, use, cancelling and expiry, by the events that the mutations answer', async () => {
  const kim = await stage.member(1_000);
  const { app } = stage.shop;
  const params = await asMember(app, kim);
  const follower = await Follower.start<Told>(app.url, EVENTS, { params });
  const code = await stage.reward({ validFor: 'P2D' });
  const used = await stage.redeem(kim, code);
  const { voucherCode = '', id = '' } = used.redemption ?? {};
  const use = await stage.fulfil({ voucherCode });
  const unwanted = await stage.redeem(kim, code);
  const back = await stage.cancel(unwanted.redemption?.id ?? '');
  const forgotten = await stage.redeem(kim, code);
  app.clock.advance(2 * DAY_MS);
  await app.core.redemptionExpiry.run();
  await follower.until('ten events', () => follower.results.length >= 10 || follower.failure !== null);
  follower.close();
  expect(follower.failure).toBeNull();
  const told = follower.results.map(({ data }) => data?.memberEvents);
  expect(told.map((event) => [event?.__typename, event?.points ?? event?.status])).toEqual([
    ['PointsSpent', 100],
    ['RewardRedeemed', 'ISSUED'],
    ['RedemptionChanged', 'FULFILLED'],
    ['PointsSpent', 100],
    ['RewardRedeemed', 'ISSUED'],
    ['PointsRefunded', 100],
    ['RedemptionChanged', 'CANCELLED'],
    ['PointsSpent', 100],
    ['RewardRedeemed', 'ISSUED'],
    ['RedemptionChanged', 'EXPIRED'],
  ]);
  const answered = [used, use, unwanted, back, forgotten].flatMap(({ effects }) => effects.map((event) => event.id));
  expect(told.map((event) => event?.id).slice(0, -1)).toEqual(answered);
  expect(told[1]?.redemption).toEqual({ id, voucherCode });
});
