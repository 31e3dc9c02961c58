import { type CompiledBadge, compileBadge, playBadge } from './badges.ts';
import type { CampaignRun } from './campaigns.ts';
import { playChallenge } from './challenge-play.ts';
import { type CompiledChallenge, compileChallenge, isRunning } from './challenges.ts';
import type { Facts } from './expressions.ts';
import type { BadgeDefinition, ChallengeDefinition, GoalKey, GoalState, TierDefinition } from './game.types.ts';
import { type GameRun, periodAt } from './game-run.ts';
import { sharedKey } from './goals.ts';
import { playTiers } from './tier-play.ts';
import { type CompiledTiers, compileTiers } from './tiers.ts';
import { compareCodes } from './trace.ts';
import type { ActivityFacts, Evaluation, MemberState, ProgramFacts, UsageKey } from './types.ts';

/** What listens to one activity type, each list in the order of its codes. */
interface GameListeners {
  readonly challenges: readonly CompiledChallenge[];
  readonly badges: readonly CompiledBadge[];
  /** The limited badges that such an activity may award. */
  readonly limited: readonly LimitedBadge[];
}

/** A limited badge and the challenge through which it can be reached; null for its own goal and for a tier. */
interface LimitedBadge {
  readonly badge: CompiledBadge;
  readonly through: CompiledChallenge | null;
}

/** The active challenges, badges and tiers, compiled once for each change of the configuration. Opaque to callers. */
export interface CompiledGame {
  readonly isEmpty: boolean;
  readonly challenges: ReadonlyMap<string, CompiledChallenge>;
  readonly badges: ReadonlyMap<string, CompiledBadge>;
  readonly tiers: CompiledTiers;
  readonly tierDefinitions: readonly TierDefinition[];
  readonly listeners: ReadonlyMap<string, GameListeners>;
  /** For activity types that no challenge and no badge names: tiers listen to everything. */
  readonly unnamed: GameListeners;
}

interface GameDefinition {
  program: ProgramFacts;
  challenges?: readonly ChallengeDefinition[];
  badges?: readonly BadgeDefinition[];
  tiers?: readonly TierDefinition[];
}

/** Compiles the game of a programme. What no longer compiles does not take the others down: its line says why. */
export function compileGame(definition: GameDefinition): CompiledGame {
  const { program, challenges = [], badges = [], tiers = [] } = definition;
  const names = new Map(challenges.map(({ code, name }) => [code, name]));
  const nameOf = (code: string) => names.get(code) ?? code;
  const playedChallenges = active(challenges).map((challenge) => compileChallenge(challenge, program, nameOf));
  const badgesByCode = new Map(active(badges).map((badge) => [badge.code, compileBadge(badge, program)]));
  const tierDefinitions = tiers.filter(({ status }) => status === 'ACTIVE');
  const compiledTiers = compileTiers(tierDefinitions);
  const ofTiers = compiledTiers.tiers.flatMap((tier) => limitedBadge(badgesByCode, tier.definition.badge, null));
  const types = new Set([
    ...playedChallenges.flatMap(({ activityTypes }) => activityTypes),
    ...[...badgesByCode.values()].flatMap(({ activityTypes }) => activityTypes),
  ]);
  const listeners = new Map<string, GameListeners>();
  for (const type of types) {
    const listening = playedChallenges.filter(({ activityTypes }) => activityTypes.includes(type));
    const counting = [...badgesByCode.values()].filter(({ activityTypes }) => activityTypes.includes(type));
    const ofChallenges = listening.filter(({ mode }) => mode === 'INDIVIDUAL');
    listeners.set(type, {
      challenges: listening,
      badges: counting,
      limited: [
        ...counting.flatMap((badge) => limitedBadge(badgesByCode, badge.reference.code, null)),
        ...ofChallenges.flatMap((challenge) => limitedBadge(badgesByCode, challenge.badge, challenge)),
        ...ofTiers,
      ],
    });
  }
  return {
    isEmpty: playedChallenges.length === 0 && badgesByCode.size === 0 && tierDefinitions.length === 0,
    challenges: new Map(playedChallenges.map((challenge) => [challenge.reference.code, challenge])),
    badges: badgesByCode,
    tiers: compiledTiers,
    tierDefinitions,
    listeners,
    unnamed: { challenges: [], badges: [], limited: ofTiers },
  };
}

/** True when evaluating needs a member's goals, totals and standing: there is an active challenge, badge or tier. */
export function requiresGame({ game }: { readonly game: CompiledGame }): boolean {
  return !game.isEmpty;
}

/** The active tiers, in no particular order; the same list for as long as the programme is the same. */
export function tiersOf({ game }: { readonly game: CompiledGame }): readonly TierDefinition[] {
  return game.tierDefinitions;
}

/** The different windows of the active tiers; null is for ever. Empty when there are no tiers. */
export function windowsOf({ game }: { readonly game: CompiledGame }): readonly (number | null)[] {
  return game.tiers.windows;
}

/**
 * Names the programme-wide usage that the game will ask for: what community challenges have counted together and how many
 * of a limited badge were awarded.
 * @param goal the member's goals where they are known, so that badges that the member has are left out
 */
export function requiredGameUsage(
  game: CompiledGame,
  activity: ActivityFacts,
  timeZone: string,
  goal?: (key: GoalKey) => GoalState | undefined,
): UsageKey[] {
  const { challenges, limited } = listening(game, activity.type);
  const keys: UsageKey[] = [];
  for (const challenge of challenges) {
    if (challenge.mode !== 'COMMUNITY' || !isRunning(challenge, activity)) continue;
    const period = periodAt(challenge, activity.occurredAt, timeZone);
    keys.push({ memberId: null, key: sharedKey(challenge.reference.code, period) });
  }
  for (const { badge, through } of limited) {
    if (through !== null && !isRunning(through, activity)) continue;
    const isHeld = !badge.repeatable && (goal?.(badge.key)?.times ?? 0) > 0;
    if (!isHeld) keys.push(badge.limitKey);
  }
  return keys;
}

/**
 * Plays the game with one activity whose rules and campaigns are evaluated: challenges, then goals of badges, then tiers,
 * each once and in this order. Nothing feeds back, so there is nothing to bound: an activity completes a challenge, whose
 * points lift the tier, which gives a badge, and there it ends. Adds to the evaluation.
 */
export function playGame(
  programme: { readonly program: ProgramFacts; readonly game: CompiledGame },
  member: MemberState,
  activity: ActivityFacts,
  facts: Facts,
  recordedAt: number,
  evaluation: Evaluation,
  multiplied: CampaignRun | null,
): void {
  const { game, program } = programme;
  const state = member.game;
  if (state === undefined || game.isEmpty) return;
  const result = { goals: [], challenges: [], awards: [], tier: null, standing: null, counted: null };
  const run: GameRun = {
    badges: game.badges,
    member,
    state,
    activity,
    facts,
    recordedAt,
    timeZone: program.timeZone,
    evaluation,
    result,
    badgeStates: new Map(),
  };
  const { challenges, badges } = listening(game, activity.type);
  for (const challenge of challenges) evaluation.trace.push(playChallenge(run, challenge));
  for (const badge of badges) evaluation.trace.push(playBadge(run, badge));
  const line = playTiers(run, game.tiers, multiplied, program.currencyCode);
  if (line !== null) evaluation.trace.push(line);
  for (const [key, goal] of run.badgeStates) run.result.goals.push({ key, state: goal });
  evaluation.game = run.result;
}

function listening(game: CompiledGame, type: string): GameListeners {
  return game.listeners.get(type) ?? game.unnamed;
}

function limitedBadge(
  badges: ReadonlyMap<string, CompiledBadge>,
  code: string | null,
  through: CompiledChallenge | null,
): LimitedBadge[] {
  const badge = code === null ? undefined : badges.get(code);
  return badge === undefined || badge.limit === Number.POSITIVE_INFINITY ? [] : [{ badge, through }];
}

function active<Definition extends { code: string; status: string }>(definitions: readonly Definition[]): Definition[] {
  return definitions.filter(({ status }) => status === 'ACTIVE').sort(compareCodes);
}
