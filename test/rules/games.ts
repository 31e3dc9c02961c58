import { evaluate, requiredUsage } from '../../src/rules/evaluate.ts';
import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalDefinition,
  GoalKey,
  GoalState,
  StandingState,
  TierDefinition,
  TierTotals,
} from '../../src/rules/game.types.ts';
import { dayOf, windowStart } from '../../src/rules/game-views.ts';
import { type PackedGoal, packGoal, unpackGoal } from '../../src/rules/goal-codec.ts';
import { compileProgramme, type Programme, type ProgrammeDefinition } from '../../src/rules/programme.ts';
import type { ActivityFacts, Evaluation, MemberFacts, Usage, UsageKey } from '../../src/rules/types.ts';
import { aMember, aPurchase, program } from './facts.ts';
import { nameOf } from './programmes.ts';

export const DAY = 86_400_000;

/** Counts reviews up to three, unless changed. */
export function aGoal(changes: Partial<GoalDefinition> = {}): GoalDefinition {
  return { activityTypes: ['review'], condition: null, measure: 'COUNT', expression: null, target: '3', ...changes };
}

/** Three reviews, at any time and for everybody, without a reward, unless changed. */
export function aChallenge(changes: Partial<ChallengeDefinition> = {}): ChallengeDefinition {
  const code = changes.code ?? 'reviews';
  return {
    code,
    version: 1,
    name: `Challenge ${code}`,
    description: null,
    mode: 'INDIVIDUAL',
    goal: aGoal(),
    streak: null,
    recurrence: 'NONE',
    prerequisites: [],
    audience: null,
    points: null,
    badge: null,
    pendingForMs: null,
    expiresAfterMs: null,
    startsAt: 0,
    endsAt: null,
    status: 'ACTIVE',
    ...changes,
  };
}

/** A badge for three reviews, unless changed. */
export function aBadge(changes: Partial<BadgeDefinition> = {}): BadgeDefinition {
  const code = changes.code ?? 'critic';
  return {
    code,
    version: 1,
    name: `Badge ${code}`,
    goal: aGoal(),
    repeatable: false,
    limit: null,
    countsFrom: null,
    onReversal: 'KEEP',
    status: 'ACTIVE',
    ...changes,
  };
}

/** A tier from 100 points on, for ever and without a multiplier, unless changed. */
export function aTier(changes: Partial<TierDefinition> = {}): TierDefinition {
  const code = changes.code ?? 'silver';
  return {
    code,
    version: 1,
    name: code.slice(0, 1).toUpperCase() + code.slice(1),
    rank: 1,
    metric: 'POINTS_EARNED',
    threshold: '100',
    windowMs: null,
    graceMs: null,
    multiplier: '1',
    badge: null,
    status: 'ACTIVE',
    ...changes,
  };
}

let lastId = 0;

/** A review at an instant, with an id of its own and no value, unless changed. */
export function aReview(at: number | string, changes: Partial<ActivityFacts> = {}): ActivityFacts {
  lastId += 1;
  const occurredAt = typeof at === 'number' ? at : Date.parse(at);
  return aPurchase({ id: `activity-${lastId}`, type: 'review', value: null, occurredAt, ...changes });
}

/** A programme without rules and campaigns, unless changed. */
export function aGame(parts: Partial<ProgrammeDefinition>): Programme {
  return compileProgramme({ program, rules: [], campaigns: [], ...parts });
}

/** A refreshing view of somebody: who records, when it is stored. */
export interface Recording {
  member?: string;
  recordedAt?: number;
}

interface Stored {
  facts: MemberFacts;
  goals: Map<GoalKey, PackedGoal>;
  standing: StandingState;
  days: { day: number; totals: TierTotals }[];
}

const NOBODY: StandingState = { tier: null, since: null, keepUntil: null };

/** What a database would keep of the game: goals packed as JSON, usage by key, totals by day, read and written like slices do. */
export class GameBook {
  readonly usages = new Map<string, Usage>();
  readonly #members = new Map<string, Stored>();

  constructor(
    readonly programme: Programme,
    readonly zones: Readonly<Record<string, string>> = {},
  ) {}

  /** Evaluates and stores; checks that nothing was asked for that was not announced. */
  record(activity: ActivityFacts, { member = 'anna', recordedAt = activity.occurredAt }: Recording = {}): Evaluation {
    const stored = this.member(member);
    const announced = new Set(
      requiredUsage(this.programme, member, activity, (key) => this.goal(key, member)).map(nameOf),
    );
    const usage = (key: UsageKey) => {
      if (!announced.has(nameOf(key))) throw new Error(`${nameOf(key)} was not announced.`);
      return this.used(key);
    };
    const game = {
      goal: (key: GoalKey) => this.goal(key, member),
      totals: (windowMs: number | null) => this.totals(windowMs, recordedAt, member),
      standing: stored.standing,
      timeZone: this.zoneOf(member),
    };
    const evaluation = evaluate(this.programme, { member: stored.facts, usage, game }, activity, recordedAt);
    for (const { key, state } of evaluation.game?.goals ?? []) this.put(key, state, member);
    for (const change of evaluation.usage) this.use(change);
    if (evaluation.game?.counted) {
      const day = dayOf(activity.occurredAt, this.programme.program.timeZone);
      stored.days.push({ day, totals: evaluation.game.counted });
    }
    stored.standing = evaluation.game?.standing ?? stored.standing;
    return evaluation;
  }

  member(name: string): Stored {
    const known = this.#members.get(name);
    if (known !== undefined) return known;
    const facts = aMember({ id: name, timeZone: this.zones[name] ?? null });
    const stored: Stored = { facts, goals: new Map(), standing: NOBODY, days: [] };
    this.#members.set(name, stored);
    return stored;
  }

  zoneOf(member: string): string {
    return this.zones[member] ?? this.programme.program.timeZone;
  }

  goal(key: GoalKey, member = 'anna'): GoalState | undefined {
    const packed = this.member(member).goals.get(key);
    return packed === undefined ? undefined : unpackGoal(packed);
  }

  put(key: GoalKey, state: GoalState, member = 'anna'): void {
    this.member(member).goals.set(key, JSON.parse(JSON.stringify(packGoal(state))));
  }

  used(key: UsageKey): Usage {
    return this.usages.get(nameOf(key)) ?? { count: 0, points: 0 };
  }

  use(change: UsageKey & Usage): void {
    const { count, points } = this.used(change);
    this.usages.set(nameOf(change), { count: count + change.count, points: points + change.points });
  }

  totals(windowMs: number | null, now: number, member = 'anna'): TierTotals {
    const first = windowStart(windowMs, now, this.programme.program.timeZone) ?? Number.NEGATIVE_INFINITY;
    const total = { POINTS_EARNED: 0, VALUE_SPENT: 0, ACTIVITY_COUNT: 0 };
    for (const { day, totals } of this.member(member).days) {
      if (day < first) continue;
      total.POINTS_EARNED += totals.POINTS_EARNED;
      total.VALUE_SPENT += totals.VALUE_SPENT;
      total.ACTIVITY_COUNT += totals.ACTIVITY_COUNT;
    }
    return total;
  }
}

/** The reasons of the lines about challenges, badges and tiers, by code. */
export function reasons({ trace }: Evaluation): Record<string, string> {
  return Object.fromEntries(trace.map(({ rule, reason }) => [rule.code, reason]));
}
