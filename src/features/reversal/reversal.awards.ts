import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { readMillionths } from '../../rules/decimals.ts';
import type { BadgeDefinition, GoalKey } from '../../rules/game.types.ts';
import { limitKey } from '../../rules/game-views.ts';
import { bucketOf, EMPTY_GOAL } from '../../rules/goals.ts';
import { withoutAwards } from '../../rules/reversal.ts';
import type { UsageKey } from '../../rules/types.ts';
import { BADGE } from '../badges/badges.definitions.ts';
import { type AwardCause, awardTimesIn, findAwardsIn, takeAwardsBackIn } from '../badges/badges.reversal.ts';
import type { AwardRow } from '../badges/badges.rows.ts';
import type { GoalsBook } from '../progress/progress.rows.ts';
import type { UsageBook } from '../progress/usages.ts';

/** What taking awards back is made of. */
export interface AwardReturnsParts {
  tx: Tx;
  memberId: string;
  badges: ReadonlyMap<string, BadgeDefinition>;
  goals: GoalsBook;
  usages: UsageBook;
  /** A sentence for the member. */
  reason: string;
  actor: string;
}

/** The editions that a reversal may give pieces back to: lock them with everything else. */
export function usageOfAwards(badges: ReadonlyMap<string, BadgeDefinition>): UsageKey[] {
  return [...badges.values()].filter(isCounted).map(({ code }) => ({ memberId: null, key: limitKey(code) }));
}

/** Takes badges back for what no longer holds, as far as the policy of each says so. */
export class AwardReturns {
  readonly #parts: AwardReturnsParts;
  readonly #effects: Effect[] = [];

  constructor(parts: AwardReturnsParts) {
    this.#parts = parts;
  }

  /** The events of all that was taken. */
  get effects(): readonly Effect[] {
    return this.#effects;
  }

  /** Takes what was awarded for a cause that no longer holds, unless the badge is kept. */
  async take(cause: AwardCause): Promise<void> {
    const { tx, memberId, badges, reason, actor } = this.#parts;
    const badge = badges.get(cause.badgeCode);
    if (badge?.onReversal !== 'REVOKE' || cause.most === 0) return;
    if (cause.causeKind !== BADGE && this.#isEarnedAnyway(badge)) return;
    const awards = await findAwardsIn(tx, memberId, cause);
    if (awards.length === 0) return;
    this.#effects.push(...(await takeAwardsBackIn(tx, awards, { reason, actor })));
    await this.#countDown(badge, cause, awards);
  }

  /** A badge that is awarded once is kept when the member has reached its own goal, too. */
  #isEarnedAnyway({ code, goal, repeatable }: BadgeDefinition): boolean {
    const { goals, memberId } = this.#parts;
    const target = goal === null ? null : readMillionths(goal.target);
    if (repeatable || target === null) return false;
    return bucketOf(goals.goalOf(memberId, `${BADGE}:${code}`) ?? EMPTY_GOAL, 0).amount >= target;
  }

  async #countDown(badge: BadgeDefinition, cause: AwardCause, awards: readonly AwardRow[]): Promise<void> {
    const { tx, memberId, goals, usages } = this.#parts;
    const key: GoalKey = `${BADGE}:${badge.code}`;
    const own = cause.causeKind === BADGE ? awards.length : 0;
    const state = withoutAwards(goals.goalOf(memberId, key) ?? EMPTY_GOAL, own, awards.length);
    const { first, last } = await awardTimesIn(tx, memberId, badge.code);
    goals.set(memberId, key, { ...state, firstCompletedAt: first, completedAt: last });
    if (isCounted(badge)) usages.add([{ memberId: null, key: limitKey(badge.code), count: -awards.length, points: 0 }]);
  }
}

function isCounted({ limit, onReversal }: BadgeDefinition): boolean {
  return limit !== null && onReversal === 'REVOKE';
}
