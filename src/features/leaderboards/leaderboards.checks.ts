import { BEGINNING } from '../../rules/boards.ts';
import { MOST_POINTS } from '../../rules/earning.ts';
import { compileCondition, compileMemberCondition } from '../../rules/expressions.ts';
import type { Prize } from '../../rules/types.ts';
import {
  badInput,
  checkedDescription,
  checkedExpression,
  checkedName,
  checkedNumber,
  checkedText,
} from '../program/index.ts';
import type { LeaderboardInput, PrizeInput, StoredLeaderboard } from './leaderboards.definitions.ts';

const MOST_TYPES = 100;
const MOST_PRIZES = 100;
/** Paying runs in the background, but a prize for everybody is a campaign. */
const LAST_RANK = 10_000;

/**
 * Checks everything about a board that can be known without the database and gives what is stored.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function checkedLeaderboard(input: LeaderboardInput): StoredLeaderboard {
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    metric: input.metric,
    activityTypes: checkedTypes(input.activityTypes),
    condition: checkedExpression(input.condition, ['condition'], compileCondition),
    period: input.period,
    ...checkedWindow(input),
    ranking: input.ranking,
    audience: checkedExpression(input.audience, ['audience'], compileMemberCondition),
    prizes: checkedPrizes(input.prizes ?? []),
    public: input.public,
  };
}

function checkedTypes(types: readonly string[] | null | undefined): string[] | null {
  if (types == null) return null;
  if (types.length === 0 || types.length > MOST_TYPES) {
    const message = `Name 1 to ${MOST_TYPES} activity types, or leave activityTypes out to count every type.`;
    throw badInput(['activityTypes'], message);
  }
  return [...new Set(types.map((type, index) => checkedText(type, ['activityTypes', String(index)])))].sort();
}

function checkedWindow(input: LeaderboardInput): Pick<StoredLeaderboard, 'startsAt' | 'endsAt'> {
  const { period, startsAt = null, endsAt = null } = input;
  if (period !== 'CUSTOM') {
    const field = startsAt === null ? 'endsAt' : 'startsAt';
    if (startsAt === null && endsAt === null) return { startsAt: null, endsAt: null };
    throw badInput([field], `Only a board of period CUSTOM has dates of its own; a ${period} board takes none.`);
  }
  if (startsAt === null) throw badInput(['startsAt'], 'A board of period CUSTOM says when it starts.');
  if (startsAt.getTime() < BEGINNING) throw badInput(['startsAt'], 'A board starts in 1900 at the earliest.');
  if (endsAt !== null && startsAt.getTime() >= endsAt.getTime()) {
    throw badInput(['endsAt'], 'endsAt must be later than startsAt; it is the first moment that no longer counts.');
  }
  return { startsAt: startsAt.toISOString(), endsAt: endsAt?.toISOString() ?? null };
}

function checkedPrizes(prizes: readonly PrizeInput[]): Prize[] {
  if (prizes.length > MOST_PRIZES) throw badInput(['prizes'], `A board has at most ${MOST_PRIZES} prizes.`);
  return prizes.map(checkedPrize).sort((left, right) => left.fromRank - right.fromRank || left.toRank - right.toRank);
}

function checkedPrize(prize: PrizeInput, index: number, all: readonly PrizeInput[]): Prize {
  const path = ['prizes', String(index)];
  const fromRank = checkedNumber(prize.fromRank, [...path, 'fromRank'], 1, LAST_RANK) ?? 1;
  const toRank = checkedNumber(prize.toRank, [...path, 'toRank'], fromRank, LAST_RANK) ?? fromRank;
  const points = checkedNumber(prize.points, [...path, 'points'], 1, MOST_POINTS);
  const badge = prize.badge == null ? null : checkedText(prize.badge, [...path, 'badge']);
  if (points === null && badge === null) {
    throw badInput(path, 'A prize is something: set points, badge, or both.');
  }
  const before = all.slice(0, index);
  if (before.some((other) => fromRank <= other.toRank && other.fromRank <= toRank)) {
    throw badInput(path, 'Two prizes name the same rank; each rank has one prize.');
  }
  return { fromRank, toRank, points, badge };
}
