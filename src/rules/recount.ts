import { type CompiledBadge, MOST_AWARDS, owedBy } from './badges.ts';
import { audienceLine, type CompiledChallenge } from './challenges.ts';
import { createFacts } from './expressions.ts';
import { type GoalBucket, type GoalKey, type GoalState, ONE } from './game.types.ts';
import { isTooLate, openFrom, periodAt } from './game-run.ts';
import { bucketOf, completed, countInto, EMPTY_GOAL, earliest, sharedKey } from './goals.ts';
import { NothingToCount } from './measures.ts';
import { partOf } from './parts.ts';
import type { Programme } from './programme.ts';
import { addPeriod, longestStreak } from './streaks.ts';
import { conditionLine, standingLine } from './trace.ts';
import type { ActivityFacts, MemberFacts, Usage, UsageKey } from './types.ts';

/** A stored activity, for counting goals anew. */
export interface PastActivity {
  activity: ActivityFacts;
  /** When it was recorded: what came too late for its period does not count now either. */
  recordedAt: number;
  /** How much of it is left after it was partly reversed, in millionths; all of it unless told. Only sums look at it. */
  left?: number;
}

/** Everything a recount of one goal of one member looks at. */
export interface RecountFacts {
  member: MemberFacts;
  /** The zone that cuts the member's streaks. */
  timeZone: string;
  /** What the member did and was not reversed, in the order in which it occurred; other types are passed over. */
  activities: readonly PastActivity[];
  /** The states as they are: that of the goal itself and those of a challenge's prerequisites. */
  goal(key: GoalKey): GoalState | undefined;
  /** What is used of what `recountUsage` named: a badge's limit, a community goal's amount. */
  usage(key: UsageKey): Usage;
  now: number;
}

/** A completion or badge that is due after a recount. */
export interface OwedStep {
  /** The bucket it belongs to. */
  period: number;
  /** The activity that reached the target. */
  activityId: string;
  occurredAt: number;
}

/** What a recount found. */
export interface Recount {
  /** The state once everything owed has been given. */
  state: GoalState;
  /** Completions of a challenge or awards of a badge that are due now; always empty for community challenges. */
  owed: readonly OwedStep[];
  /** More is due than one count gives: count once more when this is stored. */
  more: boolean;
}

/**
 * Counts one goal of one member from scratch; what was paid before stays paid. Null when the programme has no active
 * challenge or badge of this key with a goal, or it does not compile.
 *
 * Periods that are closed by now neither pay nor change, because nobody knows any more what they paid. A streak is built
 * from all of them. What everybody has completed together stays as it is.
 */
export function recountGoal(programme: Programme, key: GoalKey, facts: RecountFacts): Recount | null {
  const code = key.slice(key.indexOf(':') + 1);
  if (key.startsWith('badge:')) {
    const badge = programme.game.badges.get(code);
    return badge === undefined || badge.goal === null ? null : new BadgeRecount(programme, badge, facts).run();
  }
  const challenge = programme.game.challenges.get(code);
  if (challenge === undefined || challenge.lines.broken !== null) return null;
  return new ChallengeRecount(programme, challenge, facts).run();
}

/** The programme-wide usage that a recount looks at and that giving what is owed adds to: lock it before. */
export function recountUsage(programme: Programme, key: GoalKey, now: number): UsageKey[] {
  const { game, program } = programme;
  const code = key.slice(key.indexOf(':') + 1);
  const isBadge = key.startsWith('badge:');
  const challenge = isBadge ? undefined : game.challenges.get(code);
  const badge = game.badges.get(isBadge ? code : (challenge?.badge ?? ''));
  const keys: UsageKey[] = [];
  if (badge !== undefined && badge.limit !== Number.POSITIVE_INFINITY) keys.push(badge.limitKey);
  if (challenge?.mode !== 'COMMUNITY') return keys;
  // One more than the running period: an activity may lie some minutes ahead.
  const last = periodAt(challenge, now, program.timeZone) + (challenge.every === 'NONE' ? 0 : 1);
  for (let period = openFrom(challenge, now, program.timeZone); period <= last; period++) {
    keys.push({ memberId: null, key: sharedKey(code, period) });
  }
  return keys;
}

/** What recounting challenges and badges share: which activities count, and how much they add. */
class Counting {
  readonly buckets = new Map<number, GoalBucket>();
  startedAt: number | null = null;

  constructor(
    private readonly programme: Programme,
    private readonly counted: CompiledChallenge | CompiledBadge,
    private readonly facts: RecountFacts,
  ) {}

  /** Counts an activity and returns the bucket it changed; null when it adds nothing. */
  count({ activity, left = ONE }: PastActivity, period: number, most: number): GoalBucket | null {
    const { counted } = this;
    if (counted.goal === null || !counted.activityTypes.includes(activity.type)) return null;
    if (standingLine(counted, activity.occurredAt) !== null) return null;
    const facts = createFacts(this.programme.view, this.facts.member, activity);
    if ('audience' in counted && audienceLine(counted, facts) !== null) return null;
    if (conditionLine(counted, facts) !== null) return null;
    const measured = counted.goal.measure(activity, facts);
    if (measured instanceof NothingToCount) return null;
    const bucket = this.buckets.get(period) ?? { period, amount: 0, done: 0, values: null };
    const isPart = counted.goal.isSum && typeof measured === 'number' && left < ONE;
    const next = countInto(bucket, isPart ? partOf(measured, left) : measured, most);
    if (next === bucket) return null;
    this.buckets.set(period, next);
    this.startedAt ??= activity.occurredAt;
    return next;
  }
}

class ChallengeRecount {
  readonly #challenge: CompiledChallenge;
  readonly #facts: RecountFacts;
  readonly #zone: string;
  readonly #before: GoalState;
  readonly #counting: Counting;
  readonly #openFrom: number;
  readonly #owed: OwedStep[] = [];
  #runs: GoalState['runs'] = [];
  /** Some of what it did lies in periods that are not counted anew. */
  #isPartial = false;

  constructor(programme: Programme, challenge: CompiledChallenge, facts: RecountFacts) {
    this.#challenge = challenge;
    this.#facts = facts;
    this.#zone = challenge.ofMember ? facts.timeZone : programme.program.timeZone;
    this.#before = facts.goal(challenge.key) ?? EMPTY_GOAL;
    this.#counting = new Counting(programme, challenge, facts);
    this.#openFrom = openFrom(challenge, facts.now, this.#zone);
  }

  run(): Recount {
    for (const past of this.#facts.activities) this.#take(past);
    const { startedAt, buckets } = this.#counting;
    const kept = new Map<number, GoalBucket>();
    for (const bucket of this.#before.buckets) if (this.#keepsAsItIs(bucket)) kept.set(bucket.period, bucket);
    for (const bucket of buckets.values()) {
      if (bucket.period >= this.#openFrom && !kept.has(bucket.period)) kept.set(bucket.period, this.#settled(bucket));
    }
    let state: GoalState = {
      ...this.#before,
      buckets: [...kept.values()].sort((left, right) => left.period - right.period),
      startedAt: this.#isPartial ? earliest(startedAt, this.#before.startedAt) : startedAt,
      runs: this.#runs,
    };
    for (const { occurredAt } of this.#owed) state = completed(state, occurredAt);
    return { state, owed: this.#owed, more: false };
  }

  #take(past: PastActivity): void {
    const { occurredAt, id } = past.activity;
    const { goal, mode, streak } = this.#challenge;
    const period = periodAt(this.#challenge, occurredAt, this.#zone);
    const isClosed = streak === null && period < this.#openFrom;
    if (isClosed || this.#isShut(period)) {
      this.#isPartial = true;
      return;
    }
    if (!this.#isTimely(past)) return;
    const bucket = this.#counting.count(past, period, goal.target);
    if (bucket === null || bucket.amount < goal.target || mode === 'COMMUNITY') return;
    if (streak !== null) this.#runs = addPeriod(this.#runs, period);
    if (!this.#isPaid(period) && this.#isReached()) this.#owed.push({ period, activityId: id, occurredAt });
  }

  /** A met period is all that a challenge without a streak asks for. */
  #isReached(): boolean {
    const { streak } = this.#challenge;
    return streak === null || longestStreak(this.#runs, streak, this.#zone) >= streak.length;
  }

  /** Came neither too late for its period nor before what had to be completed first. */
  #isTimely({ activity, recordedAt }: PastActivity): boolean {
    if (isTooLate(this.#challenge, activity.occurredAt, recordedAt, this.#zone)) return false;
    return this.#challenge.prerequisites.every(({ key }) => {
      const completedAt = this.#facts.goal(key)?.firstCompletedAt ?? null;
      // The activity that completed the one before does not count for the one after, and it has this very time.
      return completedAt !== null && completedAt < activity.occurredAt;
    });
  }

  /** A streak goes on after it was completed, but it is paid once, whichever periods it is made of. */
  #isPaid(period: number): boolean {
    const { every, streak } = this.#challenge;
    if (streak !== null) return this.#before.times + this.#owed.length > 0;
    return bucketOf(this.#before, period).done > 0 || (every === 'NONE' && this.#before.times > 0);
  }

  /** Everybody together has completed it: contributions are final. */
  #isShut(period: number): boolean {
    const { mode, reference } = this.#challenge;
    return (
      mode === 'COMMUNITY' && this.#facts.usage({ memberId: null, key: sharedKey(reference.code, period) }).count > 0
    );
  }

  #keepsAsItIs(bucket: GoalBucket): boolean {
    return bucket.period >= this.#openFrom && this.#isShut(bucket.period);
  }

  #settled(bucket: GoalBucket): GoalBucket {
    const isMet = this.#challenge.mode === 'INDIVIDUAL' && bucket.amount >= this.#challenge.goal.target;
    const { done } = bucketOf(this.#before, bucket.period);
    return isMet ? { ...bucket, done: 1, values: null } : { ...bucket, done };
  }
}

class BadgeRecount {
  readonly #badge: CompiledBadge;
  readonly #facts: RecountFacts;
  readonly #before: GoalState;
  readonly #counting: Counting;

  constructor(programme: Programme, badge: CompiledBadge, facts: RecountFacts) {
    this.#badge = badge;
    this.#facts = facts;
    this.#before = facts.goal(badge.key) ?? EMPTY_GOAL;
    this.#counting = new Counting(programme, badge, facts);
  }

  run(): Recount {
    const { repeatable, limit, limitKey } = this.#badge;
    const { done } = bucketOf(this.#before, 0);
    const isHeld = !repeatable && this.#before.times > 0;
    const room = limit === Number.POSITIVE_INFINITY ? limit : Math.max(0, limit - this.#facts.usage(limitKey).count);
    const most = isHeld ? 0 : Math.min(room, MOST_AWARDS);
    const owed: OwedStep[] = [];
    let reached: GoalBucket = { period: 0, amount: 0, done, values: null };
    for (const past of this.#facts.activities) {
      const bucket = this.#count(past);
      if (bucket === null) continue;
      reached = { ...bucket, done: done + owed.length };
      const due = Math.min(this.#due(reached), most - owed.length);
      const { id: activityId, occurredAt } = past.activity;
      for (let step = 0; step < due; step++) owed.push({ period: 0, activityId, occurredAt });
    }
    const paid = { ...reached, done: done + owed.length };
    // A badge that the member has from elsewhere settles its goal without a second award.
    const settled = isHeld ? { ...paid, done: paid.done + this.#due(paid) } : paid;
    const isSpent = !repeatable && settled.done > 0 && settled.amount > 0;
    let state: GoalState = {
      ...this.#before,
      buckets: settled.amount === 0 && settled.done === 0 ? [] : [isSpent ? { ...settled, values: null } : settled],
      startedAt: this.#counting.startedAt,
    };
    for (const { occurredAt } of owed) state = completed(state, occurredAt);
    return { state, owed, more: owed.length < room && this.#due(settled) > 0 };
  }

  #count(past: PastActivity): GoalBucket | null {
    const { goal, repeatable } = this.#badge;
    return this.#counting.count(past, 0, repeatable ? Number.MAX_SAFE_INTEGER : (goal?.target ?? 0));
  }

  #due(bucket: GoalBucket): number {
    const { goal } = this.#badge;
    return goal === null ? 0 : owedBy(this.#badge, goal, bucket);
  }
}
