import type { Applied } from './applied.ts';
import { type ClubMember, GRANTED_POINTS, REWARDS, SPENT_POINTS, STAMP_POINTS } from './club.ts';
import type { Findings } from './findings.ts';
import { statement } from './own-postgres.ts';
import { type Reversal, type Stamp, WHOLE } from './writes.ts';

/** How many points are gone of an activity of which so many millionths were taken back: those of whole points. */
export function pointsGone(millionths: number): number {
  return Math.floor((STAMP_POINTS * millionths) / WHOLE);
}

/** The parts in which each activity was taken back. */
export function partsOf(applied: Applied): Map<Stamp, Reversal[]> {
  return Map.groupBy(applied.of('reversal'), ({ of }) => of);
}

/** Points taken by hand are there, and of each kind of entry there are as many as were asked for. */
export async function auditEntries(databaseUrl: string, applied: Applied, findings: Findings): Promise<void> {
  const entries = await statement<{ id: string; kind: string }>(
    databaseUrl,
    `select id, case when kind = 'ADJUST' and points < 0 then 'DEDUCT' else kind end as kind from ledger_entries`,
  );
  const byKind = Map.groupBy(entries, ({ kind }) => kind);
  const deducted = new Set(byKind.get('DEDUCT')?.map(({ id }) => id));
  const deductions = applied.of('deduction');
  for (const { key, acknowledged } of deductions) {
    if (acknowledged !== null && !deducted.has(acknowledged.id)) findings.violate(`The deduction ${key} was lost.`);
  }
  const expected = {
    EARN: applied.of('activity').length,
    DEDUCT: deductions.length,
    REDEEM: applied.of('redemption').length,
    REFUND: applied.of('cancellation').length,
  };
  for (const [kind, count] of Object.entries(expected)) {
    const found = byKind.get(kind)?.length ?? 0;
    if (found !== count) findings.violate(`There are ${found} entries of the kind ${kind} instead of ${count}.`);
  }
}

interface Standing {
  id: string;
  active: number;
  owed: number;
  reversed: number;
  score: string;
}

/** What a member must have. */
type Figures = Record<Exclude<keyof Standing, 'id'>, number>;

/** Wallets and scores against what everybody began with and what was done since. */
export async function auditFigures(
  databaseUrl: string,
  members: readonly ClubMember[],
  applied: Applied,
  findings: Findings,
): Promise<void> {
  const standings = await statement<Standing>(
    databaseUrl,
    `select member_id as id, active, deficit as owed, lifetime_reversed as reversed,
       coalesce((select sum(score) from scores where scores.member_id = wallets.member_id), 0) as score
     from wallets`,
  );
  const byId = new Map(standings.map((standing) => [standing.id, standing]));
  const expected = expectedFigures(members, applied);
  for (const [id, figures] of expected) {
    const found = byId.get(id);
    for (const [name, figure] of Object.entries(figures)) {
      const actual = Number(found?.[name as keyof Figures]);
      if (actual !== figure) findings.violate(`Member ${id} has ${name} ${actual} instead of ${figure}.`);
    }
  }
}

function expectedFigures(members: readonly ClubMember[], applied: Applied): Map<string, Figures> {
  const empty = () => ({ active: GRANTED_POINTS, owed: 0, reversed: 0, score: 0 });
  const all = new Map<string, Figures>(members.map(({ id }) => [id, empty()]));
  const change = (memberId: string, points: number, score = 0) => {
    const figures = all.get(memberId) ?? empty();
    figures.active += points;
    figures.score += score;
    all.set(memberId, figures);
    return figures;
  };
  for (const { memberId } of applied.of('activity')) change(memberId, STAMP_POINTS, STAMP_POINTS);
  for (const { memberId } of applied.of('deduction')) change(memberId, -SPENT_POINTS);
  for (const { memberId, reward } of applied.of('redemption')) change(memberId, -REWARDS[reward]);
  for (const { memberId, of } of applied.of('cancellation')) change(memberId, REWARDS[of.reward]);
  for (const [{ memberId }, reversals] of partsOf(applied)) {
    const gone = pointsGone(reversals.reduce((sum, { part }) => sum + part, 0));
    change(memberId, -gone, -gone).reversed += gone;
  }
  return all;
}
