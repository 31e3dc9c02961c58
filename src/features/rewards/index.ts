export { defineRewardJobs, RedemptionExpiry } from './redemptions.expiry.ts';
export {
  CancelRedemptionPayloadResolver,
  FulfilRedemptionPayloadResolver,
  findRedemptionNode,
  MemberRedemptionsResolver,
  RedeemRewardPayloadResolver,
  RedemptionEventResolver,
  RedemptionsResolver,
} from './redemptions.resolver.ts';
export { RedemptionsService } from './redemptions.service.ts';
export { RedemptionChanged, RewardRedeemed } from './redemptions.types.ts';
export { rewardSteps } from './rewards.ladder.ts';
export { findRewardNode, MemberRewardsResolver, RewardsResolver } from './rewards.resolver.ts';
export { RewardsService } from './rewards.service.ts';
export { verifyRedemptions } from './verify-redemptions.ts';
