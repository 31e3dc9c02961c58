import type { Effect } from '../../recording/commands.ts';
import type { RuleEvaluation, RuleReference, UsageChange } from '../../rules/types.ts';

/*
 * How receipts lie in the database: arrays with fixed places instead of objects, written as JSON text right away. A purchase
 * with three rules takes 500 bytes instead of 1,240, and writing activities is the dearest statement of recording; rows
 * above 2,000 bytes are compressed by PostgreSQL, which costs more than the rest of their writing. Places are only ever
 * added at the end, and old forms stay readable.
 */

/** The time is 0 where it is that of the activity. */
export type StoredEffect = readonly [
  type: string,
  id: string,
  cursor: string,
  occurredAt: number,
  payload: Record<string, unknown>,
];

/** A rule reference: kind, code, version, name. */
type StoredReference = readonly [string, string, number, string];

/**
 * One line of the trace. What is left out at the end is 0, empty or null; a reason that is a number is one of REASONS, and a
 * kind of one letter one of KINDS.
 */
export type StoredLine = readonly [
  kind: string,
  code: string,
  version: number,
  name: string,
  reason: string | number,
  matched?: 0 | 1,
  pointsBeforeCaps?: number,
  points?: number,
  multipliers?: readonly StoredReference[],
  nextPossibleAt?: number | null,
];

/** Lines as they were written before there were challenges. */
type OldLine = readonly [
  rule: StoredReference,
  matched: 0 | 1,
  reason: string,
  pointsBeforeCaps: number,
  points: number,
  multipliers?: readonly StoredReference[],
  nextPossibleAt?: number | null,
];

/** Sentences that stand in most receipts, by their numbers. Only ever added to at the end. */
const REASONS: readonly string[] = [
  'The condition was not met.',
  'Completed already.',
  'The member has it already.',
  'The challenge is not for this member.',
];
const NUMBERS = new Map(REASONS.map((reason, index) => [reason, index]));

/** Kinds by their letters; others are written out. */
const KINDS: Readonly<Record<string, string>> = {
  r: 'earning-rule',
  p: 'campaign',
  c: 'challenge',
  b: 'badge',
  t: 'tier',
};
const LETTERS = new Map(Object.entries(KINDS).map(([letter, kind]) => [kind, letter]));

/** Rules are compiled once and named in every receipt, so their texts are written once; so are lines that never change. */
const references = new WeakMap<RuleReference, string>();
const lines = new WeakMap<RuleEvaluation, string>();

/** The effects of an activity of this time as JSON text. */
export function writeEffects(effects: readonly Effect[], activityAt: number): string {
  let text = '[';
  let separator = '';
  for (const { type, id, cursor, occurredAt, payload, payloadText } of effects) {
    const at = occurredAt === activityAt ? 0 : occurredAt;
    text += `${separator}["${type}","${id}","${cursor}",${at},${payloadText ?? JSON.stringify(payload)}]`;
    separator = ',';
  }
  return `${text}]`;
}

export function unpackEffect(
  [type, id, cursor, at, payload]: StoredEffect,
  memberId: string,
  activityAt: number,
): Effect {
  return { type, id, cursor, memberId, occurredAt: at === 0 ? activityAt : at, payload };
}

/** The lines of a trace as JSON text. */
export function writeTrace(trace: readonly RuleEvaluation[]): string {
  let text = '[';
  let separator = '';
  for (const line of trace) {
    text += separator + (Object.isFrozen(line) ? frozenLine(line) : writeLine(line));
    separator = ',';
  }
  return `${text}]`;
}

export function unpackLine(line: StoredLine | OldLine): RuleEvaluation {
  if (isOld(line)) return unpackOld(line);
  const [kind, code, version, name, reason, matched = 0, pointsBeforeCaps = 0, points = 0] = line;
  const [multipliers = [], nextPossibleAt = null] = [line[8], line[9]];
  return {
    rule: unpackReference([kind, code, version, name]),
    matched: matched === 1,
    reason: typeof reason === 'number' ? (REASONS[reason] ?? '') : reason,
    ...{ pointsBeforeCaps, points, nextPossibleAt },
    multipliers: multipliers.map(unpackReference),
  };
}

/** What an activity used of a cap or budget; `own` is 1 for the member's own, 0 for everybody's. */
export type StoredUsage = readonly [own: 0 | 1, key: string, count: number, points: number];

/**
 * What an activity used of caps and budgets as JSON text; null for nothing, as nearly always. What challenges and limited
 * badges count in the same place is not kept: a reversal counts it anew.
 */
export function writeUsage(usage: readonly UsageChange[] | undefined): string | null {
  if (usage === undefined || usage.length === 0) return null;
  const kept = usage.filter(({ key }) => key.startsWith('earning-rule:') || key.startsWith('campaign:'));
  if (kept.length === 0) return null;
  return JSON.stringify(
    kept.map(({ memberId, key, count, points }) => [memberId === null ? 0 : 1, key, count, points]),
  );
}

export function unpackUsage([own, key, count, points]: StoredUsage, memberId: string): UsageChange {
  return { memberId: own === 1 ? memberId : null, key, count, points };
}

function frozenLine(line: RuleEvaluation): string {
  let text = lines.get(line);
  if (text === undefined) {
    text = writeLine(line);
    lines.set(line, text);
  }
  return text;
}

function writeLine(line: RuleEvaluation): string {
  const { rule, matched, reason, pointsBeforeCaps, points, multipliers, nextPossibleAt } = line;
  const start = `[${referenceText(rule)},${NUMBERS.get(reason) ?? JSON.stringify(reason)}`;
  const isPlain = multipliers.length === 0 && nextPossibleAt === null;
  if (isPlain && pointsBeforeCaps === 0 && points === 0) return matched ? `${start},1]` : `${start}]`;
  const given = `${start},${matched ? 1 : 0},${pointsBeforeCaps},${points}`;
  if (isPlain) return `${given}]`;
  const multiplied = multipliers.map((multiplier) => `[${referenceText(multiplier)}]`).join();
  return nextPossibleAt === null ? `${given},[${multiplied}]]` : `${given},[${multiplied}],${nextPossibleAt}]`;
}

function referenceText(reference: RuleReference): string {
  let text = references.get(reference);
  if (text === undefined) {
    const { kind, code, version, name } = reference;
    text = JSON.stringify([LETTERS.get(kind) ?? kind, code, version, name]).slice(1, -1);
    references.set(reference, text);
  }
  return text;
}

function isOld(line: StoredLine | OldLine): line is OldLine {
  return typeof line[0] !== 'string';
}

function unpackOld(line: OldLine): RuleEvaluation {
  const [rule, matched, reason, pointsBeforeCaps, points, multipliers = [], nextPossibleAt = null] = line;
  return {
    rule: unpackReference(rule),
    matched: matched === 1,
    ...{ reason, pointsBeforeCaps, points, nextPossibleAt },
    multipliers: multipliers.map(unpackReference),
  };
}

function unpackReference([kind, code, version, name]: StoredReference): RuleReference {
  return { kind: KINDS[kind] ?? kind, code, version, name };
}
