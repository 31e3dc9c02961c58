import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import {
  type Ancestor,
  type CompiledReferrals,
  compileReferrals,
  paymentsOf,
  type ReferralPayment,
  usageOfPayments,
} from '../../rules/referrals.ts';
import { type Bonus, creditBonusesIn } from '../points/points.bonuses.ts';
import { loadUsages } from '../progress/usages.ts';
import { readAncestors } from './referrals.chain.ts';
import { REFERRAL_PROGRAM, referralProgramOf, type StoredReferralProgram } from './referrals.definitions.ts';
import { announceChainIn, emitReferralIn, REFERRAL_QUALIFIED, REFERRAL_REWARDED } from './referrals.events.ts';
import { insertReferralRewards, type ReferralRow, readReferrals, updateReferral } from './referrals.rows.ts';

/** Pays the chain above a referral that has begun to count, and the new member's welcome. */
export const PAY_REFERRAL = 'referrals.pay';

/** The data of PAY_REFERRAL. */
export interface PayReferral {
  referralId: string;
}

/** What paying is made of. */
export interface PaymentParts {
  work: UnitOfWork;
  reader: Reader;
  /** The programme's time, epoch milliseconds. */
  now: () => number;
}

/** How long something is news. */
const NEWS_MS = 86_400_000;

/** Has a referral paid once this transaction has committed. */
export function payLater(tx: Tx, referralId: string): void {
  tx.enqueue(PAY_REFERRAL, { referralId } satisfies PayReferral);
}

/**
 * The handler of PAY_REFERRAL. All of it happens in one transaction under the locks of everybody who is paid, and only while
 * the referral is QUALIFIED: whatever is killed or repeated, it is paid once.
 */
export async function payReferral({ work, reader, now }: PaymentParts, { referralId }: PayReferral): Promise<void> {
  const [known] = await readReferrals(reader, [referralId]);
  if (known?.status !== 'QUALIFIED') return;
  const above = await readAncestors(reader, known.refereeId, true);
  const locks = [known.refereeId, known.referrerId, ...above.map(({ memberId }) => memberId)];
  // An import tells nobody, and what it caused long ago is told to nobody either.
  const notify = now() - (known.qualifiedAt ?? 0) < NEWS_MS;
  await work.run({ name: PAY_REFERRAL, locks, notify }, async (tx) => {
    const [referral] = await readReferrals(tx, [referralId]);
    if (referral?.status === 'QUALIFIED') await payIn(tx, referral, new Set(locks));
  });
}

async function payIn(tx: Tx, referral: ReferralRow, locked: ReadonlySet<string>): Promise<void> {
  const referrals = await readVersionIn(tx, referral.programVersion);
  const payments = await chainPaymentsIn(tx, referrals, referral, locked);
  const welcome = { memberId: referral.refereeId, depth: 0, points: referrals.definition.refereePoints };
  const due = [...payments, ...(welcome.points > 0 && (await isActiveIn(tx, welcome.memberId)) ? [welcome] : [])];
  const entries = await creditBonusesIn(
    tx,
    due.map((payment) => bonusOf(payment, referrals, referral)),
  );
  const paid = due.flatMap((payment, index) => {
    const entry = entries[index];
    return entry == null ? [] : [{ ...payment, referralId: referral.id, entryId: entry.id, points: entry.points }];
  });
  await insertReferralRewards(tx, paid);
  // What was paid, not what was due: who can hold no more points gets what fits.
  const points = paid.find(({ depth }) => depth === 1)?.points ?? 0;
  const rewarded: ReferralRow = { ...referral, status: 'REWARDED', rewardedAt: tx.now, points };
  await updateReferral(tx, rewarded);
  await emitReferralIn(tx, REFERRAL_QUALIFIED, referral.referrerId, { referralId: referral.id });
  for (const reward of paid) {
    await emitReferralIn(tx, REFERRAL_REWARDED, reward.memberId, { referralId: referral.id, points: reward.points });
  }
  await announceChainIn(tx, 'REWARDED', [rewarded]);
}

/** Who above is paid how much; what that takes of their caps is noted. */
async function chainPaymentsIn(
  tx: Tx,
  referrals: CompiledReferrals,
  { refereeId, qualifiedAt }: ReferralRow,
  locked: ReadonlySet<string>,
): Promise<ReferralPayment[]> {
  const rows = await readAncestors(tx, refereeId, true);
  // Somebody above was approved since the locks were taken. The job is repeated and then locks them, too.
  if (rows.some(({ memberId }) => !locked.has(memberId))) throw new Error('The chain grew while it was being paid.');
  const ancestors = rows.map(
    ({ memberId, depth, status }): Ancestor => ({ memberId, depth, active: status === 'ACTIVE' }),
  );
  const at = qualifiedAt ?? tx.now;
  const [program] = await tx.query<{ timeZone: string }>('select time_zone as "timeZone" from program where id = 1');
  const zone = program?.timeZone ?? 'UTC';
  const usages = await loadUsages(tx, usageOfPayments(referrals, ancestors, at, zone));
  const { payments, usage } = paymentsOf(referrals, ancestors, usages.usageOf, at, zone);
  usages.add(usage);
  await usages.write(tx);
  return payments;
}

/** Reasons name nobody: the ledger is never changed, and names are to be forgotten when their owners ask for it. */
function bonusOf(
  { memberId, depth, points }: ReferralPayment,
  { reference, definition }: CompiledReferrals,
  { qualifiedAt }: ReferralRow,
): Bonus {
  const [reason = 'A recommendation that came of yours'] = [
    ['Welcome: you came by recommendation'],
    ['Somebody you recommended the club to has taken part'],
  ][depth] ?? [`A recommendation that came of yours, level ${depth}`];
  const when = qualifiedAt === null ? {} : { occurredAt: qualifiedAt };
  return { memberId, points, rule: reference, reason, ...when, pendingForMs: definition.holdForMs };
}

async function isActiveIn(tx: Tx, memberId: string): Promise<boolean> {
  const rows = await tx.query("select from members where id = $1 and status = 'ACTIVE'", [memberId]);
  return rows.length > 0;
}

/** The programme as that version said. */
export async function readVersionIn(tx: Tx, version: number | null): Promise<CompiledReferrals> {
  const [row] = await tx.query<{ definition: StoredReferralProgram }>(
    'select definition from configuration_versions where kind = $1 and code = $1 and version = $2',
    [REFERRAL_PROGRAM, version],
  );
  if (row === undefined) throw new Error(`There is no version ${version} of the referral programme.`);
  return compileReferrals(referralProgramOf({ version: version ?? 1, definition: row.definition }));
}
