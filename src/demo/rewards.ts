import type { RewardInput } from '../features/rewards/rewards.definitions.ts';

/** What the demo's points are for, in the words of the API's inputs, so that a reader can save the same by hand. */

function reward(
  code: string,
  name: string,
  kind: RewardInput['kind'],
  cost: number,
  description: string,
  more: Partial<RewardInput> = {},
): RewardInput {
  return { code, name, kind, cost, description, fulfilment: 'INSTANT', status: 'ACTIVE', ...more };
}

function kronor(amount: number): { amount: string; currencyCode: string } {
  return { amount: String(amount), currencyCode: 'SEK' };
}

/** Whom ski service is for. */
const SKIERS = '"längdskidor" in member.interests || "alpint" in member.interests || "vinterliv" in member.interests';

/** From a cup of coffee to a night in the fells. */
export const rewards: readonly RewardInput[] = [
  reward('fika', 'Fika in the store', 'PRODUCT', 60, 'Coffee or tea and a cinnamon bun at the stove in the store.', {
    ...{ value: kronor(55), validFor: 'P90D' },
  }),
  reward('plant-a-tree', 'Plant a tree', 'DONATION', 80, 'We have a pine planted in Dalarna in your name.', {
    ...{ partner: 'Skogsfonden', value: kronor(25) },
  }),
  reward('fifty-off', '50 kronor off', 'COUPON', 100, 'On your next purchase from 300 kronor on.', {
    ...{ value: kronor(50), validFor: 'P60D', terms: 'One coupon for each purchase. Not on gift cards.' },
  }),
  reward('kasa', 'Kåsa of curly birch', 'MERCHANDISE', 250, 'The drinking cup of the club, carved in Jokkmokk.', {
    ...{ stock: 150, perMember: 2, fulfilment: 'MANUAL', value: kronor(299) },
    terms: 'Sent to your nearest agent within two weeks.',
  }),
  reward('ski-waxing', 'Glide waxing', 'OFFER', 180, 'One pair of skis, ready the next day.', {
    ...{ value: kronor(250), validFor: 'P120D', audience: SKIERS },
  }),
  reward(
    'boot-fitting',
    'An hour with the boot fitter',
    'ADVICE',
    300,
    'Your feet, your boots, and somebody who knows.',
    {
      ...{ perMember: 1, fulfilment: 'MANUAL', validFor: 'P180D' },
    },
  ),
  reward('two-hundred-kronor', 'A voucher of 200 kronor', 'VOUCHER', 400, 'To pay with in every store and online.', {
    ...{ value: kronor(200), validFor: 'P365D' },
  }),
  reward('train-to-the-fells', 'A third off the night train', 'PARTNER_OFFER', 350, 'To Abisko, Duved or Storlien.', {
    ...{ partner: 'Nordanläget', validFor: 'P90D', perMember: 2 },
  }),
  reward('early-sale', 'The winter sale a day early', 'ACCESS', 150, 'The doors open for you the evening before.', {
    ...{ stock: 300, perMember: 1, minimumTier: 'silver' },
  }),
  reward('ice-skating-day', 'A day on the ice', 'EXPERIENCE', 900, 'With a guide on Mälaren, gear and soup included.', {
    ...{ stock: 24, perMember: 1, fulfilment: 'MANUAL', value: kronor(1_250) },
    terms: 'We write to you as soon as the ice carries. Call it off until two days before.',
  }),
  reward('stove', 'Spirit stove', 'PRODUCT', 1_800, 'Boils water in wind and rain.', {
    ...{ stock: 40, fulfilment: 'MANUAL', value: kronor(1_095) },
  }),
  reward('summit-tour', 'Four days in Jämtland', 'EXPERIENCE', 6_000, 'Guided from hut to hut, for two.', {
    ...{ stock: 6, perMember: 1, minimumTier: 'guld', fulfilment: 'MANUAL', value: kronor(9_800) },
  }),
];
