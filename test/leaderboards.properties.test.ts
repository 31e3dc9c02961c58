import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Shop } from './recording/shop.ts';
import { type Boards, type EntryData, openBoards } from './support/boards.ts';

/** What members did, drawn; the model counts it by brute force. */
interface Deed {
  who: number;
  type: 'review' | 'walk';
  /** Minutes before now. */
  ago: number;
  stars: number;
}

const MEMBERS = 9;
const DAY_MINUTES = 24 * 60;

let shop: Shop;
let boards: Boards;

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await shop.save('ActivityType', { code: 'walk', name: 'Walk' });
});

afterAll(() => shop.close());

const deed = fc.record<Deed>({
  who: fc.nat(MEMBERS - 1),
  type: fc.constantFrom('review', 'walk'),
  ago: fc.nat(3 * DAY_MINUTES),
  stars: fc.nat(5),
});
const board = fc.record({
  activityTypes: fc.option(fc.constant(['review'])),
  condition: fc.option(fc.constant('activity.attributes.stars > 2')),
  audience: fc.option(fc.constant('member.attributes.number < 6')),
  metric: fc.constantFrom('ACTIVITY_COUNT', 'POINTS_EARNED'),
  period: fc.constantFrom('ALL_TIME', 'DAY', 'CUSTOM'),
  ranking: fc.constantFrom('COMPETITION', 'DENSE'),
});
type Board = typeof board extends fc.Arbitrary<infer Value> ? Value : never;

interface Model {
  id: string;
  score: number;
  reachedAt: number;
}

/** The board as one would count it on paper. */
function brute(
  { ranking, ...rules }: Board,
  deeds: readonly Deed[],
  ids: readonly string[],
  now: number,
  from: number,
) {
  const scores = new Map<string, Model>();
  for (const { who, type, ago, stars } of deeds) {
    const at = now - ago * 60_000;
    const counts =
      at >= from &&
      (rules.activityTypes === null || type === 'review') &&
      (rules.condition === null || stars > 2) &&
      (rules.audience === null || who < 6);
    const amount = rules.metric === 'ACTIVITY_COUNT' ? 1 : type === 'review' ? 10 : 0;
    if (!counts || amount === 0) continue;
    const id = ids[who] ?? '';
    const { score = 0, reachedAt = 0 } = scores.get(id) ?? {};
    scores.set(id, { id, score: score + amount, reachedAt: Math.max(reachedAt, at) });
  }
  const sorted = [...scores.values()].sort(
    (left, right) => right.score - left.score || left.reachedAt - right.reachedAt || (left.id < right.id ? -1 : 1),
  );
  return sorted.map(({ id, score, reachedAt }) => {
    const better = sorted.filter((other) => other.score > score).map((other) => other.score);
    const rank = 1 + (ranking === 'DENSE' ? new Set(better).size : better.length);
    return { rank, score, id, reachedAt: new Date(reachedAt).toISOString() };
  });
}

function plain({ rank, score, member, reachedAt }: EntryData) {
  return { rank, score, id: member?.id, reachedAt };
}

test('entries are what brute force finds, for any board, told in any order and in any batches', async () => {
  let round = 0;
  const input = [board, fc.array(deed, { maxLength: 60 }), fc.array(deed, { maxLength: 20 }), fc.nat(3)] as const;
  const property = fc.asyncProperty(...input, async (rules, before, after, split) => {
    round += 1;
    const code = `round-${round}`;
    // A world of its own, on a day of its own.
    boards.travelTo(new Date(Date.parse('2027-01-10T18:00:00Z') + round * 10 * DAY_MINUTES * 60_000).toISOString());
    const now = Math.floor(shop.app.clock.now());
    const ids: string[] = [];
    for (let number = 0; number < MEMBERS; number += 1) ids.push(await shop.enrol({ attributes: { number } }));
    const tell = async (deeds: readonly Deed[]) => {
      const told = deeds.map(({ who, type, ago, stars }) => ({
        ...{ type, memberId: ids[who], occurredAt: new Date(now - ago * 60_000).toISOString() },
        attributes: { stars, round },
      }));
      const size = Math.max(1, Math.ceil(told.length / (split + 1)));
      for (let at = 0; at < told.length; at += size) await shop.recordMany(told.slice(at, at + size));
    };
    await tell(before);
    const startsAt = new Date(now - 2 * DAY_MINUTES * 60_000).toISOString();
    const dates = rules.period === 'CUSTOM' ? { startsAt } : {};
    const condition = [`activity.attributes.round == ${round}`, rules.condition].filter(Boolean).join(' && ');
    await boards.offer({ code, ...rules, ...dates, condition });
    await tell(after);
    const { season, entries } = await boards.read(code);
    const model = brute(rules, [...before, ...after], ids, now, Date.parse(season.startsAt));
    expect(entries.edges.map(({ node }) => plain(node))).toEqual(model);
    await boards.offer({ code, ...rules, ...dates, condition, status: 'ARCHIVED' });
  });
  await fc.assert(property, { numRuns: 25 });
}, 120_000);
