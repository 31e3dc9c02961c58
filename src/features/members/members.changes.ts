import { canonicalJson } from '../../platform/canonical.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx } from '../../platform/tx.ts';
import type { AuditService, Author } from '../audit/index.ts';
import { badInput } from './members.checks.ts';
import { emailTaken, externalIdTaken } from './members.enrolment.ts';
import { MEMBER_APPEARANCE_CHANGED, MEMBER_STATUS_CHANGED, tellNodesIn } from './members.events.ts';
import { type MemberProfile, type MemberRow, updateMemberIn } from './members.rows.ts';
import { MemberStatus } from './members.words.ts';

/** A status to be set by hand, with the reason for it. */
export interface StatusChange {
  memberId: string;
  status: MemberStatus;
  reason: string;
}

interface ProfileChange {
  profile: Partial<MemberProfile>;
  author: Author;
  byMember: boolean;
  audit: AuditService;
}

const LONGEST_REASON = 300;
const APPEARANCE: readonly (keyof MemberProfile)[] = ['displayName', 'alias', 'visibility'];

/** Stores a changed profile of a locked member. @throws Refusal MEMBER_NOT_ACTIVE or CONFLICT. */
export async function changeProfileIn(tx: Tx, before: MemberRow, change: ProfileChange): Promise<MemberRow> {
  requireChangeable(before, change.byMember);
  const after = { ...before, ...change.profile };
  const changed = (Object.keys(change.profile) as (keyof MemberProfile)[]).filter(
    (key) => canonicalJson(before[key]) !== canonicalJson(after[key]),
  );
  if (changed.length === 0) return before;
  await updateMemberIn(tx, after).catch((error: unknown) => {
    throw takenBy(error) ?? error;
  });
  if (APPEARANCE.some((key) => changed.includes(key))) {
    tellNodesIn(tx, MEMBER_APPEARANCE_CHANGED, { memberId: before.id });
  }
  // What members do with their own data is theirs; only what others do to it is an administrative change.
  if (!change.byMember) {
    await change.audit.recordIn(tx, {
      ...change.author,
      action: 'member.updated',
      targetKind: 'member',
      targetId: before.id,
      before: shown(before, changed),
      after: shown(after, changed),
    });
  }
  return after;
}

/** Stores another status of a locked member. @throws Refusal BAD_USER_INPUT or CONFLICT. */
export async function changeStatusIn(
  tx: Tx,
  before: MemberRow,
  change: StatusChange,
  author: Author,
  audit: AuditService,
): Promise<MemberRow> {
  const reason = requireLine(change.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
  if (!isSetByHand(change.status)) {
    throw badInput(
      ['status'],
      'Only ACTIVE and SUSPENDED are set by hand; the other states come from merging and erasing.',
    );
  }
  if (!isSetByHand(before.status)) {
    const message = `The member is ${before.status.toLowerCase()}, which is final.`;
    throw new Refusal(ErrorCode.CONFLICT, message, { path: ['input', 'memberId'], details: { status: before.status } });
  }
  if (before.status === change.status) return before;
  const after = { ...before, status: change.status };
  await updateMemberIn(tx, after);
  tellNodesIn(tx, MEMBER_STATUS_CHANGED, { memberId: after.id, status: after.status });
  await audit.recordIn(tx, {
    ...author,
    action: 'member.status-changed',
    targetKind: 'member',
    targetId: before.id,
    before: { status: before.status },
    after: { status: after.status, reason },
  });
  return after;
}

function isSetByHand(status: MemberStatus): boolean {
  return status === MemberStatus.ACTIVE || status === MemberStatus.SUSPENDED;
}

/** Staff may correct a suspended member's data, the member may not; nobody touches what was merged or erased. */
function requireChangeable({ status }: MemberRow, byMember: boolean): void {
  if (status === MemberStatus.ACTIVE || (status === MemberStatus.SUSPENDED && !byMember)) return;
  throw new Refusal(
    ErrorCode.MEMBER_NOT_ACTIVE,
    `The member is ${status.toLowerCase()}, so the data cannot be changed.`,
    { path: ['input', 'memberId'], details: { status } },
  );
}

/** The changed fields for the audit log, which is append-only: an e-mail address in it could never be erased. */
function shown(row: MemberRow, keys: readonly (keyof MemberProfile)[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, key === 'email' ? masked(row.email) : row[key]]));
}

function masked(email: string | null): string | null {
  return email === null ? null : `${email.slice(0, 1)}…${email.slice(email.lastIndexOf('@'))}`;
}

/** The refusal for a unique value that another member has, found by the database itself and so under any concurrency. */
function takenBy(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '23505' || !('constraint' in error))
    return null;
  if (error.constraint === 'members_external_id') return externalIdTaken();
  return error.constraint === 'members_email' ? emailTaken() : null;
}
