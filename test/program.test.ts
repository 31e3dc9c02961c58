import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';

const PROGRAM = '{ program { name timeZone currencyCode locale now } }';
const STATISTICS = `{ program { statistics {
  members activeMembers activities pointsIssued pointsSpent pointsExpired pointsReversed pointsOwed pointsOutstanding
} } }`;
const UPDATE = `mutation ($input: UpdateProgramInput!) {
  updateProgram(input: $input) { program { name timeZone currencyCode locale } userErrors { code path } }
}`;
const RECORD = `mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { activity { id } userErrors { code message } } }`;
const REVERSE = `mutation ($input: ReverseActivityInput!) { reverseActivity(input: $input) { userErrors { code message } } }`;
const ADJUST = `mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { userErrors { code message } } }`;
const SAVE_RULE = `mutation ($input: SaveEarningRuleInput!) {
  saveEarningRule(input: $input) { userErrors { code message path } }
}`;

let app: TestApp;
let admin: Client;

beforeAll(async () => {
  app = await startTestApp();
  admin = app.client({ role: 'ADMIN', subject: 'anna' });
});

afterAll(() => app.stop());

async function update(input: object): Promise<{ program: object | null; userErrors: object[] }> {
  const { updateProgram } = await admin.data<{ updateProgram: { program: object | null; userErrors: object[] } }>(
    UPDATE,
    { input },
  );
  return updateProgram;
}

describe('the programme', () => {
  test('is shown to everybody, with its own present time', async () => {
    const { program } = await app.client().data<{ program: { now: string } }>(PROGRAM);
    expect(program).toMatchObject({
      name: 'Pokal',
      timeZone: 'Europe/Stockholm',
      currencyCode: 'SEK',
      locale: 'sv-SE',
    });
    app.clock.advance(86_400_000);
    const later = await app.client().data<{ program: { now: string } }>(PROGRAM);
    expect(Date.parse(later.program.now) - Date.parse(program.now)).toBeGreaterThanOrEqual(86_400_000);
  });

  test('changes what is given and keeps the rest; a bad value changes nothing', async () => {
    await expect(update({ name: 'Fjällklubben', locale: 'EN-gb' })).resolves.toEqual({
      program: { name: 'Fjällklubben', timeZone: 'Europe/Stockholm', currencyCode: 'SEK', locale: 'en-GB' },
      userErrors: [],
    });
    await expect(update({ name: 'Other', locale: 'not a locale' })).resolves.toEqual({
      program: null,
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'locale'] }],
    });
    const { errors } = await admin.query(UPDATE, { input: { timeZone: 'Mars/Olympus' } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    await expect(app.client().data(PROGRAM)).resolves.toMatchObject({ program: { name: 'Fjällklubben' } });
  });

  test('tells every node by a rising generation that something changed, and only then', async () => {
    const generation = () => app.core.configuration.generationIn(app.core.reader);
    const before = await generation();
    await update({ name: 'Skogsklubben' });
    await update({ name: 'Skogsklubben' });
    await expect(generation()).resolves.toBe(before + 1);
  });

  test('changes its currency until an activity carries a value in it', async () => {
    await expect(update({ currencyCode: 'EUR' })).resolves.toMatchObject({ program: { currencyCode: 'EUR' } });
    const record = (input: object) =>
      admin.data<object>(RECORD, {
        input: {
          ...{ idempotencyKey: newId(), memberExternalId: 'shopper', enrollIfUnknown: true },
          ...input,
        },
      });
    await record({ type: 'like' });
    await expect(update({ currencyCode: 'SEK' })).resolves.toMatchObject({ userErrors: [] });
    await expect(record({ type: 'purchase', value: { amount: '12.50', currencyCode: 'SEK' } })).resolves.toEqual({
      recordActivity: { activity: expect.anything(), userErrors: [] },
    });
    await expect(update({ name: 'Still', currencyCode: 'EUR' })).resolves.toEqual({
      program: null,
      userErrors: [{ code: 'CONFLICT', path: ['input', 'currencyCode'] }],
    });
    await expect(update({ currencyCode: 'SEK' })).resolves.toMatchObject({ userErrors: [] });
  });

  test('is changed by admins only', async () => {
    for (const client of [app.client({ role: 'STAFF' }), app.client({ role: 'SERVICE', scope: 'members:write' })]) {
      expect((await client.query(UPDATE, { input: {} })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect((await app.client().query(UPDATE, { input: {} })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('the statistics', () => {
  test('count members and activities, and add up points', async () => {
    const staff = app.client({ role: 'STAFF' });
    const figures = async () =>
      (await staff.data<{ program: { statistics: Record<string, number> } }>(STATISTICS)).program.statistics;
    const before = await figures();
    const rule = { code: 'answers', name: 'Answers', trigger: 'survey-answered', points: { fixed: 40 } };
    await expect(admin.data(SAVE_RULE, { input: rule })).resolves.toEqual({ saveEarningRule: { userErrors: [] } });
    const externalId = newId();
    const survey = { type: 'survey-answered', memberExternalId: externalId, enrollIfUnknown: true };
    const { recordActivity } = await admin.data<{ recordActivity: { activity: { id: string } } }>(RECORD, {
      input: { idempotencyKey: newId(), ...survey },
    });
    const { member } = await admin.data<{ member: { id: string } }>(
      'query ($externalId: String) { member(externalId: $externalId) { id } }',
      { externalId },
    );
    await admin.data(ADJUST, {
      input: { idempotencyKey: newId(), memberId: member.id, points: -15, reason: 'Correction' },
    });
    await admin.data(
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
      { input: { memberId: member.id, status: 'SUSPENDED', reason: 'Test' } },
    );
    const after = await figures();
    const difference = Object.fromEntries(
      Object.entries(after).map(([key, value]) => [key, value - (before[key] ?? 0)]),
    );
    expect(difference).toMatchObject({ members: 1, activeMembers: 0, activities: 1, pointsOutstanding: 25 });
    // What is taken back of the 40 points, 15 of which are gone: the member owes them.
    const { id } = recordActivity.activity;
    await admin.data(REVERSE, { input: { idempotencyKey: newId(), activityId: id, reason: 'By mistake' } });
    const reversed = await figures();
    expect(reversed).toMatchObject({ pointsReversed: 40, pointsOwed: 15, pointsOutstanding: before.pointsOutstanding });
    const gone = Number(reversed.pointsSpent) + Number(reversed.pointsExpired) + Number(reversed.pointsReversed);
    expect(Number(reversed.pointsOutstanding) - Number(reversed.pointsOwed)).toBe(Number(reversed.pointsIssued) - gone);
  });

  test('are for staff and admins', async () => {
    for (const client of [app.client(), app.client({ role: 'MEMBER', subject: newId() })]) {
      expect((await client.query(STATISTICS)).errors?.[0]?.extensions.code).toMatch(/FORBIDDEN|UNAUTHENTICATED/);
    }
  });
});
