import { evaluate, requiredUsage } from '../../src/rules/evaluate.ts';
import { compileProgramme, type Programme } from '../../src/rules/programme.ts';
import type {
  ActivityFacts,
  CampaignDefinition,
  Cap,
  EarningRuleDefinition,
  Evaluation,
  MemberState,
  PointsFormula,
  Usage,
  UsageKey,
} from '../../src/rules/types.ts';
import { aMember, program, SATURDAY } from './facts.ts';

export const fixed = (points: number): PointsFormula => ({ fixed: points, perAmount: null, expression: null });
export const computed = (expression: string): PointsFormula => ({ fixed: null, perAmount: null, expression });
export const perAmount = (
  points: number,
  per: string,
  rounding: 'FLOOR' | 'ROUND' | 'CEIL' = 'FLOOR',
): PointsFormula => ({
  fixed: null,
  perAmount: { points, per, rounding },
  expression: null,
});

export const cap = (per: Cap['per'], limits: { count?: number; points?: number; scope?: Cap['scope'] }): Cap => ({
  per,
  scope: limits.scope ?? 'MEMBER',
  count: limits.count ?? null,
  points: limits.points ?? null,
});

/** One point per 10.00 SEK of every purchase, unless changed. */
export function aRule(changes: Partial<EarningRuleDefinition> = {}): EarningRuleDefinition {
  const code = changes.code ?? 'purchase';
  return {
    code,
    version: 1,
    name: `Rule ${code}`,
    description: null,
    trigger: 'purchase',
    condition: null,
    points: perAmount(1, '10.00'),
    caps: [],
    pendingForMs: null,
    expiresAfterMs: null,
    startsAt: null,
    endsAt: null,
    status: 'ACTIVE',
    ...changes,
  };
}

/** Double points on everything, a day before and after the Saturday of the tests, unless changed. */
export function aCampaign(changes: Partial<CampaignDefinition> = {}): CampaignDefinition {
  const code = changes.code ?? 'double';
  return {
    code,
    version: 1,
    name: `Campaign ${code}`,
    description: null,
    triggers: null,
    condition: null,
    multiplier: '2',
    bonus: null,
    stacking: 'MULTIPLY',
    budget: null,
    startsAt: SATURDAY - 86_400_000,
    endsAt: SATURDAY + 86_400_000,
    status: 'ACTIVE',
    ...changes,
  };
}

export function aProgramme(rules: EarningRuleDefinition[], campaigns: CampaignDefinition[] = []): Programme {
  return compileProgramme({ program, rules, campaigns });
}

/** What a database would keep: usage by key, read and added to like the recorder does. */
export class UsageBook {
  readonly totals = new Map<string, Usage>();

  /** Records an activity: evaluates, adds up the usage, and checks that only announced counters were asked for. */
  record(programme: Programme, activity: ActivityFacts, memberId = 'member-1'): Evaluation {
    const announced = new Set(requiredUsage(programme, memberId, activity).map(nameOf));
    const state: MemberState = {
      member: aMember({ id: memberId }),
      usage: (key) => {
        if (!announced.has(nameOf(key))) throw new Error(`${nameOf(key)} was not announced.`);
        return this.totals.get(nameOf(key)) ?? { count: 0, points: 0 };
      },
    };
    const evaluation = evaluate(programme, state, activity);
    for (const change of evaluation.usage) {
      const total = this.totals.get(nameOf(change)) ?? { count: 0, points: 0 };
      this.totals.set(nameOf(change), { count: total.count + change.count, points: total.points + change.points });
    }
    return evaluation;
  }
}

export function nameOf(key: UsageKey): string {
  return `${key.memberId ?? 'everyone'} ${key.key}`;
}

export function totalOf({ postings }: Evaluation): number {
  return postings.reduce((total, posting) => total + posting.points, 0);
}

/** Postings and trace as an admin would read them. */
export function told({ postings, trace }: Evaluation): { credits: string[]; lines: string[] } {
  return {
    credits: postings.map(({ kind, points, rule }) => `${kind} ${points} ${rule.code}`),
    lines: trace.map(({ rule, matched, points, pointsBeforeCaps, reason }) => {
      const figures = points === pointsBeforeCaps ? `${points}` : `${points} of ${pointsBeforeCaps}`;
      return `${rule.code} ${matched ? figures : 'no'}: ${reason}`;
    }),
  };
}
