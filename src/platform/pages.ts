import { isId } from './ids.ts';
import type { Reader } from './reader.ts';
import { ErrorCode, Refusal } from './refusal.ts';

/** The most entries one page may have: what a client can show, and what keeps one request's cost bounded. */
export const LARGEST_PAGE = 100;
/** How many entries a page has when neither `first` nor `last` is given. */
export const DEFAULT_PAGE = 20;

/** The four arguments of a Relay connection, as a client sent them. */
export interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
  last?: number | null | undefined;
  before?: string | null | undefined;
}

/** One column that a list is ordered by. All keys of a list run in one direction, so that an index can answer. */
export interface SortKey {
  /** An SQL expression that is never null, for example `m.joined_at`. */
  expression: string;
  type: 'uuid' | 'timestamptz' | 'bigint' | 'text';
  /**
   * For a last key that not everybody may know, such as the id of a member who is hidden: an SQL expression for a UUID that
   * tells nobody the key and stands in cursors for it. The row that has it is found by the keys before.
   */
  veil?: string;
}

/** Where a page comes from. Only trusted SQL goes into the texts; everything from outside goes into `parameters`. */
export interface PageSource<Row extends object, Node> {
  select: string;
  from: string;
  /** A condition over $1…$n of `parameters`; `true` for none. */
  where: string;
  parameters: readonly unknown[];
  /** The last key, or all together, must be unique. */
  order: readonly SortKey[];
  direction: 'asc' | 'desc';
  toNode(row: Row): Node;
}

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

/** A page of a list, shaped as a Relay connection. */
export interface Page<Node> {
  edges: Edge<Node>[];
  pageInfo: PageInfo;
  /** Counts the whole list; one statement on the first call, none when nobody asks. */
  totalCount(): Promise<number>;
}

interface Wanted {
  size: number;
  backward: boolean;
  after: string[] | null;
  before: string[] | null;
}

/**
 * Reads one page by keyset: `where (keys) > (the cursor's keys) order by keys limit size + 1`. A cursor holds the sort
 * keys of its own row, so rows inserted meanwhile move nothing: paging on neither skips nor repeats.
 * @throws Refusal BAD_USER_INPUT for a size outside 1 to 100, `first` together with `last`, or a foreign cursor.
 */
export async function pageOf<Row extends object, Node>(
  reader: Reader,
  page: PageArguments,
  source: PageSource<Row, Node>,
): Promise<Page<Node>> {
  const wanted = readArguments(page, source.order);
  const statement = pageStatement(source, wanted);
  const rows = await reader.query<Row & { pageKey: string }>(statement.sql, statement.parameters);
  const hasMore = rows.length > wanted.size;
  if (hasMore) rows.pop();
  if (wanted.backward) rows.reverse();
  const edges = rows.map((row) => ({ cursor: encodeKeys(row.pageKey), node: source.toNode(row) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: wanted.backward ? wanted.before !== null : hasMore || wanted.before !== null,
      hasPreviousPage: wanted.backward ? hasMore || wanted.after !== null : wanted.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: once(() => countOf(reader, source)),
  };
}

function readArguments(page: PageArguments, order: readonly SortKey[]): Wanted {
  const { first = null, last = null, after = null, before = null } = page;
  if (first !== null && last !== null) {
    throw badInput('Give `first` to read forwards or `last` to read backwards, not both.', 'last');
  }
  requireSize(first, 'first');
  requireSize(last, 'last');
  return {
    size: last ?? first ?? DEFAULT_PAGE,
    backward: last !== null,
    after: after === null ? null : decodeKeys(after, order, 'after'),
    before: before === null ? null : decodeKeys(before, order, 'before'),
  };
}

function requireSize(size: number | null, name: string): void {
  if (size === null || (size >= 1 && size <= LARGEST_PAGE)) return;
  throw badInput(`\`${name}\` is between 1 and ${LARGEST_PAGE}. Page on with cursors for more.`, name);
}

function pageStatement(source: PageSource<never, unknown>, wanted: Wanted): { sql: string; parameters: unknown[] } {
  const parameters = [...source.parameters];
  const keys = source.order.map((key) => key.expression).join(', ');
  const beyond = (values: string[], operator: string): string => {
    const given = values.map((value, index) => `$${parameters.push(value)}::${source.order[index]?.type ?? 'text'}`);
    const list = given.map((value, index) => unveiled(source, given, index, operator) ?? value);
    return `(${keys}) ${operator} (${list.join(', ')})`;
  };
  const ascending = source.direction === 'asc';
  const conditions = [`(${source.where})`];
  if (wanted.after !== null) conditions.push(beyond(wanted.after, ascending ? '>' : '<'));
  if (wanted.before !== null) conditions.push(beyond(wanted.before, ascending ? '<' : '>'));
  const direction = ascending === wanted.backward ? 'desc' : 'asc';
  const order = source.order.map((key) => `${key.expression} ${direction}`).join(', ');
  const sql = `select ${source.select}, json_build_array(${source.order.map(keyText).join(', ')})::text as "pageKey"
    from ${source.from} where ${conditions.join(' and ')} order by ${order} limit ${wanted.size + 1}`;
  return { sql, parameters };
}

/**
 * The key behind a veil, of the row that has it and the keys before; null for a key without one. When that row has moved
 * meanwhile, those that are alike in the keys before are all beyond the cursor: one may come again, none is left out.
 */
function unveiled(
  { order, from, where }: PageSource<never, unknown>,
  given: readonly string[],
  index: number,
  operator: string,
): string | null {
  const key = order[index];
  if (key?.veil === undefined) return null;
  const before = order.slice(0, index).map(({ expression }, place) => `${expression} = ${given[place]}`);
  const same = [`(${where})`, ...before, `${key.veil} = ${given[index]}`].join(' and ');
  const otherwise = operator === '>' ? LOWEST_ID : HIGHEST_ID;
  return `coalesce((select ${key.expression} from ${from} where ${same}), '${otherwise}')`;
}

const LOWEST_ID = '00000000-0000-0000-0000-000000000000';
const HIGHEST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * A key as text that reads back to exactly the same value. PostgreSQL writes a time to the microsecond and with its offset,
 * which is +00 on every connection of Pokal.
 */
function keyText({ expression, veil }: SortKey): string {
  return `(${veil ?? expression})::text`;
}

async function countOf(reader: Reader, source: PageSource<never, unknown>): Promise<number> {
  const rows = await reader.query<{ count: number }>(
    `select count(*)::int as count from ${source.from} where ${source.where}`,
    source.parameters,
  );
  return rows[0]?.count ?? 0;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** The keys come as JSON text, because the driver reads arrays a character at a time: 9 % of a page of members. */
function encodeKeys(keys: string): string {
  return Buffer.from(keys).toString('base64url');
}

/** Longer than any cursor made here: the longest key is a text of 255 characters, JSON- and base64-encoded. */
const LONGEST_CURSOR = 4_096;

function decodeKeys(cursor: string, order: readonly SortKey[], name: string): string[] {
  const keys = cursor.length <= LONGEST_CURSOR ? parsed(cursor) : null;
  if (Array.isArray(keys) && keys.length === order.length && order.every((key, index) => isValue(keys[index], key))) {
    return keys as string[];
  }
  throw badInput(
    `\`${name}\` is not a cursor of this list. Pass a cursor exactly as an edge or \`pageInfo\` gave it.`,
    name,
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}

const UTC_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?\+00$/;
const WHOLE_NUMBER = /^-?\d{1,18}$/;

/** Tells whether PostgreSQL will take this text for the key, so that a forged cursor is a refusal and never a fault. */
function isValue(value: unknown, key: SortKey): boolean {
  if (typeof value !== 'string') return false;
  switch (key.type) {
    case 'uuid':
      return isId(value);
    case 'bigint':
      return WHOLE_NUMBER.test(value);
    case 'timestamptz': {
      // Date takes 30 February for 1 March, PostgreSQL refuses it; written back it must be the same day.
      const iso = value.replace(' ', 'T');
      const time = UTC_TIME.test(value) ? Date.parse(`${iso.slice(0, 19)}Z`) : Number.NaN;
      return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 19) === iso.slice(0, 19);
    }
    case 'text':
      return !value.includes('\0');
  }
}

function badInput(message: string, name: string): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: [name] });
}

/** The same page with every node turned into something else. */
export function mapPage<From, To>(page: Page<From>, turn: (node: From) => To): Page<To> {
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: turn(node) })) };
}
