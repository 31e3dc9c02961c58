import type { Tx } from '../../platform/tx.ts';
import type { OpenSlice, Slice, Step } from '../../recording/slice.ts';
import type { Programme } from '../../rules/programme.ts';
import { type CompiledReferrals, qualifies } from '../../rules/referrals.ts';
import type { MemberFacts, MemberState } from '../../rules/types.ts';
import { announceChainIn, REFERRAL_QUALIFIED } from './referrals.events.ts';
import { payLater } from './referrals.payment.ts';
import { holdOpenReferralsOf, type ReferralRow, updateReferral } from './referrals.rows.ts';

const NOTHING: OpenSlice = { fold() {}, write: () => Promise.resolve() };

/**
 * How referrals take part in recording: the first activity of a referred member that fits makes the referral count. Everybody
 * above the member is paid by a job, because only this member's lock is held.
 */
export const referralsSlice: Slice = {
  name: 'referrals',
  async open(tx, programme, candidates) {
    const { referrals } = programme;
    if (referrals === null) return NOTHING;
    const fitting = candidates.filter(({ activity }) => activity.type === referrals.definition.qualifyingActivity);
    const memberIds = [...new Set(fitting.map(({ memberId }) => memberId))];
    // One that is being reviewed may begin to count, too; it is paid once it has been approved.
    const open = await holdOpenReferralsOf(tx, memberIds);
    return open.length === 0 ? NOTHING : new ReferralsBatch(tx, programme, referrals, open);
  },
};

class ReferralsBatch implements OpenSlice {
  readonly #tx: Tx;
  readonly #programme: Programme;
  readonly #referrals: CompiledReferrals;
  /** By referee. */
  readonly #open: Map<string, ReferralRow>;
  readonly #members = new Map<string, MemberFacts>();
  readonly #qualified: ReferralRow[] = [];

  constructor(tx: Tx, programme: Programme, referrals: CompiledReferrals, open: readonly ReferralRow[]) {
    this.#tx = tx;
    this.#programme = programme;
    this.#referrals = referrals;
    this.#open = new Map(open.map((row) => [row.refereeId, row]));
  }

  contribute(memberId: string, { member }: Partial<MemberState>): void {
    if (member !== undefined) this.#members.set(memberId, member);
  }

  fold({ activity: { memberId, facts }, emit }: Step): void {
    const row = this.#open.get(memberId);
    const member = this.#members.get(memberId);
    if (row === undefined || member === undefined) return;
    if (!qualifies(this.#referrals, this.#programme.view, member, facts)) return;
    this.#open.delete(memberId);
    const isHeld = row.status === 'FLAGGED';
    const qualified: ReferralRow = {
      ...row,
      status: isHeld ? row.status : 'QUALIFIED',
      programVersion: this.#referrals.definition.version,
      qualifiedAt: facts.occurredAt,
      qualifyingActivityId: facts.id,
    };
    this.#qualified.push(qualified);
    if (!isHeld) emit(REFERRAL_QUALIFIED, { referralId: row.id }, qualified);
  }

  async write(): Promise<void> {
    for (const row of this.#qualified) {
      await updateReferral(this.#tx, row);
      if (row.status !== 'QUALIFIED') continue;
      payLater(this.#tx, row.id);
      await announceChainIn(this.#tx, 'QUALIFIED', [row]);
    }
  }
}
