import type { Context } from '../../api/context.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { readVoucherCode } from '../../rules/codes.ts';
import { toEvent } from '../members/member-events.types.ts';
import { unknownRedemption } from './redemptions.access.ts';
import type { FulfilRedemptionInput } from './redemptions.inputs.ts';
import type { RedemptionRow } from './redemptions.rows.ts';
import type { RedemptionChange } from './redemptions.service.ts';
import { type Redemption, toRedemption } from './redemptions.types.ts';
import { type RewardsServices, redemptionById } from './rewards.loaders.ts';
import { voucherQr } from './voucher-qr.ts';

/** The redemption as it is now. */
export function shownRedemption({ availabilityParts }: RewardsServices, row: RedemptionRow): Redemption {
  return toRedemption(row, availabilityParts.now());
}

/** What the mutations answer. */
export function answerOf(services: RewardsServices, { redemption, effects, replayed }: RedemptionChange) {
  return { redemption: shownRedemption(services, redemption), effects: effects.map(toEvent), replayed };
}

/** The redemption of an event. */
export async function redemptionOfEvent(services: RewardsServices, context: Context, id: string): Promise<Redemption> {
  const row = await redemptionById(services, context, id);
  if (row === null) throw new Error(`The redemption ${id} of an event is missing.`);
  return shownRedemption(services, row);
}

/**
 * The redemption with the code that somebody typed or scanned, or null. Every wrong code counts as a guess.
 * @throws Refusal RATE_LIMITED after too many wrong ones.
 */
export function findVoucher(
  { redemptions, voucherGuesses }: RewardsServices,
  { viewer }: Context,
  typed: string,
): Promise<RedemptionRow | null> {
  return voucherGuesses.guess(viewer, async () => {
    const code = readVoucherCode(typed);
    return code === null ? null : redemptions.findByVoucher(code);
  });
}

/** The id of the redemption that is to be fulfilled. @throws Refusal BAD_USER_INPUT, NOT_FOUND or RATE_LIMITED. */
export async function idToFulfil(
  services: RewardsServices,
  context: Context,
  { redemptionId = null, voucherCode = null }: FulfilRedemptionInput,
): Promise<string> {
  if ((redemptionId === null) === (voucherCode === null)) {
    const message = 'Give exactly one of `redemptionId` and `voucherCode`.';
    throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['input', 'redemptionId'] });
  }
  if (redemptionId !== null) return redemptionId;
  const found = await findVoucher(services, context, voucherCode ?? '');
  if (found === null) throw unknownRedemption('voucherCode');
  return found.id;
}

/** The voucher as a picture while it can be used; null afterwards. */
export function qrOf({ status, row }: Redemption): string | null {
  return status === 'ISSUED' || status === 'PENDING' ? voucherQr(row.voucherCode) : null;
}
