import { quantile } from '../../bench/support/rounds.ts';

/** Something that was measured while things broke. */
export interface Figure {
  name: string;
  values: number[];
  unit: 'ms' | 'MB' | '';
  /** What must not be exceeded; null for a figure that is only told. */
  limit: number | null;
}

/** More than these of one kind tell no more. */
const LISTED = 20;
const MEGABYTE = 1_000_000;

/** From the least to the most. */
export function ascending(values: readonly number[]): number[] {
  return values.toSorted((left, right) => left - right);
}

/** What must not be exceeded, in milliseconds. */
export interface LatencyLimits {
  medianMs?: number;
  /** What 99 of 100 stay below. */
  p99Ms?: number;
  longestMs?: number;
}

/** What a scenario found: violations of what was promised, and figures. */
export class Findings {
  readonly violations: string[] = [];
  readonly figures = new Map<string, Figure>();
  readonly #slack: number;
  #unlisted = 0;

  /** @param slack what limits are multiplied with: 1 on a quiet machine, more where others compete for it. */
  constructor(slack: number) {
    this.#slack = slack;
  }

  /** Notes that a promise was broken. One full sentence that names what, where and how much. */
  violate(sentence: string): void {
    if (this.violations.length < LISTED) this.violations.push(sentence);
    else this.#unlisted += 1;
  }

  /** Violations beyond those listed. */
  get unlisted(): number {
    return this.#unlisted;
  }

  /** Notes a duration in milliseconds; longer than the limit (with the slack) is a violation. */
  duration(name: string, milliseconds: number, limitMs: number | null = null): void {
    this.#add(name, milliseconds, 'ms', limitMs);
    if (limitMs === null || milliseconds <= limitMs * this.#slack) return;
    this.violate(
      `${name}: ${Math.round(milliseconds)} ms, promised are ${Math.round(limitMs)} ms (times ${this.#slack} here).`,
    );
  }

  /** Notes many durations by their median, by what 99 of 100 stay below, and by the longest. */
  latencies(name: string, milliseconds: readonly number[], limits: LatencyLimits = {}): void {
    if (milliseconds.length === 0) this.violate(`${name}: nothing was measured.`);
    const sorted = ascending(milliseconds);
    this.duration(`${name}, median of ${sorted.length}`, quantile(sorted, 0.5), limits.medianMs);
    this.duration(`${name}, 99 of 100 within`, quantile(sorted, 0.99), limits.p99Ms);
    this.duration(`${name}, longest`, quantile(sorted, 1), limits.longestMs);
  }

  /** Notes an amount of memory; more than the limit (with the slack) is a violation. */
  memory(name: string, bytes: number, limitMegabytes: number | null = null): void {
    const megabytes = bytes / MEGABYTE;
    this.#add(name, megabytes, 'MB', limitMegabytes);
    if (limitMegabytes === null || megabytes <= limitMegabytes * this.#slack) return;
    this.violate(
      `${name}: ${Math.round(megabytes)} MB, promised are ${limitMegabytes} MB (times ${this.#slack} here).`,
    );
  }

  /** Notes a count. */
  count(name: string, value: number): void {
    this.#add(name, value, '', null);
  }

  /** The figures as lines for people: one value, or least / median / most of several. */
  lines(): string[] {
    return [...this.figures.values()].map(({ name, values, unit, limit }) => {
      const sorted = ascending(values.map(Math.round));
      const shown = [sorted[0], sorted[sorted.length >> 1], sorted.at(-1)];
      const told = sorted.length === 1 ? `${shown[0]}` : `${shown.join(' / ')} of ${sorted.length}`;
      return `${name}: ${told}${unit === '' ? '' : ` ${unit}`}${limit === null ? '' : ` (limit ${Math.round(limit)})`}`;
    });
  }

  #add(name: string, value: number, unit: Figure['unit'], limit: number | null): void {
    const figure = this.figures.get(name);
    if (figure === undefined) this.figures.set(name, { name, values: [value], unit, limit });
    else figure.values.push(value);
  }
}
