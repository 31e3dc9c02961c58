import { drawSafe, SAFE_ALPHABET } from '../members/members.codes.ts';

/** Eleven are drawn, 2.5 × 10¹⁶ codes: no two are ever alike, and nobody finds one by trying. The twelfth is for checking. */
const DRAWN = 11;
const GROUPS = /.{4}/g;

/** Draws a voucher code at random, in groups as people read it out: `K7PM-XQ2R-9TWH`. */
export function drawVoucherCode(): string {
  const drawn = drawSafe(DRAWN);
  return grouped(`${drawn}${checkCharacter(drawn)}`);
}

/**
 * The voucher code in what somebody typed or scanned (small letters, spaces and hyphens are allowed), or null when it cannot
 * be one. Every single wrong character is noticed, and every swap of two.
 */
export function readVoucherCode(typed: string): string | null {
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  if (code.length !== DRAWN + 1 || [...code].some((character) => !SAFE_ALPHABET.includes(character))) return null;
  return code.at(-1) === checkCharacter(code.slice(0, DRAWN)) ? grouped(code) : null;
}

/**
 * A weighted sum modulo the size of the alphabet, as in ISBN-10: because that size, 31, is a prime and all weights differ,
 * no single change and no swap leaves it as it was.
 */
function checkCharacter(drawn: string): string {
  const size = SAFE_ALPHABET.length;
  const sum = [...drawn].reduce((total, character, at) => total + (at + 2) * SAFE_ALPHABET.indexOf(character), 0);
  // The check character counts once, so that the whole sum is a multiple of the size.
  return SAFE_ALPHABET.charAt((size - (sum % size)) % size);
}

function grouped(code: string): string {
  return code.match(GROUPS)?.join('-') ?? code;
}
