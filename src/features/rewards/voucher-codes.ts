import { groupedVoucherCode, VOUCHER_CODE_LENGTH, withCheckCharacter } from '../../rules/codes.ts';
import { drawSafe } from '../members/members.codes.ts';

/**
 * Draws a voucher code at random. Eleven characters are drawn, 2.5 × 10¹⁶ codes: no two are ever alike, and nobody finds
 * one by trying. The twelfth is for checking.
 */
export function drawVoucherCode(): string {
  return groupedVoucherCode(withCheckCharacter(drawSafe(VOUCHER_CODE_LENGTH - 1)));
}
