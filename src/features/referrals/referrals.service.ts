import { isId } from '../../platform/ids.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { AuditService, Author } from '../audit/index.ts';
import type { ConfigurationStore } from '../program/index.ts';
import { type ChainPlace, DEEPEST_CHAIN, readChain, type WantedChain } from './referrals.chain.ts';
import { checkedReferralProgram } from './referrals.checks.ts';
import {
  REFERRAL_PROGRAM,
  type ReferralProgramInput,
  type ReferralProgramRecord,
  recordOf,
  type StoredReferralProgram,
} from './referrals.definitions.ts';
import { announceChainIn, emitReferralIn, REFERRAL_QUALIFIED, REFERRAL_REJECTED } from './referrals.events.ts';
import { type PayReferral, payLater, payReferral } from './referrals.payment.ts';
import {
  REFERRAL_COLUMNS,
  type ReferralRow,
  type ReferralStatus,
  readReferrals,
  readReferralsOf,
  type StoredReferral,
  toReferralRow,
  updateReferral,
} from './referrals.rows.ts';

/** What referrals are made of. */
export interface ReferralsParts {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
  store: ConfigurationStore;
  activityTypes: ActivityTypesService;
  /** The programme's time, epoch milliseconds. */
  now: () => number;
}

/** What somebody decided who looked at a referral. */
export interface ReferralReview {
  referralId: string;
  approve: boolean;
  reason: string;
}

const LONGEST_REASON = 500;

/** Keeps the referral programme, and what became of each referral. */
export class ReferralsService {
  readonly #parts: ReferralsParts;

  constructor(parts: ReferralsParts) {
    this.#parts = parts;
  }

  /** The programme in whatever state; null when none was ever saved. */
  async program(): Promise<ReferralProgramRecord | null> {
    const stored = await this.#parts.store.get<StoredReferralProgram>(REFERRAL_PROGRAM, REFERRAL_PROGRAM);
    return stored && recordOf(stored);
  }

  /**
   * Creates or changes the programme; saving the same again changes nothing. Referrals that count already are paid as it was
   * when they began to.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION or UNKNOWN_ACTIVITY_TYPE.
   */
  save(input: ReferralProgramInput, author: Author): Promise<ReferralProgramRecord> {
    const definition = checkedReferralProgram(input);
    const { work, store, activityTypes } = this.#parts;
    return work.run({ name: 'referrals.save-program' }, async (tx) => {
      await activityTypes.requireIn(tx, [definition.qualifyingActivity], () => ['qualifyingActivity']);
      const draft = { kind: REFERRAL_PROGRAM, code: REFERRAL_PROGRAM, status: input.status, definition };
      await store.saveIn(tx, { ...author, ...draft });
      const stored = await store.getIn<StoredReferralProgram>(tx, REFERRAL_PROGRAM, REFERRAL_PROGRAM);
      if (stored === null) throw new Error('The referral programme vanished while it was saved.');
      return recordOf(stored);
    });
  }

  /** Referrals by id, in any order; unknown ids are missing. */
  byIds(ids: readonly string[]): Promise<ReferralRow[]> {
    return readReferrals(this.#parts.reader, ids);
  }

  /** The referral with this id, or null; also for what is no id at all. */
  async find(id: string): Promise<ReferralRow | null> {
    const [row] = isId(id) ? await this.byIds([id]) : [];
    return row ?? null;
  }

  /** The referrals by which these members came, in any order. */
  ofReferees(memberIds: readonly string[]): Promise<ReferralRow[]> {
    return readReferralsOf(this.#parts.reader, memberIds);
  }

  /** A page of referrals, the latest first; only those of one referrer when that is given. */
  page(
    page: PageArguments,
    { referrerId, status }: { referrerId: string | null; status: readonly ReferralStatus[] | null },
  ): Promise<Page<ReferralRow>> {
    return pageOf<StoredReferral, ReferralRow>(this.#parts.reader, page, {
      select: REFERRAL_COLUMNS,
      from: 'referrals r',
      where: `${referrerId === null ? 'true' : 'r.referrer_id = $1'} and ${hasOneOf(status)}`,
      parameters: referrerId === null ? [] : [referrerId],
      order: [{ expression: 'r.id', type: 'uuid' }],
      direction: 'desc',
      toNode: toReferralRow,
    });
  }

  /** A member's chain, the nearest first. @throws Refusal BAD_USER_INPUT for a depth outside 1 to 10. */
  async chain(memberId: string, wanted: WantedChain): Promise<ChainPlace[]> {
    const { depth } = wanted;
    if (depth < 1 || depth > DEEPEST_CHAIN) {
      const message = `A chain is shown from 1 to ${DEEPEST_CHAIN} steps deep.`;
      throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['depth'] });
    }
    return readChain(this.#parts.reader, memberId, wanted);
  }

  /**
   * Approves a flagged referral, which then counts as if nobody had looked, or rejects one that is not paid yet. With an audit
   * entry; deciding the same again changes nothing.
   * @throws Refusal NOT_FOUND, BAD_USER_INPUT or CONFLICT.
   */
  async review(review: ReferralReview, author: Author): Promise<{ referral: ReferralRow; effects: Effect[] }> {
    const reason = requireLine(review.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
    const found = await this.find(review.referralId.toLowerCase());
    if (found === null) throw unknownReferral();
    const scope = { name: 'referrals.review', locks: [found.refereeId, found.referrerId] };
    return this.#parts.work.run(scope, async (tx) => {
      const [before] = await readReferrals(tx, [found.id]);
      if (before === undefined) throw unknownReferral();
      if (!isReviewable(before, review.approve)) throw decidedAlready(before);
      const seen = { ...before, reviewedAt: tx.now, reviewedBy: author.actor };
      const effects = review.approve ? await approveIn(tx, seen) : await rejectIn(tx, seen, reason);
      const [referral] = await readReferrals(tx, [found.id]);
      if (referral === undefined) throw unknownReferral();
      await this.#parts.audit.recordIn(tx, {
        ...author,
        ...{
          action: review.approve ? 'referral.approved' : 'referral.rejected',
          targetKind: 'referral',
          targetId: found.id,
        },
        ...{ before: { status: before.status, flags: before.flags }, after: { status: referral.status, reason } },
      });
      return { referral, effects };
    });
  }

  /** Pays a referral that has begun to count; once, however often it is asked for. */
  pay(job: PayReferral): Promise<void> {
    return payReferral(this.#parts, job);
  }
}

/** Written out, so that the few that wait for a review are found by their own index. The enum has no other words. */
function hasOneOf(status: readonly ReferralStatus[] | null): string {
  if (status === null) return 'true';
  const words = [...new Set(status)].map((word) => `'${word}'`);
  return words.length === 0 ? 'false' : `r.status in (${words.join(', ')})`;
}

function isReviewable({ status }: ReferralRow, approve: boolean): boolean {
  return status === 'FLAGGED' || (!approve && status === 'PENDING');
}

/** What qualified while it waited is paid now; the rest waits for the first activity that fits. */
async function approveIn(tx: Tx, seen: ReferralRow): Promise<Effect[]> {
  const approved: ReferralRow = { ...seen, status: seen.qualifiedAt === null ? 'PENDING' : 'QUALIFIED' };
  await updateReferral(tx, approved);
  if (approved.status !== 'QUALIFIED') return [];
  payLater(tx, approved.id);
  await announceChainIn(tx, 'QUALIFIED', [approved]);
  return [await emitReferralIn(tx, REFERRAL_QUALIFIED, approved.refereeId, { referralId: approved.id })];
}

async function rejectIn(tx: Tx, seen: ReferralRow, rejection: string): Promise<Effect[]> {
  const rejected: ReferralRow = { ...seen, status: 'REJECTED', rejection };
  await updateReferral(tx, rejected);
  await announceChainIn(tx, 'REJECTED', [rejected]);
  return [await emitReferralIn(tx, REFERRAL_REJECTED, rejected.referrerId, { referralId: rejected.id })];
}

function unknownReferral(): Refusal {
  const message = 'There is no referral with this id. Check referralId.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', 'referralId'] });
}

function decidedAlready({ status }: ReferralRow): Refusal {
  const message = `The referral is ${status}, so there is nothing left to decide: flagged ones are approved or rejected, pending ones may be rejected.`;
  return new Refusal(ErrorCode.CONFLICT, message, { path: ['input', 'referralId'], details: { status } });
}
