import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Client } from './support/client.ts';
import { codeOf, type MemberData, someone, type UserErrorData } from './support/members.ts';

const UPDATE = `mutation ($input: UpdateMemberInput!) {
  updateMember(input: $input) {
    member { id displayName alias email externalId visibility timeZone locale interests attributes }
    userErrors { code path }
  }
}`;

const SET_STATUS = `mutation ($input: SetMemberStatusInput!) {
  setMemberStatus(input: $input) { member { status } userErrors { code path } }
}`;

const SEARCH = `query ($search: String, $filter: MemberFilter, $first: Int, $after: String) {
  members(search: $search, filter: $filter, first: $first, after: $after) {
    edges { node { id displayName } } totalCount pageInfo { hasNextPage endCursor }
  }
}`;

const AUDIT = `query ($action: String) {
  auditLog(action: $action, first: 100) { edges { node { actor targetId before after } } }
}`;

let app: TestApp;
let staff: Client;
let admin: Client;

beforeAll(async () => {
  app = await startTestApp();
  staff = app.client({ role: 'STAFF', subject: 'sven' });
  admin = app.client({ role: 'ADMIN', subject: 'anna' });
});

afterAll(() => app.stop());

async function update(client: Client, input: object) {
  type Updated = { updateMember: { member: MemberData | null; userErrors: UserErrorData[] } };
  return client.query<Updated>(UPDATE, { input });
}

describe('changing a member', () => {
  test('by itself covers names, visibility, place, language and interests, and leaves out what was not given', async () => {
    const own = await someone(staff, { alias: 'Räven', interests: ['tents'] });
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
    const [own, other] = [await someone(staff), await someone(staff)];
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
    const member = await someone(staff, { displayName: 'Before' });
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

  test('may name it by the id in the own system of the shop, one of the two and not both', async () => {
    const externalId = newId();
    const { id: memberId } = await someone(staff, { externalId });
    const shop = app.client({ role: 'SERVICE', scope: 'members:write' });
    const changed = await update(shop, {
      memberExternalId: externalId,
      displayName: 'After',
      externalId: `${externalId}-2`,
    });
    expect(changed.data?.updateMember).toMatchObject({
      member: { id: memberId, displayName: 'After' },
      userErrors: [],
    });
    const named = { memberExternalId: `${externalId}-2` };
    for (const [input, code, path] of [
      [{ memberExternalId: externalId }, 'NOT_FOUND', 'memberExternalId'],
      [{ memberExternalId: '' }, 'BAD_USER_INPUT', 'memberExternalId'],
      [{ ...named, memberId }, 'BAD_USER_INPUT', 'memberId'],
      [{}, 'BAD_USER_INPUT', 'memberId'],
    ] as const) {
      const { data } = await update(staff, { ...input, displayName: 'Whose?' });
      expect(data?.updateMember).toEqual({ member: null, userErrors: [{ code, path: ['input', path] }] });
    }
  });

  test('by itself does not name anybody by such an id, so that nobody learns which there are', async () => {
    const externalId = newId();
    const own = await someone(staff, { externalId });
    const client = app.client({ role: 'MEMBER', subject: own.id });
    for (const memberExternalId of [externalId, newId()]) {
      expect(await codeOf(update(client, { memberExternalId, displayName: 'Known?' }))).toBe('FORBIDDEN');
    }
  });

  test('is refused when the e-mail address or external id is taken, the name emptied, or the member unknown', async () => {
    const taken = await someone(staff, { email: `${newId()}@example.com`, externalId: newId() });
    const { id: memberId } = await someone(staff);
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
    const member = await someone(staff);
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
    const { id: memberId } = await someone(staff);
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
