import { numberOf } from '../calendar.ts';
import type { Cap, Programme, Rule } from '../programme.ts';
import type { EntryKind } from './purse.ts';

/** What an activity is, as far as anybody cares. */
export interface Happening {
  key: string;
  member: string;
  type: string;
  channel: string;
  cents: number | null;
  occurredAt: number;
  recordedAt: number;
}

/** Points that an activity gives. */
export interface Posting {
  kind: EntryKind;
  points: number;
  activeAt: number;
  validDays: number | null;
}

/** Points that something with a cap, or the campaign, gave once: caps and the budget are counted from the list of all of them. */
export interface Grant {
  what: string;
  member: string;
  at: number;
  points: number;
  /** How many it gave at first. */
  full: number;
}

const DAY_MS = 86_400_000;

/** How much a cap leaves, given everything that was given before. */
export function roomUnder(
  cap: Cap,
  what: string,
  member: string,
  at: number,
  zone: string,
  grants: readonly Grant[],
): number {
  const periodOf = (atMs: number) => (cap.per === 'LIFETIME' ? 0 : numberOf(cap.per, atMs, zone));
  const counted = grants.filter(
    (grant) =>
      grant.what === what &&
      (cap.scope === 'PROGRAM' || grant.member === member) &&
      periodOf(grant.at) === periodOf(at),
  );
  if (cap.count !== null && counted.length >= cap.count) return 0;
  if (cap.points === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, cap.points - counted.reduce((sum, { points }) => sum + points, 0));
}

/** What rules and the campaign give for an activity; `grants` is added to. */
export function earn(programme: Programme, happening: Happening, tierMultiplier: number, grants: Grant[]): Posting[] {
  const { campaign, rules, zone } = programme;
  const { member, occurredAt, type } = happening;
  const isCampaignOn = type === 'purchase' && occurredAt >= campaign.startsAt && occurredAt < campaign.endsAt;
  let budget = isCampaignOn ? budgetLeft(campaign.budget, grants) : 0;
  const atFirst = budget;
  const postings: Posting[] = [];
  for (const rule of [...rules].sort((one, two) => (one.code < two.code ? -1 : 1))) {
    const base = pointsOf(rule, happening);
    if (base === 0) continue;
    // The tier multiplies first, then the campaign what came of it; each share is rounded down.
    const withTier = Math.floor(base * tierMultiplier);
    const multiplies = isCampaignOn && budget > 0 && campaign.multiplier !== null;
    const withAll = multiplies ? Math.floor(base * tierMultiplier * (campaign.multiplier ?? 1)) : withTier;
    const extra = Math.min(withAll - withTier, budget);
    const wanted = withTier + extra;
    const room = Math.min(
      wanted,
      ...rule.caps.map((cap) => roomUnder(cap, rule.code, member, occurredAt, zone, grants)),
    );
    const parts = [Math.min(base, room), 0, 0];
    parts[1] = Math.min(withTier - base, room - (parts[0] ?? 0));
    parts[2] = Math.min(extra, room - (parts[0] ?? 0) - (parts[1] ?? 0));
    budget -= parts[2];
    const activeAt = occurredAt + rule.pendingDays * DAY_MS;
    for (const [place, points] of parts.entries()) {
      if (points > 0)
        postings.push({ kind: place === 0 ? 'EARN' : 'BONUS', points, activeAt, validDays: rule.validDays });
    }
    if (room > 0) grants.push({ what: rule.code, member, at: occurredAt, points: room, full: room });
  }
  if (isCampaignOn && campaign.bonus !== null) {
    const points = Math.min(campaign.bonus, budget);
    budget -= points;
    if (points > 0) postings.push({ kind: 'BONUS', points, activeAt: occurredAt, validDays: null });
  }
  const spent = atFirst - budget;
  if (spent > 0) grants.push({ what: CAMPAIGN, member, at: occurredAt, points: spent, full: spent });
  return postings;
}

/** What the campaign has given, for its budget. */
export const CAMPAIGN = 'campaign';

export function budgetLeft(budget: number | null, grants: readonly Grant[]): number {
  if (budget === null) return Number.MAX_SAFE_INTEGER;
  const used = grants.reduce((sum, { what, points }) => sum + (what === CAMPAIGN ? points : 0), 0);
  return Math.max(0, budget - used);
}

function pointsOf({ type, onlineOnly, points, per }: Rule, happening: Happening): number {
  if (happening.type !== type || (onlineOnly && happening.channel !== 'online')) return 0;
  if (per === null) return points;
  const exact = ((happening.cents ?? 0) * points) / per.cents;
  const round = { FLOOR: Math.floor, ROUND: Math.round, CEIL: Math.ceil }[per.rounding];
  return round(exact);
}
