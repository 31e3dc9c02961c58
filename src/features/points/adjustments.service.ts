import { durationMs } from '../../api/duration.ts';
import { onceIn } from '../../platform/idempotency.ts';
import { isId } from '../../platform/ids.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { storable } from '../../recording/effects.ts';
import type { AuditService, Author } from '../audit/index.ts';
import { type LedgerRow, readEntries } from './points.rows.ts';
import { adjustIn } from './points.service.ts';

/** A change of points by hand, as a client sends it. */
export interface AdjustmentInput {
  idempotencyKey: string;
  memberId: string;
  points: number;
  reason: string;
  expiresAfter?: string | null | undefined;
}

/** What an adjustment did. */
export interface Adjustment {
  entry: LedgerRow;
  effects: Effect[];
  replayed: boolean;
}

interface Remembered {
  entryId: string;
  effects: Effect[];
}

/** Adds and deducts points by hand, with a reason, an actor and an audit entry. */
export class AdjustmentsService {
  readonly #work: UnitOfWork;
  readonly #audit: AuditService;

  constructor(work: UnitOfWork, audit: AuditService) {
    this.#work = work;
    this.#audit = audit;
  }

  /**
   * Adjusts a member's points once per actor and key.
   * @throws Refusal NOT_FOUND, BAD_USER_INPUT, INSUFFICIENT_POINTS, LIMIT_REACHED or IDEMPOTENCY_KEY_REUSED.
   */
  async adjust(input: AdjustmentInput, author: Author): Promise<Adjustment> {
    const { idempotencyKey: key, memberId, points, expiresAfter = null } = input;
    const reason = requireLine(input.reason, { path: ['input', 'reason'], longest: 500 });
    if (!isId(memberId)) throw unknownMember();
    const expiresAfterMs = expiresAfter === null ? null : durationMs(expiresAfter);
    const call = { scope: `points.adjust:${author.actor}`, key, input: { memberId, points, reason, expiresAfterMs } };
    return this.#work.run({ name: 'points.adjust', locks: [memberId] }, async (tx) => {
      const fresh: { entry: LedgerRow | null } = { entry: null };
      const { response, replayed } = await onceIn<Remembered>(tx, call, async () => {
        const { entry, effects } = await adjustIn(tx, {
          memberId,
          points,
          reason,
          actor: author.actor,
          expiresAfterMs,
        });
        fresh.entry = entry;
        await this.#auditIn(tx, entry, author);
        return { entryId: entry.id, effects: effects.map(storable) };
      });
      const entry = fresh.entry ?? (await readEntries(tx, [response.entryId]))[0];
      if (entry === undefined) throw new Error('The ledger entry of a remembered adjustment is missing.');
      return { entry, effects: response.effects.map((effect) => ({ ...effect, live: entry })), replayed };
    });
  }

  #auditIn(tx: Tx, entry: LedgerRow, author: Author): Promise<void> {
    return this.#audit.recordIn(tx, {
      ...author,
      action: 'points.adjusted',
      targetKind: 'member',
      targetId: entry.memberId,
      before: { balance: entry.balanceAfter - entry.points },
      after: { balance: entry.balanceAfter, points: entry.points, reason: entry.reason, entryId: entry.id },
    });
  }
}

function unknownMember(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', {
    path: ['input', 'memberId'],
  });
}
