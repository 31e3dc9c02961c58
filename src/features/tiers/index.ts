export { MemberLadderResolver } from './ladder.resolver.ts';
export { type LadderSource, type StepDraft, stepOf, tierSteps } from './ladder.ts';
export { LadderStep } from './ladder.types.ts';
export { type StoredTier, TIER, tierOf } from './tiers.definitions.ts';
export { LadderStepKind, LadderUnit } from './tiers.enums.ts';
export { defineTierJobs } from './tiers.jobs.ts';
export type { AwardBadges, TierAward } from './tiers.placing.ts';
export { type Ranks, readRanks } from './tiers.ranks.ts';
export { TiersReading } from './tiers.reading.ts';
export {
  findTierChangeNode,
  MemberTierResolver,
  TierAtRiskResolver,
  TierChangedResolver,
  TierHistoryResolver,
  TiersResolver,
} from './tiers.resolver.ts';
export { TiersReview } from './tiers.review.ts';
export { TiersService } from './tiers.service.ts';
export { tiersSlice } from './tiers.slice.ts';
export { TierAtRisk, TierChanged } from './tiers.types.ts';
