import { newId } from '../../../src/platform/ids.ts';
import type { Client } from '../../support/client.ts';
import { type Known, valuesOf } from './role-matrix.ts';

/** Data of one member in which every kind of object occurs, and a second member who owns none of it. */
export interface Club {
  self: string;
  other: string;
  /** The member number of `self`. */
  memberNumber: string;
  /** An id of nothing. */
  unknown: string;
  known: Known;
}

const RULE = {
  code: 'roles-purchase',
  name: 'A point per krona',
  trigger: 'purchase',
  points: { perAmount: { points: 1, per: '1' } },
  caps: [{ per: 'DAY', points: 1000 }],
  expiresAfter: 'P10D',
};
const CAMPAIGN = {
  code: 'roles-double',
  name: 'Double points',
  multiplier: '2',
  startsAt: '2020-01-01T00:00:00Z',
  endsAt: '2090-01-01T00:00:00Z',
};
const BOARD = {
  code: 'roles-board',
  name: 'Best customers',
  metric: 'POINTS_EARNED',
  period: 'ALL_TIME',
  condition: 'activity.value.amount > 1',
  audience: '"hiking" in member.interests',
  prizes: [{ fromRank: 1, toRank: 3, points: 100 }],
};
const TIER = {
  code: 'roles-silver',
  name: 'Silver',
  rank: 1,
  threshold: '50',
  window: 'P365D',
  grace: 'P30D',
  benefits: [{ code: 'roles-tea', name: 'Tea', description: 'A cup at every visit.' }],
};
const NEXT_TIER = { code: 'roles-gold', name: 'Gold', rank: 2, threshold: '5000' };
const BADGE = {
  code: 'roles-buyer',
  name: 'Buyer',
  description: 'For those who buy.',
  goal: { activityTypes: ['purchase'], condition: 'activity.value.amount > 1', target: '1' },
  repeatable: true,
  limit: 10,
};
const CHALLENGE = {
  code: 'roles-purchases',
  name: 'Three purchases',
  goal: { activityTypes: ['purchase'], condition: 'activity.value.amount > 1', target: '3' },
  streak: { every: 'WEEK', length: 3 },
  prerequisites: ['roles-together'],
  audience: '"hiking" in member.interests',
  badge: BADGE.code,
};
const TOGETHER = {
  code: 'roles-together',
  name: 'Together',
  mode: 'COMMUNITY',
  goal: { activityTypes: ['purchase'], measure: 'SUM_VALUE', target: '500' },
  recurrence: 'DAY',
  startsAt: '2020-01-01T00:00:00Z',
};
const REWARD = {
  code: 'roles-coffee',
  name: 'Coffee',
  kind: 'PRODUCT',
  cost: 50,
  stock: 5,
  perMember: 3,
  minimumTier: TIER.code,
  audience: '"hiking" in member.interests',
  partner: 'Kaffestugan',
  imageUrl: 'https://example.com/coffee.jpg',
  terms: 'One cup.',
  value: { amount: '35', currencyCode: 'SEK' },
  validFor: 'P30D',
  startsAt: '2020-01-01T00:00:00Z',
  endsAt: '2090-01-01T00:00:00Z',
};
const DEAR_REWARD = { code: 'roles-tour', name: 'Tour', kind: 'EXPERIENCE', cost: 9000 };
const PURCHASE = {
  idempotencyKey: 'roles-purchase',
  source: 'roles',
  type: 'purchase',
  channel: 'store',
  value: { amount: '100', currencyCode: 'SEK' },
  items: [{ sku: 'tent', name: 'Tent', category: 'camping', unitPrice: { amount: '100', currencyCode: 'SEK' } }],
};
const REFERRALS = {
  levels: [10],
  qualifyingCondition: 'activity.value.amount > 1',
  maxPerReferrer: { per: 'DAY', count: 100 },
};
const PROFILE = {
  alias: 'Alf',
  timeZone: 'Europe/Stockholm',
  locale: 'sv-SE',
  interests: ['hiking'],
  attributes: { a: 1 },
};

/** Fills an empty programme through the API, as an administrator. */
export async function prepareClub(admin: Client): Promise<Club> {
  const self = await enrol(admin, {
    ...PROFILE,
    displayName: 'Self',
    externalId: 'roles-self',
    email: 'self@example.com',
  });
  const other = await enrol(admin, { displayName: 'Other' });
  await run(admin, 'saveEarningRule', RULE);
  await run(admin, 'saveCampaign', CAMPAIGN);
  await run(admin, 'saveLeaderboard', BOARD);
  await run(admin, 'saveTier', TIER);
  await run(admin, 'saveTier', NEXT_TIER);
  await run(admin, 'saveBadge', BADGE);
  await run(admin, 'saveChallenge', TOGETHER);
  await run(admin, 'saveChallenge', CHALLENGE);
  await run(admin, 'createApiKey', { name: 'Till', scopes: ['MEMBERS_READ'] });
  const recorded = await run(admin, 'recordActivity', { ...PURCHASE, memberId: self }, 'activity { id }');
  const read = await admin.data(
    `{ member(id: "${self}") { ledger(first: 1) { edges { node { id } } } tierHistory(first: 1) { edges { node { id } } } } auditLog(first: 1) { edges { node { id } } }
      leaderboard(code: "${BOARD.code}") { season { id } } badge(code: "${BADGE.code}") { id awards(first: 1) { edges { node { id } } } } }`,
  );
  await run(admin, 'saveReward', REWARD);
  await run(admin, 'saveReward', DEAR_REWARD);
  const redeem = { idempotencyKey: 'roles-redeem', reward: REWARD.code, memberId: self };
  const redeemed = await run(admin, 'redeemReward', redeem, 'redemption { id voucherCode reward { id } }');
  const cancelled = await run(
    admin,
    'redeemReward',
    { ...redeem, idempotencyKey: 'roles-cancel' },
    'redemption { id }',
  );
  const redemptionId = String(valuesOf(cancelled, 'id')[0]);
  await run(admin, 'cancelRedemption', { idempotencyKey: 'roles-cancel', redemptionId, reason: 'A test' });
  await run(admin, 'saveReferralProgram', REFERRALS);
  const code = await admin.data(`{ member(id: "${self}") { referralCode memberNumber } }`);
  const referralCode = String(valuesOf(code, 'referralCode')[0]);
  const friend = await enrol(admin, { displayName: 'Friend', referralCode });
  const referred = await admin.data(`{ member(id: "${friend}") { referredBy { id } } }`);
  const parts = [recorded, ...valuesOf(read, 'edges'), ...valuesOf(read, 'season'), ...valuesOf(read, 'badge')];
  const [activity, entry, change, audit, award, season, badge] = parts.map((part) => String(valuesOf(part, 'id')[0]));
  return {
    self,
    other,
    memberNumber: String(valuesOf(code, 'memberNumber')[0]),
    unknown: newId(),
    known: {
      nodes: {
        ...{ Member: self, Activity: activity ?? '', LedgerEntry: entry ?? '', AuditEntry: audit ?? '' },
        ...{ TierChange: change ?? '', Season: season ?? '', Badge: badge ?? '', BadgeAward: award ?? '' },
        Referral: String(valuesOf(referred, 'id')[0]),
        ...{ Redemption: String(valuesOf(redeemed, 'id')[0]), Reward: String(valuesOf(redeemed, 'id')[1]) },
      },
      arguments: {
        'Query.node': `id: "${self}"`,
        'Query.member': `id: "${self}"`,
        'Query.activity': `source: "${PURCHASE.source}", idempotencyKey: "${PURCHASE.idempotencyKey}"`,
        'Query.badge': `code: "${BADGE.code}"`,
        'Query.challenge': `code: "${TOGETHER.code}"`,
        'Query.reward': `code: "${REWARD.code}"`,
        'Query.redemption': `voucherCode: "${String(valuesOf(redeemed, 'voucherCode')[0])}"`,
        'Query.leaderboard': `code: "${BOARD.code}"`,
        'Member.standing': `leaderboard: "${BOARD.code}"`,
        'Leaderboard.entry': `memberId: "${self}"`,
        'Leaderboard.around': `memberId: "${self}"`,
        'Query.simulateActivity': `input: { idempotencyKey: "dry", type: "review", memberId: "${self}" }`,
      },
    },
  };
}

async function enrol(admin: Client, profile: object): Promise<string> {
  const payload = await run(admin, 'enrollMember', { idempotencyKey: newId(), ...profile }, 'member { id }');
  return String(valuesOf(payload, 'id')[0]);
}

/** Runs a mutation that must succeed, and gives what was selected of its payload. */
async function run(admin: Client, mutation: string, input: object, selection = ''): Promise<unknown> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${mutation}(input: $input) { ${selection} userErrors { message } } }`;
  const data = await admin.data(document, { input });
  const [message] = valuesOf(data, 'message');
  if (message !== undefined) throw new Error(`${mutation} was refused: ${String(message)}`);
  return data;
}
