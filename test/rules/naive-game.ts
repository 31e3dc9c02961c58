import { type Every, missedBetween, numberOf } from '../../scripts/simulation/calendar.ts';
import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalDefinition,
  StreakDefinition,
  TierDefinition,
} from '../../src/rules/game.types.ts';

/*
 * What the game must come to, worked out from the whole history at once: no state is carried along, sets and sums are made
 * anew for every question. Conditions, audiences and measures are plain functions that mean what the expressions say.
 */

export interface Happening {
  member: string;
  type: string;
  occurredAt: number;
  recordedAt: number;
  channel: string | null;
  /** Hundredths; null when there is no value. */
  cents: number | null;
  metres: number | undefined;
  trail: string | undefined;
  /** Millionths that are left after it was partly taken back; all of it unless told. Only sums look at it. */
  left?: number;
}

export const CONDITIONS: Record<string, (happening: Happening) => boolean> = {
  'activity.channel == "online"': ({ channel }) => channel === 'online',
  'activity.value.amount >= 100': ({ cents }) => cents !== null && cents >= 10_000,
  'activity.attributes.metres > 3': ({ metres }) => metres !== undefined && metres > 3,
};

export const AUDIENCES: Record<string, (member: string) => boolean> = {
  'member.id == "bo"': (member) => member === 'bo',
  'member.id != "cia"': (member) => member !== 'cia',
};

export interface World {
  zone: string;
  zones: Readonly<Record<string, string>>;
  challenges: readonly ChallengeDefinition[];
  badges: readonly BadgeDefinition[];
  tiers: readonly TierDefinition[];
  /** In the order of recording. */
  history: readonly Happening[];
  /** What a rule gives for each activity of type purchase. */
  base: number;
}

/** What a happening puts into a goal: an amount in millionths, a value to tell apart, or nothing at all. */
export function contribution(goal: GoalDefinition, happening: Happening): number | string | null {
  if (!goal.activityTypes.includes(happening.type)) return null;
  if (goal.condition !== null && CONDITIONS[goal.condition]?.(happening) !== true) return null;
  const { cents, metres, trail, left = 1_000_000 } = happening;
  switch (goal.measure) {
    case 'COUNT':
      return 1_000_000;
    case 'SUM_VALUE':
      return cents === null ? null : Math.floor((cents * 10_000 * left) / 1_000_000);
    case 'SUM':
      return metres === undefined || metres < 0
        ? null
        : Math.floor((Math.round(metres * 1_000_000) * left) / 1_000_000);
    case 'DISTINCT':
      return trail ?? null;
  }
}

/** All that was put in, together. */
export function total(parts: readonly (number | string)[]): number {
  const sum = parts.reduce<number>((amount, part) => amount + (typeof part === 'number' ? part : 0), 0);
  return sum + new Set(parts.filter((part) => typeof part === 'string')).size * 1_000_000;
}

interface Completion {
  index: number;
  member: string;
  period: number;
}

export interface ChallengeOutcome {
  /** In the order of recording; for a community challenge `member` is who completed it. */
  completions: Completion[];
  /** Amounts by member and period. */
  amounts: Map<string, Map<number, number>>;
  shared: Map<number, number>;
  /** By member: the periods in which a streak's goal was met. */
  met: Map<string, Set<number>>;
  startedAt: Map<string, number>;
}

/** The longest row of met periods between which no more than `freezes` were missed. */
export function bestStreak(met: ReadonlySet<number>, { every, freezes }: StreakDefinition, zone: string): number {
  const periods = [...met].sort((left, right) => left - right);
  let best = 0;
  for (let start = 0; start < periods.length; start++) {
    for (let end = start; end < periods.length; end++) {
      const missed = missedBetween(every, periods[start] ?? 0, periods[end] ?? 0, met, zone);
      if (missed <= freezes) best = Math.max(best, end - start + 1);
    }
  }
  return best;
}

/** The row that runs on to now: its length, and what it has missed. */
export function runningStreak(
  met: ReadonlySet<number>,
  { every, freezes }: StreakDefinition,
  now: number,
  zone: string,
) {
  const today = numberOf(every, now, zone);
  const periods = [...met].sort((left, right) => left - right);
  for (const [index, start] of periods.entries()) {
    const missed = missedBetween(every, start, Math.max(today, (periods.at(-1) ?? 0) + 1), met, zone);
    if (missed <= freezes) return { current: periods.length - index, freezesLeft: freezes - missed };
  }
  return { current: 0, freezesLeft: freezes };
}

export function outcomeOf(challenge: ChallengeDefinition, world: World): ChallengeOutcome {
  const { goal, streak, recurrence, mode } = challenge;
  const every: Every = streak?.every ?? recurrence;
  const target = Math.round(Number(goal.target) * 1_000_000);
  const outcome: ChallengeOutcome = {
    completions: [],
    amounts: new Map(),
    shared: new Map(),
    met: new Map(),
    startedAt: new Map(),
  };
  // What has counted so far, by whose bucket it is: a member's or everybody's, and the period.
  const counted = new Map<string, { index: number; part: number | string }[]>();
  for (const [index, happening] of world.history.entries()) {
    const { member } = happening;
    const zone = streak === null ? world.zone : (world.zones[member] ?? world.zone);
    const part = contribution(goal, happening);
    if (part === null || !isOpen(challenge, world, index, every, zone)) continue;
    const isOver = outcome.completions.some((completion) => completion.member === member);
    if (isOver && mode === 'INDIVIDUAL' && every === 'NONE') continue;
    const period = numberOf(every, happening.occurredAt, zone);
    const key = mode === 'COMMUNITY' ? `${period}` : `${member} ${period}`;
    const parts = counted.get(key) ?? [];
    const before = Math.min(total(parts.map((entry) => entry.part)), target);
    const after = Math.min(total([...parts.map((entry) => entry.part), part]), target);
    if (after === before) continue;
    counted.set(key, [...parts, { index, part }]);
    const own = outcome.amounts.get(member) ?? new Map<number, number>();
    outcome.amounts.set(member, own.set(period, (own.get(period) ?? 0) + after - before));
    outcome.shared.set(period, after);
    outcome.startedAt.set(member, Math.min(outcome.startedAt.get(member) ?? Infinity, happening.occurredAt));
    if (after < target) continue;
    if (streak === null) outcome.completions.push({ index, member, period });
    else {
      const met = (outcome.met.get(member) ?? new Set()).add(period);
      outcome.met.set(member, met);
      if (!isOver && bestStreak(met, streak, zone) >= streak.length)
        outcome.completions.push({ index, member, period });
    }
  }
  return outcome;
}

/** In time, for this member, not too late for its period and not before what must come first. */
function isOpen(challenge: ChallengeDefinition, world: World, index: number, every: Every, zone: string): boolean {
  const happening = world.history[index];
  if (happening === undefined) return false;
  const { occurredAt, recordedAt, member } = happening;
  if (occurredAt < challenge.startsAt || occurredAt >= (challenge.endsAt ?? Infinity)) return false;
  if (challenge.audience !== null && AUDIENCES[challenge.audience]?.(member) !== true) return false;
  if (numberOf(every, occurredAt, zone) < numberOf(every, recordedAt, zone) - 40) return false;
  return challenge.prerequisites.every((code) => {
    const first = world.challenges.find((other) => other.code === code);
    if (first === undefined || first.mode === 'COMMUNITY') return false;
    const completion = outcomeOf(first, world).completions.find((found) => found.member === member);
    const completedAt = world.history[completion?.index ?? -1]?.occurredAt ?? Infinity;
    return completion !== undefined && completion.index < index && completedAt <= occurredAt;
  });
}

export interface MemberOutcome {
  points: number;
  tier: string | null;
  /** Awards by badge. */
  times: Map<string, number>;
  /** What the goals of badges have counted and settled. */
  goals: Map<string, { amount: number; done: number }>;
}

/** Everything that follows from the challenges: points, badges, tiers, one activity after the other. */
export function membersOf(world: World): Map<string, MemberOutcome> {
  const { challenges, badges, tiers, history } = world;
  const outcomes = [...challenges]
    .sort(byCode)
    .map((challenge) => ({ challenge, outcome: outcomeOf(challenge, world) }));
  const members = new Map<string, MemberOutcome>();
  const given = new Map<string, number>();
  const earned: number[] = [];
  for (const [index, happening] of history.entries()) {
    const { member } = happening;
    const own = members.get(member) ?? { points: 0, tier: null, times: new Map(), goals: new Map() };
    members.set(member, own);
    const award = (code: string | null): boolean => {
      const badge = badges.find((found) => found.code === code);
      if (badge === undefined) return false;
      if (!badge.repeatable && (own.times.get(badge.code) ?? 0) > 0) return false;
      if (badge.limit !== null && (given.get(badge.code) ?? 0) >= badge.limit) return false;
      given.set(badge.code, (given.get(badge.code) ?? 0) + 1);
      own.times.set(badge.code, (own.times.get(badge.code) ?? 0) + 1);
      return true;
    };
    const standing = tiers.find(({ code }) => code === own.tier);
    let points = happening.type === 'purchase' ? Math.floor(world.base * Number(standing?.multiplier ?? 1)) : 0;
    for (const { challenge, outcome } of outcomes) {
      const isCompleted = outcome.completions.some((completion) => completion.index === index);
      if (!isCompleted || challenge.mode === 'COMMUNITY') continue;
      points += challenge.points ?? 0;
      award(challenge.badge);
    }
    for (const badge of [...badges].sort(byCode)) countBadge(badge, world, index, own, award);
    earned.push(points);
    own.points += points;
    const met = tiersMet(world, index, earned).filter(({ rank }) => rank > (standing?.rank ?? -Infinity));
    for (const tier of met) award(tier.badge);
    own.tier = met.at(-1)?.code ?? own.tier;
  }
  return members;
}

function countBadge(
  badge: BadgeDefinition,
  { history }: World,
  index: number,
  own: MemberOutcome,
  award: (code: string) => boolean,
): void {
  const { goal, repeatable, countsFrom } = badge;
  const now = history[index];
  if (goal === null || now === undefined || contribution(goal, now) === null) return;
  if (now.occurredAt < (countsFrom ?? -Infinity)) return;
  const target = Math.round(Number(goal.target) * 1_000_000);
  const parts = history
    .slice(0, index + 1)
    .filter(({ member, occurredAt }) => member === now.member && occurredAt >= (countsFrom ?? -Infinity))
    .flatMap((happening) => contribution(goal, happening) ?? []);
  const amount = Math.min(total(parts), repeatable ? Infinity : target);
  let done = own.goals.get(badge.code)?.done ?? 0;
  const reached = repeatable ? Math.floor(amount / target) : Math.min(1, Math.floor(amount / target));
  while (done < reached && award(badge.code)) done += 1;
  if (!repeatable && reached === 1 && (own.times.get(badge.code) ?? 0) > 0) done = 1;
  own.goals.set(badge.code, { amount, done });
}

/** The tiers whose thresholds a member meets just after an activity, lowest rank first. */
function tiersMet({ tiers, history, zone }: World, index: number, earned: readonly number[]): TierDefinition[] {
  const now = history[index];
  if (now === undefined) return [];
  const today = numberOf('DAY', now.recordedAt, zone);
  return [...tiers]
    .sort((left, right) => left.rank - right.rank)
    .filter(({ metric, threshold, windowMs }) => {
      const firstDay = windowMs === null ? -Infinity : today - windowMs / 86_400_000 + 1;
      let sum = 0;
      for (const [past, { member, cents, occurredAt }] of history.slice(0, index + 1).entries()) {
        if (member !== now.member || numberOf('DAY', occurredAt, zone) < firstDay) continue;
        if (metric === 'POINTS_EARNED') sum += earned[past] ?? 0;
        else sum += metric === 'ACTIVITY_COUNT' ? 1 : (cents ?? 0) / 100;
      }
      return sum >= Number(threshold);
    });
}

function byCode(left: { code: string }, right: { code: string }): number {
  return left.code < right.code ? -1 : 1;
}
