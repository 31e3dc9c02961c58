import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { atOnce } from '../recording/shop.ts';
import { codeOf } from '../support/members.ts';
import { BadgesStage, badgeEffects } from './badges-stage.ts';

let stage: BadgesStage;

beforeAll(async () => {
  stage = await BadgesStage.open();
});

beforeEach(() => stage.begin());

afterAll(() => stage.shop.close());

describe('by hand', () => {
  test('staff award a badge with a reason, once per key, and the audit log knows', async () => {
    const code = await stage.badge();
    const idempotencyKey = newId();
    const given = await stage.award(stage.kim, code, { idempotencyKey, reason: '  Held the hut open. ' });
    expect(given).toMatchObject({
      award: { number: 1, reason: 'Held the hut open.', badge: { code }, member: { id: stage.kim }, activity: null },
      effects: [{ __typename: 'BadgeAwarded', award: { id: given.award?.id } }],
      member: { id: stage.kim },
      replayed: false,
      userErrors: [],
    });
    const again = await stage.award(stage.kim, code, { idempotencyKey, reason: 'Held the hut open.' });
    expect(again).toEqual({ ...given, replayed: true });
    const other = await stage.award(stage.kim, code, { idempotencyKey, reason: 'Another reason' });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(await stage.game.awards(code)).toMatchObject([{ member: stage.kim, cause: 'hand:staff:staff' }]);
    const log = '{ auditLog(first: 1, action: "badge.awarded") { edges { node { actor targetId after } } } }';
    expect(await stage.shop.admin.data(log)).toMatchObject({
      auditLog: { edges: [{ node: { actor: 'staff:staff', targetId: given.award?.id, after: { badge: code } } }] },
    });
  });

  test('twice at once with one key awards once', async () => {
    const code = await stage.badge({ repeatable: true });
    const idempotencyKey = newId();
    const answers = await atOnce(5, () => stage.award(stage.kim, code, { idempotencyKey }));
    expect(new Set(answers.map(({ award }) => award?.id)).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('a badge that is awarded once is refused to whoever has it, from whatever cause', async () => {
    const code = await stage.badge({ goal: stage.walks(2) });
    expect((await stage.award(stage.kim, code)).userErrors).toEqual([]);
    expect((await stage.award(stage.kim, code)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
    expect(badgeEffects(await stage.walk(3))).toEqual([]);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('a repeatable badge goes on counting beside what its goal awards', async () => {
    const code = await stage.badge({ goal: stage.walks(2), repeatable: true });
    await stage.award(stage.kim, code);
    await stage.walk(2);
    await stage.award(stage.kim, code);
    await stage.walk(2);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
  });

  test('what cannot be awarded is refused with what is wrong', async () => {
    const draft = await stage.badge({ status: 'DRAFT' }, 'a-draft');
    const over = await stage.badge({ status: 'ARCHIVED' }, 'an-old-one');
    const code = await stage.badge();
    const suspended = await stage.shop.enrol();
    await stage.shop.staff.data(
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
      { input: { memberId: suspended, status: 'SUSPENDED', reason: 'A test' } },
    );
    const refusals = await Promise.all([
      stage.award(stage.kim, draft),
      stage.award(stage.kim, over),
      stage.award(stage.kim, 'no-such-badge'),
      stage.award(newId(), code),
      stage.award('nobody', code),
      stage.award(suspended, code),
      stage.award(stage.kim, code, { reason: ' ' }),
      stage.award(stage.kim, code, { idempotencyKey: '' }),
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
    const code = await stage.badge();
    const { award } = await stage.award(stage.kim, code);
    const give = `mutation { awardBadge(input: { idempotencyKey: "1", memberId: "${stage.kim}", badge: "${code}", reason: "x" }) { replayed } }`;
    const take = `mutation { revokeBadge(input: { awardId: "${award?.id}", reason: "x" }) { userErrors { code } } }`;
    const service = stage.shop.app.client({ role: 'SERVICE', scope: 'members:write points:adjust' });
    for (const client of [stage.member(stage.kim), service]) {
      expect(await codeOf(client.query(give))).toBe('FORBIDDEN');
      expect(await codeOf(client.query(take))).toBe('FORBIDDEN');
    }
    expect(await codeOf(stage.shop.app.client().query(take))).toBe('UNAUTHENTICATED');
  });
});

describe('revoking', () => {
  test('keeps the award in the history with its reason, once, and tells the member', async () => {
    const code = await stage.badge();
    const { award } = await stage.award(stage.kim, code);
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
      [stage.kim],
    );
    expect(events.map(({ type }) => type)).toEqual(['MemberEnrolled', 'BadgeAwarded', 'BadgeRevoked']);
    expect(await stage.awardsOf(stage.kim, stage.shop.staff)).toHaveLength(1);
  });

  test('takes it from the rules for good, and lets a person award it again', async () => {
    const code = await stage.badge({ goal: stage.walks(1) });
    await stage.walk(1);
    const [award] = await stage.awardsOf(stage.kim);
    await stage.revoke(award?.id ?? '');
    expect(badgeEffects(await stage.walk(2))).toEqual([]);
    expect((await stage.award(stage.kim, code)).award).toMatchObject({ number: 2, revokedAt: null });
    expect((await stage.award(stage.kim, code)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
  });
});
