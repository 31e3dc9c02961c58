import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';

const ENROL = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) {
    member {
      id externalId memberNumber displayName alias email status visibility joinedAt timeZone locale interests attributes
      referralCode referralLink
    }
    effects { __typename id cursor occurredAt member { id } }
    replayed
    userErrors { code path message }
  }
}`;
const UPDATE = `mutation ($input: UpdateMemberInput!) {
  updateMember(input: $input) {
    member { id displayName alias email externalId visibility timeZone locale interests attributes }
    userErrors { code path }
  }
}`;
const SET_STATUS = `mutation ($input: SetMemberStatusInput!) {
  setMemberStatus(input: $input) { member { status } userErrors { code path } }
}`;
const MEMBER = `query ($id: ID, $externalId: String, $memberNumber: String, $email: String) {
  member(id: $id, externalId: $externalId, memberNumber: $memberNumber, email: $email) { id email }
}`;
const SEARCH = `query ($search: String, $filter: MemberFilter, $first: Int, $after: String) {
  members(search: $search, filter: $filter, first: $first, after: $after) {
    edges { node { id displayName } } totalCount pageInfo { hasNextPage endCursor }
  }
}`;
const AUDIT = `query ($action: String) {
  auditLog(action: $action, first: 100) { edges { node { actor targetId before after } } }
}`;

interface MemberData {
  id: string;
  memberNumber: string;
  displayName: string;
  email: string | null;
  externalId: string | null;
  referralCode: string;
  [field: string]: unknown;
}
interface UserError {
  code: string;
  path: string[] | null;
}
interface Enrolled {
  member: MemberData | null;
  effects: { __typename: string; id: string; cursor: string; occurredAt: string; member: { id: string } }[];
  replayed: boolean;
  userErrors: UserError[];
}

let app: TestApp;
let staff: Client;
let admin: Client;

beforeAll(async () => {
  app = await startTestApp();
  staff = app.client({ role: 'STAFF', subject: 'sven' });
  admin = app.client({ role: 'ADMIN', subject: 'anna' });
});

afterAll(() => app.stop());

async function enrol(input: object, client = staff): Promise<Enrolled> {
  const all = { idempotencyKey: newId(), displayName: 'Kim Berg', ...input };
  return (await client.data<{ enrollMember: Enrolled }>(ENROL, { input: all })).enrollMember;
}

async function someone(input: object = {}): Promise<MemberData> {
  const { member, userErrors } = await enrol(input);
  if (member === null) throw new Error(JSON.stringify(userErrors));
  return member;
}

async function update(client: Client, input: object) {
  type Updated = { updateMember: { member: MemberData | null; userErrors: UserError[] } };
  return client.query<Updated>(UPDATE, { input });
}

async function codeOf(promise: Promise<{ errors?: { extensions: Record<string, unknown> }[] }>): Promise<unknown> {
  return (await promise).errors?.[0]?.extensions.code;
}

describe('enrolling a member', () => {
  test('stores what was said in canonical form, opens an empty wallet and answers the event', async () => {
    const { member, effects, replayed, userErrors } = await enrol({
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
    const answers = await Promise.all(Array.from({ length: 100 }, () => enrol(input)));
    expect(new Set(answers.map(({ member }) => member?.id)).size).toBe(1);
    expect(new Set(answers.map(({ effects }) => JSON.stringify(effects))).size).toBe(1);
    expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(enrol({ ...input, displayName: 'Somebody else' })).resolves.toMatchObject({
      member: null,
      effects: [],
      userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED' }],
    });
  });

  test('gives an external id and an e-mail address to exactly one of many who want it at once', async () => {
    const externalId = `ext-${newId()}`;
    const email = `${newId()}@example.com`;
    const byExternalId = await Promise.all(Array.from({ length: 12 }, () => enrol({ externalId })));
    const byEmail = await Promise.all(Array.from({ length: 12 }, () => enrol({ email: email.toUpperCase() })));
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
    const { referralCode } = await someone();
    const externalId = `ext-${newId()}`;
    const refused = await enrol({ externalId, referralCode });
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
    await expect(enrol(input)).resolves.toMatchObject({
      member: null,
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', ...path] }],
    });
  });

  test('is for staff, admins and API keys with the scope, not for members or strangers', async () => {
    const input = { idempotencyKey: newId(), displayName: 'Kim' };
    const member = app.client({ role: 'MEMBER', subject: (await someone()).id });
    const reader = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:read' });
    const writer = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:write' });
    expect(await codeOf(member.query(ENROL, { input }))).toBe('FORBIDDEN');
    expect(await codeOf(reader.query(ENROL, { input }))).toBe('FORBIDDEN');
    expect(await codeOf(app.client().query(ENROL, { input }))).toBe('UNAUTHENTICATED');
    await expect(enrol(input, writer)).resolves.toMatchObject({ userErrors: [], member: { displayName: 'Kim' } });
  });
});

describe('looking a member up', () => {
  test('finds by id, external id, member number and e-mail, however they are typed', async () => {
    const email = `${newId()}@example.com`;
    const member = await someone({ externalId: `ext-${newId()}`, email });
    const spaced = `${member.memberNumber.slice(0, 4)} ${member.memberNumber.slice(4)}`;
    for (const keys of [
      { id: member.id },
      { id: member.id.toUpperCase() },
      { externalId: member.externalId },
      { memberNumber: spaced },
      { email: email.toUpperCase() },
    ]) {
      await expect(staff.data(MEMBER, keys)).resolves.toEqual({ member: { id: member.id, email } });
    }
  });

  test('finds nobody for what cannot exist, and wants exactly one key', async () => {
    for (const keys of [
      { id: 'x' },
      { id: newId() },
      { externalId: 'unknown' },
      { memberNumber: '12' },
      { email: 'nobody' },
    ]) {
      await expect(staff.data(MEMBER, keys)).resolves.toEqual({ member: null });
    }
    expect(await codeOf(staff.query(MEMBER, {}))).toBe('BAD_USER_INPUT');
    expect(await codeOf(staff.query(MEMBER, { id: newId(), email: 'a@b.c' }))).toBe('BAD_USER_INPUT');
  });

  test('gives a member itself and nobody else, by whatever way', async () => {
    const own = await someone({ email: `${newId()}@example.com` });
    const other = await someone();
    const client = app.client({ role: 'MEMBER', subject: own.id });
    const me = '{ me { id email memberNumber } }';
    await expect(client.data(me)).resolves.toEqual({
      me: { id: own.id, email: own.email, memberNumber: own.memberNumber },
    });
    await expect(client.data(MEMBER, { memberNumber: own.memberNumber })).resolves.toMatchObject({
      member: { id: own.id },
    });
    expect(await codeOf(client.query(MEMBER, { id: other.id }))).toBe('FORBIDDEN');
    expect(await codeOf(client.query(MEMBER, { id: newId() }))).toBe('FORBIDDEN');
    expect(await codeOf(client.query(SEARCH))).toBe('FORBIDDEN');
    const node = 'query ($id: ID!) { node(id: $id) { __typename id } }';
    await expect(client.data(node, { id: own.id })).resolves.toEqual({ node: { __typename: 'Member', id: own.id } });
    await expect(client.data(node, { id: other.id })).resolves.toEqual({ node: null });
    await expect(app.client().data(node, { id: other.id })).resolves.toEqual({ node: null });
    await expect(staff.data(me)).resolves.toEqual({ me: null });
    expect(await codeOf(app.client().query(me))).toBe('UNAUTHENTICATED');
  });

  test('tells API keys no e-mail addresses', async () => {
    const member = await someone({ email: `${newId()}@example.com` });
    const service = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:read' });
    await expect(service.data(MEMBER, { email: member.email })).resolves.toEqual({
      member: { id: member.id, email: null },
    });
  });
});

describe('the list of members', () => {
  test('is searched by parts of names, numbers and addresses, taken literally', async () => {
    const tag = newId().slice(-8);
    const first = await someone({ displayName: `Björn ${tag} 50%_off\\`, email: `${tag}@example.com` });
    const second = await someone({ displayName: `Birgitta ${tag}`, alias: 'Fjällräv' });
    const found = async (search: string) => {
      const { members } = await staff.data<{ members: { edges: { node: MemberData }[]; totalCount: number } }>(SEARCH, {
        search,
      });
      expect(members.totalCount).toBe(members.edges.length);
      return members.edges.map(({ node }) => node.id);
    };
    expect(await found(tag)).toEqual([second.id, first.id]);
    expect(await found(`${tag} BJÖRN`)).toEqual([first.id]);
    expect(await found(`${tag} jällr`)).toEqual([second.id]);
    expect(await found(`${tag} %`)).toEqual([first.id]);
    expect(await found(`${tag} 50%_off\\`)).toEqual([first.id]);
    expect(await found(`${tag} b_örn`)).toEqual([]);
    expect(await found(first.memberNumber)).toEqual([first.id]);
    expect(await found(`${tag}@example`)).toEqual([first.id]);
    expect(await codeOf(staff.query(SEARCH, { search: 'x'.repeat(101) }))).toBe('BAD_USER_INPUT');
  });

  test('is narrowed by status, visibility, interest and time of joining, and is newest first', async () => {
    const interest = newId();
    const join = (year: number, more: object = {}) =>
      someone({ interests: [interest], joinedAt: `${year}-01-01T00:00:00Z`, ...more });
    const [old, hidden, late] = [await join(2001), await join(2002, { visibility: 'HIDDEN' }), await join(2003)];
    await staff.data(SET_STATUS, { input: { memberId: late.id, status: 'SUSPENDED', reason: 'Fraud' } });
    const found = async (filter: object) => {
      const { members } = await staff.data<{ members: { edges: { node: MemberData }[] } }>(SEARCH, {
        filter: { interest, ...filter },
      });
      return members.edges.map(({ node }) => node.id);
    };
    expect(await found({})).toEqual([late.id, hidden.id, old.id]);
    expect(await found({ status: ['SUSPENDED'] })).toEqual([late.id]);
    expect(await found({ visibility: ['PUBLIC'] })).toEqual([late.id, old.id]);
    expect(await found({ joinedAfter: '2002-01-01T00:00:00Z' })).toEqual([late.id, hidden.id]);
    expect(await found({ joinedBefore: '2002-01-01T00:00:00Z' })).toEqual([old.id]);
  });

  test('is paged through without losing or repeating anybody while others join', async () => {
    const interest = newId();
    const before = await Promise.all(Array.from({ length: 7 }, () => someone({ interests: [interest] })));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      type Found = {
        members: { edges: { node: MemberData }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      const page: Found = await staff.data<Found>(SEARCH, { filter: { interest }, first: 2, after });
      seen.push(...page.members.edges.map(({ node }) => node.id));
      after = page.members.pageInfo.hasNextPage ? page.members.pageInfo.endCursor : null;
      await someone({ interests: [interest] });
    } while (after !== null);
    expect(seen.toSorted()).toEqual(before.map(({ id }) => id).toSorted());
  });
});

describe('changing a member', () => {
  test('by itself covers names, visibility, place, language and interests, and leaves out what was not given', async () => {
    const own = await someone({ alias: 'Räven', interests: ['tents'] });
    const client = app.client({ role: 'MEMBER', subject: own.id });
    const { data } = await update(client, { displayName: 'Kim Ny', alias: null, visibility: 'HIDDEN', locale: 'en' });
    expect(data?.updateMember).toMatchObject({
      member: { displayName: 'Kim Ny', alias: null, visibility: 'HIDDEN', locale: 'en', interests: ['tents'] },
      userErrors: [],
    });
    const audit = await admin.data<{ auditLog: { edges: { node: { targetId: string } }[] } }>(AUDIT, {
      action: 'member.updated',
    });
    expect(audit.auditLog.edges.filter(({ node }) => node.targetId === own.id)).toEqual([]);
  });

  test('by itself does not cover what the shop says, nor anybody else', async () => {
    const [own, other] = [await someone(), await someone()];
    const client = app.client({ role: 'MEMBER', subject: own.id });
    for (const input of [
      { email: 'new@example.com' },
      { externalId: 'x' },
      { attributes: { vip: true } },
      { memberId: other.id, displayName: 'Hacked' },
    ]) {
      expect(await codeOf(update(client, input))).toBe('FORBIDDEN');
    }
    expect(await codeOf(update(app.client(), { memberId: own.id, displayName: 'Hacked' }))).toBe('UNAUTHENTICATED');
  });

  test('by staff is written to the audit log with before and after, the e-mail address masked', async () => {
    const member = await someone({ displayName: 'Before' });
    const input = { memberId: member.id, displayName: 'After', email: 'after@example.com', attributes: { vip: true } };
    await update(staff, input);
    await update(staff, input);
    const { auditLog } = await admin.data<{
      auditLog: { edges: { node: { actor: string; targetId: string; before: object; after: object } }[] };
    }>(AUDIT, { action: 'member.updated' });
    const entries = auditLog.edges.map(({ node }) => node).filter(({ targetId }) => targetId === member.id);
    expect(entries).toEqual([
      {
        actor: 'staff:sven',
        targetId: member.id,
        before: { displayName: 'Before', email: null, attributes: {} },
        after: { displayName: 'After', email: 'a…@example.com', attributes: { vip: true } },
      },
    ]);
    await expect(staff.data(SEARCH, { search: 'after@example.com' })).resolves.toMatchObject({
      members: { edges: [{ node: { id: member.id } }] },
    });
  });

  test('is refused when the e-mail address or external id is taken, the name emptied, or the member unknown', async () => {
    const taken = await someone({ email: `${newId()}@example.com`, externalId: newId() });
    const { id: memberId } = await someone();
    for (const [input, code, path] of [
      [{ memberId, email: taken.email }, 'CONFLICT', 'email'],
      [{ memberId, externalId: taken.externalId }, 'CONFLICT', 'externalId'],
      [{ memberId, displayName: null }, 'BAD_USER_INPUT', 'displayName'],
      [{ displayName: 'Whose?' }, 'BAD_USER_INPUT', 'memberId'],
      [{ memberId: newId(), displayName: 'Nobody' }, 'NOT_FOUND', 'memberId'],
      [{ memberId: 'x', displayName: 'Nobody' }, 'NOT_FOUND', 'memberId'],
    ] as const) {
      const { data } = await update(staff, input);
      expect(data?.updateMember).toEqual({ member: null, userErrors: [{ code, path: ['input', path] }] });
    }
  });
});

describe('suspending a member', () => {
  test('is for staff, keeps the reason in the audit log, and stops the member from changing anything', async () => {
    const member = await someone();
    const input = { memberId: member.id, status: 'SUSPENDED', reason: 'Resold vouchers' };
    const client = app.client({ role: 'MEMBER', subject: member.id });
    expect(await codeOf(client.query(SET_STATUS, { input }))).toBe('FORBIDDEN');
    await expect(staff.data(SET_STATUS, { input })).resolves.toEqual({
      setMemberStatus: { member: { status: 'SUSPENDED' }, userErrors: [] },
    });
    const { data } = await update(client, { displayName: 'Still me' });
    expect(data?.updateMember.userErrors).toMatchObject([{ code: 'MEMBER_NOT_ACTIVE' }]);
    const { auditLog } = await admin.data<{ auditLog: { edges: { node: { targetId: string; after: object } }[] } }>(
      AUDIT,
      { action: 'member.status-changed' },
    );
    expect(auditLog.edges.find(({ node }) => node.targetId === member.id)?.node).toMatchObject({
      before: { status: 'ACTIVE' },
      after: { status: 'SUSPENDED', reason: 'Resold vouchers' },
    });
  });

  test('knows no other state by hand, and wants a reason', async () => {
    const { id: memberId } = await someone();
    for (const [change, path] of [
      [{ status: 'ERASED', reason: 'x' }, 'status'],
      [{ status: 'SUSPENDED', reason: ' ' }, 'reason'],
    ] as const) {
      await expect(staff.data(SET_STATUS, { input: { memberId, ...change } })).resolves.toEqual({
        setMemberStatus: { member: null, userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', path] }] },
      });
    }
  });
});
