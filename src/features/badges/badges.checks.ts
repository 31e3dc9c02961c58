import { badgeProblems } from '../../rules/game-definitions.ts';
import {
  badInput,
  checkedDescription,
  checkedImageUrl,
  checkedName,
  checkedNumber,
  requireSound,
} from '../program/index.ts';
import { checkedGoal } from '../progress/goals.checks.ts';
import type { BadgeInput, StoredBadge } from './badges.definitions.ts';

/** GraphQL's Int. */
const LARGEST_INT = 2_147_483_647;

/**
 * Checks everything about a badge that can be known without the database and gives what is stored of it.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function checkedBadge(input: BadgeInput): Omit<StoredBadge, 'id' | 'countsFrom'> {
  const goal = input.goal == null ? null : checkedGoal(input.goal);
  const limit = checkedNumber(input.limit, ['limit'], 1, LARGEST_INT);
  const { repeatable, onReversal, retroactive } = input;
  requireSound(badgeProblems({ goal, repeatable, limit }), { goal });
  return {
    name: checkedName(input.name),
    description: requireDescription(input.description),
    imageUrl: checkedImageUrl(input.imageUrl),
    goal,
    repeatable,
    limit,
    onReversal,
    retroactive,
  };
}

/** What a badge is for stands on every credential, so there is no badge without it. */
function requireDescription(text: string): string {
  const description = checkedDescription(text);
  if (description !== null) return description;
  throw badInput(['description'], 'Say in a sentence what the badge is awarded for.');
}
