import type { Context } from '../../api/context.ts';
import { Decimal } from '../../rules/decimals.ts';
import { countPoints } from '../../rules/earning.ts';
import type { TierMetric } from '../../rules/game.types.ts';
import { LadderStep, PointsLadder } from './ladder.types.ts';
import { type TierRecord, tierDefinition } from './tiers.definitions.ts';
import { LadderStepKind, LadderUnit } from './tiers.enums.ts';
import { currencyOf, knownTiers, standingOf } from './tiers.loaders.ts';
import type { Asked, MemberStanding, TiersReading } from './tiers.reading.ts';

/** What puts steps on the ladder, from the lowest to the highest. Features that have any hand one over. */
export type LadderSource = (context: Context, member: Asked) => Promise<LadderStep[]>;

/** What a step is made from. */
export interface StepDraft {
  kind: LadderStepKind;
  code: string;
  name: string;
  unit: LadderUnit;
  currencyCode: string;
  /** How much it takes, and how much the member has, less what it owes: decimal text. */
  at: string;
  has: string;
  /** True when the member stands there or above, however much it has now. */
  isHeld: boolean;
  isCurrent: boolean;
}

const UNITS: Record<TierMetric, LadderUnit> = {
  POINTS_EARNED: LadderUnit.POINTS,
  VALUE_SPENT: LadderUnit.MONEY,
  ACTIVITY_COUNT: LadderUnit.ACTIVITIES,
};

/** Puts the active tiers on the ladder. */
export function tierSteps(reading: TiersReading): LadderSource {
  return async (context, member) => {
    const tiers = await knownTiers(reading, context);
    const [standing, currencyCode] = await Promise.all([
      standingOf(reading, context, member),
      currencyOf(reading, context),
    ]);
    const active = [...tiers.values()].filter(({ status }) => status === 'ACTIVE');
    return active.map((tier) => stepOf(draftOf(tier, tiers, standing, currencyCode)));
  };
}

function draftOf(
  tier: TierRecord,
  tiers: ReadonlyMap<string, TierRecord>,
  { view, totalsOf }: MemberStanding,
  currencyCode: string,
): StepDraft {
  const { code, name, metric, threshold } = tier;
  const total = new Decimal(totalsOf(tierDefinition(tier).windowMs)[metric]);
  const rank = tiers.get(view.tier ?? '')?.rank ?? Number.NEGATIVE_INFINITY;
  return {
    ...{ kind: LadderStepKind.TIER, code, name, unit: UNITS[metric], currencyCode, at: threshold },
    has: (metric === 'VALUE_SPENT' ? total.div(100) : total).toString(),
    isHeld: rank >= tier.rank,
    isCurrent: view.tier === code,
  };
}

/** Says how far a step is. */
export function stepOf(draft: StepDraft): LadderStep {
  const { kind, code, name, unit, at, isHeld, isCurrent } = draft;
  const missing = Decimal.max(new Decimal(at).minus(draft.has), 0);
  const reached = isHeld || missing.isZero();
  const remaining = reached ? '0' : missing.toString();
  return Object.assign(new LadderStep(), {
    ...{ kind, code, name, unit, at, reached, current: isCurrent, remaining },
    percent: reached ? 100 : percentOf(draft),
    sentence: reached ? heldSentence(draft, missing) : `${amountOf(draft, remaining)} from ${name}`,
  });
}

/** The ladder of a member who can spend so many points. @param parts the steps of each source */
export function climb(balance: number, parts: readonly (readonly LadderStep[])[]): PointsLadder {
  const steps = parts.flat();
  return Object.assign(new PointsLadder(), { balance, steps, next: nextOf(steps) });
}

/** The step to go for: of those that take points, the one with the fewest missing; else the one that is nearest in percent. */
function nextOf(steps: readonly LadderStep[]): LadderStep | null {
  const open = steps.filter(({ reached }) => !reached);
  const byPoints = open.filter(({ unit }) => unit === LadderUnit.POINTS);
  const nearest = byPoints.sort((left, right) => Number(left.remaining) - Number(right.remaining))[0];
  return nearest ?? open.sort((left, right) => right.percent - left.percent)[0] ?? null;
}

function heldSentence(draft: StepDraft, missing: Decimal): string {
  if (missing.isZero()) return `${draft.name} reached`;
  return draft.isCurrent
    ? `${amountOf(draft, missing.toString())} missing to keep ${draft.name}`
    : `${draft.name} reached`;
}

/** Rounded down, so that only what is reached shows as 100; 0 for whoever owes points. */
function percentOf({ at, has }: StepDraft): number {
  return Decimal.max(new Decimal(has).div(at).times(1_000).floor().div(10), 0).toNumber();
}

function amountOf({ unit, currencyCode }: StepDraft, amount: string): string {
  if (unit === LadderUnit.POINTS) return countPoints(Number(amount));
  if (unit === LadderUnit.MONEY) return `${amount} ${currencyCode}`;
  return amount === '1' ? '1 activity' : `${amount} activities`;
}
