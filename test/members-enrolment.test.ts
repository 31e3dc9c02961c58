import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drawCodes } from '../src/features/members/members.codes.ts';
import { MembersService } from '../src/features/members/members.service.ts';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';
import { codeOf, ENROL, enrol, someone } from './support/members.ts';

const MEMBER = `query ($id: ID, $externalId: String, $memberNumber: String, $email: String) {
  member(id: $id, externalId: $externalId, memberNumber: $memberNumber, email: $email) { id email }
}`;

let app: TestApp;
let staff: Client;

beforeAll(async () => {
  app = await startTestApp();
  staff = app.client({ role: 'STAFF', subject: 'sven' });
});

afterAll(() => app.stop());

describe('enrolling a member', () => {
  test('stores what was said in canonical form, opens an empty wallet and answers the event', async () => {
    const { member, effects, replayed, userErrors } = await enrol(staff, {
      displayName: '  Åsa Öberg ',
      email: 'Asa.Oberg@Example.COM',
      externalId: 'shop-1',
      alias: 'Räven',
      visibility: 'ALIAS',
      timeZone: 'Europe/Stockholm',
      locale: 'SV-se',
      interests: ['skiing', 'skiing', 'tents'],
      attributes: { size: 'M' },
      joinedAt: '2020-02-29T12:00:00Z',
    });
    expect({ replayed, userErrors }).toEqual({ replayed: false, userErrors: [] });
    expect(member).toMatchObject({
      ...{ displayName: 'Åsa Öberg', email: 'asa.oberg@example.com', externalId: 'shop-1', alias: 'Räven' },
      ...{ status: 'ACTIVE', visibility: 'ALIAS', timeZone: 'Europe/Stockholm', locale: 'sv-SE' },
      ...{ interests: ['skiing', 'tents'], attributes: { size: 'M' }, joinedAt: '2020-02-29T12:00:00.000Z' },
    });
    expect(member?.referralLink).toBe(`http://localhost:${app.config.port}/r/${member?.referralCode}`);
    expect(effects).toEqual([
      {
        ...{ __typename: 'MemberEnrolled', id: expect.any(String), cursor: expect.any(String) },
        ...{ occurredAt: '2020-02-29T12:00:00.000Z', member: { id: member?.id } },
      },
    ]);
    const wallet = await staff.data<object>('query ($id: ID) { member(id: $id) { wallet { active pending } } }', {
      id: member?.id,
    });
    expect(wallet).toEqual({ member: { wallet: { active: 0, pending: 0 } } });
  });

  test('a hundred times at once under one key makes one member, and every answer is the same', async () => {
    const input = { idempotencyKey: newId(), externalId: `ext-${newId()}` };
    const answers = await Promise.all(Array.from({ length: 100 }, () => enrol(staff, input)));
    expect(new Set(answers.map(({ member }) => member?.id)).size).toBe(1);
    expect(new Set(answers.map(({ effects }) => JSON.stringify(effects))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(enrol(staff, { ...input, displayName: 'Somebody else' })).resolves.toMatchObject({
      member: null,
      effects: [],
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
  });

  test('gives an external id and an e-mail address to exactly one of many who want it at once', async () => {
    const externalId = `ext-${newId()}`;
    const email = `${newId()}@example.com`;
    const byExternalId = await Promise.all(Array.from({ length: 12 }, () => enrol(staff, { externalId })));
    const byEmail = await Promise.all(Array.from({ length: 12 }, () => enrol(staff, { email: email.toUpperCase() })));
    for (const [answers, path] of [
      [byExternalId, 'externalId'],
      [byEmail, 'email'],
    ] as const) {
      expect(answers.filter(({ member }) => member !== null)).toHaveLength(1);
      const refusals = answers.flatMap(({ userErrors }) => userErrors);
      expect(refusals).toHaveLength(11);
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'CONFLICT', path: ['input', path] });
    }
  });

  test('with a referral code is refused while there is no referral programme, and nobody is enrolled', async () => {
    const { referralCode } = await someone(staff);
    const externalId = `ext-${newId()}`;
    const refused = await enrol(staff, { externalId, referralCode });
    expect(refused).toMatchObject({ member: null, userErrors: [{ code: 'REFERRAL_REJECTED' }] });
    await expect(staff.data(MEMBER, { externalId })).resolves.toEqual({ member: null });
  });

  test.each([
    ['an empty name', { displayName: '   ' }, ['displayName']],
    ['a name that is too long', { displayName: 'x'.repeat(121) }, ['displayName']],
    ['a name of two lines', { displayName: 'two\nlines' }, ['displayName']],
    ['a long alias', { alias: 'x'.repeat(61) }, ['alias']],
    ['an e-mail address without @', { email: 'nobody' }, ['email']],
    ['an e-mail address with a space', { email: 'a b@example.com' }, ['email']],
    ['a locale that is none', { locale: 'not a locale' }, ['locale']],
    ['too many interests', { interests: Array.from({ length: 51 }, (_, index) => `i${index}`) }, ['interests']],
    ['a long interest', { interests: ['fine', 'x'.repeat(61)] }, ['interests', '1']],
    ['large attributes', { attributes: { long: 'x'.repeat(4_096) } }, ['attributes']],
    ['a long external id', { externalId: 'x'.repeat(256) }, ['externalId']],
    ['an empty key', { idempotencyKey: '' }, ['idempotencyKey']],
    ['joining in the future', { joinedAt: '2999-01-01T00:00:00Z' }, ['joinedAt']],
  ])('is refused with the path of what is wrong: %s', async (_what, input, path) => {
    await expect(enrol(staff, input)).resolves.toMatchObject({
      member: null,
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', ...path] }],
    });
  });

  test('is for staff, admins and API keys with the scope, not for members or strangers', async () => {
    const input = { idempotencyKey: newId(), displayName: 'Kim' };
    const member = app.client({ role: 'MEMBER', subject: (await someone(staff)).id });
    const reader = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:read' });
    const writer = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:write' });
    expect(await codeOf(member.query(ENROL, { input }))).toBe('FORBIDDEN');
    expect(await codeOf(reader.query(ENROL, { input }))).toBe('FORBIDDEN');
    expect(await codeOf(app.client().query(ENROL, { input }))).toBe('UNAUTHENTICATED');
    await expect(enrol(writer, input)).resolves.toMatchObject({ userErrors: [], member: { displayName: 'Kim' } });
  });

  test('draws another number when the one it drew is taken, for one and for many at once', async () => {
    const { work, reader, audit } = app.core;
    const taken = await someone(staff);
    let draws = 0;
    const draw = () => {
      draws += 1;
      return draws % 2 === 1 ? { ...drawCodes(), memberNumber: taken.memberNumber } : drawCodes();
    };
    const members = new MembersService({ work, reader, audit, draw });
    const drafts = Array.from({ length: 20 }, () => newId()).map((externalId) => ({ externalId, joinedAt: 0 }));
    const enrolled = await work.run({ name: 'test.enrol' }, (tx) => members.enroll(tx, drafts));
    expect(enrolled.map(({ facts }) => facts.externalId)).toEqual(drafts.map(({ externalId }) => externalId));
    const rows = await members.byIds(enrolled.map(({ facts }) => facts.id));
    expect(new Set(rows.map(({ memberNumber }) => memberNumber)).size).toBe(20);
    for (const row of rows) expect(row.displayName).toBe(`Member ${row.memberNumber}`);
    expect(enrolled.every(({ welcome }) => welcome?.type === 'MemberEnrolled')).toBe(true);
  });
});
