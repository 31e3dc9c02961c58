import { randomInt } from 'node:crypto';
import { SAFE_ALPHABET, withCheckDigit } from '../../rules/codes.ts';

/** What a member is known by besides the id: the number typed at a counter and the code friends share. */
export interface MemberCodes {
  memberNumber: string;
  referralCode: string;
}

/** Draws codes for a new member. They may be taken already: inserting finds out, and draws again. */
export type DrawCodes = () => MemberCodes;

const REFERRAL_CODE_LENGTH = 8;

/**
 * Draws at random, so that nobody can count members or guess the next one's number. Nine million numbers exist; at a
 * million members one draw in nine is taken. Of 852,891,037,441 referral codes practically none ever is.
 */
export const drawCodes: DrawCodes = () => ({
  memberNumber: withCheckDigit(String(randomInt(1_000_000, 10_000_000))),
  referralCode: drawSafe(REFERRAL_CODE_LENGTH),
});

/** Draws a code of the safe alphabet at random. */
export function drawSafe(length: number): string {
  return Array.from({ length }, () => SAFE_ALPHABET[randomInt(SAFE_ALPHABET.length)]).join('');
}
