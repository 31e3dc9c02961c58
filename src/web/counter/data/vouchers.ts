import { newKey } from '../../shared/keys.ts';
import { type Desk, failureOf } from './desk.ts';
import { operations } from './operations.ts';
import { type Job, READY } from './state.ts';
import type { Redemption, RedemptionAnswer, Reward } from './types.ts';

/** A mutation, and what it means: the same again happens once. */
interface Sending {
  what: string;
  document: string;
  /** Where in the answer it is. */
  field: string;
}

/** Redeeming for a member, and using and cancelling what was redeemed. */
export class Vouchers {
  readonly #desk: Desk;
  readonly #changed: () => void;

  /** @param changed told when the member is not as it was. */
  constructor(desk: Desk, changed: () => void) {
    this.#desk = desk;
    this.#changed = changed;
  }

  /** Asks for the second tap. */
  offer(reward: Reward): void {
    this.#desk.set({ sheet: { kind: 'REDEEM', key: newKey('counter'), job: READY, reward } });
  }

  async redeem(): Promise<void> {
    const sheet = this.#desk.sheet('REDEEM');
    const { memberId } = this.#desk.state;
    if (sheet === null || sheet.job.is === 'BUSY') return;
    const { key, reward } = sheet;
    const sending = { what: `redeem ${memberId} ${reward.code}`, document: operations.redeem, field: 'redeemReward' };
    const redemption = await this.#send(key, sending, { memberId, reward: reward.code });
    if (redemption !== null && this.#desk.state.sheet?.key === key) this.#lay(redemption, true);
  }

  /** Shows a voucher that was found or chosen. */
  show(redemption: Redemption): void {
    this.#lay(redemption, false);
  }

  async use(): Promise<void> {
    const sheet = this.#desk.sheet('VOUCHER');
    if (sheet === null || sheet.job.is === 'BUSY') return;
    const { key } = sheet;
    const { id } = sheet.redemption;
    const sending = { what: `use ${id}`, document: operations.fulfil, field: 'fulfilRedemption' };
    const redemption = await this.#send(key, sending, { redemptionId: id });
    if (redemption !== null) this.#desk.setSheet(key, { redemption, done: 'USED', job: READY });
  }

  /** Asks for the reason, or thinks better of it. */
  askWhy(isCancelling: boolean): void {
    const sheet = this.#desk.sheet('VOUCHER');
    if (sheet !== null) this.#desk.setSheet(sheet.key, { isCancelling, job: READY });
  }

  async cancel(reason: string): Promise<void> {
    const sheet = this.#desk.sheet('VOUCHER');
    if (sheet === null || sheet.job.is === 'BUSY') return;
    const { key } = sheet;
    const { id } = sheet.redemption;
    const why = reason.trim();
    // Another reason is another request.
    const sending = { what: `cancel ${id} ${why}`, document: operations.cancel, field: 'cancelRedemption' };
    const input = { redemptionId: id, ...(why === '' ? {} : { reason: why }) };
    const redemption = await this.#send(key, sending, input);
    if (redemption !== null)
      this.#desk.setSheet(key, { redemption, isCancelling: false, done: 'CANCELLED', job: READY });
  }

  #lay(redemption: Redemption, isNew: boolean): void {
    const key = newKey('counter');
    this.#desk.set({
      sheet: { kind: 'VOUCHER', key, job: READY, redemption, isNew, isCancelling: false, done: null },
    });
  }

  async #send(key: string, { what, document, field }: Sending, input: object): Promise<Redemption | null> {
    const report = (job: Job) => this.#desk.setSheet(key, { job });
    const data = await this.#desk.do<Record<string, RedemptionAnswer>>(what, document, input, report);
    const answer = data?.[field];
    if (answer === undefined) return null;
    this.#changed();
    const failure = failureOf(answer.userErrors);
    if (failure !== null) report(failure);
    return answer.redemption;
  }
}
