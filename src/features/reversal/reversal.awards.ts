import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { otherCauseOf } from '../../rules/award-causes.ts';
import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalKey,
  GoalState,
  TierDefinition,
} from '../../rules/game.types.ts';
import { limitKey } from '../../rules/game-views.ts';
import { EMPTY_GOAL } from '../../rules/goals.ts';
import { withoutAwards } from '../../rules/reversal.ts';
import type { UsageKey } from '../../rules/types.ts';
import { BADGE } from '../badges/badges.definitions.ts';
import { type AwardCause, awardTimesIn, findAwardsIn, handOnIn, takeAwardsBackIn } from '../badges/badges.reversal.ts';
import type { AwardRow } from '../badges/badges.rows.ts';
import type { GoalsBook } from '../progress/progress.rows.ts';
import type { UsageBook } from '../progress/usages.ts';

/** What taking awards back is made of. */
export interface AwardReturnsParts {
  tx: Tx;
  memberId: string;
  badges: ReadonlyMap<string, BadgeDefinition>;
  challenges: readonly ChallengeDefinition[];
  /** The tiers in force. */
  tiers: readonly TierDefinition[];
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

/**
 * Takes badges back for what no longer holds, as far as the policy of each says so. What no longer holds is gathered first:
 * a badge that is awarded once stays for as long as anything else gives it, and that is known when all is taken back.
 */
export class AwardReturns {
  readonly #parts: AwardReturnsParts;
  readonly #lost: AwardCause[] = [];
  readonly #effects: Effect[] = [];

  constructor(parts: AwardReturnsParts) {
    this.#parts = parts;
  }

  /** Notes that something which gave a badge no longer holds. */
  lose(cause: AwardCause): void {
    this.#lost.push(cause);
  }

  /** Takes back what nothing else gives. @param tier where the member stands by now */
  async settle(tier: string | null): Promise<readonly Effect[]> {
    for (const cause of this.#lost) {
      const badge = this.#parts.badges.get(cause.badgeCode);
      if (badge?.onReversal !== 'REVOKE') continue;
      if (badge.repeatable) await this.#take(badge, cause, await this.#find(cause));
      else await this.#settleOnly(badge, cause, tier);
    }
    return this.#effects;
  }

  /** A badge that is awarded once: goes on with what else gives it. */
  async #settleOnly(badge: BadgeDefinition, cause: AwardCause, tier: string | null): Promise<void> {
    const { tx, memberId, goals, challenges, tiers } = this.#parts;
    const key: GoalKey = `${BADGE}:${badge.code}`;
    const goal = (one: GoalKey) => goals.goalOf(memberId, one);
    // Its own goal may have been settled by an award that came from elsewhere.
    if (cause.causeKind === BADGE) goals.set(memberId, key, settled(goal(key) ?? EMPTY_GOAL, 0));
    // Whichever completion of a challenge gave it: there is one award at most.
    const awards = await this.#find({ ...cause, activityId: null, most: 1 });
    const [award] = awards;
    if (award === undefined) return;
    const other = otherCauseOf(badge, { challenges, tiers, tier, goal });
    if (other === null) return this.#take(badge, cause, awards);
    if (other.kind === BADGE) goals.set(memberId, key, settled(goal(key) ?? EMPTY_GOAL, 1));
    await handOnIn(tx, award, other);
  }

  #find(cause: AwardCause): Promise<AwardRow[]> {
    return findAwardsIn(this.#parts.tx, this.#parts.memberId, cause);
  }

  async #take(badge: BadgeDefinition, cause: AwardCause, awards: readonly AwardRow[]): Promise<void> {
    if (awards.length === 0) return;
    const { tx, memberId, goals, usages, reason, actor } = this.#parts;
    this.#effects.push(...(await takeAwardsBackIn(tx, awards, { reason, actor })));
    const key: GoalKey = `${BADGE}:${badge.code}`;
    const own = cause.causeKind === BADGE ? awards.length : 0;
    const state = withoutAwards(goals.goalOf(memberId, key) ?? EMPTY_GOAL, own, awards.length);
    const { first, last } = await awardTimesIn(tx, memberId, badge.code);
    goals.set(memberId, key, { ...state, firstCompletedAt: first, completedAt: last });
    if (isCounted(badge)) usages.add([{ memberId: null, key: limitKey(badge.code), count: -awards.length, points: 0 }]);
  }
}

function settled(state: GoalState, done: number): GoalState {
  const buckets = state.buckets.map((bucket) => ({ ...bucket, done }));
  return { ...state, buckets: buckets.filter((bucket) => bucket.amount > 0 || bucket.done > 0) };
}

function isCounted({ limit, onReversal }: BadgeDefinition): boolean {
  return limit !== null && onReversal === 'REVOKE';
}
