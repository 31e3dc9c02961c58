import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { drawQr } from '../src/platform/qr-code.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';
import { codeOf, type MemberData, someone } from './support/members.ts';

const MEMBER = `query ($id: ID, $externalId: String, $memberNumber: String, $email: String) {
  member(id: $id, externalId: $externalId, memberNumber: $memberNumber, email: $email) { id email }
}`;

const SEARCH = `query ($search: String, $filter: MemberFilter, $first: Int, $after: String) {
  members(search: $search, filter: $filter, first: $first, after: $after) {
    edges { node { id displayName } } totalCount pageInfo { hasNextPage endCursor }
  }
}`;

const SET_STATUS = `mutation ($input: SetMemberStatusInput!) {
  setMemberStatus(input: $input) { member { status } userErrors { code path } }
}`;

let app: TestApp;
let staff: Client;

beforeAll(async () => {
  app = await startTestApp();
  staff = app.client({ role: 'STAFF', subject: 'sven' });
});

afterAll(() => app.stop());

describe('a member card', () => {
  const CARD = 'query ($id: ID!) { member(id: $id) { cardQr } }';
  const MINE = '{ me { cardQr } }';

  test('is a QR code of the member number for the member and the counter, and for nobody else', async () => {
    const own = await someone(staff);
    const other = await someone(staff);
    const svg = drawQr(own.memberNumber, 'Numeric', 'QR code of the member number');
    const client = app.client({ role: 'MEMBER', subject: own.id });
    await expect(client.data(MINE)).resolves.toEqual({ me: { cardQr: svg } });
    for (const role of ['STAFF', 'ADMIN'] as const) {
      await expect(app.client({ role }).data(CARD, { id: own.id })).resolves.toEqual({ member: { cardQr: svg } });
    }
    expect(await codeOf(client.query(CARD, { id: other.id }))).toBe('FORBIDDEN');
    for (const scope of ['members:read', 'members:write']) {
      const system = app.client({ role: 'SERVICE', scope });
      expect(await codeOf(system.query(CARD, { id: own.id }))).toBe('FORBIDDEN');
    }
  });

  test('has its price, so that nobody has hundreds drawn by one request', async () => {
    const cards = (first: number) => staff.query(`{ members(first: ${first}) { edges { node { cardQr } } } }`);
    await expect(cards(20)).resolves.not.toHaveProperty('errors');
    const again = Array.from({ length: 15 }, (_, index) => `c${index}: cardQr`).join(' ');
    expect(await codeOf(staff.query(`{ members(first: 100) { edges { node { ${again} } } } }`))).toBe(
      'QUERY_TOO_COMPLEX',
    );
  });
});

describe('looking a member up', () => {
  test('finds by id, external id, member number and e-mail, however they are typed', async () => {
    const email = `${newId()}@example.com`;
    const member = await someone(staff, { externalId: `ext-${newId()}`, email });
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
    const own = await someone(staff, { email: `${newId()}@example.com` });
    const other = await someone(staff);
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
    const member = await someone(staff, { email: `${newId()}@example.com` });
    const service = app.client({ role: 'SERVICE', subject: 'pos', scope: 'members:read' });
    await expect(service.data(MEMBER, { email: member.email })).resolves.toEqual({
      member: { id: member.id, email: null },
    });
  });
});

describe('the list of members', () => {
  test('is searched by parts of names, numbers and addresses, taken literally', async () => {
    const tag = newId().slice(-8);
    const first = await someone(staff, { displayName: `Björn ${tag} 50%_off\\`, email: `${tag}@example.com` });
    const second = await someone(staff, { displayName: `Birgitta ${tag}`, alias: 'Fjällräv' });
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
      someone(staff, { interests: [interest], joinedAt: `${year}-01-01T00:00:00Z`, ...more });
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
    const before = await Promise.all(Array.from({ length: 7 }, () => someone(staff, { interests: [interest] })));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      type Found = {
        members: { edges: { node: MemberData }[]; pageInfo: { hasNextPage: boolean; endCursor: string } };
      };
      const page: Found = await staff.data<Found>(SEARCH, { filter: { interest }, first: 2, after });
      seen.push(...page.members.edges.map(({ node }) => node.id));
      after = page.members.pageInfo.hasNextPage ? page.members.pageInfo.endCursor : null;
      await someone(staff, { interests: [interest] });
    } while (after !== null);
    expect(seen.toSorted()).toEqual(before.map(({ id }) => id).toSorted());
  });
});
