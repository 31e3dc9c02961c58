import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { atOnce, DAY_MS, fromNow, HOUR_MS } from '../recording/shop.ts';
import { codeOf } from '../support/members.ts';
import { BadgesStage } from './badges-stage.ts';
import { count } from './game.ts';

let stage: BadgesStage;
let kim: string;
/** An activity type and codes of its own for each test, so that none meets another's badges. */
let walking: string;
let made = 0;

beforeAll(async () => {
  stage = await BadgesStage.open();
});

beforeEach(async () => {
  made += 1;
  walking = `walk-${made}`;
  await stage.shop.offer(walking, null);
  kim = await stage.shop.enrol();
});

afterAll(() => stage.shop.close());

/** Saves a badge, waits until what was done before is counted, and gives its code. */
async function badge(more: Record<string, unknown> = {}, code = `badge-${made}`): Promise<string> {
  expect((await stage.save({ code, ...more })).userErrors).toEqual([]);
  await stage.game.filled(`badge:${code}`);
  return code;
}

/** So many walks. */
function walks(target: number): Record<string, unknown> {
  return count(walking, target);
}

/** Walks so often, one activity each, and gives what the last one did. */
async function walk(times: number, more: Record<string, unknown> = {}) {
  let last = await stage.shop.record({ type: walking, memberId: kim, ...more });
  for (let done = 1; done < times; done += 1) last = await stage.shop.record({ type: walking, memberId: kim, ...more });
  return last;
}

function codes(effects: readonly { __typename: string }[]): string[] {
  return effects.map(({ __typename }) => __typename).filter((name) => name.startsWith('Badge'));
}

describe('a badge with a goal', () => {
  test('is awarded by the activity that reaches it, in the same answer, once', async () => {
    const code = await badge({ goal: walks(3) });
    expect(codes((await walk(2)).effects)).toEqual([]);
    expect(await stage.progress(kim)).toContainEqual(
      expect.objectContaining({ badge: { code }, progress: '2', target: '3', timesAwarded: 0 }),
    );
    const reached = await walk(1);
    expect(codes(reached.effects)).toEqual(['BadgeAwarded']);
    const line = reached.activity?.trace.rules.find(({ rule }) => rule.code === code);
    expect(line).toMatchObject({ matched: true, reason: expect.stringContaining('3 of 3') });
    expect(codes((await walk(4)).effects)).toEqual([]);
    const [award, ...more] = (await stage.awardsOf(kim)).filter((one) => one.badge.code === code);
    expect(more).toEqual([]);
    expect(award).toMatchObject({
      number: 1,
      reason: 'Reached 3',
      revokedAt: null,
      member: { id: kim },
      activity: { id: reached.activity?.id },
    });
    expect(await stage.progress(kim)).toContainEqual(
      expect.objectContaining({ badge: { code }, percent: 100, timesAwarded: 1 }),
    );
  });

  test('bears the time of the activity, however late it is told', async () => {
    const code = await badge({ goal: walks(1) });
    const occurredAt = fromNow(stage.shop, -3 * DAY_MS);
    await walk(1, { occurredAt });
    expect(await stage.awardsOf(kim)).toContainEqual(
      expect.objectContaining({ badge: expect.objectContaining({ code }), awardedAt: occurredAt }),
    );
  });

  test('shows in a simulation what it would award, and awards nothing', async () => {
    const code = await badge({ goal: walks(1) });
    const document = `query ($input: RecordActivityInput!) { simulateActivity(input: $input) {
      effects { __typename ... on BadgeEvent { award { number reason badge { code } member { id } } } } } }`;
    const input = { idempotencyKey: newId(), type: walking, memberId: kim };
    type Simulated = { simulateActivity: { effects: { award?: unknown }[] } };
    const { simulateActivity } = await stage.shop.staff.data<Simulated>(document, { input });
    expect(simulateActivity.effects.map(({ award }) => award)).toContainEqual({
      number: 1,
      reason: 'Reached 1',
      badge: { code },
      member: { id: kim },
    });
    expect(await stage.game.awards(code)).toEqual([]);
  });

  test('that is repeatable is awarded each time the target is reached once more', async () => {
    const code = await badge({ goal: walks(2), repeatable: true });
    await walk(5);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2]);
    await walk(1);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('is awarded several times by one activity that reaches it several times', async () => {
    const goal = { activityTypes: [walking], measure: 'SUM', expression: 'activity.attributes.km', target: '10' };
    const code = await badge({ goal, repeatable: true });
    const { effects } = await walk(1, { attributes: { km: 35 } });
    expect(codes(effects).length).toBe(3);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('that is not active is not awarded, and counts what it missed when it becomes so', async () => {
    const code = await badge({ goal: walks(2), status: 'DRAFT' });
    await walk(3);
    expect(await stage.game.awards(code)).toEqual([]);
    await stage.save({ code, goal: walks(2) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });
});

describe('a limited badge', () => {
  test('is awarded no more often than its limit, by 40 members at once', async () => {
    const code = await badge({ goal: walks(1), limit: 7 });
    const members = await stage.game.members(40);
    await atOnce(40, (index) => stage.shop.record({ type: walking, memberId: members[index] }));
    expect(await stage.game.awards(code)).toHaveLength(7);
    expect(await stage.read(code)).toMatchObject({ awardedCount: 7, remaining: 0, limit: 7 });
    const { userErrors } = await stage.award(kim, code);
    expect(userErrors).toMatchObject([{ code: 'OUT_OF_STOCK', path: ['input', 'badge'], details: { limit: 7 } }]);
  });

  test('counts what was awarded before it was limited, and keeps revoked awards in the edition', async () => {
    const code = await badge();
    const [first, second, third] = await stage.game.members(3);
    const { award } = await stage.award(first ?? '', code);
    expect((await stage.save({ code, limit: 2 })).badge).toMatchObject({ limit: 2, remaining: 1 });
    await stage.revoke(award?.id ?? '');
    expect(await stage.read(code)).toMatchObject({ awardedCount: 0, remaining: 1 });
    expect((await stage.award(second ?? '', code)).userErrors).toEqual([]);
    expect((await stage.award(third ?? '', code)).userErrors).toMatchObject([{ code: 'OUT_OF_STOCK' }]);
    await stage.save({ code, limit: 1 });
    expect(await stage.read(code)).toMatchObject({ remaining: 0 });
    expect((await stage.save({ code, limit: null })).badge).toMatchObject({ limit: null, remaining: null });
  });
});

describe('by hand', () => {
  test('staff award a badge with a reason, once per key, and the audit log knows', async () => {
    const code = await badge();
    const idempotencyKey = newId();
    const given = await stage.award(kim, code, { idempotencyKey, reason: '  Held the hut open. ' });
    expect(given).toMatchObject({
      award: { number: 1, reason: 'Held the hut open.', badge: { code }, member: { id: kim }, activity: null },
      effects: [{ __typename: 'BadgeAwarded', award: { id: given.award?.id } }],
      member: { id: kim },
      replayed: false,
      userErrors: [],
    });
    const again = await stage.award(kim, code, { idempotencyKey, reason: 'Held the hut open.' });
    expect(again).toEqual({ ...given, replayed: true });
    const other = await stage.award(kim, code, { idempotencyKey, reason: 'Another reason' });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(await stage.game.awards(code)).toMatchObject([{ member: kim, cause: 'hand:staff:staff' }]);
    const log = '{ auditLog(first: 1, action: "badge.awarded") { edges { node { actor targetId after } } } }';
    expect(await stage.shop.admin.data(log)).toMatchObject({
      auditLog: { edges: [{ node: { actor: 'staff:staff', targetId: given.award?.id, after: { badge: code } } }] },
    });
  });

  test('twice at once with one key awards once', async () => {
    const code = await badge({ repeatable: true });
    const idempotencyKey = newId();
    const answers = await atOnce(5, () => stage.award(kim, code, { idempotencyKey }));
    expect(new Set(answers.map(({ award }) => award?.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('a badge that is awarded once is refused to whoever has it, from whatever cause', async () => {
    const code = await badge({ goal: walks(2) });
    expect((await stage.award(kim, code)).userErrors).toEqual([]);
    expect((await stage.award(kim, code)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
    expect(codes((await walk(3)).effects)).toEqual([]);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('a repeatable badge goes on counting beside what its goal awards', async () => {
    const code = await badge({ goal: walks(2), repeatable: true });
    await stage.award(kim, code);
    await walk(2);
    await stage.award(kim, code);
    await walk(2);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  test('what cannot be awarded is refused with what is wrong', async () => {
    const draft = await badge({ status: 'DRAFT' }, 'a-draft');
    const over = await badge({ status: 'ARCHIVED' }, 'an-old-one');
    const code = await badge();
    const suspended = await stage.shop.enrol();
    await stage.shop.staff.data(
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
      { input: { memberId: suspended, status: 'SUSPENDED', reason: 'A test' } },
    );
    const refusals = await Promise.all([
      stage.award(kim, draft),
      stage.award(kim, over),
      stage.award(kim, 'no-such-badge'),
      stage.award(newId(), code),
      stage.award('nobody', code),
      stage.award(suspended, code),
      stage.award(kim, code, { reason: ' ' }),
      stage.award(kim, code, { idempotencyKey: '' }),
    ]);
    expect(refusals.map(({ userErrors: [error] }) => [error?.code, error?.path?.at(-1)])).toEqual([
      ['NOT_STARTED', 'badge'],
      ['ENDED', 'badge'],
      ['NOT_FOUND', 'badge'],
      ['NOT_FOUND', 'memberId'],
      ['NOT_FOUND', 'memberId'],
      ['MEMBER_NOT_ACTIVE', 'memberId'],
      ['BAD_USER_INPUT', 'reason'],
      ['BAD_USER_INPUT', 'idempotencyKey'],
    ]);
    expect(await stage.game.awards(code)).toEqual([]);
  });

  test('members, services and strangers award and revoke nothing', async () => {
    const code = await badge();
    const { award } = await stage.award(kim, code);
    const give = `mutation { awardBadge(input: { idempotencyKey: "1", memberId: "${kim}", badge: "${code}", reason: "x" }) { replayed } }`;
    const take = `mutation { revokeBadge(input: { awardId: "${award?.id}", reason: "x" }) { userErrors { code } } }`;
    const service = stage.shop.app.client({ role: 'SERVICE', scope: 'members:write points:adjust' });
    for (const client of [stage.member(kim), service]) {
      expect(await codeOf(client.query(give))).toBe('FORBIDDEN');
      expect(await codeOf(client.query(take))).toBe('FORBIDDEN');
    }
    expect(await codeOf(stage.shop.app.client().query(take))).toBe('UNAUTHENTICATED');
  });
});

describe('revoking', () => {
  test('keeps the award in the history with its reason, once, and tells the member', async () => {
    const code = await badge();
    const { award } = await stage.award(kim, code);
    const revoked = await stage.revoke(award?.id ?? '', 'Given to the wrong Kim.');
    expect(revoked).toMatchObject({
      award: { id: award?.id, reason: 'A test', revokedReason: 'Given to the wrong Kim.' },
      effects: [{ __typename: 'BadgeRevoked', award: { id: award?.id } }],
      userErrors: [],
    });
    expect(revoked.award?.revokedAt).not.toBeNull();
    expect((await stage.revoke(award?.id ?? '')).userErrors).toMatchObject([
      { code: 'ALREADY_REVERSED', path: ['input', 'awardId'] },
    ]);
    expect((await stage.revoke(newId())).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const events = await stage.shop.sql<{ type: string }>(
      'select type from outbox where member_id = $1 order by xid, seq',
      [kim],
    );
    expect(events.map(({ type }) => type)).toEqual(['MemberEnrolled', 'BadgeAwarded', 'BadgeRevoked']);
    expect(await stage.awardsOf(kim, stage.shop.staff)).toHaveLength(1);
  });

  test('takes it from the rules for good, and lets a person award it again', async () => {
    const code = await badge({ goal: walks(1) });
    await walk(1);
    const [award] = await stage.awardsOf(kim);
    await stage.revoke(award?.id ?? '');
    expect(codes((await walk(2)).effects)).toEqual([]);
    expect((await stage.award(kim, code)).award).toMatchObject({ number: 2, revokedAt: null });
    expect((await stage.award(kim, code)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
  });
});

describe('what members did before', () => {
  test('counts for a badge that looks back: awarded in the background, and nobody is told', async () => {
    await walk(3);
    await walkAs(await stage.shop.enrol(), 2);
    const code = await badge({ goal: walks(3) });
    expect(await stage.game.awards(code)).toEqual([{ member: kim, badge: code, number: 1, cause: `badge:${code}` }]);
    const filling = (await stage.read(code))?.filling;
    expect(filling?.done).toBe(filling?.total);
    expect(filling?.finishedAt).not.toBeNull();
    expect((await stage.read(code, stage.member(kim)))?.filling).toBeNull();
    const told = await stage.shop.sql<{ notify: boolean }>(
      `select notify from outbox where type = 'BadgeAwarded' and member_id = $1`,
      [kim],
    );
    expect(told).toEqual([{ notify: false }]);
  });

  test('does not count for one that does not look back', async () => {
    await walk(3);
    const code = await badge({ goal: walks(3), retroactive: false });
    await walk(1);
    await walk(1, { occurredAt: fromNow(stage.shop, -HOUR_MS) });
    expect(await stage.game.awards(code)).toEqual([]);
    expect((await stage.progress(kim)).find((one) => one.badge.code === code)).toMatchObject({ progress: '1' });
    // Saving it again the same way leaves its beginning where it was.
    expect((await stage.save({ code, name: 'Renamed', goal: walks(3), retroactive: false })).badge?.version).toBe(2);
    await walk(2);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('keeps its awards when the rule becomes stricter, and loses none of what it counted', async () => {
    const code = await badge({ goal: walks(2) });
    await walk(2);
    await stage.save({ code, goal: walks(5) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.awardsOf(kim)).toContainEqual(
      expect.objectContaining({ badge: expect.objectContaining({ code }), revokedAt: null }),
    );
    const late = await stage.shop.enrol();
    await walkAs(late, 4);
    expect(await stage.game.awards(code)).toHaveLength(1);
    await walkAs(late, 1);
    expect(await stage.game.awards(code)).toHaveLength(2);
    await walk(5);
    expect(await stage.game.awards(code)).toHaveLength(2);
  });

  test('is awarded at once by a rule that becomes easier', async () => {
    const code = await badge({ goal: walks(5) });
    await walk(3);
    await stage.save({ code, goal: walks(3) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.game.awards(code)).toContainEqual(expect.objectContaining({ member: kim, number: 1 }));
  });
});

async function walkAs(memberId: string, times: number): Promise<void> {
  for (let done = 0; done < times; done += 1) await stage.shop.record({ type: walking, memberId });
}
