import { allowance, type CapPlan, compileCaps, counterKey } from './caps.ts';
import type { ProgramView } from './expression-facts.ts';
import { type CompiledExpression, compileCondition, createFacts } from './expressions.ts';
import type { ActivityFacts, Cap, MemberFacts, RuleReference, Usage, UsageChange, UsageKey } from './types.ts';

/** The referral programme: what makes a recommendation count, and what there is for it. */
export interface ReferralProgramDefinition {
  code: string;
  version: number;
  name: string;
  qualifyingActivity: string;
  qualifyingCondition: string | null;
  /** Points for whoever is 1, 2, 3 … steps above the new member. */
  levels: readonly number[];
  refereePoints: number;
  holdForMs: number | null;
  /** How much one member may get for recommending; null is unlimited. */
  maxPerReferrer: Cap | null;
}

/** The programme, ready to run. */
export interface CompiledReferrals {
  readonly definition: ReferralProgramDefinition;
  readonly reference: RuleReference;
  readonly condition: CompiledExpression<boolean> | null;
  /** True when the stored condition no longer compiles: then nothing qualifies. */
  readonly broken: boolean;
  readonly caps: CapPlan;
}

/** Prepares a referral programme. */
export function compileReferrals(definition: ReferralProgramDefinition): CompiledReferrals {
  const { code, version, name, qualifyingCondition, maxPerReferrer } = definition;
  const reference = Object.freeze({ kind: 'referral-program', code, version, name });
  const caps = compileCaps(`referral-program:${code}`, maxPerReferrer === null ? [] : [maxPerReferrer]);
  try {
    const condition = qualifyingCondition === null ? null : compileCondition(qualifyingCondition);
    return { definition, reference, condition, broken: false, caps };
  } catch {
    return { definition, reference, condition: null, broken: true, caps };
  }
}

/** Tells whether an activity of a referred member makes the recommendation count. */
export function qualifies(
  { definition, condition, broken }: CompiledReferrals,
  program: ProgramView,
  member: MemberFacts,
  activity: ActivityFacts,
): boolean {
  if (broken || activity.type !== definition.qualifyingActivity) return false;
  return condition === null || condition.run(createFacts(program, member, activity)) === true;
}

/** Somebody above a referred member: 1 step above is who recommended the club. */
export interface Ancestor {
  memberId: string;
  depth: number;
  /** Only active members are paid. */
  active: boolean;
}

/** What somebody gets for a recommendation. */
export interface ReferralPayment {
  memberId: string;
  depth: number;
  points: number;
}

/** The usage keys that `paymentsOf` asks for. */
export function usageOfPayments(
  { caps }: CompiledReferrals,
  ancestors: readonly Ancestor[],
  at: number,
  zone: string,
): UsageKey[] {
  return ancestors.flatMap(({ memberId }) => caps.counters.map((counter) => counterKey(counter, memberId, at, zone)));
}

/**
 * Who above a referred member gets how many points, by level and under the cap of each.
 * @param at when the recommendation began to count: the cap's period is cut by it.
 */
export function paymentsOf(
  { definition, caps }: CompiledReferrals,
  ancestors: readonly Ancestor[],
  usageOf: (key: UsageKey) => Usage,
  at: number,
  zone: string,
): { payments: ReferralPayment[]; usage: UsageChange[] } {
  const payments: ReferralPayment[] = [];
  const usage: UsageChange[] = [];
  for (const { memberId, depth, active } of ancestors) {
    const wanted = definition.levels[depth - 1] ?? 0;
    if (!active || wanted === 0) continue;
    const keys = caps.counters.map((counter) => counterKey(counter, memberId, at, zone));
    const { points } = allowance(caps, keys.map(usageOf), wanted, at, zone, Number.POSITIVE_INFINITY);
    if (points === 0) continue;
    payments.push({ memberId, depth, points });
    for (const key of keys) usage.push({ ...key, count: 1, points });
  }
  return { payments, usage };
}

/** Domains that are one and the same, and take dots in the name for nothing. */
const GMAIL: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com']);

/**
 * The mailbox behind an e-mail address: lower case, without a tag after a plus, and without dots where they mean nothing.
 * The index `members_mailbox` computes the same.
 */
export function mailboxOf(email: string): string {
  const [local = '', domain = ''] = email.toLowerCase().split('@');
  const [name = ''] = local.split('+');
  return GMAIL.has(domain) ? `${name.replaceAll('.', '')}@gmail.com` : `${name}@${domain}`;
}

/** Why a code is refused. */
export type ReferralRefusal =
  | 'PROGRAM_OFF'
  | 'UNKNOWN_CODE'
  | 'REFERRER_NOT_ACTIVE'
  | 'SELF_REFERRAL'
  | 'CYCLE'
  | 'EXISTING_MEMBER';

/** Why somebody should look at a referral before it counts. */
export type ReferralFlag = 'MANY_FROM_ADDRESS' | 'MANY_FROM_DEVICE' | 'SHARED_DEVICE';

/** What is known when somebody enrols with a code. All lists hold ids of members. */
export interface ReferralEvidence {
  programIsActive: boolean;
  /** Whose code it is; null when it is nobody's. */
  referrer: { id: string; active: boolean } | null;
  /** Who is above the referrer. */
  ancestors: readonly string[];
  /** Whom the referrer has referred before. */
  siblings: readonly string[];
  /** Who has the same mailbox, and who the same external id. */
  sameMailbox: readonly string[];
  sameExternalId: readonly string[];
  /** Who enrolled on the same device, ever, and who of them with a code within the last day. */
  sameDevice: readonly string[];
  lateFromDevice: readonly string[];
  /** Who enrolled from the same address within the last month, and who of them with a code within the last day. */
  sameAddress: readonly string[];
  lateFromAddress: readonly string[];
}

/** How many others may enrol from one address, and on one device, within a day before somebody looks. */
export const MOST_FROM_ADDRESS = 3;
export const MOST_FROM_DEVICE = 2;

export type ReferralVerdict =
  | { kind: 'REFUSED'; reason: ReferralRefusal }
  | {
      kind: 'ADMITTED';
      flags: readonly ReferralFlag[];
      /** Who came before and belongs to what is odd; their referrals are looked at too, unless they count already. */
      suspects: readonly string[];
    };

/** Judges a recommendation. What is certain is refused; what is only odd is admitted and flagged. */
export function judgeReferral(evidence: ReferralEvidence): ReferralVerdict {
  const { programIsActive, referrer, ancestors, sameMailbox, sameExternalId, sameDevice, sameAddress } = evidence;
  const refused = (reason: ReferralRefusal): ReferralVerdict => ({ kind: 'REFUSED', reason });
  if (!programIsActive) return refused('PROGRAM_OFF');
  if (referrer === null) return refused('UNKNOWN_CODE');
  if (!referrer.active) return refused('REFERRER_NOT_ACTIVE');
  const same = [...sameMailbox, ...sameExternalId];
  if ([...same, ...sameDevice, ...sameAddress].includes(referrer.id)) return refused('SELF_REFERRAL');
  if (same.some((id) => ancestors.includes(id))) return refused('CYCLE');
  if (same.length > 0) return refused('EXISTING_MEMBER');
  const related = new Set([...ancestors, ...evidence.siblings]);
  const shared = sameDevice.filter((id) => related.has(id));
  const findings: [ReferralFlag, readonly string[], most: number][] = [
    ['MANY_FROM_ADDRESS', evidence.lateFromAddress, MOST_FROM_ADDRESS],
    ['MANY_FROM_DEVICE', evidence.lateFromDevice, MOST_FROM_DEVICE],
    ['SHARED_DEVICE', shared, 1],
  ];
  const odd = findings.filter(([, others, most]) => others.length >= most);
  return {
    kind: 'ADMITTED',
    flags: odd.map(([flag]) => flag),
    suspects: [...new Set(odd.flatMap(([, others]) => others))],
  };
}
