import { MOST_POINTS } from '../../rules/earning.ts';
import { compileCondition } from '../../rules/expressions.ts';
import type { Cap } from '../../rules/types.ts';
import {
  badInput,
  checkedDuration,
  checkedExpression,
  checkedImageUrl,
  checkedNumber,
  checkedText,
} from '../program/index.ts';
import type { ReferralCapInput, ReferralProgramInput, StoredReferralProgram } from './referrals.definitions.ts';

/** As deep as chains are shown. */
const MOST_LEVELS = 10;
const LARGEST_INT = 2_147_483_647;

/**
 * Checks everything about a referral programme that can be known without the database and gives what is stored of it.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function checkedReferralProgram(input: ReferralProgramInput): StoredReferralProgram {
  return {
    qualifyingActivity: checkedText(input.qualifyingActivity, ['qualifyingActivity']),
    qualifyingCondition: checkedExpression(input.qualifyingCondition, ['qualifyingCondition'], compileCondition),
    levels: checkedLevels(input.levels),
    refereePoints: checkedNumber(input.refereePoints, ['refereePoints'], 0, MOST_POINTS) ?? 0,
    holdFor: checkedDuration(input.holdFor, ['holdFor']),
    maxPerReferrer: checkedCap(input.maxPerReferrer ?? null),
    joinUrl: checkedImageUrl(input.joinUrl, ['joinUrl']),
  };
}

function checkedLevels(levels: readonly number[]): number[] {
  if (levels.length > MOST_LEVELS)
    throw badInput(['levels'], `A referral programme has at most ${MOST_LEVELS} levels.`);
  return levels.map((points, index) => checkedNumber(points, ['levels', String(index)], 0, MOST_POINTS) ?? 0);
}

function checkedCap(cap: ReferralCapInput | null): Cap | null {
  if (cap === null) return null;
  const path = ['maxPerReferrer'];
  if (cap.scope !== 'MEMBER' || cap.per === 'ACTIVITY') {
    throw badInput(
      path,
      'This cap is for each referrer and for a stretch of time: leave scope out, and per is DAY or longer.',
    );
  }
  if (cap.count == null && cap.points == null)
    throw badInput(path, 'A cap limits something: set count, points, or both.');
  return {
    per: cap.per,
    scope: cap.scope,
    count: checkedNumber(cap.count, [...path, 'count'], 1, LARGEST_INT),
    points: checkedNumber(cap.points, [...path, 'points'], 1, LARGEST_INT),
  };
}
