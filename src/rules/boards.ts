import { readDecimal } from './decimals.ts';
import { type CompiledExpression, compileCondition, compileMemberCondition, type Facts } from './expressions.ts';
import { periodBounds } from './periods.ts';
import { compareCodes } from './trace.ts';
import type { ActivityFacts, Evaluation, LeaderboardDefinition, LeaderboardMetric } from './types.ts';

/** Where a board's season begins and ends, half-open, epoch milliseconds; `endsAt` null is never. */
export interface SeasonBounds {
  readonly startsAt: number;
  readonly endsAt: number | null;
}

/** The first instant an activity may have: a season of all time begins with it. */
export const BEGINNING = Date.UTC(1900, 0, 1);

/** The most one activity adds, 10 billion in hundredths: a typing mistake must not lead a board for ever. */
export const MOST_PER_ACTIVITY = 1_000_000_000_000;

/** Scores stop here, at the largest whole number every client reads exactly. */
export const MOST_SCORE = Number.MAX_SAFE_INTEGER;

/** An active board, ready to score. */
export interface CompiledBoard {
  readonly code: string;
  readonly definition: LeaderboardDefinition;
  readonly metric: LeaderboardMetric;
  /** Null when every activity of its types counts. */
  readonly condition: CompiledExpression<boolean> | null;
  /** Null when everybody may be on it. */
  readonly audience: CompiledExpression<boolean> | null;
  /** True for a stored board whose expressions no longer compile: it counts nothing. */
  readonly broken: boolean;
}

/** The active boards by what they listen to. */
export interface Boards {
  readonly all: readonly CompiledBoard[];
  readonly byType: ReadonlyMap<string, readonly CompiledBoard[]>;
  /** Those that listen to every type. */
  readonly unnamed: readonly CompiledBoard[];
}

/** Compiles the active boards. One that no longer compiles does not take the others down: it counts nothing. */
export function compileBoards(definitions: readonly LeaderboardDefinition[]): Boards {
  const active = definitions.filter(({ status }) => status === 'ACTIVE').sort(compareCodes);
  const all = active.map(compileBoard);
  const types = new Set(active.flatMap(({ activityTypes }) => activityTypes ?? []));
  const byType = new Map(
    [...types].map((type) => [
      type,
      all.filter(({ definition }) => definition.activityTypes === null || definition.activityTypes.includes(type)),
    ]),
  );
  return { all, byType, unnamed: all.filter(({ definition }) => definition.activityTypes === null) };
}

/** Compiles one board, whatever its status. */
export function compileBoard(definition: LeaderboardDefinition): CompiledBoard {
  const { code, metric } = definition;
  const board = { code, definition, metric };
  try {
    return {
      ...board,
      condition: definition.condition === null ? null : compileCondition(definition.condition),
      audience: definition.audience === null ? null : compileMemberCondition(definition.audience),
      broken: false,
    };
  } catch {
    return { ...board, condition: null, audience: null, broken: true };
  }
}

/** The boards that listen to an activity type. */
export function boardsFor(boards: Boards, type: string): readonly CompiledBoard[] {
  return boards.byType.get(type) ?? boards.unnamed;
}

/**
 * What an activity adds to a board: points, 1, or hundredths of the programme's currency unit, rounded half up; 0 when it
 * does not count. An expression that cannot be evaluated for it counts as not met.
 * @param facts makes what expressions see; called only for boards that have one.
 * @param points what the activity earned.
 */
export function contributionTo(
  board: CompiledBoard,
  activity: ActivityFacts,
  points: number,
  currencyCode: string,
  facts: () => Facts,
): number {
  if (board.broken) return 0;
  const amount = amountOf(board.metric, activity, points, currencyCode);
  if (amount === 0) return 0;
  if (board.condition !== null && board.condition.run(facts()) !== true) return 0;
  if (board.audience !== null && board.audience.run(facts()) !== true) return 0;
  return amount;
}

/** The points an evaluation credits. */
export function pointsOf({ postings }: Evaluation): number {
  let points = 0;
  for (const posting of postings) points += posting.points;
  return points;
}

function amountOf(metric: LeaderboardMetric, activity: ActivityFacts, points: number, currencyCode: string): number {
  switch (metric) {
    case 'ACTIVITY_COUNT':
      return 1;
    case 'POINTS_EARNED':
      return Math.min(points, MOST_PER_ACTIVITY);
    case 'ACTIVITY_VALUE':
      return activity.value?.currencyCode === currencyCode ? hundredthsOf(activity.value.amount) : 0;
  }
}

/** Hundredths of a unit, rounded half up and at most 10 billion units; 0 for what is negative or no amount. */
export function hundredthsOf(amount: string): number {
  const value = readDecimal(amount)?.times(100).toDecimalPlaces(0);
  if (value === undefined || value.isNegative()) return 0;
  return value.greaterThan(MOST_PER_ACTIVITY) ? MOST_PER_ACTIVITY : value.toNumber();
}

/**
 * The season an instant falls into, cut in the programme's time zone; null when a board of its own dates has none then.
 * A season that was closed before its time shortens the one after it, which is not known here.
 */
export function seasonAt(board: LeaderboardDefinition, atMs: number, timeZone: string): SeasonBounds | null {
  switch (board.period) {
    case 'ALL_TIME':
      return { startsAt: BEGINNING, endsAt: null };
    case 'CUSTOM': {
      const bounds = { startsAt: board.startsAt ?? BEGINNING, endsAt: board.endsAt };
      return isWithin(bounds, atMs) ? bounds : null;
    }
    default: {
      const { startsAt, endsAt } = periodBounds(board.period, atMs, timeZone);
      return { startsAt: startsAt ?? BEGINNING, endsAt };
    }
  }
}

/** Tells whether an instant belongs to a season. */
export function isWithin({ startsAt, endsAt }: SeasonBounds, atMs: number): boolean {
  return atMs >= startsAt && (endsAt === null || atMs < endsAt);
}
