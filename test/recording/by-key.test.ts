import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Speaker } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { codeOf, Shop } from './shop.ts';

const BY_KEY =
  'query ($source: String, $key: String!) { activity(source: $source, idempotencyKey: $key) { id source idempotencyKey } }';

interface Found {
  id: string;
  source: string;
  idempotencyKey: string;
}

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp');
});

afterAll(() => shop.close());

function service(scope: string, subject: string): Client {
  return shop.app.client({ role: 'SERVICE', scope, subject });
}

async function find(client: Client, key: string, source: string | null = null): Promise<Found | null> {
  return (await client.data<{ activity: Found | null }>(BY_KEY, { key, source })).activity;
}

describe('an activity is found by the key of the shop', () => {
  test('without a source when it was recorded without one, by whoever recorded it', async () => {
    const till = service('activities:write members:read', 'till');
    const stamp = { type: 'stamp', memberExternalId: 'C-1', enrollIfUnknown: true };
    const mine = await shop.record({ ...stamp, idempotencyKey: 'order-1' }, till);
    const theirs = await shop.record({ ...stamp, idempotencyKey: 'order-1' }, shop.staff);
    expect(await find(till, 'order-1')).toMatchObject({ id: mine.activity?.id, idempotencyKey: 'order-1' });
    expect(await find(shop.staff, 'order-1')).toMatchObject({ id: theirs.activity?.id });
    expect(mine.activity?.id).not.toBe(theirs.activity?.id);
  });

  test('with the source when somebody else recorded it, and by a key that may only take back', async () => {
    const { activity } = await shop.record({
      ...{ type: 'stamp', memberExternalId: 'C-2', enrollIfUnknown: true },
      ...{ idempotencyKey: 'order-2', source: 'web-shop' },
    });
    const found = { id: activity?.id, source: 'web-shop', idempotencyKey: 'order-2' };
    for (const client of [shop.staff, service('activities:reverse', 'refunds'), service('members:read', 'reports')]) {
      expect(await find(client, 'order-2', 'web-shop')).toEqual(found);
      expect(await find(client, 'order-2')).toBeNull();
    }
  });

  test('and what nobody recorded is null', async () => {
    expect(await find(shop.staff, 'order-3', 'web-shop')).toBeNull();
    expect(await find(shop.staff, '', '')).toBeNull();
  });

  test.each<[string, Speaker | undefined, string]>([
    ['nobody', undefined, 'UNAUTHENTICATED'],
    ['a member', { role: 'MEMBER' }, 'FORBIDDEN'],
    // Order numbers are easily guessed, and what other tills have sold is not for it to read.
    ['a key that only records', { role: 'SERVICE', scope: 'activities:write' }, 'FORBIDDEN'],
    ['a key that may do something else', { role: 'SERVICE', scope: 'points:adjust' }, 'FORBIDDEN'],
  ])('but not by %s', async (_who, speaker, code) => {
    const subject = speaker?.role === 'MEMBER' ? { subject: await shop.enrol() } : {};
    const client = shop.app.client(speaker === undefined ? undefined : { ...speaker, ...subject });
    const answer = await client.query<unknown>(BY_KEY, { key: 'order-2', source: 'web-shop' });
    expect(codeOf(answer)).toBe(code);
  });
});
