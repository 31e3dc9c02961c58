import type { Slice } from '../../recording/slice.ts';
import { requiredUsage } from '../../rules/evaluate.ts';
import { requiresGame } from '../../rules/game.ts';
import type { StandingState, TierTotals } from '../../rules/game.types.ts';
import { loadGoals } from './progress.rows.ts';
import { loadUsages } from './usages.ts';

const NO_TOTALS: TierTotals = Object.freeze({ POINTS_EARNED: 0, VALUE_SPENT: 0, ACTIVITY_COUNT: 0 });
const NO_STANDING: StandingState = Object.freeze({ tier: null, since: null, keepUntil: null });

/**
 * How what was counted before takes part in recording: usages of caps, budgets, community goals and limited badges, and
 * what members have done towards challenges and badges, are loaded, moved on by each activity and stored.
 */
export const progressSlice: Slice = {
  name: 'progress',
  async open(tx, programme, candidates) {
    const keys = candidates.flatMap(({ memberId, activity }) => requiredUsage(programme, memberId, activity));
    const memberIds = [...new Set(candidates.map(({ memberId }) => memberId))];
    const isPlayed = requiresGame(programme) && memberIds.length > 0;
    const [usages, goals] = await Promise.all([loadUsages(tx, keys), isPlayed ? loadGoals(tx, memberIds) : null]);
    return {
      contribute(memberId, state) {
        state.usage = usages.usageOf;
        if (goals === null) return;
        // Without tiers that is all; where there are tiers, their slice adds what the member has and stands at.
        state.game = {
          goal: (key) => goals.goalOf(memberId, key),
          totals: () => NO_TOTALS,
          standing: NO_STANDING,
          timeZone: state.member?.timeZone ?? programme.program.timeZone,
        };
      },
      fold({ activity: { memberId }, evaluation }) {
        usages.add(evaluation.usage);
        for (const { key, state } of evaluation.game?.goals ?? []) goals?.set(memberId, key, state);
      },
      async write() {
        await Promise.all([usages.write(tx), goals?.write(tx)]);
      },
    };
  },
};
