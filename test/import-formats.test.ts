import { expect, test } from '@jest/globals';
import { type FileLine, type FormatName, formats } from '../scripts/support/formats.ts';
import { FormatError, LONGEST_LINE, splitLines } from '../scripts/support/lines.ts';

/** Bytes in pieces of the given size, so that every boundary falls somewhere inconvenient. */
async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(format: FormatName, text: string, size = 7): Promise<FileLine[]> {
  const found: FileLine[] = [];
  for await (const lines of formats[format](inPieces(text, size), { currency: 'USD' })) found.push(...lines);
  return found;
}

const CDNOW =
  'customer_id    date number_of_cds dollar_value\r\n' +
  ' 00001 19970101  1  11.77\r\n 00002 19970112  1  12.00\r\n 00002 19970112  1  12.00\r\n 00003 19970230  2  20.76\r\n' +
  'what\r\n 00004 19970102  2   9.99\r\n';

test('lines end at LF or CR LF only, wherever the chunks are cut', async () => {
  const text = '\uFEFFone\r\ntwo \u2028 still two\rtwo\n\nåäö';
  for (const size of [1, 2, 3, 100]) {
    const lines: [number, string][] = [];
    for await (const chunk of splitLines(inPieces(text, size))) {
      for (const { line, text: read } of chunk) lines.push([line, read]);
    }
    expect(lines).toEqual([
      [1, 'one'],
      [2, 'two \u2028 still two\rtwo'],
      [3, ''],
      [4, 'åäö'],
    ]);
  }
});

test('a file without line ends is refused before it fills the memory', async () => {
  const endless = read('ndjson', 'x'.repeat(LONGEST_LINE + 10), 65_536);
  await expect(endless).rejects.toThrow(FormatError);
});

test('a CDNOW purchase is its line: equal lines are different purchases, at noon UTC of the day', async () => {
  const lines = await read('cdnow', CDNOW);
  expect(lines.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7]);
  expect(lines[1]).toEqual({
    line: 3,
    activity: {
      idempotencyKey: 'line-3',
      type: 'purchase',
      memberExternalId: '00002',
      occurredAt: '1997-01-12T12:00:00.000Z',
      channel: 'online',
      value: { amount: '12.00', currencyCode: 'USD' },
      attributes: { quantity: 1 },
    },
  });
  expect(lines[2]).toMatchObject({ activity: { idempotencyKey: 'line-4', memberExternalId: '00002' } });
});

test('a CDNOW line that is none, or a day that is none, is named with its number', async () => {
  const problems = (await read('cdnow', CDNOW)).filter((line) => 'problem' in line);
  expect(problems).toEqual([
    { line: 5, problem: 'There is no day 1997-02-30.' },
    { line: 6, problem: 'The line is not a customer, a date, a number of CDs and a sum.' },
  ]);
});

test('a file that is not of the format it is said to be is refused as a whole', async () => {
  await expect(read('cdnow', '{"type":"purchase"}\n')).rejects.toThrow('not the header of a CDNOW file');
  await expect(read('csv', 'kind,who\npurchase,1\n')).rejects.toThrow('unknown columns: kind, who');
  await expect(read('csv', 'type,type\npurchase,1\n')).rejects.toThrow('names a column twice');
});

test('NDJSON lines are recording inputs; without a key the line is the key', async () => {
  const text = '{"type":"share","memberExternalId":"a","idempotencyKey":"k"}\n\n{"type":"share"}\n[1]\n{"type"\n';
  expect(await read('ndjson', text)).toEqual([
    { line: 1, activity: { idempotencyKey: 'k', type: 'share', memberExternalId: 'a' } },
    { line: 3, activity: { idempotencyKey: 'line-3', type: 'share' } },
    { line: 4, problem: 'The line is JSON but not an object.' },
    { line: 5, problem: 'The line is not JSON.' },
  ]);
});

test('CSV cells become the recording input; empty cells are left out; quoted cells may hold commas, quotes and line ends', async () => {
  const text =
    'type,memberExternalId,value,currency,occurredAt,attributes\r\n' +
    'purchase,a,12.50,EUR,2026-01-02T03:04:05Z,"{""size"":""M, L""}"\r\n' +
    'purchase,"b\nb",3,,,\r\nshare,c,,,,not json\r\nshare,d\r\n';
  expect(await read('csv', text)).toEqual([
    {
      line: 2,
      activity: {
        idempotencyKey: 'line-2',
        type: 'purchase',
        memberExternalId: 'a',
        occurredAt: '2026-01-02T03:04:05Z',
        value: { amount: '12.50', currencyCode: 'EUR' },
        attributes: { size: 'M, L' },
      },
    },
    {
      line: 4,
      activity: {
        idempotencyKey: 'line-4',
        type: 'purchase',
        memberExternalId: 'b\nb',
        value: { amount: '3', currencyCode: 'USD' },
      },
    },
    { line: 5, problem: 'The column "attributes" does not hold JSON.' },
    { line: 6, problem: 'The line has 2 cells; the first line names 6 columns.' },
  ]);
});

test('a CSV line with a stray quote is named, and reading goes on behind it', async () => {
  const lines = await read('csv', 'type,channel\nshare,a"b"\nlike,app\n');
  expect(lines[0]).toMatchObject({ line: 2, problem: expect.stringContaining('not valid CSV') });
  expect(lines[1]).toMatchObject({ line: 3, activity: { type: 'like', channel: 'app' } });
});
