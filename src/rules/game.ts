import type { BadgeDefinition, ChallengeDefinition, TierDefinition } from './game.types.ts';
import type { ProgramFacts } from './types.ts';

/** The active challenges, badges and tiers, compiled once for each change of the configuration. Opaque to callers. */
export interface CompiledGame {
  readonly isEmpty: boolean;
  readonly tierWindows: readonly (number | null)[];
  /** The active tiers, from the lowest rank to the highest. */
  readonly tiers: readonly TierDefinition[];
}

/** Compiles the game of a programme. What no longer compiles does not take the others down: its line says why. */
export function compileGame(_definition: {
  program: ProgramFacts;
  challenges?: readonly ChallengeDefinition[];
  badges?: readonly BadgeDefinition[];
  tiers?: readonly TierDefinition[];
}): CompiledGame {
  return { isEmpty: true, tierWindows: [], tiers: [] };
}

/** True when evaluating needs a member's goals, totals and standing: there is an active challenge, badge or tier. */
export function requiresGame({ game }: { readonly game: CompiledGame }): boolean {
  return !game.isEmpty;
}

/** The different windows of the active tiers; null is for ever. Empty when there are no tiers. */
export function windowsOf({ game }: { readonly game: CompiledGame }): readonly (number | null)[] {
  return game.tierWindows;
}

/** The active tiers, from the lowest rank to the highest. */
export function tiersOf({ game }: { readonly game: CompiledGame }): readonly TierDefinition[] {
  return game.tiers;
}
