import type { GraphQLSchema } from 'graphql';
import { NodeRegistry, NodeResolver } from './api/node.resolver.ts';
import { createSchema, type ResolverClass } from './api/schema.ts';
import { ViewerResolver } from './api/viewer.resolver.ts';
import type { Core } from './core.ts';
import { AccessResolver } from './features/access/index.ts';
import {
  ActivitiesResolver,
  findActivityNode,
  MemberActivitiesResolver,
  RecordActivityPayloadResolver,
} from './features/activities/activities.resolver.ts';
import { ActivityTypesResolver } from './features/activities/activity-types.resolver.ts';
import { AuditResolver, findAuditNode } from './features/audit/index.ts';
import {
  AwardBadgePayloadResolver,
  BadgeAwarded,
  BadgeAwardsResolver,
  BadgeEventResolver,
  BadgeRevoked,
  BadgesResolver,
  type BadgesServices,
  findAwardNode,
  findBadgeNode,
  MemberBadgesResolver,
} from './features/badges/index.ts';
import {
  ChallengeCompleted,
  ChallengeEventResolver,
  ChallengeFeed,
  ChallengeProgressed,
  ChallengeProgressResolver,
  ChallengeReopened,
  ChallengesResolver,
  ChallengeUpdatesResolver,
  CommunityProgressResolver,
  MemberChallengesResolver,
} from './features/challenges/index.ts';
import { CampaignsResolver, EarningRulesResolver } from './features/earning/index.ts';
import {
  findSeasonNode,
  LeaderboardFeed,
  LeaderboardsResolver,
  LeaderboardUpdatesResolver,
  MemberStandingResolver,
  SeasonsResolver,
} from './features/leaderboards/index.ts';
import {
  eventTypeName,
  findMemberNode,
  MemberEnrolled,
  MemberEventsResolver,
  MembersResolver,
} from './features/members/index.ts';
import { PointAwardsResolver } from './features/points/point-awards.resolver.ts';
import type { AwardSources } from './features/points/point-awards.ts';
import {
  AdjustPointsResolver,
  findEntryNode,
  LedgerEntryResolver,
  MemberPointsResolver,
  OutcomeWalletResolver,
  PointsEventResolver,
  PointsReader,
  WalletResolver,
} from './features/points/points.resolver.ts';
import {
  PointsActivated,
  PointsAdjusted,
  PointsEarned,
  PointsExpired,
  PointsRefunded,
  PointsReversed,
  PointsSpent,
} from './features/points/points.types.ts';
import { ProgramResolver } from './features/program/index.ts';
import {
  findReferralNode,
  MemberReferralsResolver,
  ReferralChainNodeResolver,
  ReferralChainResolver,
  ReferralEventResolver,
  ReferralQualified,
  ReferralRejected,
  ReferralReversed,
  ReferralRewarded,
  ReferralsResolver,
} from './features/referrals/index.ts';
import { ReversalResolver, ReverseActivityPayloadResolver } from './features/reversal/index.ts';
import {
  CancelRedemptionPayloadResolver,
  FulfilRedemptionPayloadResolver,
  findRedemptionNode,
  findRewardNode,
  MemberRedemptionsResolver,
  MemberRewardsResolver,
  RedeemRewardPayloadResolver,
  RedemptionChanged,
  RedemptionEventResolver,
  RedemptionsResolver,
  RewardRedeemed,
  RewardsResolver,
  rewardSteps,
} from './features/rewards/index.ts';
import {
  findTierChangeNode,
  MemberLadderResolver,
  MemberTierResolver,
  TierAtRisk,
  TierAtRiskResolver,
  TierChanged,
  TierChangedResolver,
  TierHistoryResolver,
  TiersResolver,
  tierSteps,
} from './features/tiers/index.ts';
import { Hub } from './platform/hub.ts';
import type { StoredEvent } from './platform/outbox.ts';

/** Types that clients meet only behind an interface. */
const EVENTS = [
  MemberEnrolled,
  PointsEarned,
  PointsActivated,
  PointsSpent,
  PointsRefunded,
  PointsExpired,
  PointsReversed,
  PointsAdjusted,
  BadgeAwarded,
  BadgeRevoked,
  TierChanged,
  TierAtRisk,
  ChallengeProgressed,
  ChallengeReopened,
  ChallengeCompleted,
  ReferralQualified,
  ReferralRewarded,
  ReferralRejected,
  ReferralReversed,
  RewardRedeemed,
  RedemptionChanged,
];

/** Where subscriptions come from. */
export interface LiveSources {
  hub: Hub<StoredEvent>;
  boards: LeaderboardFeed;
  challenges: ChallengeFeed;
}

/** What resolvers are bound to. */
export type SchemaParts = Core & Pick<BadgesServices, 'openBadges'>;

/** The whole GraphQL schema, its resolvers bound to the services of this core. `publicUrl` is for links to members. */
export function buildSchema(
  core: SchemaParts,
  { hub, boards, challenges }: LiveSources,
  publicUrl: string,
): GraphQLSchema {
  const points = new PointsReader(core.reader);
  const rewards = { ...core, points };
  const resolvers = [
    new NodeResolver(nodesOf(core, points)),
    new ViewerResolver(),
    new ProgramResolver(core.program, core.clock),
    new AuditResolver(core.audit),
    new AccessResolver(core.access),
    new MembersResolver(core.members, publicUrl),
    new ActivityTypesResolver(core.activityTypes),
    new ActivitiesResolver(core.activities, core.activityTypes, core.members),
    new RecordActivityPayloadResolver(core.members),
    new MemberEventsResolver(core.members, core.work, hub),
    new MemberActivitiesResolver(core.activities),
    new MemberPointsResolver(points),
    new WalletResolver(points, () => core.clock.now()),
    new LedgerEntryResolver(points, core.activities, core.members),
    new PointsEventResolver(points),
    new PointAwardsResolver(awardSources(core), core.work, hub),
    new OutcomeWalletResolver(),
    new AdjustPointsResolver(core.adjustments, core.members),
    new EarningRulesResolver(core.earningRules),
    new CampaignsResolver(core.campaigns),
    new BadgesResolver(core, publicUrl),
    new MemberBadgesResolver(core),
    new BadgeAwardsResolver(core),
    new AwardBadgePayloadResolver(core),
    new BadgeEventResolver(core),
    new TiersResolver(core.tiers, core.tiersReading),
    new MemberTierResolver(core.tiersReading),
    new TierHistoryResolver(core.tiersReading, core.activities),
    new TierChangedResolver(core.tiersReading),
    new TierAtRiskResolver(core.tiersReading),
    new MemberLadderResolver(points, [tierSteps(core.tiersReading), rewardSteps(rewards)]),
    ...resolversOfValue(core, points, hub),
    new ChallengesResolver(core),
    new CommunityProgressResolver(core),
    new ChallengeProgressResolver(core),
    new ChallengeEventResolver(),
    new MemberChallengesResolver(core),
    new ChallengeUpdatesResolver(challenges),
    new LeaderboardsResolver(core),
    new SeasonsResolver(core),
    new MemberStandingResolver(core),
    new LeaderboardUpdatesResolver(boards),
  ];
  return createSchema({
    resolvers: resolvers.map((resolver) => resolver.constructor as ResolverClass),
    instances: new Map<unknown, object>(resolvers.map((resolver) => [resolver.constructor, resolver])),
    orphanedTypes: EVENTS,
    typeNames: { MemberEvent: eventTypeName },
  });
}

/**
 * The schema without anything behind it, for printing and comparing: no database is needed, and executing it fails.
 * It works because resolvers only keep what they are given until a request comes.
 */
export function schemaShape(): GraphQLSchema {
  const core = {} as SchemaParts;
  const boards = new LeaderboardFeed({ ...core, now: () => 0 });
  return buildSchema(core, { hub: new Hub(), boards, challenges: new ChallengeFeed(core) }, '');
}

/** What is given for points and for recommendations, and taken back. */
function resolversOfValue(core: SchemaParts, points: PointsReader, hub: LiveSources['hub']): object[] {
  const rewards = { ...core, points };
  return [
    new RewardsResolver(rewards),
    new MemberRewardsResolver(rewards),
    new RedemptionsResolver(rewards),
    new MemberRedemptionsResolver(core),
    new RedemptionEventResolver(core),
    new RedeemRewardPayloadResolver(core),
    new FulfilRedemptionPayloadResolver(core),
    new CancelRedemptionPayloadResolver(core),
    new ReversalResolver(rewards),
    new ReverseActivityPayloadResolver(rewards),
    new ReferralsResolver(core),
    new ReferralEventResolver(core),
    new MemberReferralsResolver(core),
    new ReferralChainNodeResolver(core),
    new ReferralChainResolver(core, core.work, hub),
  ];
}

function nodesOf(core: SchemaParts, points: PointsReader): NodeRegistry {
  const nodes = new NodeRegistry();
  nodes.register(findMemberNode(core.members));
  nodes.register((id, context) => findActivityNode(core.activities, id, context));
  nodes.register((id, context) => findEntryNode(points, id, context));
  nodes.register(findTierChangeNode(core.tiersReading));
  nodes.register(findSeasonNode(core));
  nodes.register(findAwardNode(core));
  nodes.register(findBadgeNode(core));
  nodes.register(findRewardNode(core));
  nodes.register(findRedemptionNode(core));
  nodes.register(findReferralNode(core));
  nodes.register(findAuditNode(core.audit));
  return nodes;
}

function awardSources({ members, activityTypes }: Pick<Core, 'members' | 'activityTypes'>): AwardSources {
  return { findMembers: (ids) => members.byIds(ids), findPrivateTypes: () => activityTypes.privateCodes() };
}
