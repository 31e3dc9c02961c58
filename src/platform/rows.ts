import type { Tx } from './tx.ts';

/** The PostgreSQL types that set statements carry. */
export type ColumnType =
  | 'uuid'
  | 'text'
  | 'int4'
  | 'int8'
  | 'bool'
  | 'numeric'
  | 'timestamptz'
  | 'json'
  | 'jsonb'
  /** A `json` column whose values are JSON text already. */
  | 'json text';

type Cell = string | number | boolean | null | undefined | object;

/**
 * Writes many rows in one statement: the columns travel as one array literal each and meet again in `unnest`. The
 * literals are built here because the driver's own array writer costs about three times as much CPU per value.
 */
export class RowSet<Row extends object> {
  readonly #columns: readonly [keyof Row & string, ColumnType][];
  readonly #source: string;

  /**
   * @param columns property → type, in the order of the target's columns. Times are epoch milliseconds, JSON is any value.
   */
  constructor(columns: { readonly [Key in keyof Row & string]: ColumnType }) {
    this.#columns = Object.entries(columns) as [keyof Row & string, ColumnType][];
    this.#source = `unnest(${this.#columns.map(([, type], index) => `$${index + 1}::${type === 'json text' ? 'json' : type}[]`).join(', ')})`;
  }

  /** The table expression `unnest($1::…[], …)`, its parameters numbered from 1. */
  get source(): string {
    return this.#source;
  }

  /** The names of the columns in snake case, comma-separated, for `insert into t (…)` and `as r (…)`. */
  get names(): string {
    return this.#columns.map(([name]) => snake(name)).join(', ');
  }

  /** The array literals of these rows, one per column. */
  parameters(rows: readonly Row[]): string[] {
    return this.#columns.map(([name, type]) => arrayLiteral(rows, name, type));
  }

  /** Inserts the rows; nothing is sent when there are none. `suffix` may be an `on conflict` clause. */
  async insert(tx: Tx, table: string, rows: readonly Row[], suffix = ''): Promise<void> {
    if (rows.length === 0) return;
    await tx.query(
      `insert into ${table} (${this.names}) select * from ${this.#source} ${suffix}`,
      this.parameters(rows),
    );
  }
}

function arrayLiteral<Row extends object>(rows: readonly Row[], name: keyof Row, type: ColumnType): string {
  const write = writerOf(type);
  let literal = '{';
  let separator = '';
  for (const row of rows) {
    const value = row[name] as Cell;
    literal += separator;
    literal += value === null || value === undefined ? 'NULL' : write(value);
    separator = ',';
  }
  return `${literal}}`;
}

type Writer = (value: NonNullable<Cell>) => string;

/** How a column's values are written; chosen once per column, because the choice for each value cost as much as writing it. */
function writerOf(type: ColumnType): Writer {
  switch (type) {
    case 'text':
    case 'json text':
      return (value) => quoted(String(value));
    case 'json':
    case 'jsonb':
      return (value) => quoted(JSON.stringify(value));
    case 'timestamptz':
      return instantWriter();
    default:
      return String;
  }
}

/** The times of a batch are mostly one and the same. */
function instantWriter(): Writer {
  let last: unknown;
  let text = '';
  return (value) => {
    if (value !== last) {
      last = value;
      text = new Date(value as number).toISOString();
    }
    return text;
  };
}

/** Native replacements of fixed texts: on receipts, whose quotes all need escaping, twice as fast as an expression. */
function quoted(text: string): string {
  const escaped = text.includes('\\') ? text.replaceAll('\\', '\\\\') : text;
  return escaped.includes('"') ? `"${escaped.replaceAll('"', '\\"')}"` : `"${escaped}"`;
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
