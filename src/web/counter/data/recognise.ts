import { readMemberNumber, readVoucherCode, VOUCHER_CODE_LENGTH } from '../../../rules/codes.ts';

/** What somebody typed or scanned into the one field. */
export type Recognised =
  | { kind: 'NOTHING' }
  /** A member number whose check digit fits. */
  | { kind: 'NUMBER'; number: string }
  /** As long as a member number, but nobody can have it; other systems may have numbers as long. */
  | { kind: 'MISTYPED_NUMBER'; text: string }
  | { kind: 'VOUCHER'; code: string }
  /** Written like a voucher's code, but it cannot be one. */
  | { kind: 'MISTYPED_VOUCHER' }
  /** The link with which a member recommends the club. */
  | { kind: 'REFERRAL'; code: string }
  /** A link that leads to nobody. */
  | { kind: 'LINK' }
  /** Anything else is looked for: names, addresses, numbers of other systems. */
  | { kind: 'TEXT'; text: string };

const LINK = /^https?:\/\/\S+$/i;
const REFERRAL = /\/r\/([A-Z2-9]{8})\/?$/i;
/** A voucher's code as it is printed: groups of four. */
const GROUPED = /^[a-z0-9]{4}[-\s][a-z0-9]{4}[-\s][a-z0-9]{4}$/i;
const DIGIT = /\d/;

/** Says what a text is, without asking anybody. A scanner may have put a space or a line's end behind it. */
export function recognise(typed: string): Recognised {
  const text = typed.trim();
  if (text === '') return { kind: 'NOTHING' };
  if (LINK.test(text) && URL.canParse(text)) return recogniseLink(text);
  const number = readMemberNumber(text);
  if (number !== null) return { kind: 'NUMBER', number };
  if (/^\d{8}$/.test(text.replace(/[\s-]/g, ''))) return { kind: 'MISTYPED_NUMBER', text };
  return recogniseVoucher(text) ?? { kind: 'TEXT', text };
}

/** Every thirtieth name of twelve letters passes for a voucher's code: those who look for it look for the name as well. */
function recogniseVoucher(text: string): Recognised | null {
  const code = readVoucherCode(text);
  if (code !== null) return { kind: 'VOUCHER', code };
  const bare = text.replace(/[\s-]/g, '');
  const isSo = GROUPED.test(text) || (bare === text && bare.length === VOUCHER_CODE_LENGTH && /^[A-Z0-9]+$/.test(bare));
  return isSo && DIGIT.test(bare) && /[a-z]/i.test(bare) ? { kind: 'MISTYPED_VOUCHER' } : null;
}

/** Cards may carry a link with the member number in it; posters and friends carry the link of a referral. */
function recogniseLink(text: string): Recognised {
  const address = new URL(text);
  const code = REFERRAL.exec(address.pathname)?.[1];
  if (code !== undefined) return { kind: 'REFERRAL', code: code.toUpperCase() };
  const parts = [...address.searchParams.values(), ...address.pathname.split('/'), address.hash.slice(1)];
  for (const part of parts) {
    const number = readMemberNumber(part);
    if (number !== null) return { kind: 'NUMBER', number };
    const voucher = readVoucherCode(part);
    if (voucher !== null && DIGIT.test(voucher)) return { kind: 'VOUCHER', code: voucher };
  }
  return { kind: 'LINK' };
}
