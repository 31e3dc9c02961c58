/** The rank index by itself, in a process of its own: fills it, asks it, changes it, and says what it takes. */
import { ScoreCounts } from '../../../src/platform/ranking/score-counts.ts';
import { scoreOf } from '../fill/scores.ts';
import { onOrder, ready } from '../support/parent.ts';
import type { Outcome } from '../support/rounds.ts';

export type RankOrder =
  | { kind: 'fill'; members: number; distinct: boolean }
  | { kind: 'rank' | 'update'; seconds: number };

/** The answer to `fill`. */
export interface FilledSet {
  distinct: number;
  bytes: number;
}

/** Questions between two looks at the clock. */
const AT_A_TIME = 8_192;
/** Members drawn at most, each once; all others stay where they are. */
const MOST_DRAWN = 128 * AT_A_TIME;
const CHECKED = 20;

let set = new ScoreCounts();
let scores = new Float64Array();
/** The members drawn, in random order. */
let drawn = new Uint32Array();
/** Their scores now, in that order: what a row or an event brings along, so that only the index is looked up at random. */
let held = new Float64Array();

onOrder(async (order: RankOrder) => (order.kind === 'fill' ? fill(order) : run(order)));
ready(null);

function fill({ members, distinct }: { members: number; distinct: boolean }): FilledSet {
  // In the worst case every member has a score of its own.
  scores = Float64Array.from({ length: members }, (_, member) =>
    distinct ? ((member + 1) * 7_919) % 1_000_000_007 : scoreOf(member + 1),
  );
  set = new ScoreCounts();
  for (const score of scores.toSorted()) set.add(score);
  drawn = Uint32Array.from({ length: members }, (_, member) => member);
  for (let at = 0; at < Math.min(members, MOST_DRAWN); at += 1) {
    const other = at + Math.floor(Math.random() * (members - at));
    [drawn[at], drawn[other]] = [drawn[other] ?? 0, drawn[at] ?? 0];
  }
  drawn = drawn.slice(0, MOST_DRAWN);
  held = Float64Array.from(drawn, (member) => scores[member] ?? 0);
  check();
  return { distinct: set.distinct, bytes: set.bytes };
}

function run({ kind, seconds }: { kind: 'rank' | 'update'; seconds: number }): Outcome {
  const work = kind === 'rank' ? rank : update;
  const startedAt = performance.now();
  let operations = 0;
  let sum = 0;
  for (
    let from = 0;
    performance.now() - startedAt < seconds * 1_000;
    from = from + AT_A_TIME < drawn.length ? from + AT_A_TIME : 0
  ) {
    const to = Math.min(from + AT_A_TIME, drawn.length);
    sum += work(from, to);
    operations += to - from;
  }
  const took = (performance.now() - startedAt) / 1_000;
  if (sum < 0) throw new Error('A rank is never below 0.');
  for (const [at, member] of drawn.entries()) scores[member] = held[at] ?? 0;
  check();
  return { operations, seconds: took };
}

function rank(from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += set.countGreater(held[at] as number);
  return sum;
}

function update(from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) {
    const before = held[at] as number;
    const after = before + 1 + (at % 100);
    set.remove(before);
    set.add(after);
    held[at] = after;
    sum += set.countGreater(after);
  }
  return sum;
}

/** Compares some ranks with a count over all members. */
function check(): void {
  for (let turn = 0; turn < CHECKED; turn += 1) {
    const score = scores[Math.floor(Math.random() * scores.length)] ?? 0;
    let greater = 0;
    for (const other of scores) if (other > score) greater += 1;
    if (set.countGreater(score) !== greater) throw new Error(`${set.countGreater(score)} are counted, ${greater} are.`);
  }
}
