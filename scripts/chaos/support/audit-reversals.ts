import type { Applied } from './applied.ts';
import { partsOf, pointsGone } from './audit-points.ts';
import type { Findings } from './findings.ts';
import { statement } from './own-postgres.ts';
import { WHOLE } from './writes.ts';

interface Stored {
  key: string;
  id: string;
  memberId: string;
  /** Millionths. */
  reversed: number;
  isWhole: boolean;
  /** How often the audit log says that a part of it was taken back. */
  times: number;
  /** Points taken back of its credits. */
  points: number;
}

const ACTIVITIES = `
with logged as (
  select target_id as id, count(*)::int as times from audit_entries where action = 'activity.reversed' group by 1
), taken as (
  select activity_id as id, -sum(points)::int as points from ledger_entries where kind = 'REVERSE' group by 1
)
select idempotency_key as key, a.id, member_id as "memberId", (reversed_fraction * ${WHOLE})::int as reversed,
  reversed_at is not null as "isWhole", coalesce(times, 0) as times, coalesce(taken.points, 0) as points
from activities a left join logged on logged.id = a.id::text left join taken on taken.id = a.id`;

/** Every activity is there once, and of each exactly the parts were taken back that somebody took back. */
export async function auditReversals(databaseUrl: string, applied: Applied, findings: Findings): Promise<void> {
  const stored = await statement<Stored>(databaseUrl, ACTIVITIES);
  const byKey = Map.groupBy(stored, ({ key }) => key);
  const parts = partsOf(applied);
  const stamps = applied.of('activity');
  if (stored.length > stamps.length) findings.violate('There are more activities than were ever sent.');
  for (const stamp of stamps) {
    const { key, memberId, acknowledged } = stamp;
    const [found, ...more] = byKey.get(key) ?? [];
    if (more.length > 0) findings.violate(`The activity ${key} was applied ${more.length + 1} times.`);
    if (found === undefined || found.memberId !== memberId || found.id !== (acknowledged?.id ?? found.id)) {
      findings.violate(`The activity ${key} is not there as it was acknowledged.`);
      continue;
    }
    const taken = (parts.get(stamp) ?? []).map(({ part }) => part);
    const reversed = taken.reduce((sum, part) => sum + part, 0);
    const expected = { reversed, isWhole: reversed === WHOLE, times: taken.length, points: pointsGone(reversed) };
    for (const [name, figure] of Object.entries(expected)) {
      const actual = found[name as keyof typeof expected];
      if (actual !== figure) {
        findings.violate(`The activity ${key}, taken back in parts of ${taken}: ${name} is ${actual}, not ${figure}.`);
      }
    }
  }
}
