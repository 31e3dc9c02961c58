import type { Slice, Step } from '../../recording/slice.ts';
import type { AwardStep } from '../../rules/game.types.ts';
import { awardRow } from './badges.awarding.ts';
import { BADGE } from './badges.definitions.ts';
import { BADGE_AWARDED } from './badges.events.ts';
import { type AwardRow, insertAwards } from './badges.rows.ts';

/**
 * How badges take part in recording: what an evaluation awards is stored and told. What it looks at (goals, how often a badge
 * was awarded, how many are left) is loaded and counted by the slice of progress.
 */
export const badgesSlice: Slice = {
  name: 'badges',
  async open(tx) {
    const rows: AwardRow[] = [];
    return {
      fold(step) {
        for (const row of awardsOf(step)) {
          rows.push(row);
          step.emit(BADGE_AWARDED, { awardId: row.id }, row);
        }
      },
      write: () => insertAwards(tx, rows),
    };
  },
};

const NONE: readonly never[] = Object.freeze([]);

/** The core has counted them already: of several of one badge, the last is the state's last. */
function awardsOf({ activity: { memberId, facts }, evaluation }: Step): readonly AwardRow[] {
  const awards = evaluation.game?.awards ?? NONE;
  if (awards.length === 0) return NONE;
  const left = new Map<string, number>();
  for (const { badge } of awards) left.set(badge.code, (left.get(badge.code) ?? 0) + 1);
  return awards.map((award) => {
    const ahead = (left.get(award.badge.code) ?? 1) - 1;
    left.set(award.badge.code, ahead);
    const number = timesOf(evaluation, award) - ahead;
    const { badge, cause, reason } = award;
    const draft = { memberId, badge: badge.code, cause, reason, activityId: facts.id, awardedAt: facts.occurredAt };
    return awardRow(draft, number, facts.occurredAt);
  });
}

function timesOf({ game }: Step['evaluation'], { badge }: AwardStep): number {
  const counted = game?.goals.find(({ key }) => key === `${BADGE}:${badge.code}`);
  if (counted === undefined) throw new Error(`The badge ${badge.code} was awarded without being counted.`);
  return counted.state.times;
}
