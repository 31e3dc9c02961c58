import type { GoalKey, GoalState } from '../../src/rules/game.types.ts';
import type { PastActivity } from '../../src/rules/recount.ts';
import { type GoalReversal, reverseGoal } from '../../src/rules/reversal.ts';
import type { ActivityFacts } from '../../src/rules/types.ts';
import { SATURDAY } from './facts.ts';
import { aGame, aReview, GameBook } from './games.ts';

const KEY = 'challenge:reviews';

interface Played {
  key?: GoalKey;
  /** Shares of activities that are left, by id, in millionths; 0 takes it back. */
  left: Record<string, number>;
  /** The programme by now, when it has changed. */
  now?: GameBook;
}

/** A book with what was recorded, which takes back. */
export class GoalStage {
  readonly #past: PastActivity[] = [];

  constructor(readonly book: GameBook) {}

  record(...activities: ActivityFacts[]): this {
    for (const activity of activities) this.recordLate(activity, activity.occurredAt);
    return this;
  }

  recordLate(activity: ActivityFacts, recordedAt: number): this {
    this.book.record(activity, { recordedAt });
    this.#past.push({ activity, recordedAt });
    return this;
  }

  state(key: GoalKey = KEY): GoalState | undefined {
    return this.book.goal(key);
  }

  /** Takes back, stores what is left and gives it. */
  reverse({ key = KEY, left, now = this.book }: Played): GoalReversal | null {
    const before = this.#past.toSorted((one, other) => one.activity.occurredAt - other.activity.occurredAt);
    const after = before.flatMap((past) => {
      const share = left[past.activity.id];
      if (share === undefined) return [past];
      return share === 0 ? [] : [{ ...past, left: share }];
    });
    const reversal = reverseGoal(now.programme, key, {
      ...{ member: now.member('anna').facts, timeZone: 'Europe/Stockholm', before, after },
      ...{ goal: (one) => this.book.goal(one), usage: (one) => this.book.used(one) },
      now: Math.max(...before.map(({ recordedAt }) => recordedAt)),
    });
    this.#past.splice(0, Number.POSITIVE_INFINITY, ...after);
    if (reversal !== null) this.book.put(key, reversal.state);
    return reversal;
  }
}

/** A stage with an empty book for this game. */
export const stageOf = (parts: Parameters<typeof aGame>[0]) => new GoalStage(new GameBook(aGame(parts)));
/** A review so long after Saturday. */
export const review = (id: string, at = 0, changes: Partial<ActivityFacts> = {}) =>
  aReview(SATURDAY + at, { id, ...changes });
