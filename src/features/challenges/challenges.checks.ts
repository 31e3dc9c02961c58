import { MOST_POINTS } from '../../rules/earning.ts';
import type { StreakDefinition } from '../../rules/game.types.ts';
import { challengeProblems } from '../../rules/game-definitions.ts';
import {
  badInput,
  checkedDescription,
  checkedDuration,
  checkedName,
  checkedNumber,
  checkedText,
  requireSound,
} from '../program/index.ts';
import { checkedGoal } from '../progress/goals.checks.ts';
import {
  type ChallengeInput,
  type ChallengeRecord,
  challengeDefinition,
  type StoredChallenge,
  type StreakFields,
} from './challenges.definitions.ts';

/** More than this, and nobody can tell what to do first. */
const MOST_PREREQUISITES = 20;

/**
 * Checks everything about a challenge that can be known by itself and gives what is stored.
 * @param firstStart what `startsAt` is when it is left out.
 * @throws Refusal BAD_USER_INPUT with the path of the field.
 */
export function checkedChallenge(input: ChallengeInput, firstStart: string): StoredChallenge {
  const { points, startsAt, endsAt } = input;
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    mode: input.mode,
    goal: checkedGoal(input.goal),
    streak: input.streak == null ? null : checkedStreak(input.streak),
    recurrence: input.recurrence,
    prerequisites: checkedPrerequisites(input.prerequisites ?? []),
    audience: input.audience == null ? null : checkedText(input.audience, ['audience']),
    points: checkedNumber(points, ['points'], 1, MOST_POINTS),
    badge: input.badge == null ? null : checkedText(input.badge, ['badge']),
    pendingFor: checkedDuration(input.pendingFor, ['pendingFor']),
    expiresAfter: checkedDuration(input.expiresAfter, ['expiresAfter']),
    startsAt: startsAt?.toISOString() ?? firstStart,
    endsAt: endsAt?.toISOString() ?? null,
  };
}

/**
 * Passes when the challenge can work among the others.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function requireWorking(
  input: ChallengeInput,
  definition: StoredChallenge,
  others: readonly ChallengeRecord[],
): void {
  const { code, status } = input;
  const saved = { ...definition, code, status, version: 0, createdAt: new Date(0), updatedAt: new Date(0) };
  requireSound(challengeProblems(challengeDefinition(saved), others), input);
}

function checkedStreak({ every, length, freezes }: StreakFields): StreakDefinition {
  if (every !== 'NONE') return { every, length, freezes };
  throw badInput(['streak', 'every'], 'A streak is counted in periods: every is DAY, WEEK or MONTH.');
}

function checkedPrerequisites(codes: readonly string[]): string[] {
  if (codes.length > MOST_PREREQUISITES) {
    throw badInput(['prerequisites'], `A challenge has at most ${MOST_PREREQUISITES} prerequisites.`);
  }
  return codes.map((code, index) => {
    const path = ['prerequisites', String(index)];
    if (codes.indexOf(code) < index) throw badInput(path, `The prerequisite "${code}" is named twice.`);
    return checkedText(code, path);
  });
}
