import { setTimeout as pause } from 'node:timers/promises';
import { entities } from '../../../src/features/entities.ts';
import { verifyGoals } from '../../../src/features/filling/index.ts';
import { verifyScores } from '../../../src/features/leaderboards/verify-scores.ts';
import { verifyLedger } from '../../../src/features/points/verify-ledger.ts';
import { verifyReferrals } from '../../../src/features/referrals/index.ts';
import { verifyRedemptions } from '../../../src/features/rewards/index.ts';
import { closeDatabase, openDatabase } from '../../../src/platform/database/orm.ts';
import { Applied } from './applied.ts';
import { auditEntries, auditFigures } from './audit-points.ts';
import { auditRedemptions } from './audit-redemptions.ts';
import { auditReversals } from './audit-reversals.ts';
import type { ClubMember } from './club.ts';
import type { Findings } from './findings.ts';
import { statement } from './own-postgres.ts';
import type { Subscriber } from './subscriber.ts';
import type { Write } from './writes.ts';

/** What is compared when everything has calmed down. */
export interface Audited {
  databaseUrl: string;
  members: readonly ClubMember[];
  writes: readonly Write[];
  subscribers: readonly Subscriber[];
}

/** How long subscribers may take to hear of what has happened, in milliseconds. */
export const DELIVERY_MS = 15_000;

/** Compares the database with what was acknowledged and what subscribers heard. Every difference is a violation. */
export async function audit(audited: Audited, findings: Findings): Promise<void> {
  const { databaseUrl, members, writes } = audited;
  const applied = await Applied.read(databaseUrl, writes, findings);
  await auditEntries(databaseUrl, applied, findings);
  await auditRedemptions(databaseUrl, applied, findings);
  await auditReversals(databaseUrl, applied, findings);
  await auditFigures(databaseUrl, members, applied, findings);
  await auditBooks(databaseUrl, findings);
  await auditEvents(audited, findings);
}

/** Runs every audit of the command verify-ledger. */
async function auditBooks(databaseUrl: string, findings: Findings): Promise<void> {
  const orm = await openDatabase({ url: databaseUrl, entities, poolSize: 2 });
  try {
    const ledger = await verifyLedger(orm);
    const others = [await verifyScores(orm), await verifyGoals(orm), await verifyRedemptions(orm)];
    const reports = [ledger, ...others, await verifyReferrals(orm)];
    findings.count('ledger entries audited', ledger.entries);
    for (const { check, message } of reports.flatMap(({ differences }) => differences)) {
      findings.violate(`The books do not add up, says verify-ledger: ${check}: ${message}`);
    }
  } finally {
    await closeDatabase(orm);
  }
}

async function auditEvents({ databaseUrl, writes, subscribers }: Audited, findings: Findings): Promise<void> {
  const events = await statement<{ id: string; memberId: string }>(
    databaseUrl,
    'select id, member_id as "memberId" from outbox where member_id is not null and notify order by xid, seq',
  );
  const byMember = Map.groupBy(events, ({ memberId }) => memberId);
  const stored = new Set(events.map(({ id }) => id));
  for (const { key, acknowledged } of writes) {
    const missing = acknowledged?.events.some((id) => !stored.has(id)) === true;
    if (missing) findings.violate(`An event that the write ${key} returned is not in the stream.`);
  }
  // The first event is the enrolment, whose cursor subscribers start after.
  const expected = (memberId: string) => (byMember.get(memberId) ?? []).slice(1).map(({ id }) => id);
  const startedAt = performance.now();
  const behind = () => subscribers.some(({ memberId, received }) => received.length < expected(memberId).length);
  while (behind() && performance.now() - startedAt < DELIVERY_MS) await pause(50);
  findings.count(
    'events delivered',
    subscribers.reduce((sum, { received }) => sum + received.length, 0),
  );
  findings.count(
    'reconnects',
    subscribers.reduce((sum, { closings }) => sum + closings.length, 0),
  );
  for (const { memberId, received } of subscribers) compare(memberId, received, expected(memberId), findings);
}

function compare(memberId: string, received: readonly string[], expected: readonly string[], findings: Findings): void {
  if (`${received}` === `${expected}`) return;
  const heard = new Set(received);
  const missed = expected.filter((id) => !heard.has(id)).length;
  const twice = received.length - heard.size;
  const disorder = missed + twice === 0 ? ', in another order' : '';
  findings.violate(
    `A subscriber of ${memberId} received ${received.length} of ${expected.length} events: ${missed} missed, ${twice} twice${disorder}.`,
  );
}
