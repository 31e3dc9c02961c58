import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import type { Answer } from '../support/client.ts';
import { ADJUST, type Adjusted, codeOf, RECORD, type Recorded, Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp');
});

afterAll(() => shop.close());

interface Sent {
  document: string;
  input: Record<string, unknown>;
}

/** What a client gets that sends again, under the same key, whatever says that it may. */
interface Delivered {
  answer: Answer<{ recordActivity?: Recorded; adjustPoints?: Adjusted }>;
  attempts: number;
}

const MOST_ATTEMPTS = 50;

async function deliver({ document, input }: Sent): Promise<Delivered> {
  for (let attempts = 1; ; attempts += 1) {
    const answer = await shop.staff.query<NonNullable<Delivered['answer']['data']>>(document, { input });
    const error = answer.errors?.[0];
    if (error === undefined || attempts === MOST_ATTEMPTS) return { answer, attempts };
    expect(error.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
  }
}

/** Ends every connection of the server to its database, as an operator or a restart would. */
function killConnections(): Promise<object[]> {
  return shop.sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'pokal'`,
  );
}

// One kill in 120 ms leaves room for a transaction in between; at one in 15 ms nothing at all gets through.
test('connections killed under load cost a repetition at most: everything is recorded exactly once', async () => {
  const members = await Promise.all(Array.from({ length: 10 }, () => shop.enrol()));
  for (const memberId of members) await shop.adjust(memberId, 1_000);
  const sent = Array.from({ length: 300 }, (_, index): Sent => {
    const memberId = members[index % 10] ?? '';
    const idempotencyKey = newId();
    if (index % 4 === 0) return { document: ADJUST, input: { idempotencyKey, memberId, points: -3, reason: 'Spent' } };
    return { document: RECORD, input: { idempotencyKey, memberId, type: 'stamp' } };
  });
  let kills = 0;
  let killing = true;
  const killer = (async () => {
    while (killing) {
      kills += (await killConnections()).length;
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  })();
  const waiting = sent.values();
  const delivered: Delivered[] = [];
  const client = async () => {
    for (const one of waiting) delivered.push(await deliver(one));
  };
  await Promise.all(Array.from({ length: 16 }, client));
  killing = false;
  await killer;

  expect(kills).toBeGreaterThan(3);
  expect(delivered.map(({ answer }) => codeOf(answer)).filter((code) => code !== null)).toEqual([]);
  for (const { answer } of delivered) {
    expect((answer.data?.recordActivity ?? answer.data?.adjustPoints)?.userErrors).toEqual([]);
  }
  for (const memberId of members) {
    const [row] = await shop.sql<{ stamps: number; spent: number }>(
      `select (select count(*)::int from activities where member_id = $1) as stamps,
         (select count(*)::int from ledger_entries where member_id = $1 and points = -3) as spent`,
      [memberId],
    );
    expect(await shop.wallet(memberId)).toMatchObject({
      active: 1_000 + 10 * (row?.stamps ?? 0) - 3 * (row?.spent ?? 0),
    });
  }
  expect(await shop.count('activities')).toBe(225);
  expect(await shop.count('ledger_entries where points = -3')).toBe(75);
  await shop.expectCleanLedger();
}, 60_000);
