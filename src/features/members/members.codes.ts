import { randomInt } from 'node:crypto';

/** What a member is known by besides the id: the number typed at a counter and the code friends share. */
export interface MemberCodes {
  memberNumber: string;
  referralCode: string;
}

/** Draws codes for a new member. They may be taken already: inserting finds out, and draws again. */
export type DrawCodes = () => MemberCodes;

/**
 * The quasigroup of Damm's check digit: row the interim digit, column the next one. It notices every single wrong digit
 * and every swap of two neighbours, which the more common Luhn digit does not (09 and 90).
 */
const DAMM = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const;

function interimDigit(digits: string): number {
  let interim = 0;
  for (const digit of digits) interim = Number(DAMM[interim]?.[Number(digit)]);
  return interim;
}

/** Appends the check digit to a number's digits. */
export function withCheckDigit(digits: string): string {
  return `${digits}${interimDigit(digits)}`;
}

/**
 * The member number in what somebody typed (spaces and hyphens are allowed), or null when it cannot be one: not eight
 * digits, or a check digit that does not fit.
 */
export function readMemberNumber(typed: string): string | null {
  const digits = typed.replace(/[\s-]/g, '');
  return /^\d{8}$/.test(digits) && interimDigit(digits) === 0 ? digits : null;
}

/** Letters and digits that are not mistaken for one another: no I, L, O, 0 or 1. As many as a prime, 31. */
export const SAFE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
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
