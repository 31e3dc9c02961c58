import type { Language } from '../../shared/language.ts';
import type { RedemptionStatus, RewardKind } from '../data/value-types.ts';
import { en } from './words.en.ts';
import { sv } from './words.sv.ts';

/** What a refusal is about. */
export interface WhyNot {
  code: string;
  /** How many points are missing, written out; null when none are. */
  missing: string | null;
  tier: string | null;
  perMember: number | null;
  /** When it becomes possible by itself, for example "in 3 days"; null when that is not known. */
  when: string | null;
}

/** Everything that rewards, vouchers and the card say, in one language. Amounts come in written out. */
export interface ValueWords {
  title: string;
  kinds: Record<RewardKind, string>;
  cost: (points: string) => string;
  now: { title: string; none: string };
  nearest: string;
  later: { title: string; toGo: (points: string) => string; when: (when: string) => string };
  barred: (count: number) => string;
  showAll: (count: string) => string;
  cheapest: (count: string) => string;
  from: (partner: string) => string;
  left: (count: string) => string;
  ends: (when: string) => string;
  worth: (amount: string) => string;
  valid: (span: string) => string;
  validForEver: string;
  whyNot: (why: WhyNot) => string;
  redeem: {
    button: string;
    /** For those who hear the button without what stands around it. */
    buttonFor: (name: string) => string;
    title: (name: string) => string;
    have: string;
    costs: string;
    left: string;
    instant: string;
    manual: string;
    confirm: (points: string) => string;
    sending: string;
    again: string;
    never: string;
    unanswered: string;
    refused: string;
    terms: string;
  };
  vouchers: {
    title: string;
    status: Record<RedemptionStatus, string>;
    usableUntil: (day: string) => string;
    forEver: string;
    show: string;
    open: (name: string) => string;
    counter: string;
    waiting: string;
    qr: (code: string) => string;
    used: (day: string) => string;
    cancelled: (day: string) => string;
    expired: (day: string) => string;
    redeemed: (day: string, points: string) => string;
    earlier: (count: number) => string;
    enjoy: string;
    close: string;
    cancel: { offer: string; sure: (points: string) => string; yes: string; no: string };
  };
  card: { title: string; number: string; hint: string; qr: string; none: string };
}

export const valueWords: Readonly<Record<Language, ValueWords>> = { en, sv };
