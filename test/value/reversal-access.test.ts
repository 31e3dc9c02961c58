import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { codeOf } from '../recording/shop.ts';
import type { Answer } from '../support/client.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;

beforeAll(async () => {
  stage = await ReversalStage.open();
  const points = { perAmount: { points: 1, per: '1' } };
  await stage.shop.save('EarningRule', { code: 'spend', name: 'A point per krona', trigger: 'purchase', points });
});

afterAll(() => stage.shop.close());

const PREVIEW = 'query ($id: ID!) { previewReversal(activityId: $id) { fraction wallet { active } } }';
const REVERSE = `mutation ($input: ReverseActivityInput!) {
  reverseActivity(input: $input) { fraction effects { __typename } userErrors { code } } }`;

/** What both operations answer: a code, or null where they did what was asked. */
async function tried(
  ask: (document: string, variables: object) => Promise<Answer<object>>,
): Promise<(string | null)[]> {
  const id = await stage.buy(await stage.shop.enrol(), '100');
  const input = { idempotencyKey: newId(), activityId: id, reason: 'Returned' };
  return [codeOf(await ask(PREVIEW, { id })), codeOf(await ask(REVERSE, { input }))];
}

async function withKey(scopes: string[]) {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  type Made = { createApiKey: { secret: string } };
  const { createApiKey } = await stage.shop.admin.data<Made>(document, { input: { name: 'Shop', scopes } });
  return async (query: string, variables: object): Promise<Answer<object>> => {
    const headers = { 'content-type': 'application/json', 'x-api-key': createApiKey.secret };
    const body = JSON.stringify({ query, variables });
    return (await fetch(`${stage.shop.app.url}/graphql`, { method: 'POST', headers, body })).json() as never;
  };
}

describe('taking back, and asking what it would do', () => {
  test('is for staff, administrators and keys with the scope', async () => {
    const { staff, admin } = stage.shop;
    expect(await tried((...asked) => staff.query(...asked))).toEqual([null, null]);
    expect(await tried((...asked) => admin.query(...asked))).toEqual([null, null]);
    expect(await tried(await withKey(['ACTIVITIES_REVERSE']))).toEqual([null, null]);
  });

  test('is refused to keys without it, to members and to everybody else', async () => {
    expect(await tried(await withKey(['ACTIVITIES_WRITE', 'MEMBERS_READ']))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const { app } = stage.shop;
    const memberId = await stage.shop.enrol();
    const member = app.client({ role: 'MEMBER', subject: memberId });
    expect(await tried((...asked) => member.query(...asked))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const anybody = app.client();
    expect(await tried((...asked) => anybody.query(...asked))).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    const own = await stage.buy(memberId, '100');
    expect(codeOf(await stage.previewed(own, '1', member))).toBe('FORBIDDEN');
    expect(await stage.wallet(memberId)).toMatchObject({ active: 100, lifetimeReversed: 0 });
  });
});

describe('a member who is', () => {
  test('suspended gives back what a refund takes', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    const suspend =
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
    await stage.shop.staff.data(suspend, { input: { memberId, status: 'SUSPENDED', reason: 'A test' } });
    expect((await stage.reverse(bought)).userErrors).toEqual([]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, lifetimeReversed: 100 });
  });

  test.each(['ERASED', 'MERGED'])('%s has nothing that could be taken back', async (status) => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    await stage.shop.sql('update members set status = $2 where id = $1', [memberId, status]);
    expect(codeOf(await stage.previewed(bought))).toBe('NOT_REVERSIBLE');
    expect((await stage.reverse(bought)).userErrors).toMatchObject([
      { code: 'NOT_REVERSIBLE', path: ['input', 'activityId'] },
    ]);
  });
});

describe('what is written down', () => {
  test('of each part: who took back how much, and why', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    await stage.reverse(bought, { fraction: '0.25', reason: 'Too small' });
    await stage.reverse(bought, { fraction: '0.75' }, stage.shop.admin);
    const document = `query { auditLog(first: 2) { edges { node { action actor targetId before after } } } }`;
    type Found = { auditLog: { edges: { node: Record<string, unknown> }[] } };
    const { auditLog } = await stage.shop.admin.data<Found>(document);
    expect(auditLog.edges.map(({ node }) => node)).toEqual([
      {
        ...{ action: 'activity.reversed', actor: 'admin:admin', targetId: bought },
        before: { reversedFraction: '0.25' },
        after: { reversedFraction: '1', memberId, reason: 'Returned' },
      },
      {
        ...{ action: 'activity.reversed', actor: 'staff:staff', targetId: bought },
        before: { reversedFraction: '0' },
        after: { reversedFraction: '0.25', memberId, reason: 'Too small' },
      },
    ]);
  });

  test('of a preview: nothing, neither in the log nor anywhere else', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    await stage.shop.app.settled();
    const tables = ['audit_entries', 'outbox', 'ledger_entries', 'idempotency_keys'];
    const counts = () => Promise.all(tables.map((table) => stage.shop.count(table)));
    const before = [await counts(), await stage.state(memberId), await stage.wallet(memberId)];
    await stage.preview(bought, '0.5');
    expect([await counts(), await stage.state(memberId), await stage.wallet(memberId)]).toEqual(before);
  });
});
