import { Decimal } from '../../rules/decimals.ts';
import { spanProblems } from '../../rules/definitions.ts';
import { MOST_POINTS } from '../../rules/earning.ts';
import { compileMemberCondition } from '../../rules/expressions.ts';
import type { Money } from '../../rules/types.ts';
import {
  badInput,
  checkedDescription,
  checkedDuration,
  checkedExpression,
  checkedImageUrl,
  checkedName,
  checkedNumber,
  checkedText,
  requireSound,
} from '../program/index.ts';
import type { RewardInput, StoredReward } from './rewards.definitions.ts';

/** GraphQL's Int. */
const LARGEST_INT = 2_147_483_647;
const LONGEST_TERMS = 5_000;

/**
 * Checks everything about a reward that can be known without the database and gives what is stored of it.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function checkedReward(input: RewardInput): Omit<StoredReward, 'id'> {
  const { kind, fulfilment } = input;
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    kind,
    cost: checkedCost(input.cost),
    stock: checkedNumber(input.stock, ['stock'], 0, LARGEST_INT),
    perMember: checkedNumber(input.perMember, ['perMember'], 1, LARGEST_INT),
    minimumTier: input.minimumTier == null ? null : checkedText(input.minimumTier, ['minimumTier']),
    audience: checkedExpression(input.audience, ['audience'], compileMemberCondition),
    partner: input.partner == null || input.partner.trim() === '' ? null : checkedName(input.partner, ['partner']),
    imageUrl: checkedImageUrl(input.imageUrl),
    terms: checkedTerms(input.terms),
    value: checkedValue(input.value),
    validFor: checkedDuration(input.validFor, ['validFor']),
    fulfilment,
    ...checkedSpan(input),
  };
}

/** Every redemption has its debit, so nothing is free: for gifts there are badges and points. */
function checkedCost(cost: number): number {
  const checked = checkedNumber(cost, ['cost'], 1, MOST_POINTS);
  if (checked === null) throw badInput(['cost'], 'Say how many points the reward costs.');
  return checked;
}

function checkedTerms(text: string | null | undefined): string | null {
  const terms = checkedText(text ?? '', ['terms']).trim();
  if (terms.length > LONGEST_TERMS) throw badInput(['terms'], `Terms have at most ${LONGEST_TERMS} characters.`);
  return terms === '' ? null : terms;
}

function checkedValue(value: Money | null | undefined): Money | null {
  if (value == null) return null;
  if (new Decimal(value.amount).isNegative()) throw badInput(['value', 'amount'], 'A value is not below 0.');
  return { amount: value.amount, currencyCode: value.currencyCode };
}

function checkedSpan({ startsAt, endsAt }: RewardInput): Pick<StoredReward, 'startsAt' | 'endsAt'> {
  requireSound(spanProblems(startsAt?.getTime() ?? null, endsAt?.getTime() ?? null), {});
  return { startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
}
