import { type IdempotentCall, onceIn } from '../../platform/idempotency.ts';
import { isId } from '../../platform/ids.ts';
import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { storable } from '../../recording/effects.ts';
import type { AuditService, Author } from '../audit/index.ts';
import { refundIn } from '../points/points.refunds.ts';
import { emitRedemptionIn, REDEMPTION_CHANGED } from './redemptions.events.ts';
import { giveBackIn, type IssuingParts, issueIn } from './redemptions.issuing.ts';
import {
  REDEMPTION_COLUMNS,
  type RedemptionRow,
  readRedemptionByCode,
  readRedemptions,
  type StoredRedemption,
  type StoredStatus,
  statusAt,
  toRedemptionRow,
  updateRedemption,
} from './redemptions.rows.ts';

export interface RedemptionsParts extends IssuingParts {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
  /** The programme's present, epoch milliseconds. */
  now: () => number;
}

/** What a mutation did. */
export interface RedemptionChange {
  redemption: RedemptionRow;
  effects: Effect[];
  replayed: boolean;
}

export interface RedeemInput {
  idempotencyKey: string;
  memberId: string;
  reward: string;
}

export interface FulfilInput {
  idempotencyKey: string | null;
  redemptionId: string;
}

export interface CancelInput {
  idempotencyKey: string;
  redemptionId: string;
  reason: string | null;
}

/** Whoever acts; members' own doings are no administrative changes. */
export interface Actor extends Author {
  byMember: boolean;
}

/** Which redemptions a list shows. */
export interface RedemptionFilter {
  /** Null for all members. */
  memberId: string | null;
  statuses: readonly StoredStatus[] | null;
}

interface Remembered {
  redemptionId: string;
  effects: Effect[];
}

const LONGEST_REASON = 500;

/** Redeems rewards, and says what became of each redemption. */
export class RedemptionsService {
  readonly #parts: RedemptionsParts;

  constructor(parts: RedemptionsParts) {
    this.#parts = parts;
  }

  /** Redemptions by id, in any order; unknown ids are missing. */
  byIds(ids: readonly string[]): Promise<RedemptionRow[]> {
    return readRedemptions(this.#parts.reader, ids);
  }

  /** One redemption, or null; also for what is no id at all. */
  async find(id: string): Promise<RedemptionRow | null> {
    const wanted = id.toLowerCase();
    const [redemption] = isId(wanted) ? await this.byIds([wanted]) : [];
    return redemption ?? null;
  }

  /** The redemption with this voucher code, as `readVoucherCode` gives it, or null. */
  findByVoucher(voucherCode: string): Promise<RedemptionRow | null> {
    return readRedemptionByCode(this.#parts.reader, voucherCode);
  }

  /** A page of redemptions, the latest first. */
  page(page: PageArguments, { memberId, statuses }: RedemptionFilter): Promise<Page<RedemptionRow>> {
    const { reader, now } = this.#parts;
    // What waits to be handed over is little among everything ever redeemed; said literally, its own index finds it.
    const waiting = statuses?.length === 1 && statuses[0] === 'PENDING' ? `and r.status = 'PENDING'` : '';
    return pageOf<StoredRedemption, RedemptionRow>(reader, page, {
      select: REDEMPTION_COLUMNS,
      from: 'redemptions r',
      // As `statusAt` has it: what is open and over has expired, also before the job has noted it.
      where: `($1::uuid is null or r.member_id = $1) ${waiting} and ($2::text[] is null or
        case when r.status in ('ISSUED', 'PENDING') and r.expires_at <= $3::timestamptz then 'EXPIRED' else r.status end = any ($2))`,
      parameters: [memberId, statuses, new Date(now()).toISOString()],
      // Ids of one member's redemptions sort in the order they were made: see newEntryId.
      order: [{ expression: 'r.id', type: 'uuid' }],
      direction: 'desc',
      toNode: toRedemptionRow,
    });
  }

  /**
   * Redeems a reward once per actor and key.
   * @throws Refusal MEMBER_NOT_ACTIVE, NOT_FOUND, NOT_STARTED, ENDED, NOT_ELIGIBLE, TIER_REQUIRED, LIMIT_REACHED, OUT_OF_STOCK,
   * INSUFFICIENT_POINTS (looked at in this order), or IDEMPOTENCY_KEY_REUSED.
   */
  async redeem({ idempotencyKey: key, reward, ...input }: RedeemInput, actor: Actor): Promise<RedemptionChange> {
    const memberId = input.memberId.toLowerCase();
    if (!isId(memberId)) throw unknown('memberId', 'There is no member with this id. Check memberId.');
    const call = { scope: `rewards.redeem:${actor.actor}`, key, input: { memberId, reward } };
    return this.#once('rewards.redeem', memberId, call, async (tx) => {
      const { redemption, effects } = await issueIn(tx, this.#parts, { memberId, reward, actor: actor.actor });
      await this.#auditIn(tx, 'reward.redeemed', redemption, actor);
      return { redemption, effects };
    });
  }

  /**
   * Notes that a voucher was used, or a reward handed over; once.
   * @throws Refusal NOT_FOUND, CONFLICT (used or cancelled before) or ENDED (not used in time).
   */
  async fulfil({ idempotencyKey: key, redemptionId }: FulfilInput, actor: Actor): Promise<RedemptionChange> {
    const { memberId, id } = await this.#require(redemptionId);
    const call = key === null ? null : { scope: `rewards.fulfil:${actor.actor}`, key, input: { id } };
    return this.#once('rewards.fulfil', memberId, call, async (tx) => {
      const before = await openIn(tx, id);
      const redemption: RedemptionRow = {
        ...before,
        ...{ status: 'FULFILLED', fulfilledAt: tx.now, fulfilledBy: actor.actor },
      };
      return this.#changeIn(tx, 'redemption.fulfilled', redemption, actor, []);
    });
  }

  /**
   * Cancels what was not used yet, once per actor and key: the points go back to their lots, the piece to the stock.
   * @throws Refusal NOT_FOUND, CONFLICT (used before), ALREADY_REVERSED (cancelled before), ENDED (not used in time) or
   * IDEMPOTENCY_KEY_REUSED.
   */
  async cancel({ idempotencyKey: key, redemptionId, ...input }: CancelInput, actor: Actor): Promise<RedemptionChange> {
    const reason =
      input.reason === null ? null : requireLine(input.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
    const { memberId, id } = await this.#require(redemptionId);
    const call = { scope: `rewards.cancel:${actor.actor}`, key, input: { id, reason } };
    return this.#once('rewards.cancel', memberId, call, async (tx) => {
      const before = await openIn(tx, id);
      const refund = await refundIn(tx, {
        ...{ memberId, entryId: before.entryId, actor: actor.actor },
        uses: before.uses.map(([lotId, points]) => ({ lotId, points })),
        reason: `Cancelled: ${before.name}`,
      });
      const reward = await this.#parts.rewards.findIn(tx, before.rewardCode);
      if (reward !== null) await giveBackIn(tx, memberId, reward);
      const redemption: RedemptionRow = {
        ...{ ...before, status: 'CANCELLED', refundEntryId: refund.entry.id, cancelReason: reason },
        ...{ cancelledAt: tx.now, cancelledBy: actor.actor },
      };
      return this.#changeIn(tx, 'redemption.cancelled', redemption, actor, [refund.effect]);
    });
  }

  /** Runs a change under the member's lock; with a call, once. */
  #once(
    name: string,
    memberId: string,
    call: IdempotentCall | null,
    change: (tx: Tx) => Promise<Omit<RedemptionChange, 'replayed'>>,
  ): Promise<RedemptionChange> {
    return this.#parts.work.run({ name, locks: [memberId] }, async (tx) => {
      if (call === null) return { ...(await change(tx)), replayed: false };
      const { response, replayed } = await onceIn<Remembered>(tx, call, async () => {
        const { redemption, effects } = await change(tx);
        return { redemptionId: redemption.id, effects: effects.map(storable) };
      });
      const [redemption] = await readRedemptions(tx, [response.redemptionId]);
      if (redemption === undefined) throw new Error('The redemption of a remembered call is missing.');
      return { redemption, effects: response.effects, replayed };
    });
  }

  async #changeIn(tx: Tx, action: string, redemption: RedemptionRow, actor: Actor, effects: Effect[]) {
    await updateRedemption(tx, redemption);
    await this.#auditIn(tx, action, redemption, actor);
    return { redemption, effects: [...effects, await emitRedemptionIn(tx, REDEMPTION_CHANGED, redemption)] };
  }

  /** Never with the voucher's code: who reads the log must not be able to use it. */
  async #auditIn(tx: Tx, action: string, redemption: RedemptionRow, { byMember, ...author }: Actor): Promise<void> {
    if (byMember) return;
    const { id, memberId, rewardCode, cost, status, cancelReason } = redemption;
    await this.#parts.audit.recordIn(tx, {
      ...author,
      ...{ action, targetKind: 'redemption', targetId: id, before: null },
      after: { memberId, reward: rewardCode, cost, status, ...(cancelReason === null ? {} : { reason: cancelReason }) },
    });
  }

  async #require(id: string): Promise<RedemptionRow> {
    const redemption = await this.find(id);
    if (redemption !== null) return redemption;
    throw unknown('redemptionId', 'There is no redemption with this id. Check redemptionId.');
  }
}

/** The redemption, when it is still open. @throws Refusal CONFLICT, ALREADY_REVERSED or ENDED with what it is by now. */
async function openIn(tx: Tx, id: string): Promise<RedemptionRow> {
  const [redemption] = await readRedemptions(tx, [id]);
  if (redemption === undefined) throw new Error('A redemption that was there a moment ago is missing.');
  const status = statusAt(redemption, tx.now);
  switch (status) {
    case 'ISSUED':
    case 'PENDING':
      return redemption;
    case 'FULFILLED':
      throw over(ErrorCode.CONFLICT, 'The voucher was used before.', { status, fulfilledAt: redemption.fulfilledAt });
    case 'CANCELLED':
      throw over(ErrorCode.ALREADY_REVERSED, 'The redemption was cancelled before, and its points were returned.', {
        ...{ status, cancelledAt: redemption.cancelledAt },
      });
    case 'EXPIRED':
      throw over(ErrorCode.ENDED, 'The voucher was not used in time.', { status, expiresAt: redemption.expiresAt });
  }
}

function over(code: ErrorCode, message: string, facts: Record<string, string | number | null>): Refusal {
  const entries = Object.entries(facts).map(([name, value]) => {
    return [name, typeof value === 'number' ? new Date(value).toISOString() : value];
  });
  return new Refusal(code, message, { path: ['input', 'redemptionId'], details: Object.fromEntries(entries) });
}

function unknown(field: string, message: string): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', field] });
}
