import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Every, numberOf } from '../../scripts/simulation/calendar.ts';
import type { ChallengeDefinition, GoalState } from '../../src/rules/game.types.ts';
import { communityKey } from '../../src/rules/game-views.ts';
import { ordinalBounds } from '../../src/rules/periods.ts';
import { streakState } from '../../src/rules/streaks.ts';
import { activityOf, anyWorld, bookOf } from './game-worlds.ts';
import type { GameBook } from './games.ts';
import {
  bestStreak,
  type ChallengeOutcome,
  type Happening,
  membersOf,
  outcomeOf,
  runningStreak,
  type World,
} from './naive-game.ts';
import { totalOf } from './programmes.ts';

const MEMBERS = ['anna', 'bo', 'cia'];

/** Records a history and checks, with every step, what each evaluation must keep whatever it is. */
function play(
  world: World,
  history: readonly Happening[] = world.history,
): { book: GameBook; points: Map<string, number> } {
  const book = bookOf(world);
  const points = new Map<string, number>();
  for (const [index, happening] of history.entries()) {
    const { member, recordedAt } = happening;
    const evaluation = book.record(activityOf(happening, `activity-${index}`), { member, recordedAt });
    points.set(member, (points.get(member) ?? 0) + totalOf(evaluation));
    expect(evaluation.trace.reduce((sum, line) => sum + line.points, 0)).toBe(totalOf(evaluation));
    const keys = evaluation.game?.goals.map(({ key }) => key) ?? [];
    expect(new Set(keys).size).toBe(keys.length);
    const lines = evaluation.trace.filter(({ rule }) => rule.kind !== 'earning-rule');
    expect(lines.filter(({ rule }) => rule.kind === 'tier')).toHaveLength(world.tiers.length === 0 ? 0 : 1);
    const goals = [...world.challenges, ...world.badges].filter(({ goal }) =>
      goal?.activityTypes.includes(happening.type),
    );
    expect(lines.filter(({ rule }) => rule.kind !== 'tier')).toHaveLength(goals.length);
  }
  return { book, points };
}

function zoneOf(world: World, challenge: ChallengeDefinition, member: string): string {
  return challenge.streak === null ? world.zone : (world.zones[member] ?? world.zone);
}

function everyOf({ streak, recurrence }: ChallengeDefinition): Every {
  return streak?.every ?? recurrence;
}

/** The periods of a state that are still open at a time. */
function openBuckets(state: GoalState | undefined, openFrom: number) {
  return (state?.buckets ?? []).filter(({ period }) => period >= openFrom);
}

function expectChallenge(
  world: World,
  book: GameBook,
  challenge: ChallengeDefinition,
  outcome: ChallengeOutcome,
): void {
  const now = world.history.at(-1)?.recordedAt ?? 0;
  const target = Math.round(Number(challenge.goal.target) * 1_000_000);
  const every = everyOf(challenge);
  for (const member of MEMBERS) {
    const zone = zoneOf(world, challenge, member);
    const state = book.goal(`challenge:${challenge.code}`, member);
    const amounts = outcome.amounts.get(member) ?? new Map<number, number>();
    const openFrom = every === 'NONE' ? 0 : numberOf(every, now, zone) - 40;
    const open = [...amounts].filter(([period]) => period >= openFrom).sort(([left], [right]) => left - right);
    const isOwn = challenge.mode === 'INDIVIDUAL';
    expect(openBuckets(state, openFrom).map(({ period, amount, done }) => [period, amount, done])).toEqual(
      open.map(([period, amount]) => [period, amount, isOwn && amount >= target ? 1 : 0]),
    );
    const completions = outcome.completions.filter((completion) => isOwn && completion.member === member);
    const times = completions.map(({ index }) => world.history[index]?.occurredAt);
    expect([
      state?.times ?? 0,
      state?.startedAt ?? null,
      state?.firstCompletedAt ?? null,
      state?.completedAt ?? null,
    ]).toEqual([completions.length, outcome.startedAt.get(member) ?? null, times[0] ?? null, times.at(-1) ?? null]);
    expectStreak(challenge, state, outcome.met.get(member) ?? new Set(), now, zone);
  }
}

function expectStreak(
  { streak }: ChallengeDefinition,
  state: GoalState | undefined,
  met: ReadonlySet<number>,
  now: number,
  zone: string,
): void {
  const runs = state?.runs ?? [];
  const periods = runs.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, step) => first + step));
  expect(periods).toEqual([...met].sort((left, right) => left - right));
  if (streak === null) return;
  const stands = streakState(runs, streak, now, zone);
  expect(stands).toMatchObject({ ...runningStreak(met, streak, now, zone), best: bestStreak(met, streak, zone) });
  expect(stands.endsAt === null).toBe(stands.current === 0);
  if (stands.endsAt === null) return;
  // Just before its end it still stands as it does; then it is shorter or gone.
  expect(runningStreak(met, streak, stands.endsAt - 1, zone).current).toBe(stands.current);
  expect(runningStreak(met, streak, stands.endsAt, zone).current).toBeLessThan(stands.current);
}

test('what is counted step by step is what the whole history comes to', () => {
  fc.assert(
    fc.property(anyWorld(), (world) => {
      const { book, points } = play(world);
      for (const challenge of world.challenges) {
        const outcome = outcomeOf(challenge, world);
        expectChallenge(world, book, challenge, outcome);
        if (challenge.mode === 'INDIVIDUAL') continue;
        const every = everyOf(challenge);
        for (const [period, amount] of outcome.shared) {
          const at = every === 'NONE' ? 0 : ordinalBounds(every, period, world.zone).startsAt;
          const count = outcome.completions.filter((completion) => completion.period === period).length;
          const key = communityKey(challenge, at, world.zone);
          expect(book.used({ memberId: null, key })).toEqual({ count, points: amount });
        }
      }
      for (const [member, outcome] of membersOf(world)) {
        expect(points.get(member)).toBe(outcome.points);
        expect(book.member(member).standing.tier).toBe(outcome.tier);
        for (const { code } of world.badges) {
          const state = book.goal(`badge:${code}`, member);
          expect([code, state?.times ?? 0]).toEqual([code, outcome.times.get(code) ?? 0]);
          const { amount, done } = state?.buckets[0] ?? { amount: 0, done: 0 };
          expect([code, { amount, done }]).toEqual([code, outcome.goals.get(code) ?? { amount: 0, done: 0 }]);
        }
      }
    }),
    { numRuns: 120 },
  );
});

test('no edition is ever exceeded, and shares of a community goal add up to what it counted', () => {
  fc.assert(
    fc.property(anyWorld(), (world) => {
      const { book } = play(world);
      for (const { code, limit } of world.badges) {
        if (limit === null) continue;
        const given = MEMBERS.reduce((sum, member) => sum + (book.goal(`badge:${code}`, member)?.times ?? 0), 0);
        expect(given).toBeLessThanOrEqual(limit);
        expect(book.used({ memberId: null, key: `badge:${code}|LIMIT` }).count).toBe(given);
      }
      for (const { code, mode, recurrence } of world.challenges) {
        if (mode === 'INDIVIDUAL' || recurrence !== 'NONE') continue;
        const shares = MEMBERS.map((member) => book.goal(`challenge:${code}`, member)?.buckets[0]?.amount ?? 0);
        const shared = book.used({ memberId: null, key: `challenge:${code}|COMMUNITY|0` });
        expect(shares.reduce((sum, share) => sum + share)).toBe(shared.points);
      }
    }),
    { numRuns: 60 },
  );
});

/** What must not depend on the order in which activities arrive. */
function independent(world: World, history: readonly Happening[]) {
  const { book, points } = play(world, history);
  const goal = ({ code, mode, recurrence }: ChallengeDefinition, member: string) => {
    const state = book.goal(`challenge:${code}`, member);
    const times = state?.times ?? 0;
    // What a member adds to a common goal ends with it.
    if (mode === 'COMMUNITY')
      return recurrence === 'NONE' ? book.used({ memberId: null, key: `challenge:${code}|COMMUNITY|0` }) : null;
    return [times, state?.runs ?? [], state?.buckets.map(({ period, amount, done }) => [period, amount, done]) ?? []];
  };
  const now = history[0]?.recordedAt ?? 0;
  return MEMBERS.map((member) => ({
    member,
    points: points.get(member) ?? 0,
    totals: book.totals(null, now, member),
    // What a challenge pays falls on the day of whichever activity completed it, so points within a window may differ.
    today: { ...book.totals(86_400_000, now, member), POINTS_EARNED: null },
    tier: book.member(member).standing.tier,
    challenges: world.challenges.map((challenge) => goal(challenge, member)),
    badges: world.badges.map(({ code }) => {
      const state = book.goal(`badge:${code}`, member);
      return [code, state?.times ?? 0, state?.buckets[0]?.amount ?? 0, state?.buckets[0]?.done ?? 0];
    }),
  }));
}

test('without prerequisites three deliveries in any order change nothing that the rules call independent of it', () => {
  const limits = { prerequisites: false, editions: false, multipliers: false, mixedTiers: false, atOnce: true };
  fc.assert(
    fc.property(anyWorld(limits), fc.infiniteStream(fc.nat()), (world, numbers) => {
      const delivered = [...world.history, ...world.history, ...world.history]
        .map((happening) => ({ happening, place: numbers.next().value ?? 0 }))
        .sort((left, right) => left.place - right.place)
        .map(({ happening }) => happening);
      // The recorder answers what it has recorded before with what it did then, and evaluates it no more.
      const recorded = [...new Set(delivered)];
      expect(independent(world, recorded)).toEqual(independent(world, world.history));
    }),
    { numRuns: 120 },
  );
});
