import type { CampaignDefinition, EarningRuleDefinition, ProgramFacts } from './types.ts';

export interface ProgrammeDefinition {
  program: ProgramFacts;
  rules: readonly EarningRuleDefinition[];
  campaigns: readonly CampaignDefinition[];
}

/** Everything that decides about points, compiled once for each change of the configuration. Opaque to callers. */
export interface Programme {
  readonly program: ProgramFacts;
}

export function compileProgramme(definition: ProgrammeDefinition): Programme {
  return { program: definition.program };
}
