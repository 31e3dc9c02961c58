import { onceIn } from '../../platform/idempotency.ts';
import { isId } from '../../platform/ids.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { unavailable } from '../../platform/retry.ts';
import { requireLine } from '../../platform/text.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Effect, MemberRecord } from '../../recording/commands.ts';
import { storable } from '../../recording/effects.ts';
import { writeMillionths } from '../../rules/decimals.ts';
import { ONE } from '../../rules/game.types.ts';
import { readPart } from '../../rules/parts.ts';
import type { UsageChange } from '../../rules/types.ts';
import { holdActivityIn, type ReversibleActivity } from '../activities/activities.reversing.ts';
import type { AuditService, Author } from '../audit/index.ts';
import type { MovedStanding } from '../leaderboards/leaderboards.reversal.ts';
import { loadRecords } from '../members/members.directory.ts';
import { MemberStatus } from '../members/members.words.ts';
import { type LotRow, readLots, type WalletRow } from '../points/points.rows.ts';
import { type QualifiedReferral, readQualifiedBy } from '../referrals/referrals.reversal.ts';
import { type ReversalRequest, type ReversalResult, type ReversalSources, reverseIn } from './reversal.run.ts';

/** What reversing is made of. */
export interface ReversalParts extends ReversalSources {
  work: UnitOfWork;
  reader: Reader;
  audit: AuditService;
}

/** Which part of which activity is to be taken back. `fraction` is decimal text, of the whole activity. */
export interface PartInput {
  activityId: string;
  fraction: string;
}

export interface ReversalInput extends PartInput {
  idempotencyKey: string;
  reason: string;
}

/** What a reversal would do. */
export interface PreviewedReversal extends ReversalResult {
  wallet: WalletRow & { lots: readonly LotRow[] };
  activityId: string;
  memberId: string;
  /** Decimal text: this part, and all parts so far. */
  fraction: string;
  reversedFraction: string;
}

/** What is remembered of a reversal, for whoever sends the same key again. */
export interface RememberedReversal {
  activityId: string;
  memberId: string;
  fraction: string;
  reversedFraction: string;
  effects: Effect[];
  returned: UsageChange[];
  standings: MovedStanding[];
}

/** A checked part, before anything was looked up. */
interface Part {
  activityId: string;
  part: number;
}

/** Whose points would be taken is somebody whom nobody knew of when the locks were chosen. */
class UnlockedMemberError extends Error {}

/** How often a reversal begins again while a referral is being paid; that happens once. */
const LOCATE_ATTEMPTS = 5;
const LONGEST_REASON = 500;

/** Takes activities back, as a whole and in parts. */
export class ReversalService {
  readonly #parts: ReversalParts;

  constructor(parts: ReversalParts) {
    this.#parts = parts;
  }

  /**
   * Takes a part of an activity back once per actor and key, with everything that followed from it.
   * @throws Refusal NOT_FOUND, ALREADY_REVERSED, NOT_REVERSIBLE, BAD_USER_INPUT or IDEMPOTENCY_KEY_REUSED.
   */
  async reverse(input: ReversalInput, author: Author): Promise<RememberedReversal & { replayed: boolean }> {
    const { idempotencyKey: key } = input;
    const part = partOfInput(input, ['input']);
    const reason = requireLine(input.reason, { path: ['input', 'reason'], longest: LONGEST_REASON });
    const call = { scope: `activities.reverse:${author.actor}`, key, input: { ...part, reason } };
    return this.#locked(part, 'activities.reverse', async (tx, locked) => {
      let live: readonly Effect[] = [];
      const { response, replayed } = await onceIn<RememberedReversal>(tx, call, async () => {
        const request = await this.#requestIn(tx, part, locked, ['input']);
        const result = await reverseIn(tx, this.#parts, { ...request, reason, actor: author.actor, ranked: false });
        await this.#auditIn(tx, request, reason, author);
        live = result.effects;
        const { returned, standings } = result;
        return { ...figuresOf(request), effects: result.effects.map(storable), returned, standings };
      });
      return { ...response, effects: live.length > 0 ? [...live] : response.effects, replayed };
    });
  }

  /**
   * What taking a part of an activity back would do; the same, and then rolled back.
   * @throws Refusal as `reverse` would.
   */
  async preview(input: PartInput, author: Author): Promise<PreviewedReversal> {
    const part = partOfInput(input, []);
    const rollback = new Error('A preview is never committed.');
    let result: PreviewedReversal | null = null;
    const previewed = this.#locked(part, 'activities.preview-reversal', async (tx, locked) => {
      const request = await this.#requestIn(tx, part, locked, []);
      const wanted = { ...request, reason: 'Reversed', actor: author.actor, ranked: true };
      const { wallet, ...reversed } = await reverseIn(tx, this.#parts, wanted);
      // Nobody can read them any more once this is rolled back.
      const lots = await readLots(tx, [wallet.memberId]);
      result = { ...figuresOf(request), ...reversed, wallet: { ...wallet, lots } };
      throw rollback;
    });
    await previewed.catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
    if (result === null) throw new Error('A preview ended without a result.');
    return result;
  }

  /** Chooses the locks before the transaction: the member's, and those of everybody who was paid for its referral. */
  async #locked<Result>(
    { activityId }: Part,
    name: string,
    run: (tx: Tx, locked: ReadonlySet<string>) => Promise<Result>,
  ): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      const locks = await this.#locksOf(activityId);
      try {
        return await this.#parts.work.run({ name, locks }, (tx) => run(tx, new Set(locks)));
      } catch (error) {
        if (!(error instanceof UnlockedMemberError)) throw error;
        if (attempt === LOCATE_ATTEMPTS) throw unavailable(error);
      }
    }
  }

  async #locksOf(activityId: string): Promise<string[]> {
    const { reader } = this.#parts;
    const [row] = await reader.query<{ memberId: string }>(
      'select member_id as "memberId" from activities where id = $1',
      [activityId],
    );
    if (row === undefined) return [];
    return [row.memberId, ...paidFor(await readQualifiedBy(reader, row.memberId, activityId))];
  }

  async #requestIn(
    tx: Tx,
    { activityId, part }: Part,
    locked: ReadonlySet<string>,
    path: readonly string[],
  ): Promise<Omit<ReversalRequest, 'reason' | 'actor' | 'ranked'>> {
    const activity = await holdActivityIn(tx, activityId);
    if (activity === null) throw unknownActivity(path);
    const [member] = await loadRecords(tx, [activity.memberId], []);
    if (member === undefined || !isThere(member)) throw notReversible(path);
    if (activity.reversed + part > ONE) throw tooMuch(activity, path);
    const isWhole = activity.reversed + part === ONE;
    const referral = isWhole ? await readQualifiedBy(tx, activity.memberId, activityId) : null;
    const touched = [activity.memberId, ...paidFor(referral)];
    if (!touched.every((id) => locked.has(id)))
      throw new UnlockedMemberError('Recorded or paid since the locks were chosen.');
    return { activity, member: member.facts, part, referral };
  }

  #auditIn(
    tx: Tx,
    { activity, part }: Pick<ReversalRequest, 'activity' | 'part'>,
    reason: string,
    author: Author,
  ): Promise<void> {
    const { facts, memberId, reversed } = activity;
    return this.#parts.audit.recordIn(tx, {
      ...author,
      ...{ action: 'activity.reversed', targetKind: 'activity', targetId: facts.id },
      before: { reversedFraction: writeMillionths(reversed) },
      after: { reversedFraction: writeMillionths(reversed + part), memberId, reason },
    });
  }
}

function paidFor(found: QualifiedReferral | null): string[] {
  if (found === null) return [];
  return [found.referral.referrerId, ...found.rewards.map(({ memberId }) => memberId)];
}

function figuresOf({ activity, part }: Pick<ReversalRequest, 'activity' | 'part'>) {
  const { facts, memberId, reversed } = activity;
  const fraction = writeMillionths(part);
  return { activityId: facts.id, memberId, fraction, reversedFraction: writeMillionths(reversed + part) };
}

function isThere({ status }: MemberRecord): boolean {
  return status === MemberStatus.ACTIVE || status === MemberStatus.SUSPENDED;
}

function partOfInput({ activityId, fraction }: PartInput, path: readonly string[]): Part {
  const part = readPart(fraction);
  if (part === null) {
    const message =
      'A fraction is above 0 and at most 1, with at most six digits behind the point: 1 is the whole activity, 0.25 a quarter of it.';
    throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: [...path, 'fraction'] });
  }
  if (!isId(activityId)) throw unknownActivity(path);
  return { activityId: activityId.toLowerCase(), part };
}

function unknownActivity(path: readonly string[]): Refusal {
  const message = 'There is no activity with this id. Check activityId.';
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: [...path, 'activityId'] });
}

function notReversible(path: readonly string[]): Refusal {
  const message = 'The member of this activity is merged or erased, so nothing of it can be taken back any more.';
  return new Refusal(ErrorCode.NOT_REVERSIBLE, message, { path: [...path, 'activityId'] });
}

function tooMuch({ reversed }: ReversibleActivity, path: readonly string[]): Refusal {
  const left = writeMillionths(ONE - reversed);
  const message =
    reversed === ONE
      ? 'The activity was reversed as a whole before. Read it to see when; nothing is left to take back.'
      : `Only ${left} of the activity is left to take back. Send that or less as the fraction.`;
  const details = { reversedFraction: writeMillionths(reversed), remainingFraction: left };
  return new Refusal(ErrorCode.ALREADY_REVERSED, message, { path: [...path, 'fraction'], details });
}
