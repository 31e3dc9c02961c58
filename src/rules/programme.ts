import { type Boards, compileBoards } from './boards.ts';
import { type CompiledCampaign, compileCampaign, orderHighest } from './campaigns.ts';
import { type CapPlan, compileCaps } from './caps.ts';
import { type AmountRate, compileRate, countPoints, isAllowed } from './earning.ts';
import { ProgramView } from './expression-facts.ts';
import { type CompiledExpression, compileCondition, compilePoints } from './expressions.ts';
import { type CompiledGame, compileGame } from './game.ts';
import type { BadgeDefinition, ChallengeDefinition, TierDefinition } from './game.types.ts';
import { type CompiledReferrals, compileReferrals, type ReferralProgramDefinition } from './referrals.ts';
import { compareCodes, type StandingLines, standingLines } from './trace.ts';
import type {
  CampaignDefinition,
  EarningRuleDefinition,
  LeaderboardDefinition,
  ProgramFacts,
  RuleReference,
} from './types.ts';
import { isTimeZone } from './zones.ts';

export interface ProgrammeDefinition {
  program: ProgramFacts;
  /** Every version and status may be passed; only ACTIVE ones take part. Codes must be unique among those. */
  rules: readonly EarningRuleDefinition[];
  campaigns: readonly CampaignDefinition[];
  leaderboards?: readonly LeaderboardDefinition[];
  challenges?: readonly ChallengeDefinition[];
  badges?: readonly BadgeDefinition[];
  tiers?: readonly TierDefinition[];
  /** The referral programme; only while it is active. */
  referrals?: ReferralProgramDefinition | null;
}

export type CompiledFormula =
  | { readonly kind: 'fixed'; readonly points: number; readonly reason: string }
  | { readonly kind: 'amount'; readonly rate: AmountRate }
  | { readonly kind: 'expression'; readonly expression: CompiledExpression<number>; readonly reason: string };

/** An active earning rule, ready to run. */
export interface CompiledRule {
  readonly reference: RuleReference;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly condition: CompiledExpression<boolean> | null;
  readonly formula: CompiledFormula;
  readonly caps: CapPlan;
  readonly pendingForMs: number;
  readonly expiresAfterMs: number | null;
  readonly lines: StandingLines;
}

/** What listens to one activity type, each list in the order of its codes. */
export interface Listeners {
  readonly rules: readonly CompiledRule[];
  readonly campaigns: readonly CompiledCampaign[];
}

/** Everything that decides about points, compiled once for each change of the configuration. Opaque to callers. */
export interface Programme {
  readonly program: ProgramFacts;
  readonly view: ProgramView;
  readonly listeners: ReadonlyMap<string, Listeners>;
  /** For activity types that no rule and no campaign names: the campaigns that listen to everything. */
  readonly unnamed: Listeners;
  readonly boards: Boards;
  /** The challenges, badges and tiers. */
  readonly game: CompiledGame;
  /** Null while nobody refers. */
  readonly referrals: CompiledReferrals | null;
}

/**
 * Compiles a programme. A stored rule or campaign that no longer compiles does not take the others down: it never
 * matches and its line in the trace says why.
 * @throws RangeError when the programme's time zone is unknown.
 */
export function compileProgramme(definition: ProgrammeDefinition): Programme {
  const { program } = definition;
  if (!isTimeZone(program.timeZone)) throw new RangeError(`"${program.timeZone}" is not a time zone.`);
  const active = definition.rules.filter((rule) => rule.status === 'ACTIVE').sort(compareCodes);
  const campaignDefinitions = definition.campaigns.filter(({ status }) => status === 'ACTIVE').sort(compareCodes);
  const campaigns = orderHighest(campaignDefinitions.map(compileCampaign));
  const rules = active.map((rule) => ({ trigger: rule.trigger, compiled: compileRule(rule, program) }));

  const types = new Set([
    ...rules.map(({ trigger }) => trigger),
    ...campaigns.flatMap(({ triggers }) => triggers ?? []),
  ]);
  const listeners = new Map<string, Listeners>();
  for (const type of types) {
    listeners.set(type, {
      rules: rules.filter(({ trigger }) => trigger === type).map(({ compiled }) => compiled),
      campaigns: campaigns.filter(({ triggers }) => triggers === null || triggers.includes(type)),
    });
  }
  const unnamed = { rules: [], campaigns: campaigns.filter(({ triggers }) => triggers === null) };
  const boards = compileBoards(definition.leaderboards ?? []);
  const game = compileGame(definition);
  const referrals = definition.referrals == null ? null : compileReferrals(definition.referrals);
  return { program, view: new ProgramView(program), listeners, unnamed, boards, game, referrals };
}

/** What listens to an activity type. */
export function listenersTo(programme: Programme, type: string): Listeners {
  return programme.listeners.get(type) ?? programme.unnamed;
}

function compileRule(rule: EarningRuleDefinition, program: ProgramFacts): CompiledRule {
  const reference: RuleReference = { kind: 'earning-rule', code: rule.code, version: rule.version, name: rule.name };
  const common = {
    reference: Object.freeze(reference),
    startsAt: rule.startsAt ?? Number.NEGATIVE_INFINITY,
    endsAt: rule.endsAt ?? Number.POSITIVE_INFINITY,
    caps: compileCaps(`earning-rule:${rule.code}`, rule.caps),
    pendingForMs: rule.pendingForMs ?? 0,
    expiresAfterMs: rule.expiresAfterMs,
  };
  try {
    return {
      ...common,
      condition: rule.condition === null ? null : compileCondition(rule.condition),
      formula: compileFormula(rule, program),
      lines: standingLines(reference, rule.startsAt, rule.endsAt, null),
    };
  } catch (error) {
    const broken = `The rule cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    const lines = standingLines(reference, rule.startsAt, rule.endsAt, broken);
    return { ...common, condition: null, formula: { kind: 'fixed', points: 0, reason: '' }, lines };
  }
}

function compileFormula({ points, trigger }: EarningRuleDefinition, program: ProgramFacts): CompiledFormula {
  if (points.perAmount !== null) return { kind: 'amount', rate: compileRate(points.perAmount, program.currencyCode) };
  if (points.expression !== null) {
    const expression = compilePoints(points.expression);
    return { kind: 'expression', expression, reason: `Computed by ${points.expression}` };
  }
  if (points.fixed === null || !isAllowed(points.fixed))
    throw new RangeError(`${points.fixed} is not a number of points.`);
  return { kind: 'fixed', points: points.fixed, reason: `${countPoints(points.fixed)} per ${trigger}` };
}
