import { setTimeout as pause } from 'node:timers/promises';
import { entities } from '../../../src/features/entities.ts';
import { verifyLedger } from '../../../src/features/points/verify-ledger.ts';
import { closeDatabase, openDatabase } from '../../../src/platform/database/orm.ts';
import { type ClubMember, GRANTED_POINTS, SPENT_POINTS, STAMP_POINTS } from './club.ts';
import type { Findings } from './findings.ts';
import type { Write } from './load.ts';
import { statement } from './own-postgres.ts';
import type { Subscriber } from './subscriber.ts';

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
  await auditWrites(audited, findings);
  await auditFigures(audited, findings);
  await auditLedger(audited.databaseUrl, findings);
  await auditEvents(audited, findings);
}

interface Stored {
  key: string;
  id: string;
  memberId: string;
}

async function auditWrites({ databaseUrl, writes }: Audited, findings: Findings): Promise<void> {
  const activities = await statement<Stored>(
    databaseUrl,
    `select idempotency_key as key, id, member_id as "memberId" from activities`,
  );
  const entries = await statement<Stored>(
    databaseUrl,
    `select '' as key, id, member_id as "memberId" from ledger_entries where points = $1`,
    [-SPENT_POINTS],
  );
  const byKey = Map.groupBy(activities, ({ key }) => key);
  const byId = new Set(entries.map(({ id }) => id));
  const stamps = writes.filter(({ kind }) => kind === 'stamp');
  for (const { key, memberId, acknowledged } of stamps) {
    const found = byKey.get(key) ?? [];
    const [first] = found;
    if (found.length > 1) findings.violate(`The activity ${key} was applied ${found.length} times.`);
    if (acknowledged === null) continue;
    if (first?.id !== acknowledged.id || first.memberId !== memberId) {
      findings.violate(`The acknowledged activity ${key} is not there as it was acknowledged.`);
    }
  }
  const spent = writes.filter(({ kind }) => kind === 'spend');
  for (const { key, acknowledged } of spent) {
    if (acknowledged !== null && !byId.has(acknowledged.id)) findings.violate(`The deduction ${key} was lost.`);
  }
  if (activities.length > stamps.length) findings.violate('There are more activities than were ever sent.');
  if (entries.length > spent.length) findings.violate(`${spent.length} deductions became ${entries.length}.`);
}

interface Standing {
  id: string;
  active: number;
  score: string;
}

/** Wallets and scores against the model: what everybody began with, and what was acknowledged since. */
async function auditFigures({ databaseUrl, members, writes }: Audited, findings: Findings): Promise<void> {
  const standings = await statement<Standing>(
    databaseUrl,
    `select member_id as id, active, coalesce((select sum(score) from scores where scores.member_id = wallets.member_id), 0) as score
     from wallets`,
  );
  const byId = new Map(standings.map((standing) => [standing.id, standing]));
  const byMember = Map.groupBy(writes, ({ memberId }) => memberId);
  for (const { id } of members) {
    const own = byMember.get(id) ?? [];
    const earned = own.filter(({ kind }) => kind === 'stamp').length * STAMP_POINTS;
    const active = GRANTED_POINTS + earned - own.filter(({ kind }) => kind === 'spend').length * SPENT_POINTS;
    const found = byId.get(id);
    if (found?.active !== active) findings.violate(`Member ${id} has ${found?.active} points instead of ${active}.`);
    if (Number(found?.score) !== earned) findings.violate(`Member ${id} has the score ${found?.score}, not ${earned}.`);
  }
}

async function auditLedger(databaseUrl: string, findings: Findings): Promise<void> {
  const orm = await openDatabase({ url: databaseUrl, entities, poolSize: 2 });
  try {
    const { differences, entries } = await verifyLedger(orm);
    findings.count('ledger entries audited', entries);
    for (const { message } of differences) findings.violate(`The ledger does not add up: ${message}`);
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
