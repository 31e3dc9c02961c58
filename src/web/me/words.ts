import type { Language } from '../shared/language.ts';
import type { StatusWords, TokenWords } from '../shared/words.ts';
import type { LadderUnit, Recurrence } from './data/types.ts';
import type { View } from './view/view-names.ts';
import { en } from './words.en.ts';
import { sv } from './words.sv.ts';

/** Everything the member page says, in one language. Amounts come in written out. */
export interface Words extends StatusWords {
  title: string;
  skip: string;
  loading: string;
  /** The parts of the page, and what is said while one is not there. */
  parts: Record<View, string> & {
    label: string;
    waiting: (count: number) => string;
    missing: string;
    reload: string;
  };
  greeting: (name: string, hour: number) => string;
  hiddenMember: string;
  /** Behind a number of points, money or activities. */
  unit: (unit: LadderUnit, count: number) => string;
  points: {
    spendable: (count: number) => string;
    pending: (points: string) => string;
    expiring: (points: string, when: string) => string;
    memberNumber: (number: string) => string;
    /** Points that were taken back after they had been spent. */
    owed: (points: string) => string;
  };
  worth: {
    vouchers: (count: string) => string;
    ready: string;
    until: (day: string) => string;
    preparing: string;
  };
  ladder: {
    title: string;
    youAre: string;
    missing: (amount: string, step: string) => string;
    missingNext: (amount: string) => string;
    top: string;
    start: string;
    toGo: (amount: string) => string;
    reached: string;
    all: (count: number) => string;
    reward: string;
    tier: string;
  };
  tier: {
    title: string;
    none: string;
    since: (day: string) => string;
    multiplier: (factor: string) => string;
    benefits: string;
    next: (name: string) => string;
    kept: (amount: string, span: string) => string;
    keptForEver: string;
    atRisk: (amount: string, day: string) => string;
  };
  streak: {
    inARow: (count: number, every: Recurrence) => string;
    of: (length: string) => string;
    breaks: (when: string) => string;
    none: string;
    done: (every: Recurrence) => string;
    open: (every: Recurrence) => string;
    freezes: (left: number) => string;
    best: (count: string) => string;
    /** A streak that was completed and goes on. */
    completed: (length: string, day: string) => string;
    met: string;
    isNext: string;
    left: string;
  };
  challenges: {
    title: string;
    none: { title: string; text: string };
    progress: (progress: string, target: string) => string;
    recurs: Record<Recurrence, string>;
    ends: (when: string) => string;
    starts: (when: string) => string;
    gives: (points: string) => string;
    badge: (name: string) => string;
    completed: (day: string) => string;
    completedNow: Record<Recurrence, string>;
    again: (when: string) => string;
    times: (count: number) => string;
    expired: string;
    together: string;
    yours: (amount: string) => string;
    notYours: string;
    contributors: (count: string) => string;
    /** Another challenge has to be completed first. */
    after: (name: string) => string;
    further: (count: number) => string;
    earlier: (count: number) => string;
  };
  badges: {
    title: string;
    none: { title: string; text: string };
    earned: (count: string) => string;
    within: string;
    others: (count: number) => string;
    toGo: (amount: string) => string;
    awarded: (day: string) => string;
    times: (count: number) => string;
    rarity: (share: string) => string;
    limit: (awarded: string, limit: string) => string;
    missing: string;
    close: string;
  };
  ledger: {
    title: string;
    none: string;
    today: string;
    yesterday: string;
    more: string;
    pendingUntil: (day: string) => string;
    kinds: Record<'ADJUST' | 'REDEEM' | 'REFUND' | 'EXPIRE' | 'REVERSE' | 'BONUS' | 'EARN', string>;
  };
  wins: {
    title: string;
    tier: string;
    badge: string;
    challenge: string;
    down: (name: string) => string;
    lost: string;
    close: string;
    heard: { tier: (name: string) => string; badge: (name: string) => string; challenge: (name: string) => string };
  };
  heardPoints: (points: string, reason: string, balance: string) => string;
  heardVoucher: Record<'used' | 'cancelled' | 'expired', (name: string) => string>;
  menu: { board: string; playground: string; start: string; language: string; out: string };
  signIn: TokenWords & {
    title: string;
    text: string;
    as: (name: string) => string;
    demo: { title: string; text: string };
    paste: string;
    /** For those who build the shop; the address stands behind it. */
    handover: string;
    shop: { title: string; text: string };
    notMember: { title: string; text: string };
  };
}

export const words: Readonly<Record<Language, Words>> = { en, sv };
