import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { codeOf, DAY_MS, fromNow, HOUR_MS, type Shop } from '../recording/shop.ts';
import type { Client } from '../support/client.ts';
import { ChallengesStage, count, lineOf } from './challenges.stage.ts';

let stage: ChallengesStage;
let shop: Shop;

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
  await stage.badge('medal');
});

afterAll(() => shop.close());

/** What is refused, where, and by which code: each is one field of an otherwise good challenge. */
const REFUSED: [string, Record<string, unknown>, string[], string?][] = [
  ['a code that is none', { code: 'Not a code' }, ['code']],
  ['no name', { name: ' ' }, ['name']],
  ['a description without end', { description: 'x'.repeat(1_001) }, ['description']],
  ['no activity type', { goal: count('review', 1, { activityTypes: [] }) }, ['goal', 'activityTypes']],
  ['an unknown activity type', { goal: count('dance', 1) }, ['goal', 'activityTypes'], 'UNKNOWN_ACTIVITY_TYPE'],
  ['a target of nothing', { goal: count('review', 0) }, ['goal', 'target']],
  ['half an activity', { goal: count('review', 1, { target: '1.5' }) }, ['goal', 'target']],
  [
    'a condition that does not compile',
    { goal: count('review', 1, { condition: 'activity.nothing > 1' }) },
    ['goal', 'condition'],
    'INVALID_EXPRESSION',
  ],
  ['a sum of nothing', { goal: count('review', 1, { measure: 'SUM' }) }, ['goal', 'measure']],
  [
    'an expression that is counted by nothing',
    { goal: count('review', 1, { expression: 'activity.attributes.stars' }) },
    ['goal', 'expression'],
  ],
  ['a streak without periods', { streak: { every: 'NONE', length: 3 } }, ['streak', 'every']],
  ['a streak of one', { streak: { every: 'DAY', length: 1 } }, ['streak', 'length']],
  ['freezes below none', { streak: { every: 'DAY', length: 3, freezes: -1 } }, ['streak', 'freezes']],
  ['a streak that recurs', { streak: { every: 'DAY', length: 3 }, recurrence: 'WEEK' }, ['recurrence']],
  ['a streak together', { mode: 'COMMUNITY', streak: { every: 'DAY', length: 3 } }, ['streak']],
  [
    'different things together',
    { mode: 'COMMUNITY', goal: count('review', 3, { measure: 'DISTINCT', expression: 'activity.channel' }) },
    ['goal', 'measure'],
  ],
  ['an unknown prerequisite', { prerequisites: ['nothing'] }, ['prerequisites', '0']],
  ['a prerequisite twice', { prerequisites: ['known', 'known'] }, ['prerequisites', '1']],
  ['itself as a prerequisite', { code: 'known', prerequisites: ['known'] }, ['prerequisites', '0']],
  ['an audience that looks at the activity', { audience: 'activity.type == "x"' }, ['audience'], 'INVALID_EXPRESSION'],
  ['no points at all', { points: 0 }, ['points']],
  ['an unknown badge', { badge: 'nothing' }, ['badge']],
  ['waiting for nothing', { pendingFor: 'PT0S' }, ['pendingFor']],
  ['points that are never valid', { expiresAfter: 'PT0S' }, ['expiresAfter']],
  ['an end before the start', { startsAt: '2027-01-02T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' }, ['endsAt']],
];

describe('saving a challenge', () => {
  beforeAll(() => stage.offer({ code: 'known', name: 'Known' }));

  test.each(REFUSED)('refuses %s', async (_what, input, path, code = 'BAD_USER_INPUT') => {
    const { challenge, userErrors } = await stage.save({ code: 'refused', ...input });
    expect(challenge).toBeNull();
    expect(userErrors).toMatchObject([{ code, path: ['input', ...path] }]);
    expect(userErrors[0]?.message).toMatch(/^.{20,}\.$/s);
    expect(await stage.challenge('refused')).toBeNull();
  });

  test('refuses prerequisites that lead in a circle, however long', async () => {
    await stage.offer({ code: 'ring-a', name: 'A' });
    await stage.offer({ code: 'ring-b', name: 'B', prerequisites: ['ring-a'] });
    await stage.offer({ code: 'ring-c', name: 'C', prerequisites: ['known', 'ring-b'] });
    const { userErrors } = await stage.save({ code: 'ring-a', name: 'A', prerequisites: ['known', 'ring-c'] });
    expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', path: ['input', 'prerequisites', '1'] }]);
    // Two at once, each harmless by itself, cannot make one together.
    await stage.offer({ code: 'ring-d', name: 'D' });
    await stage.offer({ code: 'ring-e', name: 'E' });
    const both = await Promise.all([
      stage.save({ code: 'ring-d', name: 'D', prerequisites: ['ring-e'] }),
      stage.save({ code: 'ring-e', name: 'E', prerequisites: ['ring-d'] }),
    ]);
    expect(both.flatMap((saved) => saved.userErrors)).toHaveLength(1);
  });

  test('changes nothing when the same is saved again, and keeps the moment of the first save as the start', async () => {
    const first = await stage.offer({ code: 'same', name: 'Same', points: 5, badge: 'medal' });
    expect(first).toMatchObject({ version: 1, filling: null });
    const again = await stage.offer({ code: 'same', name: 'Same', points: 5, badge: 'medal' });
    expect(again).toEqual(first);
    const renamed = await stage.offer({ code: 'same', name: 'Renamed', points: 5, badge: 'medal' });
    expect(renamed).toMatchObject({ version: 2, name: 'Renamed', startsAt: first.startsAt, filling: null });
    const versions = await shop.sql(
      `select version from configuration_versions where kind = 'challenge' and code = 'same'`,
    );
    expect(versions).toHaveLength(2);
    const entries = await shop.sql<{ action: string; actor: string }>(
      `select action, actor from audit_entries where target_kind = 'challenge' and target_id = 'same' order by id`,
    );
    expect(entries).toEqual([1, 2].map(() => ({ action: 'challenge.saved', actor: 'admin:admin' })));
  });

  test('keeps whose it is and how time is cut once it was open, and lets drafts change', async () => {
    await stage.offer({ code: 'draft', name: 'Draft', status: 'DRAFT' });
    await stage.offer({ code: 'draft', name: 'Draft', status: 'DRAFT', mode: 'COMMUNITY', recurrence: 'DAY' });
    await stage.offer({ code: 'draft', name: 'Draft', mode: 'COMMUNITY', recurrence: 'DAY' });
    const refusals: [Record<string, unknown>, string][] = [
      [{ recurrence: 'DAY' }, 'mode'],
      [{ mode: 'COMMUNITY', recurrence: 'WEEK' }, 'recurrence'],
      [{ mode: 'INDIVIDUAL', status: 'DRAFT' }, 'mode'],
    ];
    for (const [input, field] of refusals) {
      const { userErrors } = await stage.save({ code: 'draft', name: 'Draft', ...input });
      expect(userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', field] }]);
    }
    await stage.offer({ code: 'streak', name: 'Streak', streak: { every: 'DAY', length: 3 } });
    const { userErrors } = await stage.save({ code: 'streak', name: 'Streak', streak: { every: 'WEEK', length: 3 } });
    expect(userErrors).toMatchObject([{ code: 'CONFLICT', path: ['input', 'streak'] }]);
    await stage.offer({ code: 'streak', name: 'Streak', streak: { every: 'DAY', length: 5, freezes: 2 } });
  });

  test('counts anew when the goal changes; who has completed it stays so and is not paid again', async () => {
    const [done, halfway] = [await shop.enrol(), await shop.enrol()];
    await stage.offer({ code: 'moving', name: 'Moving', goal: count('visit', 2), points: 10 });
    await stage.review(done, 2, { type: 'visit' });
    await stage.review(halfway, 1, { type: 'visit' });
    const changed = await stage.offer({ code: 'moving', name: 'Moving', goal: count('visit', 1), points: 10 });
    expect(changed.filling).not.toBeNull();
    await stage.filled('moving');
    expect(await stage.progress(halfway, 'moving')).toMatchObject({ status: 'COMPLETED', timesCompleted: 1 });
    expect(await stage.progress(done, 'moving')).toMatchObject({ status: 'COMPLETED', timesCompleted: 1 });
    for (const id of [done, halfway]) expect((await shop.wallet(id)).active).toBe(10);
    await stage.offer({ code: 'moving', name: 'Moving', goal: count('visit', 5), points: 10 });
    await stage.filled('moving');
    expect(await stage.progress(halfway, 'moving')).toMatchObject({ status: 'COMPLETED', timesCompleted: 1 });
    await shop.expectCleanLedger();
  });

  test('has no effect while it is paused, and counts what was recorded meanwhile when it is active again', async () => {
    const member = await shop.enrol();
    await stage.offer({ code: 'paused', name: 'Paused', goal: count('visit', 3) });
    await stage.record(member, { type: 'visit' });
    await stage.offer({ code: 'paused', name: 'Paused', goal: count('visit', 3), status: 'PAUSED' });
    const meanwhile = await stage.record(member, { type: 'visit' });
    expect(meanwhile.activity?.trace.rules.map(({ rule }) => rule.code)).not.toContain('paused');
    await stage.offer({ code: 'paused', name: 'Paused', goal: count('visit', 3) });
    await stage.filled('paused');
    expect(await stage.progress(member, 'paused')).toMatchObject({ progress: '2', status: 'IN_PROGRESS' });
  });

  test('of a community that looks back pays everybody who gave something, silently', async () => {
    const members = [await shop.enrol(), await shop.enrol()];
    const type = `t-${newId()}`;
    await shop.save('ActivityType', { code: type, name: type });
    for (const id of members) await stage.review(id, 2, { type, occurredAt: fromNow(shop, -HOUR_MS) });
    await stage.offer({
      ...{ code: 'back-together', name: 'Back', mode: 'COMMUNITY', goal: count(type, 3), points: 4 },
      startsAt: fromNow(shop, -DAY_MS),
    });
    await stage.filled('back-together');
    await stage.paid('back-together', 2);
    const { contributions, completedAt } = await stage.community('back-together');
    expect(contributions.edges.map(({ node }) => node.amount)).toEqual(['2', '2']);
    expect(completedAt).not.toBeNull();
    for (const id of members) expect((await shop.wallet(id)).active).toBe(4);
    const told = await shop.sql(
      `select from outbox where type = 'ChallengeCompleted' and notify and member_id = any ($1::uuid[])`,
      [members],
    );
    expect(told).toEqual([]);
    await shop.expectCleanLedger();
  });
});

describe('who may', () => {
  const expressions = { audience: '"hiking" in member.interests', goal: count('review', 1, { condition: 'true' }) };
  const ASK =
    '{ challenge(code: "secret") { code audience goal { activityTypes condition target } filling { done } } }';
  let roles: Record<string, Client>;

  beforeAll(async () => {
    const member = await shop.enrol();
    roles = {
      anonymous: shop.app.client(),
      member: shop.app.client({ role: 'MEMBER', subject: member }),
      staff: shop.staff,
      admin: shop.admin,
    };
  });

  test('save challenges: administrators only', async () => {
    const document = 'mutation ($input: SaveChallengeInput!) { saveChallenge(input: $input) { userErrors { code } } }';
    const input = { code: 'known', name: 'Known', goal: count('review', 3) };
    const answers = await Promise.all(
      Object.entries(roles).map(async ([role, client]) => [role, codeOf(await client.query(document, { input }))]),
    );
    expect(Object.fromEntries(answers)).toEqual({
      ...{ anonymous: 'UNAUTHENTICATED', member: 'FORBIDDEN', staff: 'FORBIDDEN', admin: null },
    });
  });

  test('see challenges: everybody the active ones, without expressions and without types that are not public', async () => {
    await shop.save('ActivityType', { code: 'inspection', name: 'Inspection', public: false });
    const goal = { ...expressions.goal, activityTypes: ['review', 'inspection'] };
    await stage.offer({ code: 'secret', name: 'Secret', ...expressions, goal });
    type Seen = { challenge: { audience: string | null; goal: { activityTypes: string[]; condition: string | null } } };
    for (const [role, client] of Object.entries(roles)) {
      const { challenge } = await client.data<Seen>(ASK);
      const sees = role === 'staff' || role === 'admin';
      expect([role, challenge.audience, challenge.goal.condition]).toEqual([
        ...[role, sees ? expressions.audience : null, sees ? 'true' : null],
      ]);
      expect(challenge.goal.activityTypes).toEqual(sees ? ['inspection', 'review'] : ['review']);
    }
  });

  test('see what is not active: staff and administrators', async () => {
    await stage.offer({ code: 'sketch', name: 'Sketch', status: 'DRAFT' });
    const seen = await Promise.all(
      Object.entries(roles).map(async ([role, client]) => [role, (await stage.challenge('sketch', client)) !== null]),
    );
    expect(Object.fromEntries(seen)).toEqual({ anonymous: false, member: false, staff: true, admin: true });
    const list = '{ challenges(status: [DRAFT]) { code } }';
    const listed = await roles.anonymous?.data<{ challenges: unknown[] }>(list);
    expect(listed?.challenges).toEqual([]);
    expect((await shop.admin.data<{ challenges: unknown[] }>(list)).challenges).toContainEqual({ code: 'sketch' });
  });

  test('see how far a member is: the member itself, staff, administrators', async () => {
    const member = await shop.enrol();
    const document = `{ node(id: "${member}") { ... on Member { challenges(status: [NOT_STARTED]) { status } } } }`;
    const own = shop.app.client({ role: 'MEMBER', subject: member });
    const mine = await own.data<{ node: { challenges: { status: string }[] } }>(document);
    expect(new Set(mine.node.challenges.map(({ status }) => status))).toEqual(new Set(['NOT_STARTED']));
    expect((await stage.progressOf(member)).length).toBeGreaterThan(0);
    // Others reach a member that is public, by what it gave to a community, but not how far it is.
    await stage.offer({ code: 'public-gift', name: 'Gift', mode: 'COMMUNITY', goal: count('visit', 9) });
    await stage.record(member, { type: 'visit' });
    const foreign = `{ challenge(code: "public-gift") { community { contributions { edges { node { member { id challenges { status } } } } } } } }`;
    const answers = await Promise.all(
      Object.entries(roles).map(async ([role, client]) => [role, codeOf(await client.query(foreign))]),
    );
    expect(Object.fromEntries(answers)).toEqual({
      ...{ anonymous: 'UNAUTHENTICATED', member: 'FORBIDDEN', staff: null, admin: null },
    });
  });
});

test('what a receipt says about a challenge that no longer compiles names the reason and stops nobody', async () => {
  await stage.offer({ code: 'broken', name: 'Broken', goal: count('visit', 1, { condition: 'true' }) });
  await shop.sql(
    `update configurations set definition = jsonb_set(definition, '{goal,condition}', '"nonsense("') where code = 'broken'`,
  );
  await shop.sql('update program set generation = generation + 1');
  const member = await shop.enrol();
  const recorded = await stage.record(member, { type: 'visit' });
  expect(lineOf(recorded, 'broken')).toMatchObject({
    matched: false,
    reason: expect.stringContaining('cannot be evaluated'),
  });
  expect(await stage.progress(member, 'broken')).toMatchObject({ status: 'NOT_STARTED' });
});
