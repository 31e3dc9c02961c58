import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FollowedCounts } from '../../src/platform/ranking/followed-counts.ts';
import { readCounts } from '../../src/platform/ranking/read-counts.ts';
import { ScoreCounts } from '../../src/platform/ranking/score-counts.ts';
import { Snapshot } from '../../src/platform/ranking/snapshot.ts';

/** A transaction that adds to the score of some members; its place in the list is its id, less the first. */
interface Transaction {
  /** When it commits, among all that happens. */
  at: number;
  members: number[];
}

const FIRST_XID = 1_000;
const MEMBERS = 6;

/** What each transaction changed, in the order in which they committed, as the outbox keeps it by transaction. */
function changesOf(transactions: readonly Transaction[]): { xid: number; changes: [number | null, number][] }[] {
  const scores = new Map<number, number>();
  const committed = transactions
    .map(({ at, members }, index) => ({ at, members, xid: FIRST_XID + index }))
    .sort((left, right) => left.at - right.at || left.xid - right.xid);
  const found = committed.map(({ xid, members }) => {
    const changes = members.map((member): [number | null, number] => {
      const before = scores.get(member) ?? null;
      const after = (before ?? 0) + 1 + (xid % 5);
      scores.set(member, after);
      return [before, after];
    });
    return { xid, changes };
  });
  return found.sort((left, right) => left.xid - right.xid);
}

describe('counts that follow a table', () => {
  // Members' locks make transactions that touch one member commit in the order of their ids: each has members of its own
  // here, or commits behind the one before it.
  const transactions = fc
    .array(
      fc.record({
        delay: fc.integer({ min: 0, max: 12 }),
        members: fc.uniqueArray(fc.integer({ min: 0, max: MEMBERS - 1 }), { minLength: 1, maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((drafts) => {
      const latest = new Map<number, number>();
      return drafts.map(({ delay, members }, index): Transaction => {
        const at = Math.max(index + delay, ...members.map((member) => (latest.get(member) ?? -1) + 1));
        for (const member of members) latest.set(member, at);
        return { at, members };
      });
    });

  test('count every change once, whenever the reading saw the table and whenever it came back', () => {
    fc.assert(
      fc.property(transactions, fc.nat(40), fc.nat(30), (drafts, seenAt, answered) => {
        const all = changesOf(drafts);
        const isSeen = (index: number) => (drafts[index]?.at ?? Number.POSITIVE_INFINITY) < seenAt && index < seenAt;
        const begun = Math.min(seenAt, drafts.length);
        const running = drafts.flatMap((_, index) => (index < begun && !isSeen(index) ? [FIRST_XID + index] : []));
        const xmax = FIRST_XID + begun;
        const snapshot = `${running[0] ?? xmax}:${xmax}:${running.join(',')}`;
        const seen = all.filter(({ xid }) => isSeen(xid - FIRST_XID)).flatMap(({ changes }) => changes);
        const state = new FollowedCounts();
        const counts = countsOf(seen);
        for (const [index, { xid, changes }] of all.entries()) {
          if (index === Math.min(answered, all.length - 1)) state.begin(counts, snapshot);
          for (const [before, after] of changes) state.change(String(xid), before, after);
        }
        const expected = countsOf(all.flatMap(({ changes }) => changes));
        expect([...(state.counts?.entries() ?? [])]).toEqual([...expected.entries()]);
      }),
      { numRuns: 500 },
    );
  });

  test('are not there until they have been read', () => {
    const state = new FollowedCounts();
    state.change('7', null, 3);
    expect(state.counts).toBeNull();
    state.begin(new ScoreCounts(), '7:7:');
    expect([...(state.counts?.entries() ?? [])]).toEqual([[3, 1]]);
  });

  test('take scores that vanish, and say so when a score that vanishes was never there', () => {
    const state = new FollowedCounts();
    state.begin(ScoreCounts.from([[5, 1]]), '7:7:');
    state.change('8', 5, null);
    expect(state.counts?.size).toBe(0);
    expect(() => state.change('9', 5, 6)).toThrow(RangeError);
  });

  test('give up, instead of growing, when too much changes before they have been read', () => {
    const state = new FollowedCounts();
    for (let change = 0; change < 1_000_000; change += 1) state.change('7', null, 1);
    expect(state.overflowed).toBe(false);
    state.change('7', null, 1);
    state.change('7', null, 1);
    expect(state.overflowed).toBe(true);
  });
});

describe('a snapshot', () => {
  test('saw what had ended before it: neither later transactions nor those that were running', () => {
    const snapshot = new Snapshot('10:20:10,15');
    expect(['9', '10', '11', '15', '19', '20', '100'].map((xid) => snapshot.saw(xid))).toEqual([
      ...[true, false, true, false, true, false, false],
    ]);
    expect(new Snapshot('20:20:').saw('19')).toBe(true);
  });

  test('knows ids above 2^53', () => {
    const snapshot = new Snapshot('9007199254740993:9007199254740994:9007199254740993');
    expect(snapshot.saw('9007199254740993')).toBe(false);
    expect(snapshot.saw('9007199254740992')).toBe(true);
  });

  test('is nothing but a snapshot', () => {
    expect(() => new Snapshot('10-0')).toThrow('no snapshot');
  });
});

describe('counts as PostgreSQL writes arrays', () => {
  test('are read, and others get a turn meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    const scores = Array.from({ length: 200_000 }, (_, index) => index * 3 - 1_000);
    const counts = await readCounts(`{${scores.join()}}`, `{${scores.map((score) => (score % 7) + 1_000).join()}}`);
    clearInterval(timer);
    expect([...counts.entries()]).toEqual(scores.map((score) => [score, (score % 7) + 1_000]));
    expect(turns).toBeGreaterThan(0);
  });

  test('may be none', async () => {
    expect((await readCounts('{}', '{}')).size).toBe(0);
  });

  test.each([
    ['{1,2}', '{1}'],
    ['{1}', '{1,2}'],
    ['{1,NULL}', '{1,1}'],
    ['{1.5}', '{1}'],
  ])('refuse %s with %s', async (scores, counts) => {
    await expect(readCounts(scores, counts)).rejects.toThrow(RangeError);
  });
});

function countsOf(changes: readonly (readonly [number | null, number])[]): ScoreCounts {
  const held = new Map<number, number>();
  const count = (score: number, by: number) => held.set(score, (held.get(score) ?? 0) + by);
  for (const [before, after] of changes) {
    if (before !== null) count(before, -1);
    count(after, 1);
  }
  return ScoreCounts.from([...held].filter(([, times]) => times > 0));
}
