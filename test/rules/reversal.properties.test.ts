import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Every, numberOf } from '../../scripts/simulation/calendar.ts';
import { type BadgeDefinition, type ChallengeDefinition, type GoalKey, ONE } from '../../src/rules/game.types.ts';
import { limitKey } from '../../src/rules/game-views.ts';
import { bucketOf, EMPTY_GOAL, sharedKey } from '../../src/rules/goals.ts';
import { partOf } from '../../src/rules/parts.ts';
import type { PastActivity } from '../../src/rules/recount.ts';
import { type GoalReversal, reverseGoal, withoutAwards } from '../../src/rules/reversal.ts';
import { activityOf, anyWorld, bookOf, type Limits } from './game-worlds.ts';
import type { GameBook } from './games.ts';
import { contribution, type Happening, outcomeOf, total, type World } from './naive-game.ts';

const MEMBERS = ['anna', 'bo', 'cia'];

/** Something that was recorded, and how much of it is left. */
interface Kept {
  happening: Happening;
  past: PastActivity;
  left: number;
}

/** What a step takes back: a place among what is left, and millionths, more than there are meaning all that is left. */
interface Taking {
  place: number;
  part: number;
}

const anyTaking: fc.Arbitrary<Taking> = fc.record({
  place: fc.nat(),
  part: fc.oneof(fc.constant(ONE), fc.integer({ min: 1, max: ONE })),
});

/** For each activity that is recorded, what is taken back after it; and the order in which the rest goes. */
const anyTakings = fc.record({
  between: fc.array(fc.array(anyTaking, { maxLength: 2 }), { maxLength: 40 }),
  atLast: fc.infiniteStream(anyTaking),
});

/** A game that is recorded and taken back in turns, with the little that features do around the rule. */
class Table {
  readonly book: GameBook;
  readonly kept: Kept[] = [];
  /** Periods of community challenges that were ever completed: nothing of them is taken back any more. */
  readonly shut = new Set<string>();
  now = 0;

  constructor(readonly world: World) {
    this.book = bookOf(world);
  }

  record(happening: Happening, index: number): void {
    const { member, recordedAt } = happening;
    const activity = activityOf(happening, `activity-${index}`);
    this.now = recordedAt;
    const { game } = this.book.record(activity, { member, recordedAt });
    for (const { challenge, mode, completed, period } of game?.challenges ?? []) {
      if (mode === 'COMMUNITY' && completed) this.shut.add(sharedKey(challenge.code, period));
    }
    this.kept.push({ happening, past: { activity, recordedAt }, left: ONE });
  }

  takeBack({ place, part }: Taking): void {
    const remaining = this.kept.filter(({ left }) => left > 0);
    const chosen = remaining[place % Math.max(1, remaining.length)];
    if (chosen === undefined) return;
    const { member, type } = chosen.happening;
    const before = this.#pastOf(member);
    chosen.left = Math.max(0, chosen.left - part);
    const after = this.#pastOf(member);
    const listening = this.#keys().filter(({ goal }) => goal.activityTypes.includes(type));
    const found = listening.flatMap(({ key, badge }) => {
      const reversal = reverseGoal(this.book.programme, key, {
        member: this.book.member(member).facts,
        timeZone: this.book.zoneOf(member),
        goal: (one) => this.book.goal(one, member),
        usage: (one) => this.book.used(one),
        ...{ before, after, now: this.now },
      });
      return reversal === null ? [] : [{ key, badge, reversal }];
    });
    for (const { key, badge, reversal } of found) this.#store(member, key, badge, reversal);
  }

  #store(
    member: string,
    key: GoalKey,
    badge: BadgeDefinition | null,
    { state, reopened, surplus }: GoalReversal,
  ): void {
    const before = this.book.goal(key, member) ?? EMPTY_GOAL;
    expect(new Set(reopened).size).toBe(reopened.length);
    for (const period of reopened) {
      const done = period === null ? before.times : bucketOf(before, period).done;
      expect([key, period, done]).toEqual([key, period, 1]);
    }
    expect(surplus).toBeGreaterThanOrEqual(0);
    expect(surplus).toBeLessThanOrEqual(bucketOf(before, 0).done);
    const next = badge?.onReversal === 'REVOKE' ? withoutAwards(state, surplus, Math.min(surplus, state.times)) : state;
    expect(next.times).toBeGreaterThanOrEqual(0);
    for (const { period, amount, done, values } of next.buckets) {
      expect([amount >= 0, done >= 0, amount + done > 0]).toEqual([true, true, true]);
      expect(amount).toBeLessThanOrEqual(bucketOf(before, period).amount);
      if (values !== null) expect(amount).toBe(values.length * ONE);
    }
    this.book.put(key, next, member);
    const given = next.times - before.times;
    if (badge !== null && badge.limit !== null && given < 0) {
      this.book.use({ memberId: null, key: limitKey(badge.code), count: given, points: 0 });
      expect(this.book.used({ memberId: null, key: limitKey(badge.code) }).count).toBeGreaterThanOrEqual(0);
    }
    if (this.#challenge(key)?.mode !== 'COMMUNITY') return;
    for (const { period, amount } of before.buckets) {
      const points = bucketOf(next, period).amount - amount;
      if (points !== 0) this.book.use({ memberId: null, key: sharedKey(key.slice(10), period), count: 0, points });
    }
  }

  #pastOf(member: string): PastActivity[] {
    return this.kept
      .filter(({ happening, left }) => happening.member === member && left > 0)
      .map(({ past, left }) => ({ ...past, left }))
      .sort((one, other) => one.activity.occurredAt - other.activity.occurredAt);
  }

  #keys() {
    return [
      ...this.world.challenges.map(({ code, goal }) => ({ key: `challenge:${code}` as GoalKey, goal, badge: null })),
      ...this.world.badges.flatMap((badge) =>
        badge.goal === null ? [] : [{ key: `badge:${badge.code}` as GoalKey, goal: badge.goal, badge }],
      ),
    ];
  }

  #challenge(key: GoalKey): ChallengeDefinition | undefined {
    return this.world.challenges.find(({ code }) => key === `challenge:${code}`);
  }

  /** The history that is left, as if nothing else had ever been recorded. */
  leftOver(): World {
    const history = this.kept.filter(({ left }) => left > 0).map(({ happening, left }) => ({ ...happening, left }));
    return { ...this.world, history };
  }
}

function everyOf({ streak, recurrence }: ChallengeDefinition): Every {
  return streak?.every ?? recurrence;
}

/** What is counted of every challenge and badge, against a count of what is left. */
function expectCounted(table: Table): void {
  const left = table.leftOver();
  for (const challenge of left.challenges) expectChallenge(table, challenge, left);
  for (const badge of left.badges) expectBadge(table, badge, left);
}

function expectChallenge({ book, now, shut }: Table, challenge: ChallengeDefinition, left: World): void {
  const { code, streak, mode } = challenge;
  const every = everyOf(challenge);
  const outcome = outcomeOf(challenge, left);
  for (const member of MEMBERS) {
    const zone = streak === null ? left.zone : (left.zones[member] ?? left.zone);
    const state = book.goal(`challenge:${code}`, member) ?? EMPTY_GOAL;
    const openFrom = every === 'NONE' ? 0 : numberOf(every, now, zone) - 40;
    const isOpen = (period: number) => period >= openFrom && !shut.has(sharedKey(code, period));
    const counted = state.buckets.filter(({ period }) => isOpen(period));
    const amounts = outcome.amounts.get(member) ?? new Map<number, number>();
    const expected = [...amounts].filter(([period]) => isOpen(period)).sort(([one], [other]) => one - other);
    expect([code, member, counted.map(({ period, amount }) => [period, amount])]).toEqual([code, member, expected]);
    if (mode === 'COMMUNITY') continue;
    const target = Math.round(Number(challenge.goal.target) * ONE);
    expect(counted.map(({ done }) => done)).toEqual(expected.map(([, amount]) => (amount >= target ? 1 : 0)));
    const met = outcome.met.get(member) ?? new Set();
    if (streak === null) continue;
    const periods = state.runs.flatMap(([first, last]) =>
      Array.from({ length: last - first + 1 }, (_, step) => first + step),
    );
    expect([code, member, periods]).toEqual([code, member, [...met].sort((one, other) => one - other)]);
    const completions = outcome.completions.filter((completion) => completion.member === member);
    expect([code, member, state.times]).toEqual([code, member, completions.length]);
  }
}

function expectBadge({ book }: Table, { code, goal, repeatable }: BadgeDefinition, left: World): void {
  if (goal === null) return;
  const target = Math.round(Number(goal.target) * ONE);
  for (const member of MEMBERS) {
    const own = left.history.filter((happening) => happening.member === member);
    const sum = total(own.flatMap((happening) => contribution(goal, happening) ?? []));
    const { amount, done } = bucketOf(book.goal(`badge:${code}`, member) ?? EMPTY_GOAL, 0);
    expect([code, member, amount]).toEqual([code, member, repeatable ? sum : Math.min(sum, target)]);
    expect(done).toBeGreaterThanOrEqual(0);
  }
}

function play(world: World, between: readonly (readonly Taking[])[], check: (table: Table) => void): Table {
  const table = new Table(world);
  for (const [index, happening] of world.history.entries()) {
    table.record(happening, index);
    for (const taking of between[index] ?? []) {
      table.takeBack(taking);
      check(table);
    }
  }
  return table;
}

function takeAllBack(table: Table, atLast: Iterator<Taking>, check: (table: Table) => void): void {
  while (table.kept.some(({ left }) => left > 0)) {
    table.takeBack(atLast.next().value);
    check(table);
  }
}

const limits: Limits = { prerequisites: false };
const revoking = (world: World): World => ({
  ...world,
  badges: world.badges.map((badge) => ({ ...badge, onReversal: 'REVOKE' })),
});

test('what is left in every goal is what a count of the activities that are left comes to, whatever is taken back when', () => {
  fc.assert(
    fc.property(anyWorld(limits), anyTakings, (world, { between, atLast }) => {
      const table = play(revoking(world), between, expectCounted);
      takeAllBack(table, atLast[Symbol.iterator](), expectCounted);
    }),
    { numRuns: 150 },
  );
});

/** States of which something is left, apart from what closed periods and communities that were completed keep. */
function remains({ book, world, now, shut }: Table) {
  const ofChallenges = world.challenges.flatMap((challenge) =>
    MEMBERS.flatMap((member) => {
      const { code, streak } = challenge;
      const zone = streak === null ? world.zone : (world.zones[member] ?? world.zone);
      const every = everyOf(challenge);
      const openFrom = every === 'NONE' ? 0 : numberOf(every, now, zone) - 40;
      const { buckets, runs } = book.goal(`challenge:${code}`, member) ?? EMPTY_GOAL;
      const open = buckets.filter(({ period }) => period >= openFrom && !shut.has(sharedKey(code, period)));
      return open.length === 0 && runs.length === 0 ? [] : [{ code, member, open, runs }];
    }),
  );
  const ofBadges = world.badges.flatMap(({ code }) =>
    MEMBERS.flatMap((member) => {
      const { buckets } = book.goal(`badge:${code}`, member) ?? EMPTY_GOAL;
      return buckets.length === 0 ? [] : [{ code, member, buckets }];
    }),
  );
  return [...ofChallenges, ...ofBadges];
}

test('nothing of any goal remains once everything is taken back, with prerequisites too', () => {
  fc.assert(
    fc.property(anyWorld(), anyTakings, (world, { between, atLast }) => {
      const table = play(revoking(world), between, () => {});
      takeAllBack(table, atLast[Symbol.iterator](), () => {});
      expect(remains(table)).toEqual([]);
      for (const { code, mode, recurrence } of world.challenges) {
        if (mode !== 'COMMUNITY' || recurrence !== 'NONE' || table.shut.has(sharedKey(code, 0))) continue;
        expect(table.book.used({ memberId: null, key: sharedKey(code, 0) }).points).toBe(0);
      }
    }),
    { numRuns: 150 },
  );
});

test('parts of an amount never add up to more than the whole, and the whole is all of it', () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.array(fc.integer({ min: 1, max: ONE }), { maxLength: 8 }), (amount, parts) => {
      let [reversed, taken] = [0, 0];
      for (const part of parts) {
        reversed = Math.min(ONE, reversed + part);
        const due = partOf(amount, reversed) - taken;
        expect(due).toBeGreaterThanOrEqual(0);
        taken += due;
        expect(taken).toBeLessThanOrEqual(Number((BigInt(amount) * BigInt(reversed)) / BigInt(ONE)));
      }
      expect(taken + (partOf(amount, ONE) - partOf(amount, reversed))).toBe(amount);
    }),
  );
});
