import { type Sample, type Samples, type Spread, spread } from './rounds.ts';

/** One promised figure and what was measured. */
export interface Figure {
  /** The benchmark's name, for example `P1`. */
  id: string;
  what: string;
  measured: Spread;
  /** What the median is to reach, and from which side. */
  aim: number;
  atLeast: boolean;
  unit: string;
}

/** What a benchmark gives back: its figures, or why it did not run. */
export interface Report {
  figures: Figure[];
  skipped?: string;
}

/** Says something on standard output, where the whole report goes. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** A ratio that is to be at least `aim`. */
export function ratioFigure(id: string, what: string, values: readonly number[], aim: number): Figure {
  return { id, what, measured: spread(values), aim, atLeast: true, unit: '×' };
}

/** Seconds that are to be at most `aim`. */
export function secondsFigure(id: string, what: string, values: readonly number[], aim: number): Figure {
  return { id, what, measured: spread(values), aim, atLeast: false, unit: 's' };
}

/** Prints every contender's rate, latency and processor time: min, median and max over the rounds. */
export function printSamples(samples: Samples, unit: string): void {
  const rows = [...samples].map(([name, taken]) => [
    name,
    three(taken, (sample) => sample.rate, 0),
    three(taken, (sample) => sample.p50Ms ?? Number.NaN, 1),
    three(taken, (sample) => sample.p99Ms ?? Number.NaN, 1),
    three(taken, (sample) => sample.serverMicros, 0),
    three(taken, (sample) => sample.databaseMicros, 0),
  ]);
  printTable(['', `${unit}/s`, 'p50 ms', 'p99 ms', `server CPU µs/${unit}`, `PostgreSQL CPU µs/${unit}`], rows);
}

/** Prints the table of all figures with their aims. */
export function printFigures(figures: readonly Figure[]): void {
  const rows = figures.map(({ id, what, measured, aim, atLeast, unit }) => [
    id,
    what,
    [measured.min, measured.median, measured.max].map((value) => value.toFixed(2)).join(' / '),
    `${atLeast ? '≥' : '≤'} ${aim} ${unit}`,
    isReached(measured.median, aim, atLeast) ? 'reached' : 'MISSED',
  ]);
  printTable(['', 'figure', 'min / median / max', 'aim', ''], rows);
}

/** Prints rows in columns, as Markdown, so that it can be pasted into a document. */
export function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  print(line(head));
  print(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const row of rows) print(line(row));
}

function three(samples: readonly Sample[], value: (sample: Sample) => number, digits: number): string {
  const { min, median, max } = spread(samples.map(value));
  if (Number.isNaN(median)) return '–';
  return [min, median, max].map((one) => one.toFixed(digits)).join(' / ');
}

function isReached(value: number, aim: number, atLeast: boolean): boolean {
  return atLeast ? value >= aim : value <= aim;
}
