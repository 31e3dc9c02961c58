/*
 * How the codes that people type and scan are read: what a server accepts and a page can tell at once is one rule.
 */

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

/** The characters of a voucher code, with the last one, which is for checking. */
export const VOUCHER_CODE_LENGTH = 12;
const GROUPS = /.{4}/g;

/**
 * The voucher code in what somebody typed or scanned (small letters, spaces and hyphens are allowed), or null when it cannot
 * be one. Every single wrong character is noticed, and every swap of two.
 */
export function readVoucherCode(typed: string): string | null {
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  if (code.length !== VOUCHER_CODE_LENGTH) return null;
  if ([...code].some((character) => !SAFE_ALPHABET.includes(character))) return null;
  return withCheckCharacter(code.slice(0, -1)) === code ? groupedVoucherCode(code) : null;
}

/**
 * Appends the check character: a weighted sum modulo the size of the alphabet, as in ISBN-10. Because that size, 31, is a
 * prime and all weights differ, no single change and no swap leaves it as it was.
 */
export function withCheckCharacter(drawn: string): string {
  const size = SAFE_ALPHABET.length;
  const sum = [...drawn].reduce((total, character, at) => total + (at + 2) * SAFE_ALPHABET.indexOf(character), 0);
  // The check character counts once, so that the whole sum is a multiple of the size.
  return `${drawn}${SAFE_ALPHABET.charAt((size - (sum % size)) % size)}`;
}

/** A voucher code in groups, as people read it out: `K7PM-XQ2R-9TWH`. */
export function groupedVoucherCode(code: string): string {
  return code.match(GROUPS)?.join('-') ?? code;
}
