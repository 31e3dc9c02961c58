import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import type { Shop } from '../recording/shop.ts';
import { ChallengesStage, count, lineOf } from './challenges.stage.ts';

let stage: ChallengesStage;
let shop: Shop;
/** Each test has an activity type of its own. */
let type: string;

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
  await shop.admin.data('mutation { updateProgram(input: { timeZone: "Europe/Stockholm" }) { userErrors { code } } }');
});

afterAll(() => shop.close());

beforeEach(async () => {
  type = `t-${newId()}`;
  await shop.save('ActivityType', { code: type, name: type });
});

/** Stockholm: 3 May 2027 is a Monday, local midnight is at 22:00 UTC; summer time ends on 31 October. */
const PERIODS = [
  ['DAY', '2027-05-03T10:00:00Z', '2027-05-03T22:00:00.000Z'],
  ['WEEK', '2027-05-05T10:00:00Z', '2027-05-09T22:00:00.000Z'],
  ['MONTH', '2027-05-20T10:00:00Z', '2027-05-31T22:00:00.000Z'],
  ['MONTH', '2027-10-20T10:00:00Z', '2027-10-31T23:00:00.000Z'],
] as const;

describe('a challenge that recurs', () => {
  test.each(PERIODS)(
    'by %s (%s) is completed once until midnight in the programme, then anew',
    async (recurrence, now, end) => {
      stage.travelTo(now);
      const code = `recurring-${newId()}`;
      await stage.offer({ code, name: code, goal: count(type, 2), recurrence, points: 5 });
      // The time zone of the member does not matter.
      const member = await shop.enrol({ timeZone: 'Pacific/Auckland' });
      await stage.review(member, 2, { type });
      expect(await stage.progress(member, code)).toMatchObject({
        status: 'COMPLETED',
        timesCompleted: 1,
        nextPossibleAt: end,
      });
      const third = await stage.record(member, { type });
      expect(third.effects).toEqual([]);
      expect(lineOf(third, code)).toMatchObject({ matched: false, nextPossibleAt: end });

      stage.travelTo(end);
      expect(await stage.progress(member, code)).toMatchObject({
        status: 'NOT_STARTED',
        progress: '0',
        timesCompleted: 1,
      });
      const before = new Date(Date.parse(end) - 1).toISOString();
      expect(lineOf(await stage.record(member, { type, occurredAt: before }), code).matched).toBe(false);
      expect(await stage.review(member, 2, { type })).toEqual(['PointsEarned', 'ChallengeCompleted']);
      expect(await stage.progress(member, code)).toMatchObject({ status: 'COMPLETED', timesCompleted: 2 });
      expect((await shop.wallet(member)).active).toBe(10);
      const periods = await shop.sql<{ period: number }>(
        'select period from challenge_completions where member_id = $1 order by period',
        [member],
      );
      expect((periods[1]?.period ?? 0) - (periods[0]?.period ?? 0)).toBe(1);
      await shop.expectCleanLedger();
    },
  );

  test('tells when its period ends', async () => {
    stage.travelTo('2027-05-05T10:00:00Z');
    await stage.offer({ code: 'weekly', name: 'Weekly', recurrence: 'WEEK' });
    const read = async () => {
      const document = '{ challenge(code: "weekly") { periodEndsAt } }';
      return (await shop.admin.data<{ challenge: { periodEndsAt: string } }>(document)).challenge.periodEndsAt;
    };
    expect(await read()).toBe('2027-05-09T22:00:00.000Z');
    await stage.offer({ code: 'weekly', name: 'Weekly', recurrence: 'WEEK', endsAt: '2027-05-07T00:00:00Z' });
    expect(await read()).toBe('2027-05-07T00:00:00.000Z');
  });

  test('begins anew for everybody together too', async () => {
    stage.travelTo('2027-06-07T10:00:00Z');
    const code = `together-${newId()}`;
    await stage.offer({ code, name: code, mode: 'COMMUNITY', goal: count(type, 2), recurrence: 'DAY', points: 7 });
    const [anna, bo] = [await shop.enrol({ displayName: 'Anna' }), await shop.enrol({ displayName: 'Bo' })];
    await stage.review(anna, 1, { type });
    await stage.review(bo, 1, { type });
    await stage.paid(code, 2);
    stage.travelTo('2027-06-08T10:00:00Z');
    expect(await stage.community(code)).toMatchObject({ progress: '0', contributorCount: 0, completedAt: null });
    await stage.review(anna, 2, { type });
    await stage.paid(code, 3);
    expect((await shop.wallet(anna)).active).toBe(14);
    expect((await shop.wallet(bo)).active).toBe(7);
    expect(await stage.progress(anna, code)).toMatchObject({ status: 'COMPLETED', timesCompleted: 2 });
  });
});

describe('a streak', () => {
  /** Noon in New York on a day of June 2027, as long as summer time lasts. */
  const noon = (day: number) => `2027-06-${String(day).padStart(2, '0')}T16:00:00Z`;
  const streaking = (freezes: number, length = 3) => ({ every: 'DAY', length, freezes });
  let member: string;
  let code: string;

  async function start(freezes: number, length?: number): Promise<void> {
    stage.travelTo('2027-06-01T12:00:00Z');
    code = `streak-${newId()}`;
    await stage.offer({ code, name: code, goal: count(type, 2), streak: streaking(freezes, length), points: 9 });
    member = await shop.enrol({ timeZone: 'America/New_York' });
  }

  /** What is needed on a day. */
  async function meet(day: number): Promise<string[]> {
    stage.travelTo(noon(day));
    return stage.review(member, 2, { type });
  }

  test('asks for the goal day after day, and a freeze bridges a missed one', async () => {
    await start(1);
    await meet(1);
    await meet(2);
    expect(await stage.progress(member, code)).toMatchObject({
      ...{ status: 'IN_PROGRESS', progress: '2', target: '3', timesCompleted: 0 },
      // A day may be missed, so the fourth is the last that saves it; it ends at midnight in New York.
      streak: { current: 2, best: 2, freezesLeft: 1, endsAt: '2027-06-05T04:00:00.000Z', length: 3 },
    });
    stage.travelTo(noon(4));
    expect((await stage.progress(member, code)).streak).toMatchObject({ current: 2, freezesLeft: 0 });
    expect(await meet(4)).toEqual(['PointsEarned', 'ChallengeCompleted']);
    expect(await stage.progress(member, code)).toMatchObject({
      ...{ status: 'COMPLETED', progress: '3', percent: 100, timesCompleted: 1 },
      streak: { current: 3, best: 3, length: 3 },
    });
    expect(lineOf(await stage.record(member, { type }), code).reason).toBe('This day counts already.');
  });

  test('goes on after it was completed, is paid once and stays completed', async () => {
    await start(0, 2);
    await meet(1);
    expect(await meet(2)).toEqual(['PointsEarned', 'ChallengeCompleted']);
    stage.travelTo(noon(3));
    expect((await stage.record(member, { type })).effects).toEqual([]);
    const { effects } = await stage.record(member, { type });
    expect(effects).toMatchObject([{ __typename: 'ChallengeProgressed', progress: { status: 'COMPLETED' } }]);
    expect(await stage.progress(member, code)).toMatchObject({
      ...{ status: 'COMPLETED', progress: '2', timesCompleted: 1 },
      streak: { current: 3, best: 3, endsAt: '2027-06-05T04:00:00.000Z' },
    });
    stage.travelTo(noon(5));
    expect(await stage.progress(member, code)).toMatchObject({ status: 'COMPLETED', streak: { current: 0, best: 3 } });
    expect((await shop.wallet(member)).active).toBe(9);
  });

  test('breaks when more is missed than freezes allow, and begins again', async () => {
    await start(1);
    await meet(1);
    await meet(2);
    stage.travelTo(noon(5));
    expect((await stage.progress(member, code)).streak).toMatchObject({ current: 0, best: 2, endsAt: null });
    await meet(5);
    expect((await stage.progress(member, code)).streak).toMatchObject({ current: 1, best: 2, freezesLeft: 1 });
    await meet(6);
    expect(await meet(7)).toEqual(['PointsEarned', 'ChallengeCompleted']);
  });

  test('has nothing from a day on which the goal was not met', async () => {
    await start(0);
    await meet(1);
    stage.travelTo(noon(2));
    const half = await stage.record(member, { type });
    expect(lineOf(half, code)).toMatchObject({ matched: true, reason: '1 of 2.' });
    stage.travelTo(noon(3));
    expect((await stage.progress(member, code)).streak).toMatchObject({ current: 0, best: 1 });
  });

  test('is cut at midnight where the member is', async () => {
    await start(0, 2);
    const stockholm = await shop.enrol({ timeZone: 'Europe/Stockholm' });
    stage.travelTo(noon(10));
    // 23:30 on the tenth in New York, 05:30 on the eleventh in Stockholm.
    const night = '2027-06-11T03:30:00Z';
    for (const id of [member, stockholm]) await stage.review(id, 2, { type });
    stage.travelTo('2027-06-11T03:31:00Z');
    expect(await stage.review(member, 2, { type, occurredAt: night })).toEqual([]);
    expect(await stage.review(stockholm, 2, { type, occurredAt: night })).toEqual([
      'PointsEarned',
      'ChallengeCompleted',
    ]);
  });

  test('is mended by what is told late', async () => {
    await start(0);
    await meet(1);
    await meet(3);
    expect((await stage.progress(member, code)).streak).toMatchObject({ current: 1, best: 1 });
    expect(await stage.review(member, 2, { type, occurredAt: noon(2) })).toEqual([
      'PointsEarned',
      'ChallengeCompleted',
    ]);
  });
});
