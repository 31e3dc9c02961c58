import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toCommand } from '../../src/features/activities/activities.input.ts';
import { partitionOf } from '../../src/platform/locks.ts';
import { ONE } from '../../src/rules/game.types.ts';
import { atOnce, DAY_MS, fromNow, type Recorded } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/platform.ts';
import { count, Game } from './game.ts';

const MEMBERS = 200;
const EVERYBODY = '00000000-0000-0000-0000-000000000000';

let game: Game;
let second: TestApp;
let nodes: Client[];
let members: string[];

beforeAll(async () => {
  game = await Game.open();
  second = await startTestApp({ databaseUrl: game.shop.app.databaseUrl });
  nodes = [game.shop.staff, second.client({ role: 'STAFF' })];
  for (const code of ['planted', 'gave', 'watered', 'rushed', 'won', 'raced']) await game.shop.offer(code, null);
  members = await game.members(MEMBERS);
});

afterAll(async () => {
  await second.stop();
  await game.close();
});

/**
 * One activity of every member, all begun at once. The nodes share no lock partition, so that neither waits for the other
 * for its members' sake: what keeps them exact is what is counted in common.
 */
async function everybody(input: (index: number) => Record<string, unknown>): Promise<Recorded[]> {
  const recorded = await atOnce(MEMBERS, (index) => {
    const memberId = members[index] ?? '';
    return game.shop.record({ memberId, ...input(index) }, nodes[partitionOf(memberId) % 2]);
  });
  expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  return recorded;
}

/** What was contributed in a period: by how many, and how much. */
async function contributed(
  challenge: string,
  period: number | null = null,
): Promise<{ members: number; sum: number }[]> {
  return game.shop.sql(
    `select count(*)::int as members, sum(amount)::float8 as sum from challenge_contributions
     where challenge_code = $1 and ($2::int is null or period = $2) group by period order by period`,
    [challenge, period],
  );
}

/** What the points of a challenge came to: entries, different members and points. */
async function paid(challenge: string): Promise<{ entries: number; members: number; points: number } | undefined> {
  const [row] = await game.shop.sql<{ entries: number; members: number; points: number }>(
    `select count(*)::int as entries, count(distinct member_id)::int as members, coalesce(sum(points), 0)::int as points
     from ledger_entries where rule_kind = 'challenge' and rule_code = $1`,
    [challenge],
  );
  return row;
}

function payments(challenge: string, wanted: number): Promise<void> {
  return eventually(`${wanted} are paid`, async () => (await game.completions(challenge)).length === wanted + 1);
}

describe('two hundred members at once on two nodes', () => {
  test('complete a community goal once, at exactly its target, and all who took part are paid once', async () => {
    await game.badge('gardener');
    await game.challenge('forest', {
      ...{ mode: 'COMMUNITY', goal: count('planted', 150), points: 20, badge: 'gardener' },
    });
    const recorded = await everybody(() => ({ type: 'planted' }));
    const completing = recorded.filter(({ effects }) =>
      effects.some(({ __typename }) => __typename === 'ChallengeCompleted'),
    );
    expect(completing).toHaveLength(1);
    expect(await game.shared('challenge:forest|COMMUNITY|0')).toEqual({ count: 1, points: 150 * ONE });
    expect(await contributed('forest')).toEqual([{ members: 150, sum: 150 * ONE }]);
    await payments('forest', 150);
    const completions = (await game.completions('forest')).filter(({ member }) => member !== EVERYBODY);
    expect(new Set(completions.map(({ member }) => member)).size).toBe(150);
    expect(await paid('forest')).toEqual({ entries: 150, members: 150, points: 3_000 });
    expect((await game.awards('gardener')).map(({ member }) => member)).toEqual(
      completions.map(({ member }) => member),
    );
  });

  test('never give more than is needed, whatever each of them brings', async () => {
    await game.challenge('fund', {
      ...{ mode: 'COMMUNITY', points: 5 },
      goal: { activityTypes: ['gave'], measure: 'SUM_VALUE', target: '1000.07' },
    });
    await everybody((index) => ({
      type: 'gave',
      value: { amount: `${7 + (index % 5)}.${10 + (index % 90)}`, currencyCode: 'SEK' },
    }));
    const [given] = await contributed('fund');
    expect(given?.sum).toBe(1_000_070_000);
    expect(await game.shared('challenge:fund|COMMUNITY|0')).toEqual({ count: 1, points: 1_000_070_000 });
    await payments('fund', given?.members ?? 0);
    expect(await paid('fund')).toEqual({
      entries: given?.members,
      members: given?.members,
      points: 5 * (given?.members ?? 0),
    });
  });

  test('complete each period of a recurring community goal by itself', async () => {
    await game.challenge('garden', {
      ...{ mode: 'COMMUNITY', recurrence: 'DAY', points: 1, startsAt: fromNow(game.shop, -3 * DAY_MS) },
      goal: count('watered', 70),
    });
    await game.filled('challenge:garden');
    const days = [fromNow(game.shop, -DAY_MS), fromNow(game.shop, -2 * DAY_MS)];
    await everybody((index) => ({ type: 'watered', occurredAt: days[index % 2] }));
    expect(await contributed('garden')).toEqual([
      { members: 70, sum: 70 * ONE },
      { members: 70, sum: 70 * ONE },
    ]);
    await eventually('both days are paid', async () => (await game.completions('garden')).length === 142);
    expect(await paid('garden')).toEqual({ entries: 140, members: 140, points: 140 });
  });

  test('get a limited badge to its last piece, from its goal and from a challenge together', async () => {
    await game.badge('first-fifty', { goal: count('rushed', 1), limit: 50 });
    await game.challenge('race', { goal: count('won', 1), points: 2, badge: 'first-fifty' });
    const recorded = await everybody((index) => ({ type: index % 4 === 0 ? 'won' : 'rushed' }));
    const awards = await game.awards('first-fifty');
    expect(awards).toHaveLength(50);
    expect(new Set(awards.map(({ member }) => member)).size).toBe(50);
    const told = recorded.flatMap(({ effects }) => effects.filter(({ __typename }) => __typename === 'BadgeAwarded'));
    expect(told).toHaveLength(50);
    expect(await game.shared('badge:first-fifty|LIMIT')).toEqual({ count: 50, points: 0 });
    // The challenge pays its points even where its badge is used up.
    expect(await paid('race')).toEqual({ entries: 50, members: 50, points: 100 });
    await game.shop.expectCleanLedger();
  });

  test('are held to the target and the limit also when each has a transaction of its own', async () => {
    await game.badge('alone', { goal: count('raced', 1), limit: 60 });
    await game.challenge('alone', { mode: 'COMMUNITY', goal: count('raced', 90), points: 1 });
    const batchers = [game.shop.app.core.batcher, second.core.batcher];
    const outcomes = await atOnce(MEMBERS, (index) => {
      const memberId = members[index] ?? '';
      const activity = { idempotencyKey: `raced-${index}`, type: 'raced', memberId, enrollIfUnknown: false };
      const command = toCommand(activity, { memberId: null, actor: 'test' });
      return (batchers[partitionOf(memberId) % 2] ?? batchers[0])?.recordSilently([command]) ?? Promise.resolve([]);
    });
    expect(outcomes.flat().map(({ kind }) => kind)).toEqual(members.map(() => 'recorded'));
    expect(await game.shared('challenge:alone|COMMUNITY|0')).toEqual({ count: 1, points: 90 * ONE });
    expect(await contributed('alone')).toEqual([{ members: 90, sum: 90 * ONE }]);
    expect(await game.awards('alone')).toHaveLength(60);
    expect(await game.shared('badge:alone|LIMIT')).toEqual({ count: 60, points: 0 });
    await payments('alone', 90);
  });

  test('have nothing counted twice when both nodes record the same keys', async () => {
    await game.badge('busy', { goal: count('rushed', 3), repeatable: true });
    await game.filled('badge:busy');
    const keys = Array.from({ length: 6 }, (_, index) => `both-${index}`);
    const memberId = members[0] ?? '';
    const before = (await game.stored(memberId)).get('badge:busy')?.buckets[0]?.amount ?? 0;
    await atOnce(120, (index) =>
      game.shop.record({ type: 'rushed', memberId, idempotencyKey: keys[index % 6] }, nodes[(index >> 2) % 2]),
    );
    const after = (await game.stored(memberId)).get('badge:busy');
    expect(after?.buckets[0]?.amount).toBe(before + 6 * ONE);
    expect(after?.times).toBe(Math.floor((before + 6 * ONE) / (3 * ONE)));
  });
});
