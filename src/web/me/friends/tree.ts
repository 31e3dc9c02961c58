import type { ChainPlace } from '../data/value-types.ts';

/** Somebody in the chain with those who came through them, in the order in which they came. */
export interface Branch {
  place: ChainPlace;
  branches: Branch[];
}

/** Everybody below a member as a tree. Who hangs on somebody unknown (the server tells of 1,000 places at most) is left out. */
export function treeOf(places: readonly ChainPlace[]): Branch[] {
  const tops: Branch[] = [];
  const known = new Map<string, Branch>();
  const came = ({ referral }: ChainPlace) => Date.parse(referral.createdAt);
  // Nearest first, so that whoever somebody hangs on is known by then.
  for (const place of places.toSorted((one, other) => one.depth - other.depth || came(one) - came(other))) {
    const branch: Branch = { place, branches: [] };
    known.set(place.referral.id, branch);
    if (place.viaReferralId === null) tops.push(branch);
    else known.get(place.viaReferralId)?.branches.push(branch);
  }
  return tops;
}

/** Looks for somebody, and gives the way there from the first step on; empty when there is nobody like that. */
export function wayTo(tops: readonly Branch[], referralId: string): Branch[] {
  for (const branch of tops) {
    if (branch.place.referral.id === referralId) return [branch];
    const way = wayTo(branch.branches, referralId);
    if (way.length > 0) return [branch, ...way];
  }
  return [];
}

/** A leaf or a fork of the picture: somebody, or as many as had no room. */
export interface Knot {
  key: string;
  /** Whose branch it grows from; null grows from the trunk. */
  from: string | null;
  /** Steps up from the trunk, from 1. */
  level: number;
  /** Where it stands, in places from the left, from 0. */
  x: number;
  /** Null for those who had no room. */
  branch: Branch | null;
  /** How many are not shown: those without room, or everybody behind this one. */
  hidden: number;
}

export interface Room {
  /** How many leaves fit beside one another. */
  places: number;
  /** How many steps fit above one another. */
  levels: number;
}

interface Fork {
  branch: Branch | null;
  hidden: number;
  level: number;
  forks: Fork[];
}

/** Lays a tree out where there is room for some of it: near ones before far ones, strong branches before weak ones. */
export function picture(tops: readonly Branch[], { places, levels }: Room): { knots: Knot[]; width: number } {
  const first = forksOf(tops, places, 1);
  let free = places - first.length;
  let level = first;
  while (level.length > 0) {
    const strongest = level
      .filter(({ branch }) => branch !== null && branch.branches.length > 0)
      .toSorted((one, other) => (other.branch?.place.size ?? 0) - (one.branch?.place.size ?? 0));
    const next: Fork[] = [];
    for (const fork of strongest) {
      const below = fork.branch?.branches ?? [];
      if (fork.level >= levels || (free === 0 && below.length > 1)) continue;
      fork.forks = forksOf(below, 1 + free, fork.level + 1);
      fork.hidden = 0;
      free -= fork.forks.length - 1;
      next.push(...fork.forks);
    }
    level = next;
  }
  return spread(first);
}

/** As many as there are places for; when not all, the latest and those who brought most, and a place for the others. */
function forksOf(branches: readonly Branch[], places: number, level: number): Fork[] {
  const fork = (branch: Branch): Fork => ({ branch, hidden: branch.place.size, level, forks: [] });
  if (branches.length <= places) return branches.map(fork);
  const latest = branches.at(-1);
  const strongest = branches.toSorted((one, other) => other.place.size - one.place.size);
  const ranked = latest === undefined ? strongest : [latest, ...strongest.filter((branch) => branch !== latest)];
  const chosen = new Set(ranked.slice(0, Math.max(0, places - 1)));
  const others = branches.filter((branch) => !chosen.has(branch));
  const hidden = others.reduce((sum, { place }) => sum + 1 + place.size, 0);
  const shown = branches.filter((branch) => chosen.has(branch)).map(fork);
  return [...shown, { branch: null, hidden, level, forks: [] }];
}

/** Leaves stand side by side, each fork in the middle above what grows from it. */
function spread(first: readonly Fork[]): { knots: Knot[]; width: number } {
  const knots: Knot[] = [];
  let width = 0;
  const place = (fork: Fork, from: string | null): number => {
    const { branch, hidden, level, forks } = fork;
    const key = branch?.place.referral.id ?? `${from ?? ''} others`;
    const knot: Knot = { key, from, level, x: 0, branch, hidden };
    knots.push(knot);
    const xs = forks.map((one) => place(one, key));
    knot.x = xs.length > 0 ? ((xs[0] ?? 0) + (xs.at(-1) ?? 0)) / 2 : width++;
    return knot.x;
  };
  for (const fork of first) place(fork, null);
  return { knots, width };
}
