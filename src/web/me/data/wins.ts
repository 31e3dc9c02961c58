import type { Badge, MemberEvent } from './types.ts';

/** Something to be glad about (or, for a tier lost, to know). */
export type Win =
  | { id: string; kind: 'TIER'; name: string }
  | { id: string; kind: 'TIER_DOWN'; name: string | null }
  | { id: string; kind: 'BADGE'; awardId: string; badge: Badge }
  | { id: string; kind: 'CHALLENGE'; name: string; points: number | null };

/** What there is to celebrate after an event; a badge that was taken back is nothing to be glad about any more. */
export function winsAfter(wins: readonly Win[], event: MemberEvent): readonly Win[] {
  const { __typename: type, id, award, progress } = event;
  if (wins.some((win) => win.id === id)) return wins;
  if (type === 'ChallengeCompleted' && progress !== undefined) {
    const { name, points } = progress.challenge;
    return [...wins, { id, kind: 'CHALLENGE', name, points }];
  }
  if (type === 'BadgeAwarded' && award?.badge !== undefined) {
    return [...wins, { id, kind: 'BADGE', awardId: award.id, badge: award.badge }];
  }
  if (type === 'BadgeRevoked') return wins.filter((win) => win.kind !== 'BADGE' || win.awardId !== award?.id);
  return type === 'TierChanged' ? [...wins.filter(({ kind }) => !kind.startsWith('TIER')), tierWin(event)] : wins;
}

function tierWin({ id, direction, to }: MemberEvent): Win {
  const name = to?.name ?? null;
  return direction === 'UP' && name !== null ? { id, kind: 'TIER', name } : { id, kind: 'TIER_DOWN', name };
}

const RANK = { TIER: 0, BADGE: 1, CHALLENGE: 2, TIER_DOWN: 3 } as const;

/** The greatest first: a tier, then badges, then challenges. */
export function greatestFirst(wins: readonly Win[]): readonly Win[] {
  return wins.toSorted((left, right) => RANK[left.kind] - RANK[right.kind]);
}
