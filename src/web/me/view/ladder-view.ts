import type { Ladder, LadderStep } from '../data/types.ts';

/** A step as the picture shows it. */
export interface Rung {
  step: LadderStep;
  /** The first that is not reached. */
  isNext: boolean;
}

export interface LadderView {
  rungs: Rung[];
  /** How many of the rungs lie behind. */
  reached: number;
  /** How much of the way from the last reached rung to the next is done, 0 to 1. */
  share: number;
  /** The next rung; null at the top. */
  next: LadderStep | null;
  /** Steps that the picture does not show. */
  hidden: number;
}

/**
 * What a picture of so many steps shows. The way goes up through the tiers; rewards are bought on the way, so they make the
 * steps only where there are no tiers. Where not all have room: a step behind, the next ones, and the last, which is the aim.
 */
export function ladderView({ steps }: Ladder, room: number): LadderView {
  const tiers = steps.filter(({ kind }) => kind === 'TIER');
  const way = tiers.length > 0 ? tiers : steps;
  const next = way.find(({ reached }) => !reached) ?? null;
  const shown = choose(way, Math.max(2, room));
  const behind = shown.filter(({ reached }) => reached);
  return {
    rungs: shown.map((step) => ({ step, isNext: step === next })),
    reached: behind.length,
    share: next === null ? 1 : shareOf(next, behind.at(-1) ?? null),
    next,
    hidden: steps.length - shown.length,
  };
}

function choose(way: readonly LadderStep[], room: number): readonly LadderStep[] {
  if (way.length <= room) return way;
  const current = way.findLastIndex(({ reached }) => reached);
  const from = Math.max(0, Math.min(current, way.length - room));
  const shown = way.slice(from, from + room - 1);
  const last = way.at(-1);
  return last === undefined ? shown : [...shown, last];
}

/** Between two steps that count the same, it is the way from one to the other that matters. */
function shareOf(next: LadderStep, before: LadderStep | null): number {
  const [at, from] = [Number(next.at), Number(before?.at ?? 0)];
  const done = at - Number(next.remaining);
  const isComparable = before === null || before.unit === next.unit;
  return isComparable && done >= from && at > from ? (done - from) / (at - from) : next.percent / 100;
}
