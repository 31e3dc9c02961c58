import { numberOf } from '../calendar.ts';
import type { Badge, Goal, Programme } from '../programme.ts';
import type { Happening, Posting } from './earning.ts';
import type { Lot } from './purse.ts';

const DAY_MS = 86_400_000;
/** Periods this far back are closed. */
const OPEN_PERIODS = 40;

/** An activity as it counts: some of it may have been taken back, and some of what it earned. */
export interface Counted extends Happening {
  /** What it gave, in order. */
  lots: Lot[];
  /** How much of it is left, in millionths. */
  left: number;
}

/** Something that was given, and whether it still holds. */
export interface Award {
  badge: string;
  /** The badge's own goal, the challenge or the tier. */
  cause: 'goal' | 'challenge' | 'tier';
  revoked: boolean;
  /** The activity that brought it; null for a review. */
  key: string | null;
}

export interface Completion {
  period: number;
  /** The activity that brought it, and the points that it gave. */
  key: string;
  prize: Lot | null;
}

const WHOLE = 1_000_000;

/** What a member has reached. */
export class Game {
  readonly past: Counted[] = [];
  readonly awards: Award[] = [];
  completions: Completion[] = [];
  /** What was paid outside any activity, and for when: tiers count it, boards do not. */
  readonly paid: { points: number; at: number }[] = [];
  isGold = false;
  keepUntil: number | null = null;

  readonly #programme: Programme;

  constructor(programme: Programme) {
    this.#programme = programme;
  }

  /** How much counts towards a goal, in its unit: everything that fits, cut at nothing. */
  #sum(goal: Goal, fits: (happening: Counted) => boolean): number {
    const counted = this.past.filter(
      (happening) => happening.type === goal.type && happening.left > 0 && fits(happening),
    );
    if (goal.measure === 'COUNT') return counted.length;
    // Money counts by what is left of it, in millionths of the currency unit, rounded down.
    const millionths = counted.reduce((sum, { cents, left }) => sum + partOf((cents ?? 0) * 10_000, left), 0);
    return millionths / 10_000;
  }

  /** What a member has towards the challenge in a period. */
  amountIn(period: number): number {
    const { goal, recurrence, startsAt } = this.#programme.challenge;
    const { zone } = this.#programme;
    return this.#sum(goal, ({ occurredAt, recordedAt }) => {
      const own = numberOf(recurrence, occurredAt, zone);
      const isOpen = recurrence === 'NONE' || own >= numberOf(recurrence, recordedAt, zone) - OPEN_PERIODS;
      return own === period && isOpen && occurredAt >= startsAt;
    });
  }

  /** The period of the challenge in which the activity lies, when the activity completed it. */
  completes(happening: Happening): number | null {
    const { goal, recurrence } = this.#programme.challenge;
    if (happening.type !== goal.type) return null;
    const period = numberOf(recurrence, happening.occurredAt, this.#programme.zone);
    if (this.completions.some((completion) => completion.period === period)) return null;
    return this.amountIn(period) >= goal.target ? period : null;
  }

  /** How many awards of a badge its own goal has earned by now. */
  reached({ goal, repeatable }: Badge): number {
    if (goal === null) return 0;
    const times = Math.floor(this.#sum(goal, () => true) / goal.target);
    return repeatable ? times : Math.min(times, 1);
  }

  /** What a member has of the better tier's measure as of an instant. */
  towardsGold(now: number): number {
    const { zone, gold } = this.#programme;
    const today = numberOf('DAY', now, zone);
    const first = gold.windowDays === null ? Number.NEGATIVE_INFINITY : today - gold.windowDays + 1;
    let sum = 0;
    for (const happening of this.past.filter(({ left }) => left > 0)) {
      if (numberOf('DAY', happening.occurredAt, zone) < first) continue;
      if (gold.metric === 'POINTS_EARNED') sum += earnedBy(happening);
      else if (gold.metric === 'VALUE_SPENT') sum += Math.round(((happening.cents ?? 0) * happening.left) / WHOLE);
      else sum += 1;
    }
    const paid = this.paid.filter(({ at }) => numberOf('DAY', at, zone) >= first);
    return gold.metric === 'POINTS_EARNED' ? paid.reduce((total, { points }) => total + points, sum) : sum;
  }

  /** What activities have earned in all. */
  score(): number {
    return this.past.reduce((sum, happening) => sum + (happening.left > 0 ? earnedBy(happening) : 0), 0);
  }

  /** Looks at the tier after an activity: it only ever rises. Tells whether it did. */
  rise(now: number): boolean {
    if (this.towardsGold(now) < this.#programme.gold.threshold) return false;
    this.keepUntil = null;
    const isNew = !this.isGold;
    this.isGold = true;
    return isNew;
  }

  /** Looks at the tier after something was taken back: it is lost when it was met before and is not any more. */
  fall(before: number, now: number): boolean {
    const { threshold } = this.#programme.gold;
    if (!this.isGold || before < threshold || this.towardsGold(now) >= threshold) return false;
    this.isGold = false;
    this.keepUntil = null;
    return true;
  }

  /** Takes away the completions that no longer hold, and gives them. */
  reopen(): Completion[] {
    const { target } = this.#programme.challenge.goal;
    const fallen = this.completions.filter(({ period }) => this.amountIn(period) < target);
    this.completions = this.completions.filter((completion) => !fallen.includes(completion));
    return fallen;
  }

  /** Looks at the tier as the review does, which is what takes one away. */
  review(now: number): void {
    const { graceDays, threshold } = this.#programme.gold;
    if (!this.isGold) return;
    if (this.towardsGold(now) >= threshold) this.keepUntil = null;
    else if (this.keepUntil === null && graceDays !== null) this.keepUntil = now + graceDays * DAY_MS;
    else if (this.keepUntil === null || this.keepUntil <= now) {
      this.isGold = false;
      this.keepUntil = null;
    }
  }

  /** How the challenge shows itself to the member. */
  challenge(now: number): { status: string; progress: number; timesCompleted: number } {
    const { recurrence, goal } = this.#programme.challenge;
    const period = numberOf(recurrence, now, this.#programme.zone);
    const isDone = this.completions.some((completion) => completion.period === period);
    const amount = Math.min(this.amountIn(period), goal.target);
    const status = isDone ? 'COMPLETED' : amount > 0 ? 'IN_PROGRESS' : 'NOT_STARTED';
    return { status, progress: isDone ? goal.target : amount, timesCompleted: this.completions.length };
  }

  /** The points of the challenge. */
  prize({ occurredAt }: Happening): Posting[] {
    const { points, pendingDays, validDays } = this.#programme.challenge;
    if (points === null) return [];
    return [{ kind: 'BONUS', points, activeAt: occurredAt + pendingDays * DAY_MS, validDays }];
  }
}

/** The points that an activity still gives. */
export function earnedBy({ lots }: Pick<Counted, 'lots'>): number {
  return lots.reduce((sum, { points, taken }) => sum + points - taken, 0);
}

/** That part of an amount, in millionths, rounded down. */
export function partOf(amount: number, part: number): number {
  const product = amount * part;
  return (product - (product % WHOLE)) / WHOLE;
}
