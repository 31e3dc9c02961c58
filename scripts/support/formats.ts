import { Readable } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { FormatError, LONGEST_LINE, splitLines, type TextLine } from './lines.ts';

/** An activity as a file tells it: the fields of the API's recording input, not checked yet. */
export type FileActivity = Record<string, unknown> & { idempotencyKey: string };

/** What one line (or one CSV record) of a file says; `line` counts from 1, and a record's is the line it ends on. */
export type FileLine = { line: number; activity: FileActivity } | { line: number; problem: string };

export const formatNames = ['cdnow', 'csv', 'ndjson'] as const;
export type FormatName = (typeof formatNames)[number];

export interface FormatOptions {
  /** ISO 4217 code of sums that a file gives without one. */
  currency: string;
}

type Format = (chunks: AsyncIterable<Uint8Array>, options: FormatOptions) => AsyncGenerator<FileLine[]>;

/** How each format is read. Reading streams: a file of any length takes the memory of one chunk. */
export const formats: Readonly<Record<FormatName, Format>> = { cdnow, csv, ndjson };

/** The columns that a CSV file may have; the first line names those it has. */
const CSV_COLUMNS = new Set([
  'idempotencyKey',
  'type',
  'memberId',
  'memberExternalId',
  'occurredAt',
  'channel',
  'value',
  'currency',
  'items',
  'attributes',
]);

/** The key of what a file gives no key: its line. Two equal lines are two activities; the same line read again is one. */
export function lineKey(line: number): string {
  return `line-${line}`;
}

const CDNOW_LINE = /^\s*(\d{5})\s+(\d{4})(\d{2})(\d{2})\s+(\d{1,6})\s+(\d{1,9}\.\d{2})\s*$/;

/**
 * The CDNOW purchase file: customer, date, number of CDs and dollars, separated by spaces, after one header line.
 * A purchase's identity is its line. The file has no time of day; 12:00 UTC falls on the stated date in every time zone
 * from UTC−12 to UTC+11.
 */
async function* cdnow(chunks: AsyncIterable<Uint8Array>, options: FormatOptions): AsyncGenerator<FileLine[]> {
  for await (const lines of splitLines(chunks)) {
    const found: FileLine[] = [];
    for (const { line, text } of lines) {
      if (line === 1) {
        if (!/^\s*customer_id\s/.test(text)) throw new FormatError('The first line is not the header of a CDNOW file.');
      } else if (text.trim() !== '') {
        found.push(cdnowPurchase(line, text, options.currency));
      }
    }
    yield found;
  }
}

function cdnowPurchase(line: number, text: string, currency: string): FileLine {
  const [, customer = '', year = '', month = '', day = '', quantity = '', amount = ''] = CDNOW_LINE.exec(text) ?? [];
  if (customer === '') return { line, problem: 'The line is not a customer, a date, a number of CDs and a sum.' };
  const occurredAt = `${year}-${month}-${day}T12:00:00.000Z`;
  const known = new Date(occurredAt);
  if (Number.isNaN(known.getTime()) || known.toISOString() !== occurredAt) {
    return { line, problem: `There is no day ${year}-${month}-${day}.` };
  }
  const activity = {
    idempotencyKey: lineKey(line),
    type: 'purchase',
    memberExternalId: customer,
    occurredAt,
    channel: 'online',
    value: { amount, currencyCode: currency },
    attributes: { quantity: Number(quantity) },
  };
  return { line, activity };
}

/** NDJSON: one recording input of the API on each line. */
async function* ndjson(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<FileLine[]> {
  for await (const lines of splitLines(chunks)) {
    yield lines.filter(({ text }) => text.trim() !== '').map(jsonActivity);
  }
}

function jsonActivity({ line, text }: TextLine): FileLine {
  const parsed = parseObject(text);
  if (typeof parsed === 'string') return { line, problem: parsed };
  return { line, activity: { idempotencyKey: lineKey(line), ...parsed } };
}

/**
 * CSV by RFC 4180 with a header line; `items` and `attributes` hold JSON. Lines that cannot be read are problems, and
 * reading goes on behind them.
 */
async function* csv(chunks: AsyncIterable<Uint8Array>, options: FormatOptions): AsyncGenerator<FileLine[]> {
  let ready: FileLine[] = [];
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: LONGEST_LINE,
  });
  parser.on('skip', (error: CsvError) => {
    const line = Number(error.lines ?? 0);
    // One line may be wrong in several places; the first is enough.
    if (ready.at(-1)?.line !== line) ready.push({ line, problem: `The line is not valid CSV: ${error.message}.` });
  });
  const source = Readable.from(chunks);
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: readonly string[] | null = null;
  for await (const { info, record } of parser as AsyncIterable<CsvRecord>) {
    if (columns === null) columns = checkedColumns(record);
    else ready.push(csvActivity(info.lines, columns, record, options.currency));
    if (ready.length >= CSV_CHUNK) {
      yield ready;
      ready = [];
    }
  }
  yield ready;
}

interface CsvRecord {
  info: { lines: number };
  record: string[];
}

/** How many CSV records are handed on together. */
const CSV_CHUNK = 500;

function checkedColumns(header: readonly string[]): readonly string[] {
  const columns = header.map((name) => name.trim());
  const unknown = columns.filter((name) => !CSV_COLUMNS.has(name));
  const known = `A CSV file may have the columns ${[...CSV_COLUMNS].join(', ')}.`;
  if (unknown.length > 0)
    throw new FormatError(`The first line names unknown columns: ${unknown.join(', ')}. ${known}`);
  if (new Set(columns).size < columns.length) throw new FormatError('The first line names a column twice.');
  if (!columns.includes('type')) throw new FormatError(`The first line names no column "type". ${known}`);
  return columns;
}

/** An empty cell is a field left out. */
function csvActivity(line: number, columns: readonly string[], cells: readonly string[], currency: string): FileLine {
  if (cells.length !== columns.length) {
    return { line, problem: `The line has ${cells.length} cells; the first line names ${columns.length} columns.` };
  }
  const given = new Map<string, string>();
  for (const [index, name] of columns.entries()) if (cells[index]) given.set(name, cells[index]);
  const activity: FileActivity = { idempotencyKey: given.get('idempotencyKey') ?? lineKey(line) };
  for (const name of ['type', 'memberId', 'memberExternalId', 'occurredAt', 'channel']) {
    const cell = given.get(name);
    if (cell !== undefined) activity[name] = cell;
  }
  const value = given.get('value');
  if (value !== undefined) activity.value = { amount: value, currencyCode: given.get('currency') ?? currency };
  for (const name of ['items', 'attributes']) {
    const cell = given.get(name);
    if (cell === undefined) continue;
    try {
      activity[name] = JSON.parse(cell);
    } catch {
      return { line, problem: `The column "${name}" does not hold JSON.` };
    }
  }
  return { line, activity };
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    return 'The line is JSON but not an object.';
  } catch {
    return 'The line is not JSON.';
  }
}
