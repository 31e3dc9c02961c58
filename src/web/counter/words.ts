import type { Language } from '../shared/language.ts';
import type { StatusWords, TokenWords } from '../shared/words.ts';
import type { LadderUnit, MemberStatus, RedemptionStatus } from './data/types.ts';

/** What went wrong and what to do next. Amounts and times come in written out. */
export type TroubleWords = (facts: {
  points: string;
  seconds: string;
  day: string;
  tier: string;
  often: string;
}) => string;

/** Everything the counter says, in one language. Amounts come in written out. */
export interface Words extends StatusWords {
  title: string;
  skip: string;
  signIn: TokenWords & {
    title: string;
    text: string;
    paste: string;
    handover: string;
    demo: string;
    demoText: string;
    checking: string;
    notStaff: string;
    notForSystems: string;
  };
  menu: { out: string; language: string; start: string; board: string };
  find: {
    title: string;
    label: string;
    placeholder: string;
    go: string;
    camera: string;
    clear: string;
    hints: readonly [string, string, string];
    matches: string;
    more: string;
    asking: string;
    retrying: string;
    voucher: (code: string) => string;
    number: (number: string) => string;
  };
  camera: {
    title: string;
    text: string;
    starting: string;
    close: string;
    none: string;
    denied: string;
    insecure: string;
  };
  next: string;
  unsent: (count: string) => string;
  idle: string;
  stay: string;
  memberNumber: string;
  statuses: Record<Exclude<MemberStatus, 'ACTIVE'>, { title: string; text: string }>;
  unit: (unit: LadderUnit, count: number) => string;
  points: {
    spendable: (count: number) => string;
    pending: (points: string) => string;
    expiring: (points: string, when: string) => string;
    owed: (points: string) => string;
  };
  tier: {
    none: string;
    toNext: (amount: string, tier: string) => string;
    top: string;
    keep: (tier: string, day: string) => string;
  };
  toReward: (points: string, reward: string) => string;
  visit: {
    title: string;
    record: string;
    what: string;
    done: string;
    again: string;
    purchase: string;
  };
  purchase: {
    title: string;
    amount: string;
    wrong: string;
    back: string;
    gives: string;
    nothing: string;
    after: (points: string) => string;
    asking: string;
    record: (amount: string) => string;
    enter: string;
  };
  win: {
    visit: string;
    purchase: string;
    old: string;
    points: (points: string) => string;
    none: string;
    pending: (points: string) => string;
    allPending: string;
    challenge: (name: string) => string;
    badge: (name: string) => string;
    tier: (name: string) => string;
    close: string;
  };
  rewards: {
    now: string;
    none: string;
    soon: string;
    missing: (points: string) => string;
    possible: (when: string) => string;
    later: (count: string) => string;
    cost: (points: string) => string;
    worth: (amount: string) => string;
    obstacle: Record<string, TroubleWords>;
  };
  redeem: { title: string; after: (points: string) => string; yes: (points: string) => string; no: string };
  vouchers: {
    title: string;
    code: string;
    use: string;
    open: string;
    handOver: string;
    status: Record<RedemptionStatus, string>;
    used: (when: string) => string;
    cancelled: (when: string, reason: string | null) => string;
    expired: (when: string) => string;
    until: (day: string) => string;
    forEver: string;
    redeemed: string;
    done: string;
    handedOver: string;
    wasCancelled: (points: string) => string;
    later: string;
    toHandOver: string;
    toPrepare: string;
    show: string;
    close: string;
    cancel: string;
    cancelTitle: string;
    cancelText: (points: string) => string;
    reason: string;
    cancelYes: string;
    keep: string;
    of: string;
    next: string;
  };
  challenges: {
    title: string;
    progress: (done: string, target: string) => string;
    gives: (points: string) => string;
    together: string;
  };
  activities: { title: string; none: string; reversed: string; today: string };
  busy: string;
  retrying: string;
  stop: string;
  retry: string;
  loading: string;
  trouble: Record<string, TroubleWords>;
  unknownTrouble: string;
}

/** Fetches the words of a language; nobody reads two at once. */
export async function loadWords(language: Language): Promise<Words> {
  if (language === 'sv') return (await import('./words.sv.ts')).sv;
  return (await import('./words.en.ts')).en;
}
