import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PageArguments, type PageSource, pageOf } from '../../src/platform/pages.ts';
import { poolReader, type Reader } from '../../src/platform/reader.ts';
import { type Bench, openBench } from '../support/platform.ts';

interface Row {
  at: string;
  id: string;
}

let bench: Bench;
let reader: Reader;

beforeAll(async () => {
  bench = await openBench(4);
  reader = poolReader(bench.work);
  await bench.outside.query('create table things (at timestamptz not null, id uuid primary key)');
});

beforeEach(() => bench.outside.query('truncate things'));

afterAll(() => bench.close());

/** @param veil what stands for the id in cursors, when it is not to be known. */
function source(direction: 'asc' | 'desc', where = 'true', veil?: string): PageSource<Row, string> {
  return {
    select: 't.at, t.id',
    from: 'things t',
    where,
    parameters: [],
    order: [
      { expression: 't.at', type: 'timestamptz' },
      { expression: 't.id', type: 'uuid', ...(veil === undefined ? {} : { veil }) },
    ],
    direction,
    toNode: (row) => row.id,
  };
}

/** An id whose first digits are the number; the microseconds make many rows share a millisecond and some a whole time. */
async function insert(numbers: readonly number[]): Promise<void> {
  const ids = numbers.map((number) => `${String(number).padStart(8, '0')}-0000-7000-8000-000000000000`);
  const times = numbers.map(
    (number) => `2026-11-21 09:00:00.0000${String(Math.floor(number / 3) % 90).padStart(2, '0')}+01`,
  );
  await bench.outside.query(
    'insert into things select * from unnest($1::timestamptz[], $2::uuid[]) on conflict do nothing',
    [times, ids],
  );
}

async function idsInOrder(direction: 'asc' | 'desc'): Promise<string[]> {
  const { rows } = await bench.outside.query<Row>(`select id from things order by at ${direction}, id ${direction}`);
  return rows.map((row) => row.id);
}

const VEIL = 'md5(t.id::text)::uuid';
const numbers = fc.uniqueArray(fc.nat(300), { minLength: 0, maxLength: 40 });
const direction = fc.constantFrom('asc' as const, 'desc' as const);

/** Reads the whole list page by page, inserting one lot of rows between any two pages. */
async function readThrough(
  order: 'asc' | 'desc',
  backward: boolean,
  size: number,
  lots: readonly number[][],
  veil?: string,
): Promise<string[]> {
  const seen: string[] = [];
  const waiting = [...lots];
  let cursor: string | null = null;
  for (;;) {
    const request: PageArguments = backward ? { last: size, before: cursor } : { first: size, after: cursor };
    const page: Awaited<ReturnType<typeof pageOf<Row, string>>> = await pageOf(
      reader,
      request,
      source(order, 'true', veil),
    );
    const ids = page.edges.map((edge) => edge.node);
    if (backward) seen.unshift(...ids);
    else seen.push(...ids);
    cursor = backward ? page.pageInfo.startCursor : page.pageInfo.endCursor;
    if (!(backward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage)) return seen;
    await insert(waiting.shift() ?? []);
  }
}

describe('paging through a list', () => {
  test('gives every row that was there exactly once and in order, forwards and backwards, while rows are inserted', async () => {
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.array(numbers, { maxLength: 4 }),
        fc.integer({ min: 1, max: 15 }),
        direction,
        fc.boolean(),
        fc.constantFrom(undefined, VEIL),
        async (start, lots, size, order, backward, veil) => {
          await bench.outside.query('truncate things');
          await insert(start);
          const before = await idsInOrder(order);
          const seen = await readThrough(order, backward, size, lots, veil);
          const everything = await idsInOrder(order);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen).toEqual(everything.filter((id) => seen.includes(id)));
          expect(before.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('gives 20 when nothing is asked, says what lies beyond, and counts only when asked to', async () => {
    await insert(Array.from({ length: 30 }, (_, number) => number));
    const page = await pageOf(reader, {}, source('asc', "t.id::text < '00000025'"));
    expect(page.edges).toHaveLength(20);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(page.pageInfo.endCursor).toBe(page.edges[19]?.cursor);
    await expect(page.totalCount()).resolves.toBe(25);
    const rest = await pageOf(reader, { after: page.pageInfo.endCursor }, source('asc', "t.id::text < '00000025'"));
    expect(rest.edges).toHaveLength(5);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('keeps an id that is not to be known out of cursors, and leaves nobody out when its row has moved on', async () => {
    await insert([0, 1, 2, 3]);
    const [first = ''] = await idsInOrder('asc');
    const textOf = (cursor: string | undefined) => Buffer.from(cursor ?? '', 'base64url').toString();
    const open = await pageOf(reader, { first: 1 }, source('asc'));
    expect(textOf(open.edges[0]?.cursor)).toContain(first);
    const veiled = await pageOf(reader, { first: 1 }, source('asc', 'true', VEIL));
    expect(veiled.edges[0]?.node).toBe(first);
    expect(textOf(veiled.edges[0]?.cursor)).not.toContain(first);
    await bench.outside.query('delete from things where id = $1', [first]);
    const rest = await pageOf(reader, { after: veiled.pageInfo.endCursor }, source('asc', 'true', VEIL));
    expect(rest.edges.map(({ node }) => node)).toEqual(await idsInOrder('asc'));
  });

  test('of nothing has no cursors and no neighbours', async () => {
    const page = await pageOf(reader, { first: 5 }, source('desc'));
    expect(page.edges).toEqual([]);
    expect(page.pageInfo).toEqual({ hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null });
  });
});

describe('a page is refused', () => {
  test.each([
    [{ first: 0 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ last: -1 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'x' }, 'after'],
    [{ before: '' }, 'before'],
    [{ after: 'A'.repeat(10_000) }, 'after'],
    [{ after: cursorOf(['2026-02-30T00:00:00.000000Z', '00000000-0000-7000-8000-000000000000']) }, 'after'],
    [{ after: cursorOf(['2026-11-21T09:00:00.000000Z', 'no id']) }, 'after'],
    [{ after: cursorOf(['2026-11-21T09:00:00.000000Z']) }, 'after'],
    [{ after: cursorOf([1, 2]) }, 'after'],
    [{ after: cursorOf({ length: 2 }) }, 'after'],
  ])('when it is asked for with %j', async (page, name) => {
    await expect(pageOf(reader, page, source('asc'))).rejects.toMatchObject({
      ...{ code: 'BAD_USER_INPUT', inputPath: [name] },
    });
  });

  test('and never a fault, whatever a cursor says', async () => {
    const anything = fc.oneof(fc.string(), fc.jsonValue().map(cursorOf), fc.array(fc.string()).map(cursorOf));
    await fc.assert(
      fc.asyncProperty(anything, async (after) => {
        await expect(pageOf(reader, { after }, source('asc'))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
      }),
    );
  });
});

function cursorOf(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
