import type { CompiledBadge } from './badges.ts';
import type { Facts } from './expressions.ts';
import type { GameEvaluation, GameState, GoalKey, GoalState, Recurrence } from './game.types.ts';
import { OPEN_PERIODS } from './goals.ts';
import { ordinalOf } from './periods.ts';
import type { ActivityFacts, Evaluation, MemberState } from './types.ts';
import { MS_PER_DAY } from './zones.ts';

/** What the steps of one evaluation of the game share. */
export interface GameRun {
  /** Every active badge by its code: challenges and tiers award them too. */
  readonly badges: ReadonlyMap<string, CompiledBadge>;
  readonly member: MemberState;
  readonly state: GameState;
  readonly activity: ActivityFacts;
  readonly facts: Facts;
  readonly recordedAt: number;
  /** The programme's; members' streaks have the zone of `state`. */
  readonly timeZone: string;
  readonly evaluation: Evaluation;
  readonly result: GameEvaluation;
  /** Badges may change more than once in one evaluation; here is how they stand. */
  readonly badgeStates: Map<GoalKey, GoalState>;
}

/** What cuts a goal's time: nothing, the calendar of the programme, or that of the member. */
export interface Periodic {
  readonly every: Recurrence;
  readonly ofMember: boolean;
}

/** Which period of a goal an instant belongs to; 0 for a goal without periods. */
export function periodAt({ every }: Periodic, atMs: number, zone: string): number {
  return every === 'NONE' ? 0 : ordinalOf(every, atMs, zone);
}

/** The first period that is still open at the time of recording. */
export function openFrom({ every }: Periodic, recordedAt: number, zone: string): number {
  return every === 'NONE' ? 0 : ordinalOf(every, recordedAt, zone) - OPEN_PERIODS;
}

/** Tells whether an activity comes too late for its period to count. */
export function isTooLate(periodic: Periodic, occurredAt: number, recordedAt: number, zone: string): boolean {
  // Forty periods are at least forty days: what is younger needs no calendar.
  if (periodic.every === 'NONE' || recordedAt - occurredAt < (OPEN_PERIODS - 1) * MS_PER_DAY) return false;
  return periodAt(periodic, occurredAt, zone) < openFrom(periodic, recordedAt, zone);
}
