import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { newId } from '../../src/platform/ids.ts';
import { schemaShape } from '../../src/schema.ts';
import { type Speaker, startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Club, prepareClub } from './support/club.ts';
import {
  contentsOf,
  fieldsNamingMembers,
  nodeTypes,
  OWNERSHIP,
  pagedFields,
  REFUSED,
  secretsOf,
} from './support/ownership.ts';
import { ask, type Known, type Question, smallestInput, valuesOf, waysOf } from './support/role-matrix.ts';

/**
 * What belongs to a member, asked for by those whose business it is not: every field of every type on every way that the
 * schema offers, every node by its id, every argument that names a member, every mutation. Whatever is new in the schema is
 * asked for, too, or fails a test until somebody has said whose it is.
 */
const schema = schemaShape();

/** What everybody may know of a member that is PUBLIC. */
const PUBLIC_FIELDS = ['alias', 'badges', 'displayName', 'id', 'joinedAt', 'standing', 'status', 'visibility'];

/** Types of which strangers see something: the programme, and what members show of themselves. */
const SHOWN_TO_ALL = [
  ...['ActivityType', 'Badge', 'BadgeAward', 'Benefit', 'Campaign', 'Cap', 'Challenge', 'ChallengeContribution'],
  ...['CommunityProgress', 'EarningRule', 'Goal', 'Leaderboard', 'LeaderboardEntry', 'Member', 'Money', 'PerAmount'],
  ...['PointsFormula', 'Prize', 'Program', 'ReferralProgram', 'Reward', 'Season', 'Tier'],
];

/** How strangers are answered who name the member `self` by an argument; what a subscription asks begins with its name. */
const NAMED: Readonly<Record<string, (club: Club) => string>> = {
  'Query.activity(idempotencyKey)': () => '{ activity(idempotencyKey: "roles-purchase", source: "roles") { id } }',
  'Query.auditLog(actor)': () => '{ auditLog(actor: "admin:admin") { totalCount } }',
  'Query.member(id)': ({ self }) => `{ member(id: "${self}") { id } }`,
  'Query.members(filter)': () => '{ members(filter: { interest: "hiking" }) { totalCount } }',
  'Query.members(search)': () => '{ members(search: "Self") { totalCount } }',
  'Query.node(id)': ({ self }) => `{ node(id: "${self}") { id } }`,
  'Query.member(externalId)': () => '{ member(externalId: "roles-self") { id } }',
  'Query.member(memberNumber)': ({ memberNumber }) => `{ member(memberNumber: "${memberNumber}") { id } }`,
  'Query.member(email)': () => '{ member(email: "self@example.com") { id } }',
  'Query.previewReversal(activityId)': ({ known }) =>
    `{ previewReversal(activityId: "${known.nodes.Activity}") { __typename } }`,
  'Query.redemption(voucherCode)': ({ known }) =>
    `{ redemption(${known.arguments['Query.redemption']}) { member { id } } }`,
  'Query.rewards(memberId)': ({ self }) => `{ rewards(affordable: true, memberId: "${self}") { totalCount } }`,
  'Query.simulateActivity(input)': ({ known }) =>
    `{ simulateActivity(${known.arguments['Query.simulateActivity']}) { wallet { active } } }`,
  'Subscription.leaderboardUpdated(around)': ({ self }) =>
    `subscription { leaderboardUpdated(code: "roles-board", around: "${self}") { around { rank } } }`,
  'Subscription.memberEvents(memberId)': ({ self }) => `subscription { memberEvents(memberId: "${self}") { id } }`,
  'Subscription.referralChainUpdated(memberId)': ({ self }) =>
    `subscription { referralChainUpdated(memberId: "${self}") { depth } }`,
  'Leaderboard.around(memberId)': ({ self }) =>
    `{ leaderboard(code: "roles-board") { around(memberId: "${self}") { rank } } }`,
  'Leaderboard.entry(memberId)': ({ self }) =>
    `{ leaderboard(code: "roles-board") { entry(memberId: "${self}") { rank } } }`,
  'Reward.availability(memberId)': ({ self }) =>
    `{ reward(code: "roles-coffee") { availability(memberId: "${self}") { available } } }`,
};

/** What strangers see of themselves. */
const OWN = ['Query.me', 'Query.viewer'];

let app: TestApp;
let club: Club;
let admin: Client;
/** Those who have nothing to do with the member: nobody, another member, and keys without a scope that helps. */
let strangers: Map<string, Speaker | undefined>;
/** A member who wants to be known by nobody, came through `self`, and has some of everything. */
let friend: string;

beforeAll(async () => {
  app = await startTestApp();
  admin = app.client({ role: 'ADMIN' });
  club = await prepareClub(admin);
  strangers = new Map([
    ['anonymous', undefined],
    ['other', { role: 'MEMBER', subject: club.other }],
    ['service', { role: 'SERVICE' }],
    ['points:adjust', { role: 'SERVICE', scope: 'points:adjust' }],
  ]);
  friend = await enrolFriend();
});

afterAll(() => app.stop());

async function enrolFriend(): Promise<string> {
  const code = valuesOf(await admin.data(`{ member(id: "${club.self}") { referralCode } }`), 'referralCode')[0];
  const profile = { displayName: 'Frida Hemlig', visibility: 'HIDDEN', email: 'frida@example.com', externalId: 'f-1' };
  const enrolled = await admin.data(
    'mutation ($input: EnrollMemberInput!) { enrollMember(input: $input) { member { id } } }',
    { input: { idempotencyKey: newId(), referralCode: code, interests: ['hiking'], ...profile } },
  );
  const memberId = String(valuesOf(enrolled, 'id')[0]);
  const value = { amount: '100', currencyCode: 'SEK' };
  await admin.data(
    'mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code } } }',
    { input: { idempotencyKey: newId(), type: 'purchase', memberId, value } },
  );
  await admin.data('mutation ($input: RedeemRewardInput!) { redeemReward(input: $input) { userErrors { code } } }', {
    input: { idempotencyKey: newId(), reward: 'roles-coffee', memberId },
  });
  return memberId;
}

/** What may be asked, with the member named wherever one can be, and pages so short that no limit of cost stands before. */
function knownOf({ nodes, arguments: given }: Known, closed: readonly string[]): Known {
  const naming = `memberId: "${club.self}"`;
  const named = { 'Query.rewards': `${naming}, affordable: true, first: 2`, 'Reward.availability': naming };
  const short = Object.fromEntries(pagedFields(schema).map((field) => [field, 'first: 2']));
  return { nodes, arguments: { ...short, ...given, ...named }, closed };
}

/** What these see on every way, as `way → Type.field`, and where an answer holds a secret. */
async function lookEverywhere(
  known: Known,
  speakers: ReadonlyMap<string, Speaker | undefined>,
  secretsFor: (name: string) => readonly string[],
): Promise<{ seen: Set<string>; told: string[] }> {
  const seen = new Set<string>();
  const told: string[] = [];
  const clients = [...speakers].map(([name, speaker]) => [name, app.client(speaker)] as const);
  const answerOf = async (name: string, client: Client, question: Question) => {
    const answers = await ask(client, question, (answer) => {
      const text = JSON.stringify(answer);
      const found = secretsFor(name).filter((secret) => text.includes(secret));
      if (found.length > 0) told.push(`${name} reads ${found.join(', ')} by ${question.document}`);
    });
    return [...answers].flatMap(([field, outcome]) => {
      if (outcome === 'seen') return [field];
      // Dear enough that no request reaches it behind two lists; on shorter ways it is asked.
      if (field === 'Member.referralChain' && outcome === 'QUERY_TOO_COMPLEX') return [];
      expect([question.document, outcome]).toEqual([question.document, expect.stringMatching(REFUSED)]);
      return [];
    });
  };
  for (const { name: way, probe, questions } of waysOf(schema, known)) {
    const asked = clients.map(async ([name, client]) => {
      // Where no object is reached there are no fields to be seen.
      if ((await answerOf(name, client, probe)).length === 0) return;
      for (const question of questions) {
        for (const field of await answerOf(name, client, question)) seen.add(`${way} → ${field}`);
      }
    });
    await Promise.all(asked);
  }
  return { seen, told };
}

const fieldsOf = (seen: ReadonlySet<string>) => [...new Set([...seen].map((way) => way.split(' → ')[1] ?? ''))];

/** A code, or what the answer holds besides nothing. */
async function answerTo(document: string, speaker: Speaker | undefined): Promise<unknown> {
  if (!document.startsWith('subscription')) {
    const { data, errors } = await app.client(speaker).query(document);
    return errors?.[0]?.extensions.code ?? leavesOf(data).filter((value) => value !== null);
  }
  const params = speaker === undefined ? {} : { authorization: `Bearer ${await app.token(speaker)}` };
  const follower = await Follower.start(app.url, document, { params });
  await follower.until('an answer', () => follower.failure !== null || follower.results.length > 0);
  follower.close();
  return follower.failure?.[0]?.extensions.code ?? leavesOf(follower.data);
}

function leavesOf(data: unknown): unknown[] {
  if (typeof data !== 'object' || data === null) return [data];
  return Object.values(data).flatMap(leavesOf);
}

describe('what belongs to a member', () => {
  test('is known of every kind of node', () => {
    expect(nodeTypes(schema).sort()).toEqual(Object.keys(OWNERSHIP).sort());
    expect(Object.keys(club.known.nodes).sort()).toEqual(Object.keys(OWNERSHIP).sort());
  });

  test.each(Object.entries(OWNERSHIP))('is found by the id of its %s by whom it is for: %s', async (type, whose) => {
    const id = club.known.nodes[type] ?? '';
    const document = 'query ($id: ID!) { node(id: $id) { __typename } }';
    const kindFor = async (speaker: Speaker | undefined, wanted = id) =>
      valuesOf(await app.client(speaker).data(document, { id: wanted }), '__typename')[0] ?? null;
    expect(await kindFor({ role: 'ADMIN' })).toBe(type);
    expect(await kindFor({ role: 'STAFF' })).toBe(whose === 'administrators' ? null : type);
    expect(await kindFor({ role: 'MEMBER', subject: club.self })).toBe(whose === 'administrators' ? null : type);
    for (const speaker of strangers.values()) {
      const shown = whose === 'everybody' ? type : null;
      expect([await kindFor(speaker), await kindFor(speaker, id.toUpperCase())]).toEqual([shown, shown]);
    }
  });

  test('is seen by strangers on no way through the schema, and of the member only what is public', async () => {
    const { always } = await secretsOf(app, club.self);
    const { Activity, LedgerEntry, TierChange, Redemption } = club.known.nodes;
    const own = [Activity, LedgerEntry, TierChange, Redemption, 'self@example.com', 'roles-self', club.memberNumber];
    expect(always).toEqual(expect.arrayContaining(own));
    const { seen, told } = await lookEverywhere(knownOf(club.known, OWN), strangers, () => always);
    expect(told).toEqual([]);
    const fields = fieldsOf(seen);
    expect([...new Set(fields.map((field) => field.split('.')[0] ?? ''))].sort()).toEqual(SHOWN_TO_ALL);
    const ofMembers = fields.filter((field) => field.startsWith('Member.')).map((field) => field.slice(7));
    expect(ofMembers.sort()).toEqual(PUBLIC_FIELDS);
  }, 240_000);

  test('is not told to those either with whom the member is joined by a referral', async () => {
    const members = new Map([
      ['self', club.self],
      ['friend', friend],
      ['other', club.other],
    ]);
    const secrets = new Map<string, string[]>();
    for (const [name, id] of members) {
      const { always, identity } = await secretsOf(app, id);
      secrets.set(name, name === 'friend' ? [...always, ...identity] : always);
    }
    const [code] = valuesOf(await admin.data(`{ member(id: "${friend}") { referredBy { code } } }`), 'code');
    const foreign = (name: string) => {
      const others = [...secrets].flatMap(([owner, words]) => (owner === name ? [] : words));
      // The code by which one came through the other is between the two.
      return others.filter((word) => name !== 'friend' || word !== code);
    };
    const speakers = new Map([...members].map(([name, subject]) => [name, { role: 'MEMBER' as const, subject }]));
    const roots = Object.keys(schema.getQueryType()?.getFields() ?? {}).map((field) => `Query.${field}`);
    const closed = roots.filter((root) => root !== 'Query.me');
    const known = knownOf({ nodes: {}, arguments: club.known.arguments }, closed);
    const { seen, told } = await lookEverywhere(known, speakers, foreign);
    expect(told).toEqual([]);
    expect([...seen]).toEqual(
      expect.arrayContaining(['Referral.referee → Member.displayName', 'Referral.referrer → Member.displayName']),
    );
  }, 240_000);

  test('names a member who does not want to be known nowhere at all', async () => {
    const document = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    const hidden = { visibility: 'HIDDEN', displayName: 'Selma Hemlig', alias: 'Selmas alias' };
    await admin.data(document, { input: { memberId: club.self, ...hidden } });
    await app.settled();
    const { always, identity } = await secretsOf(app, club.self);
    const secrets = [...always, ...identity, hidden.alias];
    const { seen, told } = await lookEverywhere(knownOf(club.known, OWN), strangers, () => secrets);
    expect(told).toEqual([]);
    // Somebody without a name, under an id that belongs to nobody.
    const ofMembers = fieldsOf(seen)
      .filter((field) => field.startsWith('Member.'))
      .map((field) => field.slice(7));
    expect(ofMembers.sort()).toEqual(['displayName', 'id', 'status', 'visibility']);
  }, 240_000);

  test('can be named by no other arguments than those tried here', () => {
    expect(fieldsNamingMembers(schema).sort()).toEqual(Object.keys(NAMED).sort());
  });

  test.each(Object.entries(NAMED))('is not given away by %s', async (_argument, documentOf) => {
    for (const speaker of strangers.values()) {
      const answer = await answerTo(documentOf(club), speaker);
      if (Array.isArray(answer)) expect(answer).toEqual([]);
      else expect(answer).toMatch(REFUSED);
    }
  });

  test('is changed by no mutation of a stranger, who learns nothing from trying', async () => {
    const { always, identity } = await secretsOf(app, club.self);
    const { nodes, arguments: given } = club.known;
    const named = {
      ...{ memberId: club.self, awardId: nodes.BadgeAward, redemptionId: nodes.Redemption, referralId: nodes.Referral },
      ...{ activityId: nodes.Activity, voucherCode: given['Query.redemption']?.slice(14, -1), seasonId: nodes.Season },
      ...{ type: 'review', id: nodes.Member },
    };
    const before = await contentsOf(app);
    for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const [input] = field.args;
      if (input === undefined) throw new Error(`${field.name} takes no input.`);
      const document = `mutation ($input: ${input.type}) { ${field.name}(input: $input) { userErrors { code message } } }`;
      for (const [name, speaker] of strangers) {
        if (name === 'points:adjust' && field.name === 'adjustPoints') continue;
        const values = smallestInput(input.type, { ...named, idempotencyKey: newId() });
        const answer = await app.client(speaker).query(document, { input: values });
        const codes = [answer.errors?.[0]?.extensions.code, ...valuesOf(answer.data, 'code')].filter(Boolean);
        // A bulk of activities is refused one by one, and a redemption that is somebody else's is not there.
        const refused = codes.length > 0 || field.name === 'recordActivities';
        expect([field.name, name, refused]).toEqual([field.name, name, true]);
        for (const code of codes) expect([field.name, code]).toEqual([field.name, expect.stringMatching(REFUSED)]);
        const text = JSON.stringify(answer);
        expect([...always, ...identity].filter((secret) => text.includes(secret))).toEqual([]);
      }
    }
    expect(await contentsOf(app)).toEqual(before);
  });
});
