export { CampaignsResolver } from './campaigns.resolver.ts';
export { type CampaignRecord, CampaignsService } from './campaigns.service.ts';
export { CAMPAIGN, EARNING_RULE } from './earning.definitions.ts';
export type {
  CampaignInput,
  CapInput,
  EarningRuleInput,
  PerAmountInput,
  PointsFormulaInput,
} from './earning.inputs.ts';
export { EarningRulesResolver } from './earning-rules.resolver.ts';
export { type EarningRuleRecord, EarningRulesService } from './earning-rules.service.ts';
export { type CompiledActivityType, type CurrentProgramme, ProgrammeCache } from './programme-cache.ts';
