import {
  type CampaignRun,
  type CompiledCampaign,
  campaignLine,
  drawFrom,
  settleStacking,
  sharesOf,
} from './campaigns.ts';
import { allowance, counterKey } from './caps.ts';
import { countPoints, isAllowed, MOST_POINTS, moneyProblem, pointsForAmount } from './earning.ts';
import { type CompiledExpression, createFacts, ExpressionFault, type Facts } from './expressions.ts';
import { playGame, requiredGameUsage } from './game.ts';
import type { GoalKey, GoalState } from './game.types.ts';
import { type CompiledRule, listenersTo, type Programme } from './programme.ts';
import { tierRun } from './tiers.ts';
import { conditionLine, matchedLine, standingLine, unmatched } from './trace.ts';
import type { ActivityFacts, Evaluation, MemberState, RuleEvaluation, UsageKey } from './types.ts';

/** What the steps of one evaluation share. */
interface Run {
  readonly programme: Programme;
  readonly state: MemberState;
  readonly activity: ActivityFacts;
  readonly facts: Facts;
  /** The matching campaigns in the order of their codes; the member's tier and the campaigns that multiply. */
  readonly campaigns: readonly CampaignRun[];
  readonly multiplying: readonly CampaignRun[];
  readonly evaluation: Evaluation;
}

const NO_CAMPAIGNS: readonly CampaignRun[] = Object.freeze([]);
const NO_SHARES: readonly number[] = Object.freeze([]);

/**
 * Names every usage counter that `evaluate` will ask for: the caps and budgets of what listens and is valid, the shared
 * amounts of community challenges and the editions of limited badges.
 * @param goal the member's goals where they are known: editions of badges that the member has are then left out
 */
export function requiredUsage(
  programme: Programme,
  memberId: string,
  activity: ActivityFacts,
  goal?: (key: GoalKey) => GoalState | undefined,
): UsageKey[] {
  const { rules, campaigns } = listenersTo(programme, activity.type);
  const { occurredAt } = activity;
  const { timeZone } = programme.program;
  const keys: UsageKey[] = [];
  for (const rule of rules) {
    if (rule.caps.counters.length === 0 || standingLine(rule, occurredAt) !== null) continue;
    for (const counter of rule.caps.counters) keys.push(counterKey(counter, memberId, occurredAt, timeZone));
  }
  for (const campaign of campaigns) {
    const isLimited = campaign.budget !== Number.POSITIVE_INFINITY;
    if (isLimited && standingLine(campaign, occurredAt) === null) keys.push(budgetKey(campaign));
  }
  if (!programme.game.isEmpty) keys.push(...requiredGameUsage(programme.game, activity, timeZone, goal));
  return keys;
}

/**
 * What an activity does to a member: points to credit, usage to add up, and one line for every active rule and campaign
 * that listens to the activity's type, and for challenges, badges and tiers. The same input gives the same output for ever; nothing passed in is changed.
 * @param recordedAt closes periods that are long over and ends the windows of tiers
 */
export function evaluate(
  programme: Programme,
  state: MemberState,
  activity: ActivityFacts,
  recordedAt: number = activity.occurredAt,
): Evaluation {
  const listeners = listenersTo(programme, activity.type);
  const evaluation: Evaluation = { postings: [], usage: [], trace: [], game: null };
  const facts = createFacts(programme.view, state.member, activity);
  const campaignLines: (RuleEvaluation | CampaignRun)[] = [];
  const campaigns =
    listeners.campaigns.length === 0
      ? NO_CAMPAIGNS
      : matchCampaigns(listeners.campaigns, state, activity, facts, campaignLines);
  const tier = state.game === undefined ? null : tierRun(programme.game.tiers, state.game.standing);
  const multiplying = multipliersOf(campaigns, tier);
  const run: Run = { programme, state, activity, facts, campaigns, multiplying, evaluation };

  for (const rule of listeners.rules) evaluation.trace.push(evaluateRule(run, rule));
  for (const campaign of campaigns) finishCampaign(run, campaign);
  for (const line of campaignLines) evaluation.trace.push('campaign' in line ? campaignLine(line) : line);
  playGame(programme, state, activity, facts, recordedAt, evaluation, tier);
  return evaluation;
}

/** What multiplies the points of rules, in its order: the member's tier, then the campaigns. */
function multipliersOf(campaigns: readonly CampaignRun[], tier: CampaignRun | null): readonly CampaignRun[] {
  const multiplying = campaigns.length === 0 ? NO_CAMPAIGNS : campaigns.filter(({ multiplies }) => multiplies);
  return tier === null ? multiplying : [tier, ...multiplying];
}

function evaluateRule(run: Run, rule: CompiledRule): RuleEvaluation {
  const standing = standingLine(rule, run.activity.occurredAt) ?? conditionLine(rule, run.facts);
  if (standing !== null) return standing;
  const { formula } = rule;
  if (formula.kind === 'fixed') return award(run, rule, formula.points, formula.reason);
  if (formula.kind === 'expression') return awardComputed(run, rule, formula.expression, formula.reason);
  const { value } = run.activity;
  const problem = moneyProblem(value, formula.rate.currencyCode);
  if (value === null || problem !== null) return unmatched(rule.reference, problem ?? '');
  const points = pointsForAmount(formula.rate, value.amount);
  if (points === null) return unmatched(rule.reference, `The amount ${value.amount} cannot earn points.`);
  return award(run, rule, points, `${formula.rate.reason}${value.amount} ${value.currencyCode}`);
}

function awardComputed(
  run: Run,
  rule: CompiledRule,
  expression: CompiledExpression<number>,
  reason: string,
): RuleEvaluation {
  const { activity, programme } = run;
  if (expression.countsMoney && activity.value !== null) {
    const problem = moneyProblem(activity.value, programme.program.currencyCode);
    if (problem !== null) return unmatched(rule.reference, problem);
  }
  const points = expression.run(run.facts);
  if (points instanceof ExpressionFault) {
    return unmatched(rule.reference, `The points could not be computed: ${points.reason}.`);
  }
  return award(run, rule, points, reason);
}

/** Credits the base points of a rule and the campaigns' shares on top, within caps and budgets. Caps cut extras first. */
function award(run: Run, rule: CompiledRule, base: number, reason: string): RuleEvaluation {
  if (!isAllowed(base)) {
    return unmatched(rule.reference, `${base} points are not between 0 and ${MOST_POINTS}.`);
  }
  if (base === 0) {
    return matchedLine(rule.reference, `${reason} gives no whole point.`, 0, 0, null, null);
  }
  const { multiplying } = run;
  const shares = multiplying.length === 0 ? NO_SHARES : sharesOf(multiplying, base);
  let wanted = base;
  for (let index = 0; index < shares.length; index++) {
    wanted += Math.min(shares[index] ?? 0, multiplying[index]?.remaining ?? 0);
  }
  const { activity, state, programme } = run;
  const { timeZone } = programme.program;
  const keys = rule.caps.counters.map((counter) => counterKey(counter, state.member.id, activity.occurredAt, timeZone));
  const allowed =
    rule.caps.caps.length === 0
      ? null
      : allowance(
          rule.caps,
          keys.map((key) => state.usage(key)),
          wanted,
          activity.occurredAt,
          timeZone,
          rule.endsAt,
        );
  const room = allowed?.points ?? wanted;
  const points = Math.min(base, room);
  if (points > 0) post(run, rule, 'EARN', points, reason);
  const given = points + (shares.length === 0 ? 0 : awardShares(run, rule, shares, room - points));
  if (given > 0) for (const key of keys) run.evaluation.usage.push({ ...key, count: 1, points: given });
  const multipliers = shares.length === 0 ? null : multiplying.map(({ campaign }) => campaign.reference);
  const explained = allowed === null || allowed.reason === null ? reason : `${reason}. ${allowed.reason}`;
  return matchedLine(rule.reference, explained, base, points, multipliers, allowed?.nextPossibleAt ?? null);
}

/** Gives every multiplying campaign its share of a rule, as far as its budget and the rule's caps go. */
function awardShares(run: Run, rule: CompiledRule, shares: readonly number[], roomAtFirst: number): number {
  let room = roomAtFirst;
  run.multiplying.forEach((campaign, index) => {
    const share = shares[index] ?? 0;
    const points = drawFrom(campaign, share, room);
    campaign.wanted += share;
    room -= points;
    if (points > 0) post(run, rule, 'BONUS', points, '', campaign.campaign);
  });
  return roomAtFirst - room;
}

function post(
  run: Run,
  rule: CompiledRule,
  kind: 'EARN' | 'BONUS',
  points: number,
  reason: string,
  campaign?: CompiledCampaign,
): void {
  const activeAt = run.activity.occurredAt + rule.pendingForMs;
  run.evaluation.postings.push({
    kind,
    points,
    rule: campaign?.reference ?? rule.reference,
    reason: campaign === undefined ? reason : `Times ${campaign.multiplier?.text} on ${rule.reference.name}`,
    activeAt,
    expiresAt: rule.expiresAfterMs === null ? null : activeAt + rule.expiresAfterMs,
  });
}

/** Adds the campaign's own bonus, once for each activity and whether or not a rule matched, and counts its budget. */
function finishCampaign({ activity, evaluation }: Run, run: CampaignRun): void {
  const { campaign } = run;
  if (campaign.bonus > 0) {
    run.wanted += campaign.bonus;
    const points = drawFrom(run, campaign.bonus, campaign.bonus);
    const reason = `${countPoints(campaign.bonus)} extra`;
    if (points > 0) {
      const { occurredAt } = activity;
      evaluation.postings.push({
        kind: 'BONUS',
        points,
        rule: campaign.reference,
        reason,
        activeAt: occurredAt,
        expiresAt: null,
      });
    }
  }
  if (run.given > 0 && campaign.budget !== Number.POSITIVE_INFINITY) {
    evaluation.usage.push({ ...budgetKey(campaign), count: 1, points: run.given });
  }
}

/** Finds the campaigns that take part. `lines` gets one entry for each campaign, in order: why not, or its run. */
function matchCampaigns(
  campaigns: readonly CompiledCampaign[],
  state: MemberState,
  activity: ActivityFacts,
  facts: Facts,
  lines: (RuleEvaluation | CampaignRun)[],
): CampaignRun[] {
  const runs: CampaignRun[] = [];
  for (const campaign of campaigns) {
    const line = standingLine(campaign, activity.occurredAt) ?? conditionLine(campaign, facts);
    if (line !== null) {
      lines.push(line);
      continue;
    }
    const isLimited = campaign.budget !== Number.POSITIVE_INFINITY;
    const used = isLimited ? state.usage(budgetKey(campaign)).points : 0;
    const remaining = Math.max(0, campaign.budget - used);
    const run = { campaign, remaining, multiplies: false, wanted: 0, given: 0, reason: '' };
    runs.push(run);
    lines.push(run);
  }
  settleStacking(runs);
  return runs;
}

function budgetKey({ usageKey }: CompiledCampaign): UsageKey {
  return { memberId: null, key: usageKey };
}
