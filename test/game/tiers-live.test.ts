import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { asMember } from '../realtime/support/stage.ts';
import type { Shop } from '../recording/shop.ts';
import { TIER_EVENT, type TierEffect, TiersStage } from './tiers-stage.ts';

const EVENTS = `subscription { memberEvents { ${TIER_EVENT} } }`;

let stage: TiersStage;
let shop: Shop;
let kim: string;
let follower: Follower<{ memberEvents: TierEffect }>;

beforeEach(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  stage.travelTo('2027-03-10T12:00:00Z');
  kim = await shop.enrol({ displayName: 'Kim' });
});

afterEach(async () => {
  follower.close();
  await shop.close();
});

async function follow(): Promise<void> {
  follower = await Follower.start(shop.app.url, EVENTS, { params: await asMember(shop.app, kim) });
  await shop.app.settled();
}

/** What the member was told so far. */
const told = () => follower.data.map(({ memberEvents }) => memberEvents);

test('a member hears of the new tier what the mutation answered, then the warning, then the loss', async () => {
  await stage.offer({ window: 'P30D', grace: 'P14D', threshold: '10' });
  await stage.filled();
  await follow();
  const effects = await stage.effects({ type: 'visit', memberId: kim });
  await follower.at(1);
  expect(told()).toEqual(effects);
  stage.travelTo('2027-04-15T12:00:00Z');
  await stage.review();
  stage.travelTo('2027-05-01T12:00:00Z');
  await stage.review();
  await follower.at(3);
  const silver = { code: 'silver', name: 'Silver' };
  expect(told().slice(2)).toMatchObject([
    { __typename: 'TierAtRisk', tier: silver, toKeep: '10', keepUntil: expect.stringMatching(/^2027-04-29T12:0/) },
    { __typename: 'TierChanged', from: silver, to: null, direction: 'DOWN' },
  ]);
});

test('a member hears nothing of being placed when tiers are saved', async () => {
  await stage.visit(kim);
  await follow();
  await stage.offer({ threshold: '10' });
  await stage.placed(kim, 'silver');
  await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '20' });
  await stage.filled();
  const effects = await stage.effects({ type: 'visit', memberId: kim });
  await follower.at(1);
  expect(told()).toEqual(effects);
});
