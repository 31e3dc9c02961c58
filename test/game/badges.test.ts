import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { atOnce, DAY_MS, fromNow, HOUR_MS } from '../recording/shop.ts';
import { BadgesStage, badgeEffects } from './badges-stage.ts';

let stage: BadgesStage;

beforeAll(async () => {
  stage = await BadgesStage.open();
});

beforeEach(() => stage.begin());

afterAll(() => stage.shop.close());

describe('a badge with a goal', () => {
  test('is awarded by the activity that reaches it, in the same answer, once', async () => {
    const code = await stage.badge({ goal: stage.walks(3) });
    expect(badgeEffects(await stage.walk(2))).toEqual([]);
    expect(await stage.progress(stage.kim)).toContainEqual(
      expect.objectContaining({ badge: { code }, progress: '2', target: '3', timesAwarded: 0 }),
    );
    const reached = await stage.walk(1);
    expect(badgeEffects(reached)).toEqual(['BadgeAwarded']);
    const line = reached.activity?.trace.rules.find(({ rule }) => rule.code === code);
    expect(line).toMatchObject({ matched: true, reason: expect.stringContaining('3 of 3') });
    expect(badgeEffects(await stage.walk(4))).toEqual([]);
    const [award, ...more] = (await stage.awardsOf(stage.kim)).filter((one) => one.badge.code === code);
    expect(more).toEqual([]);
    expect(award).toMatchObject({
      number: 1,
      reason: 'Reached 3',
      revokedAt: null,
      member: { id: stage.kim },
      activity: { id: reached.activity?.id },
    });
    expect(await stage.progress(stage.kim)).toContainEqual(
      expect.objectContaining({ badge: { code }, percent: 100, timesAwarded: 1 }),
    );
  });

  test('bears the time of the activity, however late it is told', async () => {
    const code = await stage.badge({ goal: stage.walks(1) });
    const occurredAt = fromNow(stage.shop, -3 * DAY_MS);
    await stage.walk(1, { occurredAt });
    expect(await stage.awardsOf(stage.kim)).toContainEqual(
      expect.objectContaining({ badge: expect.objectContaining({ code }), awardedAt: occurredAt }),
    );
  });

  test('shows in a simulation what it would award, and awards nothing', async () => {
    const code = await stage.badge({ goal: stage.walks(1) });
    const document = `query ($input: RecordActivityInput!) { simulateActivity(input: $input) {
      effects { __typename ... on BadgeEvent { award { number reason badge { code } member { id } } } } } }`;
    const input = { idempotencyKey: newId(), type: stage.walking, memberId: stage.kim };
    type Simulated = { simulateActivity: { effects: { award?: unknown }[] } };
    const { simulateActivity } = await stage.shop.staff.data<Simulated>(document, { input });
    expect(simulateActivity.effects.map(({ award }) => award)).toContainEqual({
      number: 1,
      reason: 'Reached 1',
      badge: { code },
      member: { id: stage.kim },
    });
    expect(await stage.game.awards(code)).toEqual([]);
  });

  test('names in a simulation the simulated activity, as the ledger entries beside it do', async () => {
    await stage.shop.save('EarningRule', {
      ...{ code: stage.walking, name: 'Walking', trigger: stage.walking },
      points: { fixed: 7 },
    });
    await stage.badge({ goal: stage.walks(1) });
    const document = `query ($input: RecordActivityInput!) { simulateActivity(input: $input) { activity { id }
      effects { ... on BadgeEvent { award { activity { id } } } ... on PointsEvent { entry { activity { id } } } } } }`;
    const input = { idempotencyKey: newId(), type: stage.walking, memberId: stage.kim };
    type Simulated = { simulateActivity: { activity: { id: string }; effects: unknown[] } };
    const { activity, effects } = (await stage.shop.staff.data<Simulated>(document, { input })).simulateActivity;
    expect(effects).toEqual([{ entry: { activity } }, { award: { activity } }]);
  });

  test('that is repeatable is awarded each time the target is reached once more', async () => {
    const code = await stage.badge({ goal: stage.walks(2), repeatable: true });
    await stage.walk(5);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2]);
    await stage.walk(1);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('is awarded several times by one activity that reaches it several times', async () => {
    const goal = { activityTypes: [stage.walking], measure: 'SUM', expression: 'activity.attributes.km', target: '10' };
    const code = await stage.badge({ goal, repeatable: true });
    const reached = await stage.walk(1, { attributes: { km: 35 } });
    expect(badgeEffects(reached).length).toBe(3);
    expect((await stage.game.awards(code)).map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('that is not active is not awarded, and counts what it missed when it becomes so', async () => {
    const code = await stage.badge({ goal: stage.walks(2), status: 'DRAFT' });
    await stage.walk(3);
    expect(await stage.game.awards(code)).toEqual([]);
    await stage.save({ code, goal: stage.walks(2) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });
});

describe('a limited badge', () => {
  test('is awarded no more often than its limit, by 40 members at once', async () => {
    const code = await stage.badge({ goal: stage.walks(1), limit: 7 });
    const members = await stage.game.members(40);
    await atOnce(40, (index) => stage.shop.record({ type: stage.walking, memberId: members[index] }));
    expect(await stage.game.awards(code)).toHaveLength(7);
    expect(await stage.read(code)).toMatchObject({ awardedCount: 7, remaining: 0, limit: 7 });
    const { userErrors } = await stage.award(stage.kim, code);
    expect(userErrors).toMatchObject([{ code: 'OUT_OF_STOCK', path: ['input', 'badge'], details: { limit: 7 } }]);
  });

  test('counts what was awarded before it was limited, and keeps revoked awards in the edition', async () => {
    const code = await stage.badge();
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

describe('what members did before', () => {
  test('counts for a badge that looks back: awarded in the background, and nobody is told', async () => {
    await stage.walk(3);
    await stage.walk(2, { memberId: await stage.shop.enrol() });
    const code = await stage.badge({ goal: stage.walks(3) });
    expect(await stage.game.awards(code)).toEqual([
      { member: stage.kim, badge: code, number: 1, cause: `badge:${code}` },
    ]);
    const filling = (await stage.read(code))?.filling;
    expect(filling?.done).toBe(filling?.total);
    expect(filling?.finishedAt).not.toBeNull();
    expect((await stage.read(code, stage.member(stage.kim)))?.filling).toBeNull();
    const told = await stage.shop.sql<{ notify: boolean }>(
      `select notify from outbox where type = 'BadgeAwarded' and member_id = $1`,
      [stage.kim],
    );
    expect(told).toEqual([{ notify: false }]);
  });

  test('does not count for one that does not look back', async () => {
    await stage.walk(3);
    const code = await stage.badge({ goal: stage.walks(3), retroactive: false });
    await stage.walk(1);
    await stage.walk(1, { occurredAt: fromNow(stage.shop, -HOUR_MS) });
    expect(await stage.game.awards(code)).toEqual([]);
    expect((await stage.progress(stage.kim)).find((one) => one.badge.code === code)).toMatchObject({ progress: '1' });
    // Saving it again the same way leaves its beginning where it was.
    expect((await stage.save({ code, name: 'Renamed', goal: stage.walks(3), retroactive: false })).badge?.version).toBe(
      2,
    );
    await stage.walk(2);
    expect(await stage.game.awards(code)).toHaveLength(1);
  });

  test('keeps its awards when the rule becomes stricter, and loses none of what it counted', async () => {
    const code = await stage.badge({ goal: stage.walks(2) });
    await stage.walk(2);
    await stage.save({ code, goal: stage.walks(5) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.awardsOf(stage.kim)).toContainEqual(
      expect.objectContaining({ badge: expect.objectContaining({ code }), revokedAt: null }),
    );
    const late = await stage.shop.enrol();
    await stage.walk(4, { memberId: late });
    expect(await stage.game.awards(code)).toHaveLength(1);
    await stage.walk(1, { memberId: late });
    expect(await stage.game.awards(code)).toHaveLength(2);
    await stage.walk(5);
    expect(await stage.game.awards(code)).toHaveLength(2);
  });

  test('is awarded at once by a rule that becomes easier', async () => {
    const code = await stage.badge({ goal: stage.walks(5) });
    await stage.walk(3);
    await stage.save({ code, goal: stage.walks(3) });
    await stage.game.filled(`badge:${code}`);
    expect(await stage.game.awards(code)).toContainEqual(expect.objectContaining({ member: stage.kim, number: 1 }));
  });
});
